/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/id. */
#include "base/id.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"

#define THREADS 4
#define EACH 20000

static void ids_ascend_and_carry_their_time(void **state)
{
	struct id last = id_new();
	int64_t before = clock_now();

	(void)state;
	for (int i = 0; i < EACH; i++) {
		struct id id = id_new();

		assert_true(id_cmp(&last, &id) < 0);
		assert_int_equal(id.b[6] >> 4, 7);
		assert_int_equal(id.b[8] >> 6, 2);
		last = id;
	}
	assert_true(id_time(&last) >= before && id_time(&last) <= clock_now() + 1);
}

static void ids_ascend_when_the_clock_goes_back(void **state)
{
	struct id a = id_new(), b;

	(void)state;
	clock_shift(-3600000);
	b = id_new();
	clock_shift(3600000);
	assert_true(id_cmp(&a, &b) < 0);
	assert_true(id_time(&b) >= id_time(&a));
}

static struct id made[THREADS][EACH];

static void *make_many(void *arg)
{
	struct id *out = arg;

	for (int i = 0; i < EACH; i++)
		out[i] = id_new();
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return id_cmp(a, b);
}

static void threads_never_get_the_same_id_and_each_sees_them_ascend(void **state)
{
	pthread_t t[THREADS];
	struct id *all = &made[0][0];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, make_many, made[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	for (int i = 0; i < THREADS; i++)
		for (int k = 1; k < EACH; k++)
			assert_true(id_cmp(&made[i][k - 1], &made[i][k]) < 0);
	qsort(all, (size_t)THREADS * EACH, sizeof(*all), compare);
	for (size_t i = 1; i < (size_t)THREADS * EACH; i++)
		assert_true(id_cmp(&all[i - 1], &all[i]) < 0);
}

static void the_text_form_comes_back_and_nothing_else_is_read(void **state)
{
	static const char *const bad[] = {
		"", "0192f0c1-2345-7abc-8def-0123456789a", "0192f0c1-2345-7abc-8def-0123456789abc",
		"0192f0c1x2345-7abc-8def-0123456789ab", "0192f0c12-345-7abc-8def-0123456789ab",
		"0192f0c1-2345-7abc-8def-0123456789ag", "{192f0c1-2345-7abc-8def-0123456789a}",
		"0192f0c1-2345-7abc-8def--123456789ab", "0192f0c1234570bc08def00123456789ab00",
	};
	struct id id = id_new(), back, zero = { { 0 } };
	char out[ID_TEXT_LEN];

	(void)state;
	assert_true(id_parse(span_of(id_text(&id, out)), &back));
	assert_int_equal(id_cmp(&id, &back), 0);
	assert_int_equal(strlen(out), ID_TEXT_LEN - 1);
	assert_true(id_parse(span_of("0192F0C1-2345-7ABC-8DEF-0123456789AB"), &back));
	assert_string_equal(id_text(&back, out), "0192f0c1-2345-7abc-8def-0123456789ab");
	assert_true(id_time(&back) == 0x0192f0c12345);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		id = back;
		if (id_parse(span_of(bad[i]), &id))
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(id_cmp(&id, &back), 0);
	}
	assert_true(id_is_zero(&zero));
	assert_false(id_is_zero(&back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_ascend_and_carry_their_time),
		cmocka_unit_test(ids_ascend_when_the_clock_goes_back),
		cmocka_unit_test(threads_never_get_the_same_id_and_each_sees_them_ascend),
		cmocka_unit_test(the_text_form_comes_back_and_nothing_else_is_read),
	};
	return cmocka_run_group_tests_name("base/id", tests, NULL, NULL);
}
