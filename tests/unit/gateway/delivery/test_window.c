/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/window. */
#include "delivery/window.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "cm.h"

static bool take(struct delivery_window *w, const char *lane)
{
	char *peer;
	bool taken = delivery_window_take(w, span_of(lane), &peer);

	free(peer);
	return taken;
}

static void a_lane_is_full_when_its_window_is_used_up(void **state)
{
	struct delivery_window *w = delivery_window_new(2, 100);

	(void)state;
	assert_true(take(w, "a"));
	assert_true(take(w, "b"));
	assert_true(take(w, "a"));
	assert_false(take(w, "a"));
	assert_true(take(w, "b"));
	delivery_window_give(w, span_of("a"));
	assert_true(take(w, "a"));
	delivery_window_free(w);
}

static void failures_halve_the_window_down_to_one_and_successes_give_it_back(void **state)
{
	struct delivery_window *w = delivery_window_new(4, 100);

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_true(take(w, "dead"));
		delivery_window_end(w, span_of("dead"), false);
	}
	assert_true(take(w, "dead"));
	assert_false(take(w, "dead"));	/* one attempt at a time is left */
	delivery_window_end(w, span_of("dead"), true);
	assert_true(take(w, "dead"));
	assert_true(take(w, "dead"));
	assert_false(take(w, "dead"));
	delivery_window_free(w);
}

static void what_is_tried_by_nobody_leaves_the_window_as_it_is(void **state)
{
	struct delivery_window *w = delivery_window_new(2, 100);

	(void)state;
	assert_true(take(w, "a"));
	delivery_window_end(w, span_of("a"), false);
	for (int i = 0; i < 5; i++) {
		assert_true(take(w, "a"));
		assert_false(take(w, "a"));
		delivery_window_give(w, span_of("a"));
	}
	delivery_window_free(w);
}

static void the_peer_of_a_lane_is_known_before_the_next_attempt(void **state)
{
	struct delivery_window *w = delivery_window_new(2, 100);
	char *peer;

	(void)state;
	assert_true(delivery_window_take(w, span_of("a"), &peer));
	assert_null(peer);
	delivery_window_learn(w, span_of("a"), "http://one:80");
	delivery_window_end(w, span_of("a"), true);
	assert_true(delivery_window_take(w, span_of("a"), &peer));
	assert_string_equal(peer, "http://one:80");
	free(peer);
	delivery_window_learn(w, span_of("a"), "http://two:80");
	assert_true(delivery_window_take(w, span_of("a"), &peer));
	assert_string_equal(peer, "http://two:80");
	free(peer);
	delivery_window_free(w);
}

static void many_lanes_take_no_more_memory_than_allowed(void **state)
{
	struct delivery_window *w = delivery_window_new(1, 50);
	char lane[20];

	(void)state;
	assert_true(take(w, "busy"));
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(lane, sizeof(lane), "lane %d", i);
		assert_true(take(w, lane));
		delivery_window_learn(w, span_of(lane), "http://one:80");
		delivery_window_end(w, span_of(lane), true);
		assert_in_range(delivery_window_count(w), 1, 50);
	}
	assert_false(take(w, "busy"));	/* somebody is in it: it is not forgotten */
	delivery_window_free(w);
}

#define WORKERS 8
static atomic_int inside[2], most_inside[2];

static void *wake(void *arg)
{
	static const char *const lanes[] = { "a", "b" };
	struct delivery_window *w = arg;

	for (int i = 0; i < 4000; i++) {
		int k = i % 2, n, seen;

		if (!take(w, lanes[k]))
			continue;
		n = atomic_fetch_add(&inside[k], 1) + 1;
		for (seen = atomic_load(&most_inside[k]); n > seen && !atomic_compare_exchange_weak(&most_inside[k], &seen, n);)
			;
		atomic_fetch_sub(&inside[k], 1);
		delivery_window_end(w, span_of(lanes[k]), true);
	}
	return NULL;
}

static void however_many_workers_wake_at_once_the_window_holds(void **state)
{
	struct delivery_window *w = delivery_window_new(2, 100);
	pthread_t t[WORKERS];

	(void)state;
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, wake, w), 0);
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	for (int k = 0; k < 2; k++) {
		assert_int_equal(atomic_load(&inside[k]), 0);
		assert_in_range(atomic_load(&most_inside[k]), 1, 2);
	}
	delivery_window_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lane_is_full_when_its_window_is_used_up),
		cmocka_unit_test(failures_halve_the_window_down_to_one_and_successes_give_it_back),
		cmocka_unit_test(what_is_tried_by_nobody_leaves_the_window_as_it_is),
		cmocka_unit_test(the_peer_of_a_lane_is_known_before_the_next_attempt),
		cmocka_unit_test(many_lanes_take_no_more_memory_than_allowed),
		cmocka_unit_test(however_many_workers_wake_at_once_the_window_holds),
	};
	return cmocka_run_group_tests_name("gateway/delivery/window", tests, NULL, NULL);
}
