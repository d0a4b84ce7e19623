/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/follow_plan. */
#include "cm.h"

#include "delivery/follow_plan.h"

#define MINUTE (60 * 1000LL)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define STORED (1000 * DAY)

static const struct conf_delivery conf = { .follow_after = MINUTE, .collect_within = 3 * DAY, .follow_for = 30 * DAY };

static void the_wait_follows_from_the_age(void **state)
{
	static const struct {
		int64_t age, next;	/* of the next question; -1: none */
	} cases[] = {
		{ 0, MINUTE },
		{ MINUTE, 2 * MINUTE },
		{ 2 * MINUTE, 4 * MINUTE },
		{ 7 * MINUTE, 14 * MINUTE },
		{ HOUR, 2 * HOUR },
		{ 5 * HOUR, 6 * HOUR },
		{ DAY, DAY + 6 * HOUR },
		{ 3 * DAY - HOUR, 3 * DAY },	/* when it becomes late, not five hours after it */
		{ 3 * DAY, 3 * DAY + 6 * HOUR },
		{ 30 * DAY - 1, 30 * DAY },
		{ 30 * DAY, -1 },
		{ 300 * DAY, -1 },
		{ -10, HOUR - 10 },		/* the other clock is ahead: never a question a minute for as long as it is */
		{ -400 * DAY, HOUR - 400 * DAY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t next = delivery_follow_next(&conf, STORED, STORED + cases[i].age, 0);

		if (next != (cases[i].next < 0 && cases[i].age > 0 ? 0 : STORED + cases[i].next))
			fail_msg("age %lld: next after %lld, expected %lld", (long long)cases[i].age,
				 (long long)(next - STORED), (long long)cases[i].next);
	}
}

static void chance_makes_it_later_by_an_eighth_at_most(void **state)
{
	(void)state;
	assert_int_equal(delivery_follow_next(&conf, STORED, STORED + 8 * MINUTE, 0x80000000), STORED + 16 * MINUTE + MINUTE / 2);
	assert_in_range(delivery_follow_next(&conf, STORED, STORED + 8 * MINUTE, UINT32_MAX), STORED + 16 * MINUTE + 59000,
			STORED + 17 * MINUTE);
	assert_int_equal(delivery_follow_next(&conf, STORED, STORED + 30 * DAY - 1, UINT32_MAX), STORED + 30 * DAY);
}

static void it_is_late_from_the_instant_on(void **state)
{
	(void)state;
	assert_false(delivery_follow_is_late(&conf, STORED, STORED + 3 * DAY - 1));
	assert_true(delivery_follow_is_late(&conf, STORED, STORED + 3 * DAY));
	assert_false(delivery_follow_is_late(&conf, STORED, STORED - DAY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_follows_from_the_age),
		cmocka_unit_test(chance_makes_it_later_by_an_eighth_at_most),
		cmocka_unit_test(it_is_late_from_the_instant_on),
	};
	return cmocka_run_group_tests_name("gateway/follow_plan", tests, NULL, NULL);
}
