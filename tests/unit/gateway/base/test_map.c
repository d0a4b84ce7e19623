/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/map. */
#include "base/map.h"

#include "base/mem.h"
#include "cm.h"

static int freed;

static void free_counted(void *value)
{
	freed++;
	free(value);
}

static void siphash_gives_the_values_of_its_paper(void **state)
{
	char in[15];

	(void)state;
	for (int i = 0; i < 15; i++)
		in[i] = (char)i;
	assert_true(siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908, (struct span){ in, 15 }) == 0xa129ca6149be45e5);
	assert_true(siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908, SPAN_EMPTY) == 0x726fdb47dd0e0e31);
	assert_true(siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908, (struct span){ in, 8 }) == 0x93f5f5799a932462);
}

static struct span key_of(int i, char *text, size_t size)
{
	int n = snprintf(text, size, "key-%d", i);

	return (struct span){ text, (size_t)n };
}

static int add_up(struct span key, void *value, void *ctx)
{
	char text[32];

	assert_true(span_eq(key, key_of(*(int *)value, text, sizeof(text))));
	*(long *)ctx += *(int *)value;
	return 0;
}

static int stop_at_once(struct span key, void *value, void *ctx)
{
	(void)key;
	(void)value;
	++*(int *)ctx;
	return 42;
}

static void thousands_of_entries_are_put_found_replaced_and_deleted(void **state)
{
	struct map *m = map_new(free_counted);
	char text[32];
	long sum = 0;
	int calls = 0;

	(void)state;
	freed = 0;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5000; i++) {
			int *v = mem_new(sizeof(*v));

			*v = i;
			map_put(m, key_of(i, text, sizeof(text)), v);
		}
	}
	assert_int_equal(freed, 5000);
	assert_int_equal(map_count(m), 5000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(*(int *)map_get(m, key_of(i, text, sizeof(text))), i);
	assert_null(map_get(m, key_of(5000, text, sizeof(text))));
	assert_int_equal(map_each(m, add_up, &sum), 0);
	assert_int_equal(sum, 5000L * 4999 / 2);
	assert_int_equal(map_each(m, stop_at_once, &calls), 42);
	assert_int_equal(calls, 1);
	for (int i = 0; i < 5000; i += 2)
		map_del(m, key_of(i, text, sizeof(text)));
	map_del(m, key_of(0, text, sizeof(text)));
	assert_int_equal(map_count(m), 2500);
	assert_int_equal(freed, 7500);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(map_get(m, key_of(i, text, sizeof(text))) != NULL, i % 2);
	map_free(m);
	assert_int_equal(freed, 10000);
}

static void keys_are_bytes(void **state)
{
	struct map *m = map_new(NULL);
	int a, b, c;

	(void)state;
	map_put(m, SPAN_EMPTY, &a);
	map_put(m, (struct span){ "x\0y", 3 }, &b);
	map_put(m, SPAN_LIT("x"), &c);
	assert_ptr_equal(map_get(m, span_of("")), &a);
	assert_ptr_equal(map_get(m, (struct span){ "x\0y", 3 }), &b);
	assert_ptr_equal(map_get(m, SPAN_LIT("x")), &c);
	map_free(m);
	map_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_gives_the_values_of_its_paper),
		cmocka_unit_test(thousands_of_entries_are_put_found_replaced_and_deleted),
		cmocka_unit_test(keys_are_bytes),
	};
	return cmocka_run_group_tests_name("base/map", tests, NULL, NULL);
}
