/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/peer/registry. */
#include "peer/registry.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "cm.h"

#define A "http://a.example:80"
#define MANY 100000
#define KEPT 64

static const struct peer_rules rules = { .limit = 4, .probe_first = 1000, .probe_most = 60000, .most = KEPT };
static struct peer_registry *r;

static int fresh(void **state)
{
	(void)state;
	r = peer_registry_new(&rules);
	return 0;
}

static int stale(void **state)
{
	(void)state;
	peer_registry_free(r);
	return 0;
}

static const struct {
	const char *uri, *key;	/* NULL: no address */
} addresses[] = {
	{ "http://im.example/osci", "http://im.example:80" },
	{ "http://IM.Example:80/osci", "http://im.example:80" },
	{ "http://im.example/another/path?x=1", "http://im.example:80" },
	{ "https://im.example/osci", "https://im.example:443" },
	{ "http://im.example:8080/", "http://im.example:8080" },
	{ "http://[2001:DB8::1]/osci", "http://[2001:db8::1]:80" },
	{ "ftp://im.example/", NULL },
	{ "", NULL },
	{ NULL, NULL },
};

static void the_path_of_an_address_does_not_make_another_peer(void **state)
{
	char key[PEER_KEY_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_int_equal(peer_key(addresses[i].uri, key), addresses[i].key != NULL);
		if (addresses[i].key != NULL)
			assert_string_equal(key, addresses[i].key);
	}
}

static enum peer_entry enter(const char *key, int64_t now, struct peer_pass *pass)
{
	struct peer_wait wait;

	*pass = (struct peer_pass){ .key = "" };
	return peer_registry_enter(r, key, now, pass, &wait);
}

static void prove(const char *key)
{
	struct peer_pass pass;

	assert_int_equal(enter(key, 0, &pass), PEER_ENTERED);
	assert_int_equal(peer_registry_answered(r, &pass, 10).after, PEER_HEALTHY);
	peer_registry_leave(r, &pass);
}

static void an_unproven_peer_has_one_place_for_the_patient_until_it_answers(void **state)
{
	struct peer_pass first, second;

	(void)state;
	assert_int_equal(enter(A, 0, &first), PEER_ENTERED);
	assert_true(first.is_patient && first.is_probe);
	assert_int_equal(enter(A, 0, &second), PEER_PROBED);
	assert_int_equal(peer_registry_answered(r, &first, 10).after, PEER_HEALTHY);
	/* the first attempt is still under way */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(enter(A, 0, &second), PEER_ENTERED);
		assert_false(second.is_patient);
	}
	assert_int_equal(enter(A, 0, &second), PEER_FULL);
	peer_registry_leave(r, &first);
	assert_int_equal(enter(A, 0, &second), PEER_ENTERED);
}

static void a_place_that_is_given_back_unused_teaches_nothing(void **state)
{
	struct peer_pass pass;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(enter(A, 0, &pass), PEER_ENTERED);
		assert_true(pass.is_probe);
		peer_registry_leave(r, &pass);
		peer_registry_leave(r, &pass);	/* of zeros by now */
	}
}

static void a_dead_peer_is_probed_one_at_a_time_after_waits_that_double(void **state)
{
	int64_t now = 1000000, last = 0;
	struct peer_wait wait;
	struct peer_pass pass, other;

	(void)state;
	for (int i = 1; i < 12; i++) {
		int64_t want = i < 7 ? 1000LL << (i - 1) : 60000;
		struct peer_news n;

		assert_int_equal(enter(A, now, &pass), PEER_ENTERED);
		assert_int_equal(enter(A, now, &other), PEER_PROBED);
		n = peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, now, 0, (uint32_t)i * 1000003u);
		assert_int_equal(n.after, PEER_DEAD);
		assert_int_equal(n.before, i == 1 ? PEER_UNPROVEN : PEER_DEAD);
		assert_in_range(n.probe_at - now, want * 3 / 4, want * 5 / 4);
		assert_int_equal(enter(A, n.probe_at - 1, &pass), PEER_RESTS);
		last = now;
		now = n.probe_at;
	}
	assert_int_equal(peer_registry_enter(r, A, last + 1, &other, &wait), PEER_RESTS);
	assert_int_equal(wait.until, now);
	assert_int_equal(wait.reason, RSN_NET_TIMEOUT);
	assert_int_equal(enter(A, now, &pass), PEER_ENTERED);
	assert_int_equal(peer_registry_answered(r, &pass, 1).before, PEER_DEAD);
	assert_int_equal(enter(A, now, &other), PEER_ENTERED);
	assert_false(other.is_patient);
}

static void a_healthy_peer_dies_of_three_failures_in_a_row_and_not_of_one(void **state)
{
	struct peer_pass pass;

	(void)state;
	prove(A);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(enter(A, 0, &pass), PEER_ENTERED);
		assert_int_equal(peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, 0, 0, 0).after, PEER_HEALTHY);
	}
	prove(A);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(enter(A, 0, &pass), PEER_ENTERED);
		assert_int_equal(peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, 0, 0, 0).after, i < 2 ? PEER_HEALTHY : PEER_DEAD);
	}
}

static void failures_halve_the_places_and_successes_give_them_back(void **state)
{
	struct peer_pass pass[4], more;

	(void)state;
	prove(A);
	assert_int_equal(enter(A, 0, &pass[0]), PEER_ENTERED);
	(void)peer_registry_failed(r, &pass[0], RSN_NET_TIMEOUT, 0, 0, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(enter(A, 0, &pass[i]), PEER_ENTERED);
	assert_int_equal(enter(A, 0, &more), PEER_FULL);
	(void)peer_registry_answered(r, &pass[0], 1);
	assert_int_equal(enter(A, 0, &pass[2]), PEER_ENTERED);
	assert_int_equal(enter(A, 0, &more), PEER_FULL);
}

static void attempts_that_began_before_a_peer_died_do_not_lengthen_its_waits(void **state)
{
	struct peer_pass pass[4];

	(void)state;
	prove(A);
	for (int i = 0; i < 4; i++)
		assert_int_equal(enter(A, 0, &pass[i]), PEER_ENTERED);
	for (int i = 0; i < 4; i++)
		(void)peer_registry_failed(r, &pass[i], RSN_NET_TIMEOUT, 0, 0, 0);
	assert_int_equal(enter(A, 1250, &pass[0]), PEER_ENTERED);
	assert_int_equal(peer_registry_failed(r, &pass[0], RSN_NET_TIMEOUT, 1250, 0, 0).failures, 2);
}

static void what_a_peer_asks_for_is_obeyed(void **state)
{
	struct peer_pass pass;
	struct peer_news n;

	(void)state;
	prove(A);
	assert_int_equal(enter(A, 0, &pass), PEER_ENTERED);
	n = peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, 0, 90000, 0);
	assert_int_equal(n.after, PEER_DEAD);	/* at once: it said so itself */
	assert_int_equal(n.probe_at, 90000);
}

static void a_slow_peer_is_for_the_patient_until_it_answers_in_time(void **state)
{
	struct peer_pass first, second;

	(void)state;
	prove(A);
	assert_int_equal(enter(A, 0, &first), PEER_ENTERED);
	assert_int_equal(peer_registry_takes_long(r, A).after, PEER_SLOW);
	assert_int_equal(enter(A, 0, &second), PEER_ENTERED);
	assert_true(second.is_patient);
	assert_int_equal(peer_registry_answered(r, &first, 60000).after, PEER_SLOW);
	assert_int_equal(peer_registry_answered(r, &second, 20).after, PEER_HEALTHY);
}

static void a_clock_that_was_ahead_does_not_keep_a_peer_away(void **state)
{
	const int64_t ahead = 10LL * 24 * 3600 * 1000;
	struct peer_wait wait;
	struct peer_pass pass;

	(void)state;
	assert_int_equal(enter(A, ahead, &pass), PEER_ENTERED);
	(void)peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, ahead, 0, 0);
	assert_int_equal(peer_registry_enter(r, A, 0, &pass, &wait), PEER_RESTS);
	assert_in_range(wait.until, 750, 1250);
}

static void what_the_spool_remembers_is_recalled_for_an_unproven_peer_only(void **state)
{
	struct peer_pass pass;

	(void)state;
	peer_registry_recall(r, A, RSN_NET_TLS, 3, 0, 5000);
	assert_int_equal(enter(A, 4999, &pass), PEER_RESTS);
	assert_int_equal(enter(A, 5000, &pass), PEER_ENTERED);
	assert_int_equal(peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, 5000, 0, 0).failures, 4);
	prove("http://b.example:80");
	peer_registry_recall(r, "http://b.example:80", RSN_NET_TLS, 3, 0, 5000);
	assert_int_equal(enter("http://b.example:80", 0, &pass), PEER_ENTERED);
	assert_false(pass.is_patient);
}

static void a_hundred_thousand_peers_take_no_more_memory_than_allowed(void **state)
{
	struct peer_counts c;
	struct peer_pass busy, pass;
	size_t n = 0;
	char key[PEER_KEY_LEN];

	(void)state;
	prove(A);
	assert_int_equal(enter(A, 0, &busy), PEER_ENTERED);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(key, sizeof(key), "http://h%d.example:80", i);
		assert_int_equal(enter(key, 0, &pass), PEER_ENTERED);
		(void)peer_registry_failed(r, &pass, RSN_NET_TIMEOUT, 0, 0, 0);
	}
	peer_registry_count(r, &c);
	for (int s = 0; s < PEER_STATES; s++)
		n += c.in[s];
	assert_int_equal(n, KEPT);
	assert_int_equal(c.in[PEER_HEALTHY], 1);	/* somebody is there */
	peer_registry_leave(r, &busy);
}

#define WORKERS 8
#define ROUNDS 3000
static atomic_int inside, most_inside;

static void *wake(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct peer_pass pass;
		int n, seen;

		if (enter(A, 0, &pass) != PEER_ENTERED)
			continue;
		n = atomic_fetch_add(&inside, 1) + 1;
		for (seen = atomic_load(&most_inside); n > seen && !atomic_compare_exchange_weak(&most_inside, &seen, n);)
			;
		atomic_fetch_sub(&inside, 1);
		if (arg != NULL)
			(void)peer_registry_answered(r, &pass, 1);
		peer_registry_leave(r, &pass);
	}
	return NULL;
}

static void all_wake_at_once(void *arg)
{
	pthread_t t[WORKERS];

	atomic_store(&most_inside, 0);
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, wake, arg), 0);
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_int_equal(atomic_load(&inside), 0);
}

static void however_many_workers_wake_at_once_no_place_is_taken_twice(void **state)
{
	(void)state;
	all_wake_at_once(NULL);			/* unproven: one */
	assert_int_equal(atomic_load(&most_inside), 1);
	all_wake_at_once(&(int){ 1 });		/* healthy: its limit */
	assert_in_range(atomic_load(&most_inside), 1, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_path_of_an_address_does_not_make_another_peer, fresh, stale),
		cmocka_unit_test_setup_teardown(an_unproven_peer_has_one_place_for_the_patient_until_it_answers, fresh, stale),
		cmocka_unit_test_setup_teardown(a_place_that_is_given_back_unused_teaches_nothing, fresh, stale),
		cmocka_unit_test_setup_teardown(a_dead_peer_is_probed_one_at_a_time_after_waits_that_double, fresh, stale),
		cmocka_unit_test_setup_teardown(a_healthy_peer_dies_of_three_failures_in_a_row_and_not_of_one, fresh, stale),
		cmocka_unit_test_setup_teardown(failures_halve_the_places_and_successes_give_them_back, fresh, stale),
		cmocka_unit_test_setup_teardown(attempts_that_began_before_a_peer_died_do_not_lengthen_its_waits, fresh, stale),
		cmocka_unit_test_setup_teardown(what_a_peer_asks_for_is_obeyed, fresh, stale),
		cmocka_unit_test_setup_teardown(a_slow_peer_is_for_the_patient_until_it_answers_in_time, fresh, stale),
		cmocka_unit_test_setup_teardown(a_clock_that_was_ahead_does_not_keep_a_peer_away, fresh, stale),
		cmocka_unit_test_setup_teardown(what_the_spool_remembers_is_recalled_for_an_unproven_peer_only, fresh, stale),
		cmocka_unit_test_setup_teardown(a_hundred_thousand_peers_take_no_more_memory_than_allowed, fresh, stale),
		cmocka_unit_test_setup_teardown(however_many_workers_wake_at_once_no_place_is_taken_twice, fresh, stale),
	};
	return cmocka_run_group_tests_name("gateway/peer/registry", tests, NULL, NULL);
}
