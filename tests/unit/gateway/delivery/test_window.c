/* SPDX-License-Identifier: EUPL-1.2 */
#include "delivery/window.h"

#include <pthread.h>

#include "cm.h"

static size_t full_count(struct delivery_window *w)
{
	struct arena *a = arena_new();
	size_t n;

	(void)delivery_window_full(w, a, &n);
	arena_free(a);
	return n;
}

static void a_recipient_is_full_when_its_window_is_used_up(void **state)
{
	struct delivery_window *w = delivery_window_new(2);

	(void)state;
	delivery_window_begin(w, "ags:1");
	assert_int_equal(full_count(w), 0);
	delivery_window_begin(w, "ags:1");
	assert_int_equal(full_count(w), 1);
	delivery_window_begin(w, "ags:2");
	assert_int_equal(full_count(w), 1);
	delivery_window_end(w, "ags:1", 1);
	assert_int_equal(full_count(w), 0);
	delivery_window_end(w, "ags:1", 1);
	delivery_window_end(w, "ags:2", 1);
	delivery_window_free(w);
}

static void failures_halve_the_window_down_to_one_and_successes_give_it_back(void **state)
{
	struct delivery_window *w = delivery_window_new(8);

	(void)state;
	for (int i = 0; i < 5; i++) {
		delivery_window_begin(w, "dead");
		delivery_window_end(w, "dead", 0);
	}
	delivery_window_begin(w, "dead");
	assert_int_equal(full_count(w), 1);	/* one attempt at a time is left */
	delivery_window_end(w, "dead", 1);
	delivery_window_begin(w, "dead");
	assert_int_equal(full_count(w), 0);
	delivery_window_begin(w, "dead");
	assert_int_equal(full_count(w), 1);
	delivery_window_end(w, "dead", 1);
	delivery_window_end(w, "dead", 1);
	delivery_window_free(w);
}

static void *hammer(void *arg)
{
	struct delivery_window *w = arg;

	for (int i = 0; i < 2000; i++) {
		delivery_window_begin(w, i % 2 ? "a" : "b");
		(void)full_count(w);
		delivery_window_end(w, i % 2 ? "a" : "b", i % 7 != 0);
	}
	return NULL;
}

static void many_threads_leave_it_empty(void **state)
{
	struct delivery_window *w = delivery_window_new(4);
	pthread_t t[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hammer, w), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_int_equal(full_count(w), 0);
	delivery_window_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recipient_is_full_when_its_window_is_used_up),
		cmocka_unit_test(failures_halve_the_window_down_to_one_and_successes_give_it_back),
		cmocka_unit_test(many_threads_leave_it_empty),
	};
	return cmocka_run_group_tests_name("gateway/delivery/window", tests, NULL, NULL);
}
