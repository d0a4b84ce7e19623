/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of problems: bounded, whatever comes in. */
#include "cm.h"

#include <malloc.h>

#include "base/mem.h"
#include "form/model/validate.h"

/* Bytes that n problems with keys of key_size bytes hold, counted by the allocator. */
static size_t cost(size_t n, size_t key_size, struct form_problems *p)
{
	char *key = mem_new(key_size + 1);
	size_t before, after;

	memset(key, 'k', key_size);
	before = mallinfo2().uordblks + mallinfo2().hblkhd;
	for (size_t i = 0; i < n; i++)
		form_problem_add(p, key, "unknown", "Dieses Feld gibt es nicht, oder es hat keinen Wert.");
	after = mallinfo2().uordblks + mallinfo2().hblkhd;
	free(key);
	return after - before;
}

static void problems_stop_and_say_how_many_more_there_are(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct form_problems p = { .arena = a };

	cost(FORM_PROBLEMS_MAX + 1234, 5, &p);
	assert_int_equal(p.count, FORM_PROBLEMS_MAX);
	assert_int_equal(p.left_out, 1234);
	assert_string_equal(p.list[FORM_PROBLEMS_MAX - 1].field, "kkkkk");
	arena_free(a);
}

static void the_memory_of_problems_does_not_grow_with_their_number(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip(); /* the sanitizer has an allocator of its own */
#endif
	static const size_t counts[] = { 50, 1000, 100000 };

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct arena *a = arena_new();
		struct form_problems p = { .arena = a };

		/* 168 KB of short keys took the daemon's memory when each problem copied the list. */
		assert_in_range(cost(counts[i], 8, &p), 1, 32768);
		arena_free(a);
	}
}

static void a_long_key_is_cut_between_characters(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct form_problems p = { .arena = a };
	char key[3 * FORM_PROBLEM_KEY_MAX + 1] = "";

	for (size_t i = 0; i < FORM_PROBLEM_KEY_MAX; i++)
		memcpy(key + 3 * i, "€", 4);
	form_problem_add(&p, key, "unknown", "x");
	assert_int_equal(strlen(p.list[0].field), FORM_PROBLEM_KEY_MAX / 3 * 3);
	assert_true(span_is_utf8(span_of(p.list[0].field)));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(problems_stop_and_say_how_many_more_there_are),
		cmocka_unit_test(the_memory_of_problems_does_not_grow_with_their_number),
		cmocka_unit_test(a_long_key_is_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
