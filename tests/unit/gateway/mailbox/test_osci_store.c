/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/osci_store. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/osci_store.h"
#include "peer/scratch.h"
#include "spool/h_spool.h"

#define RETENTION 5000
#define BIG (300u * 1024)	/* above PEER_SCRATCH_MEMORY and above what the spool keeps in its records */

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
	assert_ok(mailbox_osci_init(&w.g, w.spool.s, w.spool.dir, &e), e);
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

static void has_bytes(int (*open)(void *, struct src **, struct err *), void *ctx, size_t n, unsigned seed)
{
	struct err e = ERR_INIT;
	struct src *src = NULL;
	char *want = h_bytes(n, seed), *got = mem_new(n + 1);
	size_t len = 0;

	assert_ok(open(ctx, &src, &e), e);
	assert_ok(src_read_full(src, got, n + 1, &len, &e), e);
	assert_int_equal(len, n);
	assert_memory_equal(got, want, n);
	src_close(src);
	free(want);
	free(got);
}

static void what_was_stored_is_fetched_whole(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	(void)state;
	assert_ok(store("id-1", 1, 2, 1000, BIG, &e), e);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_false(more);
	assert_string_equal(d.message_id, "id-1");
	assert_int_equal(d.created, 1000);
	assert_int_equal(d.forwarded, 0);
	assert_int_equal(d.received, 0);
	assert_int_equal(d.from[0], 1);
	assert_int_equal(d.to[0], 2);
	assert_true(span_is(d.header, "certificates"));
	assert_true(span_is(d.card, "inspections"));
	assert_true(d.has_content);
	assert_int_equal(d.content_size, BIG);
	has_bytes(d.open_content, d.content_ctx, BIG, 1);
	has_bytes(d.open_content, d.content_ctx, BIG, 1);	/* the writer pulls twice */
	assert_int_equal(d.attachment_count, 2);
	assert_string_equal(d.attachments[0].cid, "antrag@amt");
	assert_string_equal(d.attachments[0].type, "application/pdf");
	assert_int_equal(d.attachments[0].size, BIG);
	has_bytes(d.attachments[0].open, d.attachments[0].ctx, BIG, 2);
	assert_string_equal(d.attachments[1].cid, "foto@amt");
	has_bytes(d.attachments[1].open, d.attachments[1].ctx, 10, 3);
}

static void a_delivery_may_be_without_content(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	(void)state;
	assert_ok(store("id-1", 1, 2, 1000, 0, &e), e);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_false(d.has_content);
	assert_int_equal(d.attachment_count, 0);
}

static void an_id_is_used_once(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	(void)state;
	assert_ok(store("id-1", 1, 2, 1000, 50, &e), e);
	assert_int_equal(store("id-1", 1, 2, 2000, 60, &e), ERR_EXISTS);
	assert_int_equal(store("id-1", 7, 8, 2000, 60, &e), ERR_EXISTS);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_int_equal(d.created, 1000);
	assert_false(more);
	assert_int_equal(fetch(8, NULL, 0, &d, &more), ERR_MISSING);
}

static void an_aborted_delivery_leaves_nothing(void **state)
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

static void the_oldest_that_nobody_received_comes_first(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	(void)state;
	assert_ok(store("late", 1, 2, 3000, 9, &e), e);
	assert_ok(store("early", 1, 2, 1000, 9, &e), e);
	assert_ok(store("other", 1, 3, 500, 9, &e), e);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_string_equal(d.message_id, "early");
	assert_true(more);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 4000, &e), e);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_string_equal(d.message_id, "late");
	assert_false(more);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 4000, &e), e);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), ERR_MISSING);
	/* With an instant, what was received counts too. */
	assert_int_equal(fetch(2, NULL, 1, &d, &more), 0);
	assert_string_equal(d.message_id, "early");
	assert_true(more);
	assert_int_equal(fetch(2, NULL, 1001, &d, &more), 0);
	assert_string_equal(d.message_id, "late");
	assert_int_equal(fetch(2, NULL, 3001, &d, &more), ERR_MISSING);
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

static void another_mailbox_sees_nothing(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	(void)state;
	assert_ok(store("id-1", 1, 2, 1000, 9, &e), e);
	assert_int_equal(fetch(3, "id-1", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(1, "id-1", 0, &d, &more), ERR_MISSING);	/* nor the sender */
	assert_int_equal(fetch(3, NULL, 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "id-2", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
}

static void instants_are_set_once_and_repeated_marks_are_no_error(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	struct spool_message m;
	bool more;

	(void)state;
	assert_ok(store("id-1", 1, 2, 1000, 9, &e), e);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_ok(w.g.env.mark_forwarded(w.g.env.ctx, &d.id, 2000, &e), e);
	assert_ok(w.g.env.mark_forwarded(w.g.env.ctx, &d.id, 2500, &e), e);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 3000, &e), e);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &d.id, 3500, &e), e);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_int_equal(d.forwarded, 2000);
	assert_int_equal(d.received, 3000);
	/* A second fetch does not prolong retention. */
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

static void cards_are_selected_as_the_order_says(void **state)
{
	static const struct {
		uint8_t box;
		enum osci_select by;
		int64_t since;
		bool no_reception;
		enum osci_card_role role;
		size_t limit;
		const char *ids;	/* of the answer, in order */
		bool more;
	} cases[] = {
		{ 2, OSCI_SELECT_NONE, 0, false, OSCI_CARD_ADDRESSEE, 10, "a b c ", false },
		{ 2, OSCI_SELECT_NONE, 0, false, OSCI_CARD_ORIGINATOR, 10, "d ", false },
		{ 2, OSCI_SELECT_NONE, 0, false, OSCI_CARD_BOTH, 10, "a b c d ", false },
		{ 2, OSCI_SELECT_NONE, 0, false, OSCI_CARD_BOTH, 3, "a b c ", true },
		{ 2, OSCI_SELECT_NONE, 0, false, OSCI_CARD_BOTH, 4, "a b c d ", false },
		{ 2, OSCI_SELECT_NONE, 0, true, OSCI_CARD_ADDRESSEE, 10, "b c ", false },
		{ 2, OSCI_SELECT_RECEPTION, 2000, false, OSCI_CARD_ADDRESSEE, 10, "b c ", false },
		{ 2, OSCI_SELECT_MODIFIED, 5000, false, OSCI_CARD_BOTH, 10, "a ", false },
		{ 1, OSCI_SELECT_NONE, 0, false, OSCI_CARD_BOTH, 10, "a b c ", false },
		{ 9, OSCI_SELECT_NONE, 0, false, OSCI_CARD_BOTH, 10, "", false },
		{ 2, OSCI_SELECT_IDS, 0, false, OSCI_CARD_BOTH, 10, "d a ", false },
		{ 2, OSCI_SELECT_IDS, 0, false, OSCI_CARD_ADDRESSEE, 10, "a ", false },
		{ 2, OSCI_SELECT_IDS, 0, false, OSCI_CARD_BOTH, 1, "d ", true },
		{ 9, OSCI_SELECT_IDS, 0, false, OSCI_CARD_BOTH, 10, "", false },
	};
	const char *ids[] = { "d", "nowhere", "a" };
	struct err e = ERR_INIT;
	struct osci_stored first;
	bool more;

	(void)state;
	assert_ok(store("a", 1, 2, 1000, 9, &e), e);
	assert_ok(store("b", 1, 2, 2000, 0, &e), e);
	assert_ok(store("c", 1, 2, 3000, 0, &e), e);
	assert_ok(store("d", 2, 5, 4000, 0, &e), e);
	assert_int_equal(fetch(2, "a", 0, &first, &more), 0);
	assert_ok(w.g.env.mark_received(w.g.env.ctx, &first.id, 6000, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct osci_selection sel = { .by = cases[i].by, .ids = ids, .id_count = 3, .since = cases[i].since,
					      .no_reception = cases[i].no_reception, .role = cases[i].role };
		uint8_t box[SHA256_LEN] = { cases[i].box };
		char got[64] = "";
		struct osci_stored *d;
		size_t n;

		assert_ok(w.g.env.cards(w.g.env.ctx, box, &sel, cases[i].limit, w.spool.a, &d, &n, &more, &e), e);
		for (size_t k = 0; k < n; k++) {
			/* subject and names of the inspections are in the header */
			assert_true(span_is(d[k].header, "certificates"));
			assert_true(span_is(d[k].card, "inspections"));
			strcat(got, d[k].message_id);
			strcat(got, " ");
		}
		if (strcmp(got, cases[i].ids) != 0 || more != cases[i].more)
			fail_msg("case %zu: \"%s\" more %d", i, got, more);
	}
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

static void scratch_space_gives_back_what_was_written(void **state)
{
	static const size_t sizes[] = { 0, 1, PEER_SCRATCH_MEMORY, PEER_SCRATCH_MEMORY + 1, BIG };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct osci_scratches *from = &w.g.env.scratches;
		struct osci_scratch scratch;
		struct err e = ERR_INIT;
		struct sink *to = NULL;
		void *handle = NULL;
		char *p = h_bytes(sizes[i], 5);

		assert_ok(from->begin(from->ctx, &scratch, &handle, &e), e);
		assert_ok(scratch.sink(scratch.ctx, &to, &e), e);
		assert_ok(sink_write(to, p, sizes[i], &e), e);
		assert_ok(sink_finish(to, &e), e);
		has_bytes(scratch.open, scratch.ctx, sizes[i], 5);
		from->free(from->ctx, handle);
		free(p);
	}
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
	assert_ok(mailbox_osci_init(&again, w.spool.s, w.spool.dir, &e), e);
	assert_memory_equal(again.env.id_key, key, sizeof(key));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_stored_is_fetched_whole),
		T(a_delivery_may_be_without_content),
		T(an_id_is_used_once),
		T(an_aborted_delivery_leaves_nothing),
		T(the_oldest_that_nobody_received_comes_first),
		T(what_is_never_acknowledged_lets_others_go_first),
		T(another_mailbox_sees_nothing),
		T(instants_are_set_once_and_repeated_marks_are_no_error),
		T(an_erased_delivery_cannot_be_fetched_but_has_its_card),
		T(cards_are_selected_as_the_order_says),
		T(cards_of_an_answer_have_a_size),
		T(scratch_space_gives_back_what_was_written),
		T(the_key_of_message_ids_stays_for_the_life_of_the_spool),
	};
	return cmocka_run_group_tests_name("gateway/mailbox/osci_store", tests, NULL, NULL);
}
