/* SPDX-License-Identifier: EUPL-1.2 */
/* test_card_chain - what of a process card is in its digest, and what of a link in its hash. */
#include "cm.h"

#include <string.h>

#include "base/mem.h"
#include "spool/card_chain.h"

static struct spool_message card(void)
{
	return (struct spool_message){ .id = { { 1 } }, .kind = SPOOL_MAIL, .foreign_id = "a", .accepted = 1, .modified = 1,
				       .from = { { 2 } }, .to = { { 3 } }, .open_meta = SPAN_LIT("checks") };
}

static void accepted(struct spool_message *m) { m->accepted = 2; }
static void forwarded(struct spool_message *m) { m->forwarded = 2; }
static void fetched(struct spool_message *m) { m->fetched = 2; }
static void modified(struct spool_message *m) { m->modified = 2; }
static void foreign_id(struct spool_message *m) { m->foreign_id = "b"; }
static void no_foreign_id(struct spool_message *m) { m->foreign_id = NULL; }
static void from(struct spool_message *m) { m->from.b[31] = 1; }
static void to(struct spool_message *m) { m->to.b[31] = 1; }
static void open_meta(struct spool_message *m) { m->open_meta = SPAN_LIT("Checks"); }
static void less_meta(struct spool_message *m) { m->open_meta = SPAN_LIT(""); }
static void nothing(struct spool_message *m)
{
	static const char elsewhere[] = "checks";

	m->open_meta = span_of(elsewhere);
}
static void expires(struct spool_message *m) { m->expires = 9; }
static void erased(struct spool_message *m) { m->erased = 9, m->part_count = 0; }

static void what_a_card_says_is_in_its_digest_and_nothing_else(void **state)
{
	static const struct {
		void (*change)(struct spool_message *m);
		bool same;
	} rows[] = {
		{ accepted, false }, { forwarded, false }, { fetched, false }, { modified, false }, { foreign_id, false },
		{ no_foreign_id, false }, { from, false }, { to, false }, { open_meta, false }, { less_meta, false },
		{ nothing, true }, { expires, true }, { erased, true },
	};
	struct spool_message was = card();
	uint8_t sha[2][SHA256_LEN];

	(void)state;
	spool_card_digest(&was, sha[0]);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct spool_message now = card();

		rows[i].change(&now);
		spool_card_digest(&now, sha[1]);
		assert_int_equal(memcmp(sha[0], sha[1], SHA256_LEN) == 0, rows[i].same);
		assert_int_equal(spool_card_same(&was, &now), rows[i].same);
	}
}

static void a_link_covers_the_one_before_its_place_its_time_its_card_and_its_digest(void **state)
{
	const struct spool_link l = { .seq = 1, .at = 2, .card = { { 3 } }, .digest = { 4 } };
	struct spool_link other[] = { l, l, l, l };
	uint8_t prev[SHA256_LEN] = { 5 }, hash[SHA256_LEN], now[SHA256_LEN];

	(void)state;
	other[0].seq++;
	other[1].at++;
	other[2].card.b[15]++;
	other[3].digest[31]++;
	spool_link_hash(prev, &l, hash);
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		spool_link_hash(prev, &other[i], now);
		assert_memory_not_equal(hash, now, SHA256_LEN);
	}
	prev[31]++;
	spool_link_hash(prev, &l, now);
	assert_memory_not_equal(hash, now, SHA256_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_card_says_is_in_its_digest_and_nothing_else),
		cmocka_unit_test(a_link_covers_the_one_before_its_place_its_time_its_card_and_its_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
