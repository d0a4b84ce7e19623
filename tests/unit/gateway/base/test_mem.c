/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/mem. */
#include "base/mem.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "cm.h"

static void new_memory_is_zero_and_never_null(void **state)
{
	char *p = mem_new_array(100, 10);
	void *nothing = mem_new(0);

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	assert_non_null(nothing);
	p = mem_grow(p, 2000, 1);
	p[1999] = 1;
	free(p);
	free(nothing);
}

static void copies_are_terminated(void **state)
{
	char *a = mem_dup("abc"), *b = mem_dup_n("abcdef", 2), *c = mem_printf("%d-%s", 5, "x");

	(void)state;
	assert_string_equal(a, "abc");
	assert_string_equal(b, "ab");
	assert_string_equal(c, "5-x");
	assert_null(mem_dup(NULL));
	free(a);
	free(b);
	free(c);
	a = mem_dup_n(NULL, 0);
	assert_string_equal(a, "");
	free(a);
}

static void sums_and_products_say_when_they_overflow(void **state)
{
	size_t v;

	(void)state;
	assert_int_equal(add_size(SIZE_MAX - 1, 1, &v), 0);
	assert_true(v == SIZE_MAX);
	assert_int_equal(add_size(SIZE_MAX, 1, &v), -1);
	assert_int_equal(mul_size(SIZE_MAX / 2, 2, &v), 0);
	assert_int_equal(mul_size(SIZE_MAX / 2 + 1, 2, &v), -1);
}

/* The child's stderr is closed: an abort message is expected, not news. */
static int signal_of(void (*fn)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		close(2);
		signal(SIGABRT, SIG_DFL);
		fn();
		_exit(0);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void broken_must(void)
{
	must(1 == 2);
}

static void holding_must(void)
{
	must(1 == 1);
}

static void huge_array(void)
{
	free(mem_grow(NULL, SIZE_MAX / 2, 4));
}

static void faults_of_the_program_abort_it(void **state)
{
	(void)state;
	assert_int_equal(signal_of(broken_must), SIGABRT);
	assert_int_equal(signal_of(huge_array), SIGABRT);
	assert_int_equal(signal_of(holding_must), 0);
}

static void an_arena_gives_zeroed_aligned_memory_that_does_not_overlap(void **state)
{
	struct arena *a = arena_new();
	unsigned char *p[500];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 500; i++) {
			size_t n = i * 37 % 901;

			p[i] = arena_alloc(a, n);
			assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(p[i][k], 0);
			memset(p[i], (int)(i & 255), n);
		}
		for (size_t i = 0; i < 500; i++)
			for (size_t k = 0; k < i * 37 % 901; k++)
				assert_int_equal(p[i][k], i & 255);
		arena_reset(a);
	}
	arena_free(a);
	arena_free(NULL);
}

static void an_arena_takes_large_pieces_between_small_ones(void **state)
{
	struct arena *a = arena_new();
	char *small = arena_dup(a, "small"), *large = arena_alloc(a, 1 << 20), *again = arena_dup_n(a, "again!", 5);
	struct span s = arena_span(a, (struct span){ "a\0b", 3 });

	(void)state;
	large[0] = large[(1 << 20) - 1] = 'x';
	assert_string_equal(small, "small");
	assert_string_equal(again, "again");
	assert_string_equal(arena_printf(a, "%s-%05d", "n", 42), "n-00042");
	assert_null(arena_dup(a, NULL));
	assert_memory_equal(s.p, "a\0b", 4);
	assert_int_equal(s.n, 3);
	assert_int_equal(arena_span(a, SPAN_EMPTY).n, 0);
	arena_free(a);
}

static void an_arena_beyond_its_budget_goes_on_and_says_so(void **state)
{
	struct arena *a = arena_new_capped(1000), *free_one = arena_new();
	struct err e = ERR_INIT;

	(void)state;
	(void)arena_alloc(a, 900);
	assert_false(arena_is_over(a));
	assert_ok(arena_check(a, "request", &e), e);
	assert_string_equal(arena_printf(a, "%0200d", 7) + 195, "00007");
	assert_true(arena_is_over(a));
	assert_int_equal(arena_check(a, "request", &e), ERR_LIMIT);
	assert_string_equal(e.text, "request: needs more than 1000 bytes of memory");
	arena_reset(a);
	assert_false(arena_is_over(a));
	arena_free(a);
	for (int i = 0; i < 100; i++)
		(void)arena_alloc(free_one, 1 << 16);
	assert_false(arena_is_over(free_one));
	arena_free(free_one);
}

static void use_far_too_much(void)
{
	struct arena *a = arena_new_capped(1000);

	for (int i = 0; i < 17; i++)
		(void)arena_alloc(a, 1000);
}

static void who_never_looks_at_the_budget_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(signal_of(use_far_too_much), SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_memory_is_zero_and_never_null),
		cmocka_unit_test(copies_are_terminated),
		cmocka_unit_test(sums_and_products_say_when_they_overflow),
		cmocka_unit_test(faults_of_the_program_abort_it),
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_that_does_not_overlap),
		cmocka_unit_test(an_arena_beyond_its_budget_goes_on_and_says_so),
		cmocka_unit_test(who_never_looks_at_the_budget_ends_the_process),
		cmocka_unit_test(an_arena_takes_large_pieces_between_small_ones),
	};
	return cmocka_run_group_tests_name("base/mem", tests, NULL, NULL);
}
