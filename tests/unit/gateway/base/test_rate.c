/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/rate. */
#include "base/rate.h"

#include "base/mem.h"
#include "cm.h"

static void a_bucket_gives_its_burst_and_then_its_rate(void **state)
{
	struct rate r;
	int n = 0;

	(void)state;
	rate_init(&r, 10, 5, 1000);
	for (int i = 0; i < 20; i++)
		n += rate_take(&r, 1000);
	assert_int_equal(n, 5);
	assert_false(rate_take(&r, 1099));
	assert_true(rate_take(&r, 1100));
	assert_false(rate_take(&r, 1100));
	assert_false(rate_take(&r, 500));	/* a clock that goes back gives nothing */
	assert_false(rate_take(&r, 1199));
	assert_true(rate_take(&r, 1201));
	for (n = 0; rate_take(&r, 1000000000); n++)
		;
	assert_int_equal(n, 5);	/* a long pause fills up to the burst, not beyond */
}

static void the_long_run_rate_is_exact(void **state)
{
	struct rate r;
	int n = 0;

	(void)state;
	rate_init(&r, 50, 1, 0);
	for (int64_t now = 0; now < 100000; now++)
		n += rate_take(&r, now);
	assert_in_range(n, 4995, 5001);
}

static void delays_double_up_to_the_most_and_jitter_by_a_quarter(void **state)
{
	static const struct {
		int64_t first, most;
		unsigned attempt;
		int64_t mid;
	} table[] = {
		{ 1000, 60000, 1, 1000 },   { 1000, 60000, 2, 2000 },	 { 1000, 60000, 3, 4000 },
		{ 1000, 60000, 6, 32000 },  { 1000, 60000, 7, 60000 },	 { 1000, 60000, 4000000000u, 60000 },
		{ 90000, 60000, 1, 60000 }, { 0, 60000, 5, 0 },		 { 1, 4000000000000000000, 100, 4000000000000000000 },
		{ 1000, 60000, 0, 1000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int64_t mid = table[i].mid;
		int64_t low = backoff_ms(table[i].first, table[i].most, table[i].attempt, 0);
		int64_t half = backoff_ms(table[i].first, table[i].most, table[i].attempt, 0x80000000u);
		int64_t high = backoff_ms(table[i].first, table[i].most, table[i].attempt, UINT32_MAX);

		assert_true(low == mid - mid / 4);
		assert_true(half >= mid - mid / 1000 - 1 && half <= mid + mid / 1000 + 1);
		assert_true(high <= mid + mid / 4 && high >= mid + mid / 4 - mid / 1000 - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_gives_its_burst_and_then_its_rate),
		cmocka_unit_test(the_long_run_rate_is_exact),
		cmocka_unit_test(delays_double_up_to_the_most_and_jitter_by_a_quarter),
	};
	return cmocka_run_group_tests_name("base/rate", tests, NULL, NULL);
}
