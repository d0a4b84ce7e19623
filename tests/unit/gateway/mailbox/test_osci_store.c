/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/osci_store. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/osci_store.h"
#include "mailbox/xta_account.h"
#include "osci/env_suite.h"
#include "spool/suite/h_spool.h"

#define RETENTION 5000
#define BIG (300u * 1024)	/* above what the spool keeps in its records */

static struct {
	struct h_spool spool;
	struct mailbox_osci g;
} w;
static struct id stored_as; /* of the last store_commit */


static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	w.spool.o.retention.fetched = RETENTION;
	h_spool_reopen(&w.spool);
	assert_ok(mailbox_osci_init(&w.g, w.spool.s, w.spool.dir, NULL, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_spool_fini(&w.spool);
	return 0;
}

static void write_part(const struct osci_intake *in, const char *name, const char *cid, size_t n, unsigned seed)
{
	struct err e = ERR_INIT;
	struct sink *sink = NULL;
	char *p = h_bytes(n, seed);

	assert_ok(in->part(in->ctx, name, "application/pdf", cid, &sink, &e), e);
	assert_ok(sink_write(sink, p, n, &e), e);
	assert_ok(sink_finish(sink, &e), e);
	sink_close(sink);
	free(p);
}

static struct osci_stored stored(const char *id, uint8_t from, uint8_t to, int64_t created)
{
	struct osci_stored d = { .message_id = id, .created = created, .header = SPAN_LIT("certificates"),
				 .card = SPAN_LIT("inspections") };

	d.from[0] = from;
	d.to[0] = to;
	return d;
}

/* A delivery with body and two attachments, or without content (n = 0). */
static int store(const char *id, uint8_t from, uint8_t to, int64_t created, size_t n, struct err *e)
{
	struct osci_stored d = stored(id, from, to, created);
	struct osci_intake in;
	void *making = NULL;

	assert_ok(w.g.env.store_begin(w.g.env.ctx, &in, &making, e), *e);
	if (n > 0) {
		write_part(&in, "body", NULL, n, 1);
		write_part(&in, "attachment", "antrag@amt", n, 2);
		write_part(&in, "attachment", "foto@amt", 10, 3);
	}
	return w.g.env.store_commit(w.g.env.ctx, making, &d, &stored_as, e);
}

static int fetch(uint8_t to, const char *id, int64_t since, struct osci_stored *d, bool *more)
{
	uint8_t box[SHA256_LEN] = { to };
	struct err e = ERR_INIT;

	return w.g.env.fetch(w.g.env.ctx, box, id, since, w.spool.a, d, more, &e);
}

static void an_aborted_delivery_leaves_nothing_in_the_spool(void **state)
{
	struct spool_stats before, after;
	struct osci_intake in;
	struct err e = ERR_INIT;
	struct osci_stored d;
	void *making = NULL;
	bool more;

	(void)state;
	assert_ok(spool_stats_get(w.spool.s, &before, &e), e);
	assert_ok(w.g.env.store_begin(w.g.env.ctx, &in, &making, &e), e);
	write_part(&in, "body", NULL, BIG, 1);
	w.g.env.store_abort(w.g.env.ctx, making);
	assert_ok(w.g.env.store_begin(w.g.env.ctx, &in, &making, &e), e);
	w.g.env.store_abort(w.g.env.ctx, making);
	w.g.env.store_abort(w.g.env.ctx, NULL);
	assert_ok(spool_stats_get(w.spool.s, &after, &e), e);
	assert_int_equal(after.messages[SPOOL_MAIL], before.messages[SPOOL_MAIL]);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), ERR_MISSING);
}

static void hand_out(const char *want, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		struct err e = ERR_INIT;
		struct osci_stored d;
		bool more;

		assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
		assert_string_equal(d.message_id, want);
		assert_ok(w.g.env.mark_forwarded(w.g.env.ctx, &d.id, 2000, &e), e);
	}
}

static void what_is_never_acknowledged_lets_others_go_first(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	(void)state;
	assert_ok(store("stuck", 1, 2, 1000, 10, &e), e);
	assert_ok(store("next", 1, 2, 1001, 10, &e), e);
	hand_out("stuck", MAILBOX_HANDED_MANY);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_string_equal(d.message_id, "next");
	assert_true(more);
	assert_int_equal(fetch(2, "stuck", 0, &d, &more), 0); /* by its id it is to be had */
	hand_out("next", MAILBOX_HANDED_MANY);
	hand_out("stuck", MAILBOX_HANDED_MANY); /* nothing is withheld when there is nothing else */
	hand_out("next", MAILBOX_HANDED_MANY);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 3000, &e), e);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_string_equal(d.message_id, "next");
	assert_false(more);
}

static void a_second_reception_does_not_prolong_retention(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	struct spool_message m;
	bool more;

	(void)state;
	assert_ok(store("id-1", 1, 2, 1000, 9, &e), e);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 3000, &e), e);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 3500, &e), e);
	assert_ok(spool_message_get(w.spool.s, w.spool.a, &d.id, &m, &e), e);
	assert_int_equal(m.expires, 3000 + RETENTION);
}

static void an_erased_delivery_cannot_be_fetched_but_has_its_card(void **state)
{
	struct osci_selection sel = { .by = OSCI_SELECT_IDS, .id_count = 1, .role = OSCI_CARD_BOTH };
	const char *ids[] = { "id-1" };
	uint8_t box[SHA256_LEN] = { 2 };
	struct err e = ERR_INIT;
	struct osci_stored d, *cards;
	size_t n;
	bool more;

	(void)state;
	sel.ids = ids;
	assert_ok(store("id-1", 1, 2, 1000, 9, &e), e);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 2000, &e), e);
	assert_ok(spool_erase(w.spool.s, &d.id, 9000, &e), e);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, NULL, 1, &d, &more), ERR_MISSING);
	assert_ok(w.g.env.cards(w.g.env.ctx, box, &sel, 10, w.spool.a, &cards, &n, &more, &e), e);
	assert_int_equal(n, 1);
	assert_true(span_is(cards[0].card, "inspections"));
	assert_int_equal(cards[0].received, 2000);
}

/* Subjects may be long, and all cards of an answer are in memory. */
static void cards_of_an_answer_have_a_size(void **state)
{
	enum { N = 12, SIZE = 1000000 };
	char *p = h_bytes(SIZE, 1), names[N][8];
	const char *ids[N];

	(void)state;
	for (int i = 0; i < N; i++) {
		struct osci_intake in;
		struct err e = ERR_INIT;
		struct osci_stored d;
		void *making = NULL;

		(void)snprintf(names[i], sizeof(names[i]), "m%d", i);
		ids[i] = names[i];
		d = stored(names[i], 1, 2, 1000 + i);
		d.header = (struct span){ p, SIZE };
		assert_ok(w.g.env.store_begin(w.g.env.ctx, &in, &making, &e), e);
		assert_ok(w.g.env.store_commit(w.g.env.ctx, making, &d, &stored_as, &e), e);
	}
	for (int by_id = 0; by_id < 2; by_id++) {
		struct osci_selection sel = { .by = by_id ? OSCI_SELECT_IDS : OSCI_SELECT_NONE, .ids = ids, .id_count = N };
		uint8_t box[SHA256_LEN] = { 2 };
		struct err e = ERR_INIT;
		struct osci_stored *d;
		bool more;
		size_t n;

		assert_ok(w.g.env.cards(w.g.env.ctx, box, &sel, 1000, w.spool.a, &d, &n, &more, &e), e);
		assert_int_equal(n, MAILBOX_CARDS_BYTES / SIZE);
		assert_true(more);
		assert_string_equal(d[0].message_id, "m0");
		assert_int_equal(d[n - 1].header.n, SIZE);
	}
	free(p);
}

static void the_key_of_message_ids_stays_for_the_life_of_the_spool(void **state)
{
	static const uint8_t zero[32];
	struct mailbox_osci again;
	struct err e = ERR_INIT;
	uint8_t key[32];

	(void)state;
	memcpy(key, w.g.env.id_key, sizeof(key));
	assert_memory_not_equal(key, zero, sizeof(key));
	h_spool_reopen(&w.spool);
	assert_ok(mailbox_osci_init(&again, w.spool.s, w.spool.dir, NULL, &e), e);
	assert_memory_equal(again.env.id_key, key, sizeof(key));
}

static struct osci_env *open_spool(void)
{
	(void)set_up(NULL);
	return &w.g.env;
}

static void who_is_registered_and_whose_box_of_xta_it_is_has_a_mailbox(void **state)
{
	static const uint8_t print[1][SHA256_LEN] = { { 9 } };
	static const struct spool_box mine = { { 2 } }, registered = { { 1 } };
	static const struct mailbox_xta_party party = { .value = "ags:1", .type = "xoev", .osci = &mine, .osci_count = 1 };
	static const struct mailbox_xta_account account = { .name = "a", .fingerprints = print, .fingerprint_count = 1,
							    .parties = &party, .party_count = 1, .may_receive = true };
	static const uint8_t other[SHA256_LEN] = { 3 };
	struct mailbox_xta_accounts *accounts = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_null(w.g.env.has_mailbox);	/* everybody has one */
	mailbox_osci_register(&w.g, &registered, 1, NULL);
	assert_true(w.g.env.has_mailbox(&w.g, registered.b));
	assert_false(w.g.env.has_mailbox(&w.g, mine.b));
	assert_false(w.g.env.has_mailbox(&w.g, other));
	assert_ok(mailbox_xta_accounts_new(&account, 1, 1, &accounts, &e), e);
	mailbox_osci_register(&w.g, &registered, 1, accounts);
	assert_true(w.g.env.has_mailbox(&w.g, mine.b));
	assert_true(w.g.env.has_mailbox(&w.g, registered.b));
	assert_false(w.g.env.has_mailbox(&w.g, other));
	mailbox_xta_accounts_free(accounts);
}

static void close_spool(void)
{
	(void)tear_down(NULL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	static const struct env_store contract = { "osci/env on the spool", open_spool, close_spool };
	const struct CMUnitTest tests[] = {
		T(an_aborted_delivery_leaves_nothing_in_the_spool),
		T(who_is_registered_and_whose_box_of_xta_it_is_has_a_mailbox),
		T(what_is_never_acknowledged_lets_others_go_first),
		T(a_second_reception_does_not_prolong_retention),
		T(an_erased_delivery_cannot_be_fetched_but_has_its_card),
		T(cards_of_an_answer_have_a_size),
		T(the_key_of_message_ids_stays_for_the_life_of_the_spool),
	};
	return env_suite(&contract) + cmocka_run_group_tests_name("gateway/mailbox/osci_store", tests, NULL, NULL);
}
