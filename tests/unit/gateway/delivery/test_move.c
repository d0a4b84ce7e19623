/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/move. */
#include "delivery/move.h"

#include "cm.h"

#define A "http://a.example/osci"
#define A_OTHER_PATH "http://A.example:80/new/path"
#define B "http://b.example/osci"
#define C "http://c.example/osci"

static void assert_text(const char *is, const char *want)
{
	if (want == NULL)
		assert_null(is);
	else
		assert_string_equal(is == NULL ? "(none)" : is, want);
}

struct pairs {
	const char *peer, *id, *old, *old_id;
	bool ambiguous;
};

static const struct {
	const char *what;
	struct pairs before;
	const char *uri;
	struct pairs after;
	bool is_noted, asks_old;
} moves[] = {
	{ "nothing was begun", { .peer = NULL }, A, { .peer = A }, false, false },
	{ "the same", { A, "1", NULL, NULL, true }, A, { A, "1", NULL, NULL, true }, false, false },
	{ "only the path changes", { A, "1", NULL, NULL, true }, A_OTHER_PATH, { A_OTHER_PATH, "1", NULL, NULL, true }, false,
	  false },
	{ "refused there", { A, "1", NULL, NULL, false }, B, { B, NULL, A, "1", false }, true, false },
	{ "no id there", { A, NULL, NULL, NULL, false }, B, { B, NULL, NULL, NULL, false }, true, false },
	{ "an attempt is open there", { A, "1", NULL, NULL, true }, B, { B, NULL, A, "1", true }, true, true },
	{ "still open, next run", { B, NULL, A, "1", true }, B, { B, NULL, A, "1", true }, false, true },
	{ "moves on while the first is open", { B, NULL, A, "1", true }, C, { C, NULL, A, "1", true }, true, true },
	{ "moves back while it is open", { B, NULL, A, "1", true }, A, { A, "1", B, NULL, true }, true, false },
	{ "moves back, nothing arrived there", { B, NULL, A, "1", false }, A, { A, "1", B, NULL, false }, true, false },
	{ "open at the second", { B, "2", A, "1", true }, C, { C, NULL, B, "2", true }, true, true },
	{ "open at the second, moves back", { B, "2", A, "1", true }, A, { A, NULL, B, "2", true }, true, true },
};

static void the_pair_that_may_hold_the_delivery_is_never_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct pairs *was = &moves[i].before, *want = &moves[i].after;
		struct spool_delivery d = { .peer = was->peer, .peer_id = was->id, .old_peer = was->old,
					    .old_peer_id = was->old_id, .ambiguous = was->ambiguous };

		print_message("%s\n", moves[i].what);
		assert_int_equal(delivery_move(&d, moves[i].uri), moves[i].is_noted);
		assert_text(d.peer, want->peer);
		assert_text(d.peer_id, want->id);
		assert_text(d.old_peer, want->old);
		assert_text(d.old_peer_id, want->old_id);
		assert_int_equal(d.ambiguous, want->ambiguous);
		assert_int_equal(delivery_asks_old(&d), moves[i].asks_old);
	}
}

static void what_arrived_at_the_old_peer_stays_there(void **state)
{
	struct spool_delivery d = { .peer = B, .old_peer = A, .old_peer_id = "1", .ambiguous = true };

	(void)state;
	delivery_stays(&d);
	assert_text(d.peer, A);
	assert_text(d.peer_id, "1");
	assert_text(d.old_peer, B);
	assert_text(d.old_peer_id, NULL);
}

static void an_id_that_is_used_up_stays_visible_and_is_not_used_again(void **state)
{
	struct spool_delivery d = { .peer = A, .peer_id = "1", .ambiguous = true };

	(void)state;
	assert_false(delivery_is_used_up(&d));
	delivery_use_up(&d);
	assert_text(d.peer, A);
	assert_text(d.peer_id, NULL);
	assert_text(d.old_peer, A);
	assert_text(d.old_peer_id, "1");
	assert_false(d.ambiguous);
	assert_true(delivery_is_used_up(&d));
	assert_false(delivery_asks_old(&d));
	assert_false(delivery_move(&d, A_OTHER_PATH));
	assert_true(delivery_is_used_up(&d));
	d.peer_id = "2";
	assert_false(delivery_is_used_up(&d));
	d = (struct spool_delivery){ .peer = B, .old_peer = A, .old_peer_id = "1" };	/* refused there, and moved on */
	assert_false(delivery_is_used_up(&d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pair_that_may_hold_the_delivery_is_never_lost),
		cmocka_unit_test(what_arrived_at_the_old_peer_stays_there),
		cmocka_unit_test(an_id_that_is_used_up_stays_visible_and_is_not_used_again),
	};
	return cmocka_run_group_tests_name("gateway/delivery/move", tests, NULL, NULL);
}
