/* SPDX-License-Identifier: EUPL-1.2 */
/* What a store of deliveries is for the intermediary, whoever keeps it. */
#include "osci/env_suite.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cm.h"

#define BIG (300u * 1024)	/* more than anybody keeps in a record */

static const struct env_store *store_of;
static struct osci_env *env;
static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	env = store_of->open();
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	store_of->close();
	return 0;
}

static char *bytes(size_t n, unsigned seed)
{
	char *p = mem_new(n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 31 + (i >> 8) * 7 + seed);
	return p;
}

static void write_part(const struct osci_intake *in, const char *name, const char *cid, size_t n, unsigned seed)
{
	struct err e = ERR_INIT;
	struct sink *sink = NULL;
	char *p = bytes(n, seed);

	assert_ok(in->part(in->ctx, name, "application/pdf", cid, &sink, &e), e);
	assert_ok(sink_write(sink, p, n, &e), e);
	assert_ok(sink_finish(sink, &e), e);
	sink_close(sink);
	free(p);
}

/* A delivery with a body and two attachments, or without content (n = 0). */
static int keep(enum osci_kept kept, const char *id, uint8_t from, uint8_t to, int64_t created, size_t n, struct id *own)
{
	struct osci_stored d = { .kept = kept, .message_id = id, .created = created, .modified = created, .from = { from }, .to = { to },
				 .header = SPAN_LIT("certificates"), .card = SPAN_LIT("inspections") };
	struct osci_intake in;
	struct err e = ERR_INIT;
	void *making = NULL;

	assert_ok(env->store_begin(env->ctx, &in, &making, &e), e);
	if (n > 0) {
		write_part(&in, "body", NULL, n, 1);
		write_part(&in, "attachment", "antrag@amt", n, 2);
		write_part(&in, "attachment", "foto@amt", 10, 3);
	}
	return env->store_commit(env->ctx, making, &d, own, &e);
}

static int store(const char *id, uint8_t from, uint8_t to, int64_t created, size_t n)
{
	struct id own;

	return keep(OSCI_IN_MAILBOX, id, from, to, created, n, &own);
}

static int fetch(uint8_t to, const char *id, int64_t since, struct osci_stored *d, bool *more)
{
	uint8_t box[SHA256_LEN] = { to };
	struct err e = ERR_INIT;

	return env->fetch(env->ctx, box, id, since, arena, d, more, &e);
}

static void mark(int (*how)(void *, const struct id *, int64_t, struct err *), const char *id, uint8_t to, int64_t at)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	bool more;

	assert_int_equal(fetch(to, id, 0, &d, &more), 0);
	assert_ok(how(env->ctx, &d.id, at, &e), e);
}

static void has_bytes(int (*open)(void *, struct src **, struct err *), void *ctx, size_t n, unsigned seed)
{
	struct err e = ERR_INIT;
	struct src *src = NULL;
	char *want = bytes(n, seed), *got = mem_new(n + 1);
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
	struct osci_stored d;
	bool more;

	(void)state;
	assert_int_equal(store("id-1", 1, 2, 1000, BIG), 0);
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
	struct osci_stored d;
	bool more;

	(void)state;
	assert_int_equal(store("id-1", 1, 2, 1000, 0), 0);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_false(d.has_content);
	assert_int_equal(d.attachment_count, 0);
}

static void a_message_id_is_used_once(void **state)
{
	struct osci_stored d;
	bool more;

	(void)state;
	assert_int_equal(store("id-1", 1, 2, 1000, 50), 0);
	assert_int_equal(store("id-1", 1, 2, 2000, 60), ERR_EXISTS);
	assert_int_equal(store("id-1", 7, 8, 2000, 60), ERR_EXISTS);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_int_equal(d.created, 1000);
	assert_false(more);
	assert_int_equal(fetch(8, NULL, 0, &d, &more), ERR_MISSING);
}

static void an_aborted_delivery_leaves_nothing(void **state)
{
	struct osci_intake in;
	struct err e = ERR_INIT;
	struct osci_stored d;
	void *making = NULL;
	bool more;

	(void)state;
	assert_ok(env->store_begin(env->ctx, &in, &making, &e), e);
	write_part(&in, "body", NULL, BIG, 1);
	env->store_abort(env->ctx, making);
	assert_ok(env->store_begin(env->ctx, &in, &making, &e), e);
	env->store_abort(env->ctx, making);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), ERR_MISSING);
	assert_int_equal(store("id-1", 1, 2, 1000, 50), 0);
}

static void the_oldest_that_nobody_received_comes_first(void **state)
{
	struct osci_stored d;
	bool more;

	(void)state;
	assert_int_equal(store("late", 1, 2, 3000, 9), 0);
	assert_int_equal(store("early", 1, 2, 1000, 9), 0);
	assert_int_equal(store("other", 1, 3, 500, 9), 0);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_string_equal(d.message_id, "early");
	assert_true(more);
	mark(env->mark_received, "early", 2, 4000);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), 0);
	assert_string_equal(d.message_id, "late");
	assert_false(more);
	mark(env->mark_received, "late", 2, 4000);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), ERR_MISSING);
	/* With an instant, what was received counts too. */
	assert_int_equal(fetch(2, NULL, 1, &d, &more), 0);
	assert_string_equal(d.message_id, "early");
	assert_true(more);
	assert_int_equal(fetch(2, NULL, 1001, &d, &more), 0);
	assert_string_equal(d.message_id, "late");
	assert_int_equal(fetch(2, NULL, 3001, &d, &more), ERR_MISSING);
}

static void another_mailbox_sees_nothing(void **state)
{
	struct osci_stored d;
	bool more;

	(void)state;
	assert_int_equal(store("id-1", 1, 2, 1000, 9), 0);
	assert_int_equal(fetch(3, "id-1", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(1, "id-1", 0, &d, &more), ERR_MISSING);	/* nor the sender */
	assert_int_equal(fetch(3, NULL, 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "id-2", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
}

static void instants_are_set_once_and_repeated_marks_are_no_error(void **state)
{
	struct osci_stored d;
	bool more;

	(void)state;
	assert_int_equal(store("id-1", 1, 2, 1000, 9), 0);
	mark(env->mark_forwarded, "id-1", 2, 2000);
	mark(env->mark_forwarded, "id-1", 2, 2500);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_int_equal(d.forwarded, 2000);
	assert_int_equal(d.received, 0);
	mark(env->mark_received, "id-1", 2, 3000);
	mark(env->mark_received, "id-1", 2, 3500);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), 0);
	assert_int_equal(d.forwarded, 2000);
	assert_int_equal(d.received, 3000);
}

/* Of the deliveries that cards_are_selected_as_the_order_says() stores. */
static const struct {
	uint8_t box;
	enum osci_select by;
	int64_t since;
	bool no_reception;
	enum osci_card_role role;
	size_t limit;
	const char *ids;	/* of the answer, in order */
	bool more;
} selections[] = {
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

static void selects(size_t i)
{
	static const char *ids[] = { "d", "nowhere", "a" };
	struct osci_selection sel = { .by = selections[i].by, .ids = ids, .id_count = ARRAY_LEN(ids),
				      .since = selections[i].since, .no_reception = selections[i].no_reception,
				      .role = selections[i].role };
	uint8_t box[SHA256_LEN] = { selections[i].box };
	struct err e = ERR_INIT;
	struct osci_stored *d;
	char got[64] = "";
	bool more;
	size_t n;

	assert_ok(env->cards(env->ctx, box, &sel, selections[i].limit, arena, &d, &n, &more, &e), e);
	for (size_t k = 0; k < n; k++) {
		/* subject and names of the inspections are in the header */
		assert_true(span_is(d[k].header, "certificates"));
		assert_true(span_is(d[k].card, "inspections"));
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s ", d[k].message_id);
	}
	if (strcmp(got, selections[i].ids) != 0 || more != selections[i].more)
		fail_msg("selection %zu: \"%s\" more %d", i, got, more);
}

static void cards_are_selected_as_the_order_says(void **state)
{
	(void)state;
	assert_int_equal(store("a", 1, 2, 1000, 9), 0);
	assert_int_equal(store("b", 1, 2, 2000, 0), 0);
	assert_int_equal(store("c", 1, 2, 3000, 0), 0);
	assert_int_equal(store("d", 2, 5, 4000, 0), 0);
	mark(env->mark_received, "a", 2, 6000);
	for (size_t i = 0; i < ARRAY_LEN(selections); i++)
		selects(i);
}

static size_t count_cards(uint8_t who, enum osci_card_role role)
{
	struct osci_selection sel = { .by = OSCI_SELECT_NONE, .role = role };
	uint8_t box[SHA256_LEN] = { who };
	struct err e = ERR_INIT;
	struct osci_stored *d;
	bool more;
	size_t n;

	assert_ok(env->cards(env->ctx, box, &sel, 10, arena, &d, &n, &more, &e), e);
	return n;
}

static void what_is_passed_on_is_in_no_mailbox_and_can_be_had_by_its_own_id(void **state)
{
	struct err e = ERR_INIT;
	struct osci_stored d;
	struct id own, hidden;
	bool more;

	(void)state;
	assert_int_equal(keep(OSCI_PASSED_ON, "id-1", 1, 2, 1000, BIG, &own), 0);
	assert_int_equal(keep(OSCI_UNLISTED, "id-2", 1, 2, 1000, 50, &hidden), 0);
	assert_int_equal(fetch(2, NULL, 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "id-1", 0, &d, &more), ERR_MISSING);
	assert_int_equal(fetch(2, "id-2", 0, &d, &more), ERR_MISSING);
	assert_int_equal(store("id-1", 1, 2, 2000, 0), ERR_EXISTS);
	assert_ok(env->get(env->ctx, &own, arena, &d, &e), e);
	assert_string_equal(d.message_id, "id-1");
	has_bytes(d.open_content, d.content_ctx, BIG, 1);
	has_bytes(d.attachments[0].open, d.attachments[0].ctx, BIG, 2);
	assert_ok(env->mark_forwarded(env->ctx, &own, 2000, &e), e);
	assert_ok(env->mark_received(env->ctx, &own, 3000, &e), e);
	assert_ok(env->get(env->ctx, &own, arena, &d, &e), e);
	assert_int_equal(d.received, 3000);
	assert_ok(env->get(env->ctx, &hidden, arena, &d, &e), e);
	assert_ok(env->give_up(env->ctx, &hidden, &e), e);
	assert_int_equal(env->get(env->ctx, &(struct id){ .b = { 1 } }, arena, &d, &e), ERR_MISSING);
}

static void the_card_of_what_is_passed_on_is_the_senders_if_it_is_listed(void **state)
{
	struct id own;

	(void)state;
	assert_int_equal(keep(OSCI_PASSED_ON, "id-1", 1, 2, 1000, 9, &own), 0);
	assert_int_equal(keep(OSCI_UNLISTED, "id-2", 1, 2, 1000, 9, &own), 0);
	assert_int_equal(count_cards(1, OSCI_CARD_ORIGINATOR), 1);
	assert_int_equal(count_cards(1, OSCI_CARD_BOTH), 1);
	assert_int_equal(count_cards(2, OSCI_CARD_BOTH), 0);
}

static void scratch_space_gives_back_what_was_written(void **state)
{
	static const size_t sizes[] = { 0, 1, 65536, 65537, BIG };
	const struct osci_scratches *from = &env->scratches;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct osci_scratch scratch;
		struct err e = ERR_INIT;
		struct sink *to = NULL;
		void *handle = NULL;
		char *p = bytes(sizes[i], 5);

		assert_ok(from->begin(from->ctx, &scratch, &handle, &e), e);
		assert_ok(scratch.sink(scratch.ctx, &to, &e), e);
		assert_ok(sink_write(to, p, sizes[i], &e), e);
		assert_ok(sink_finish(to, &e), e);
		has_bytes(scratch.open, scratch.ctx, sizes[i], 5);
		from->free(from->ctx, handle);
		free(p);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int env_suite(const struct env_store *s)
{
	const struct CMUnitTest tests[] = {
		T(what_was_stored_is_fetched_whole),
		T(a_delivery_may_be_without_content),
		T(a_message_id_is_used_once),
		T(an_aborted_delivery_leaves_nothing),
		T(the_oldest_that_nobody_received_comes_first),
		T(another_mailbox_sees_nothing),
		T(instants_are_set_once_and_repeated_marks_are_no_error),
		T(cards_are_selected_as_the_order_says),
		T(what_is_passed_on_is_in_no_mailbox_and_can_be_had_by_its_own_id),
		T(the_card_of_what_is_passed_on_is_the_senders_if_it_is_listed),
		T(scratch_space_gives_back_what_was_written),
	};

	store_of = s;
	return cmocka_run_group_tests_name(s->name, tests, NULL, NULL);
}
