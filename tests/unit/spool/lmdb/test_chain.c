/* SPDX-License-Identifier: EUPL-1.2 */
/* test_chain - process cards and links that were changed behind the store's back are named, each once; others are not. */
#include "spool/suite/h_spool.h"

#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/card_chain.h"
#include "spool/lmdb/engine.h"

enum { MAILS = 300, LINKS = MAILS + 2 };	/* more than one page */

static struct id mails[MAILS];
static char found[4096];

static void note(void *ctx, const char *text)
{
	size_t n = strlen(found);

	(void)ctx;
	snprintf(found + n, sizeof(found) - n, "%s\n", text);
}

static struct spool_card_verdict verify(const struct spool_card_head *known)
{
	struct spool_card_verdict v;
	struct err e = ERR_INIT;

	found[0] = '\0';
	assert_ok(spool_card_verify(h.s, known, note, NULL, NULL, &v, &e), e);
	return v;
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;
	char name[16];

	h_setup(state);
	for (int i = 0; i < MAILS; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		assert_ok(h_mail(h.s, name, 1, 2, 100 + i, &mails[i], &e), e);
	}
	assert_ok(spool_message_mark(h.s, &mails[5], SPOOL_FORWARDED, 900, &e), e);
	assert_ok(spool_message_mark(h.s, &mails[5], SPOOL_FETCHED, 901, &e), e);
	return 0;
}

/* --- what somebody does who has the database but not the master key ---------------------------------------------------- */

static void put_record(struct spool_txn *t, const struct spool_message *m)
{
	struct spool_rec_msg r;
	struct err e = ERR_INIT;
	struct buf b;

	assert_ok(spool_msg_load(t, t->arena, &mails[7], &r, &e), e);
	r.m.fetched = m->fetched;
	r.m.id = m->id;
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_msg_put(&b, &r);
	spool_put(t, TBL_MESSAGE, m->id.b, ID_LEN, b.p, b.n);
	buf_fini(&b);
}

static void change_card(struct spool_txn *t)
{
	put_record(t, &(struct spool_message){ .id = mails[7], .fetched = 12345 });
}

static void remove_card(struct spool_txn *t)
{
	assert_true(spool_del(t, TBL_MESSAGE, mails[290].b, ID_LEN));
}

static void remove_card_and_its_trace(struct spool_txn *t)
{
	remove_card(t);
	assert_true(spool_del(t, TBL_LINKED, mails[290].b, ID_LEN));
}

static void spoil_card(struct spool_txn *t)
{
	spool_put(t, TBL_MESSAGE, mails[0].b, ID_LEN, "x", 1);
}

static void load_link(struct spool_txn *t, uint64_t seq, struct spool_link *l)
{
	struct err e = ERR_INIT;
	struct span val;
	uint8_t key[8];

	codec_be64(key, seq);
	assert_true(spool_get(t, TBL_LINK, key, 8, &val));
	l->seq = seq;
	assert_ok(spool_rec_link_get(val, l, &e), e);
}

static void store_link(struct spool_txn *t, const struct spool_link *l)
{
	uint8_t key[8];
	struct buf b;

	codec_be64(key, l->seq);
	buf_init(&b, 1024);
	spool_rec_link_put(&b, l);
	spool_put(t, TBL_LINK, key, 8, b.p, b.n);
	buf_fini(&b);
}

/* The card is changed, and its link says so too. */
static void change_card_and_link(struct spool_txn *t)
{
	struct spool_rec_msg r;
	struct err e = ERR_INIT;
	struct spool_link l;

	change_card(t);
	assert_ok(spool_msg_load(t, t->arena, &mails[7], &r, &e), e);
	load_link(t, 7, &l);
	spool_card_digest(&r.m, l.digest);
	store_link(t, &l);
}

/* And every link behind it, and the end. */
static void change_all(struct spool_txn *t)
{
	struct spool_link l, before;

	change_card_and_link(t);
	load_link(t, 6, &before);
	for (uint64_t seq = 7; seq < LINKS; seq++, before = l) {
		load_link(t, seq, &l);
		spool_link_hash(before.hash, &l, l.hash);
		store_link(t, &l);
	}
	memcpy(t->counters.link_hash, l.hash, SHA256_LEN);
}

static void remove_links(struct spool_txn *t)
{
	uint8_t key[8];

	for (uint64_t seq = 10; seq < 12; seq++) {
		codec_be64(key, seq);
		assert_true(spool_del(t, TBL_LINK, key, 8));
	}
}

static void cut_off(struct spool_txn *t)
{
	uint8_t key[8];

	codec_be64(key, LINKS - 1);
	assert_true(spool_del(t, TBL_LINK, key, 8));
}

static void add_card(struct spool_txn *t)
{
	put_record(t, &(struct spool_message){ .id = id_new() });
	t->counters.messages[SPOOL_MAIL]++;
}

static const struct {
	const char *what;
	void (*tamper)(struct spool_txn *t);
	uint64_t problems;
	const char *says[2];
} rows[] = {
	{ "a card is changed", change_card, 1, { "was changed, link 7 says otherwise" } },
	{ "a card is removed", remove_card, 1, { "was removed" } },
	{ "a card and what leads to its link", remove_card_and_its_trace, 2, { "nothing leads to its link 290", "300 process cards, and links of 299" } },
	{ "a card that cannot be read", spoil_card, 1, { "cannot be read" } },
	{ "a card and its link", change_card_and_link, 1, { "link 7: was changed" } },
	{ "a card and the rest of the chain", change_all, 1, { "not written with this master key" } },
	{ "links are removed", remove_links, 2, { "links 10 to 11: are missing", "link 12: was changed, or does not follow" } },
	{ "the end is cut off", cut_off, 2, { "link 301: is missing", "is not the last one" } },
	{ "a card is put there", add_card, 1, { "there are 301 process cards, and links of 300" } },
};

static int tamper_job(struct spool_txn *t, void *ctx, struct err *e)
{
	(void)e;
	rows[*(size_t *)ctx].tamper(t);
	return 0;
}

static void whatever_is_changed_behind_its_back_is_named(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct spool_card_verdict v;
		struct err e = ERR_INIT;

		assert_int_equal(verify(NULL).problems, 0);
		assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, tamper_job, &i, &e), e);
		v = verify(NULL);
		for (size_t k = 0; k < 2 && rows[i].says[k] != NULL; k++)
			if (strstr(found, rows[i].says[k]) == NULL)
				fail_msg("%s: said \"%s\", not \"%s\"", rows[i].what, found, rows[i].says[k]);
		if (v.problems != rows[i].problems)
			fail_msg("%s: said %s", rows[i].what, found);
		h_teardown(state);
		set_up(state);
	}
}

static void an_end_that_was_seen_shows_a_chain_made_anew_with_the_key(void **state)
{
	struct spool_card_head seen, none = { .links = LINKS + 1 };
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(spool_card_head(h.s, &seen, &e), e);
	assert_int_equal(seen.links, LINKS);
	assert_ok(spool_message_mark(h.s, &mails[9], SPOOL_FETCHED, 950, &e), e);
	assert_int_equal(verify(&seen).problems, 0);
	seen.hash[0] ^= 1;
	assert_int_equal(verify(&seen).problems, 1);
	assert_non_null(strstr(found, "link 301: is not the one that was known"));
	none.links = LINKS + 2;
	assert_int_equal(verify(&none).problems, 1);
	assert_non_null(strstr(found, "there were 304 links, and now there are 303"));
}

static void a_check_of_the_spool_looks_at_the_chain_too(void **state)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;
	size_t row = 0;

	(void)state;
	assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, tamper_job, &row, &e), e);
	spool_close(h.s);
	h.s = NULL;
	found[0] = '\0';
	assert_ok(spool_check(&h.o, &r, note, NULL, &e), e);
	assert_non_null(strstr(found, "link 7 says otherwise"));
	assert_ok(spool_open(&h.o, &h.s, &e), e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_is_changed_behind_its_back_is_named, set_up, h_teardown),
		cmocka_unit_test_setup_teardown(an_end_that_was_seen_shows_a_chain_made_anew_with_the_key, set_up, h_teardown),
		cmocka_unit_test_setup_teardown(a_check_of_the_spool_looks_at_the_chain_too, set_up, h_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
