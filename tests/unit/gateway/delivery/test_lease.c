/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/lease. */
#include "delivery/lease.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "cm.h"

#include "base/clock.h"
#include "spool/suite/h_spool.h"

#define LEASE_MS 400
#define LONG_MS 100
#define WAIT_MS 20000

static struct delivery_leases *l;
static atomic_int told;
static void *told_owner;

static void takes_long(void *ctx, void *owner)
{
	(void)ctx;
	told_owner = owner;
	atomic_fetch_add(&told, 1);
}

static int fresh(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_setup(state);
	atomic_store(&told, 0);
	assert_ok(delivery_leases_start(&(struct delivery_leases_options){ .spool = h.s, .lease_ms = LEASE_MS,
									   .long_ms = LONG_MS, .takes_long = takes_long },
					&l, &e),
		  e);
	return 0;
}

static int stale(void **state)
{
	delivery_leases_free(l);
	return h_teardown(state);
}

static struct spool_delivery claim(int64_t now)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	assert_ok(h_claim(h.s, h.a, now, LEASE_MS, &d, &next, &e), e);
	return d;
}

static struct spool_delivery claim_new(void)
{
	struct err e = ERR_INIT;

	assert_ok(h_submit(h.s, NULL, "ags:1", 100, 1, NULL, NULL, &e), e);
	return claim(clock_now());
}

static struct spool_delivery now_is(const struct spool_delivery *d)
{
	struct spool_delivery now;
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_get(h.s, h.a, &d->id, &now, &e), e);
	return now;
}

static void a_lease_is_renewed_for_as_long_as_the_attempt_lasts(void **state)
{
	struct spool_delivery d = claim_new();
	struct delivery_lease x;
	struct err e = ERR_INIT;
	int64_t end = clock_mono() + WAIT_MS;

	(void)state;
	delivery_lease_take(l, &x, &d, WAIT_MS, NULL);
	while (now_is(&d).due < d.due + 3 * LEASE_MS && clock_mono() < end)
		usleep(20000);
	assert_true(now_is(&d).due >= d.due + 3 * LEASE_MS);
	assert_int_equal(now_is(&d).attempts, 1);
	assert_ok(delivery_lease_begin_order(&x, &e), e);
	delivery_lease_end_order(&x);
	delivery_lease_end(&x);
}

static void it_ends_with_the_time_of_the_attempt(void **state)
{
	struct spool_delivery d = claim_new();
	struct delivery_lease x;
	struct err e = ERR_INIT;

	(void)state;
	delivery_lease_take(l, &x, &d, 0, NULL);
	usleep(LEASE_MS * 1000);
	assert_int_equal(now_is(&d).due, d.due);
	assert_int_equal(delivery_lease_begin_order(&x, &e), ERR_TIMEOUT);
	delivery_lease_end(&x);
}

static void who_lost_the_lease_sends_nothing_any_more(void **state)
{
	struct spool_delivery old = claim_new(), next;
	struct delivery_lease x;
	struct err e = ERR_INIT;

	(void)state;
	next = claim(old.due + 1);	/* the process was paused for longer than the lease */
	assert_int_equal(next.attempts, 2);
	assert_true(next.ambiguous);
	assert_true(next.token > old.token);
	old.due = 0;
	delivery_lease_take(l, &x, &old, WAIT_MS, NULL);
	assert_int_equal(delivery_lease_begin_order(&x, &e), ERR_WRONG_STATE);
	e = (struct err)ERR_INIT;
	assert_int_equal(spool_delivery_step(h.s, &old, DLV_EV_ACCEPTED, NULL, NULL, &e), ERR_WRONG_STATE);
	assert_int_equal(now_is(&next).state, DLV_ACTIVE);
	delivery_lease_end(&x);
}

struct second {
	struct spool_delivery d;
	struct delivery_lease x;
	atomic_bool has_begun;
};

static void *begin_second(void *arg)
{
	struct second *s = arg;

	delivery_lease_take(l, &s->x, &s->d, WAIT_MS, NULL);
	atomic_store(&s->has_begun, true);
	delivery_lease_end(&s->x);
	return NULL;
}

static void two_attempts_at_one_delivery_never_overlap(void **state)
{
	struct spool_delivery first = claim_new();
	struct second s = { .has_begun = false };
	struct delivery_lease x;
	struct err e = ERR_INIT;
	pthread_t t;

	(void)state;
	delivery_lease_take(l, &x, &first, WAIT_MS, NULL);
	s.d = claim(clock_now() + 100LL * LEASE_MS);
	assert_int_equal(pthread_create(&t, NULL, begin_second, &s), 0);
	while (delivery_lease_begin_order(&x, &e) == 0)	/* it learns that there is another one */
		usleep(1000);
	usleep(50000);
	assert_false(atomic_load(&s.has_begun));
	delivery_lease_end(&x);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_true(atomic_load(&s.has_begun));
}

static void an_attempt_that_waits_for_long_is_told_once(void **state)
{
	struct spool_delivery d = claim_new();
	struct delivery_lease x;
	struct err e = ERR_INIT;
	int64_t end = clock_mono() + WAIT_MS;
	int owner = 0;

	(void)state;
	delivery_lease_take(l, &x, &d, WAIT_MS, &owner);
	usleep(3 * LONG_MS * 1000);
	assert_int_equal(atomic_load(&told), 0);	/* it works, it does not wait */
	assert_ok(delivery_lease_begin_order(&x, &e), e);
	while (atomic_load(&told) == 0 && clock_mono() < end)
		usleep(5000);
	usleep(2 * LONG_MS * 1000);
	assert_int_equal(atomic_load(&told), 1);
	delivery_lease_end_order(&x);
	delivery_lease_end(&x);
	assert_ptr_equal(told_owner, &owner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_lease_is_renewed_for_as_long_as_the_attempt_lasts, fresh, stale),
		cmocka_unit_test_setup_teardown(it_ends_with_the_time_of_the_attempt, fresh, stale),
		cmocka_unit_test_setup_teardown(who_lost_the_lease_sends_nothing_any_more, fresh, stale),
		cmocka_unit_test_setup_teardown(two_attempts_at_one_delivery_never_overlap, fresh, stale),
		cmocka_unit_test_setup_teardown(an_attempt_that_waits_for_long_is_told_once, fresh, stale),
	};
	return cmocka_run_group_tests_name("gateway/delivery/lease", tests, NULL, NULL);
}
