/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/retention. */
#include "cm.h"

#include "base/mem.h"
#include "spool/retention.h"

#define NOW 1000

static const struct spool_retention times = { .delivered = 10, .cancelled = 20, .given_up = 30, .undecided = 40, .unfetched = 50,
					      .fetched = 60, .draft = 70 };

#define OVER(s, at) { .state = DLV_##s, .entered = at }
#define NO_DELIVERY { { .due = 0 } }

static void an_end_is_counted_from_what_the_record_says(void **state)
{
	static const struct {
		const char *what;
		struct spool_rec_msg r;
		struct spool_delivery list[3];
		size_t n;
		bool known;
		int64_t end;
	} rows[] = {
		{ "a draft", { .m = { .kind = SPOOL_DRAFT, .modified = 100 } }, NO_DELIVERY, 0, true, 170 },
		{ "one with an earlier end", { .m = { .kind = SPOOL_DRAFT, .modified = 100 }, .limit = 120 }, NO_DELIVERY, 0, true, 120 },
		{ "one with a later end", { .m = { .kind = SPOOL_DRAFT, .modified = 100 }, .limit = 200 }, NO_DELIVERY, 0, true, 170 },
		{ "an old one", { .m = { .kind = SPOOL_DRAFT }, .limit = 200 }, NO_DELIVERY, 0, true, 200 },
		{ "one of the future", { .m = { .kind = SPOOL_DRAFT, .modified = 9000 } }, NO_DELIVERY, 0, true, NOW + 70 },
		{ "new mail", { .m = { .kind = SPOOL_MAIL, .accepted = 100 } }, NO_DELIVERY, 0, true, 150 },
		{ "mail for later", { .m = { .kind = SPOOL_MAIL, .accepted = 9000 } }, NO_DELIVERY, 0, true, 9050 },
		{ "mail with an end", { .m = { .kind = SPOOL_MAIL, .accepted = 100 }, .limit = 110 }, NO_DELIVERY, 0, true, 110 },
		{ "read mail", { .m = { .kind = SPOOL_MAIL, .accepted = 100, .fetched = 300 }, .limit = 110 }, NO_DELIVERY, 0, true, 360 },
		{ "without delivery", { .m = { .kind = SPOOL_APPLICATION } }, NO_DELIVERY, 0, true, 0 },
		{ "under way", { .m = { .kind = SPOOL_APPLICATION } }, { OVER(DONE, 5), OVER(WAITING, 6) }, 2, true, 0 },
		{ "failed", { .m = { .kind = SPOOL_APPLICATION } }, { OVER(FAILED, 5) }, 1, true, 0 },
		{ "delivered", { .m = { .kind = SPOOL_APPLICATION } }, { OVER(DONE, 500) }, 1, true, 510 },
		{ "cancelled", { .m = { .kind = SPOOL_APPLICATION } }, { OVER(CANCELLED, 500) }, 1, true, 520 },
		{ "given up", { .m = { .kind = SPOOL_APPLICATION } }, { OVER(GIVEN_UP, 500) }, 1, true, 530 },
		{ "the longest from the last", { .m = { .kind = SPOOL_APPLICATION } },
		  { OVER(GIVEN_UP, 500), OVER(DONE, 600), OVER(CANCELLED, 400) }, 3, true, 630 },
		{ "one that is not known", { .m = { .kind = SPOOL_APPLICATION } }, { OVER(DONE, 0) }, 1, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t end = -1;
		bool known = spool_retention_message(&times, &rows[i].r, rows[i].list, rows[i].n, NOW, &end);

		if (known != rows[i].known || (known && end != rows[i].end))
			fail_msg("%s: %d, %lld", rows[i].what, known, (long long)end);
	}
}

static void no_time_is_no_end_and_outlasts_every_other(void **state)
{
	static const struct spool_retention none, some = { .delivered = 10, .cancelled = 0, .given_up = 30 };
	static const struct spool_delivery list[] = { OVER(DONE, 500), OVER(CANCELLED, 600) };
	static const struct spool_rec_msg kinds[] = { { .m = { .kind = SPOOL_DRAFT, .modified = 1 } },
						      { .m = { .kind = SPOOL_MAIL, .accepted = 1 } },
						      { .m = { .kind = SPOOL_MAIL, .fetched = 1 } },
						      { .m = { .kind = SPOOL_APPLICATION } } };
	int64_t end;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		assert_true(spool_retention_message(&none, &kinds[i], list, 2, NOW, &end));
		assert_int_equal(end, 0);
	}
	assert_true(spool_retention_message(&some, &kinds[3], list, 2, NOW, &end));
	assert_int_equal(end, 0);
}

static void what_nobody_decides_about_ends_from_when_it_got_there(void **state)
{
	static const struct {
		struct spool_delivery d;
		int64_t undecided;
		bool known;
		int64_t end;
	} rows[] = {
		{ { .state = DLV_FAILED, .entered = 100 }, 40, true, 140 }, { { .state = DLV_HELD, .entered = 9000 }, 40, true, NOW + 40 },
		{ { .state = DLV_HELD, .entered = 100, .due = 7 }, 0, true, 0 },
		{ { .state = DLV_FAILED, .due = 7 }, 40, false, 0 },	/* an older version knew no more than the end */
		{ { .state = DLV_FAILED }, 40, true, NOW + 40 },	/* ... which was none */
		{ { .state = DLV_FAILED, .due = 7 }, 0, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct spool_retention r = { .undecided = rows[i].undecided };
		int64_t end = -1;
		bool known = spool_retention_delivery(&r, &rows[i].d, NOW, &end);

		if (known != rows[i].known || (known && end != rows[i].end))
			fail_msg("row %zu: %d, %lld", i, known, (long long)end);
	}
}

static void the_longest_time_is_that_of_messages(void **state)
{
	(void)state;
	assert_int_equal(spool_retention_longest(&times), 70);
	assert_int_equal(spool_retention_longest(&(struct spool_retention){ .undecided = 9 }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_end_is_counted_from_what_the_record_says),
		cmocka_unit_test(no_time_is_no_end_and_outlasts_every_other),
		cmocka_unit_test(what_nobody_decides_about_ends_from_when_it_got_there),
		cmocka_unit_test(the_longest_time_is_that_of_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
