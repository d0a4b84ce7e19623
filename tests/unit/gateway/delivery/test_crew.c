/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/crew. */
#include "delivery/crew.h"

#include <stdatomic.h>
#include <unistd.h>

#include "cm.h"

#include "base/clock.h"

#define WORKERS 2
#define PATIENT 3
#define WAIT_MS 10000

static struct delivery_crew *crew;
static atomic_int seated, patient, most_seated, turns, refused, to_hang;
static atomic_bool go_on;

static void note_most(void)
{
	int n = atomic_load(&seated), seen = atomic_load(&most_seated);

	while (n > seen && !atomic_compare_exchange_weak(&most_seated, &seen, n))
		;
}

/* As many turns as to_hang says meet a peer that does not answer; the others work. */
static void work(void *ctx, struct delivery_turn *turn)
{
	(void)ctx;
	atomic_fetch_add(&seated, 1);
	note_most();
	if (atomic_fetch_sub(&to_hang, 1) > 0) {
		atomic_fetch_sub(&seated, 1);	/* before the seat is somebody else's */
		if (delivery_crew_be_patient(turn, false)) {
			atomic_fetch_add(&patient, 1);
			while (!atomic_load(&go_on))
				usleep(1000);
			atomic_fetch_sub(&patient, 1);
			return;
		}
		atomic_fetch_add(&seated, 1);
		atomic_fetch_add(&refused, 1);
	}
	atomic_fetch_add(&turns, 1);
	usleep(500);
	atomic_fetch_sub(&seated, 1);
}

static int fresh(void **state)
{
	const struct delivery_crew_options o = { .workers = WORKERS, .patient = PATIENT, .work = work };
	struct err e = ERR_INIT;

	(void)state;
	atomic_store(&go_on, false);
	atomic_store(&to_hang, 0);
	atomic_store(&turns, 0);
	atomic_store(&refused, 0);
	atomic_store(&most_seated, 0);
	assert_ok(delivery_crew_start(&o, &crew, &e), e);
	return 0;
}

static int stale(void **state)
{
	(void)state;
	atomic_store(&go_on, true);
	delivery_crew_free(crew);
	return 0;
}

static void until_at_least(atomic_int *what, int n)
{
	int64_t end = clock_mono() + WAIT_MS;

	while (atomic_load(what) < n && clock_mono() < end)
		usleep(500);
	assert_true(atomic_load(what) >= n);
}

static void who_waits_for_a_peer_takes_no_worker_away(void **state)
{
	int before;

	(void)state;
	atomic_store(&to_hang, PATIENT);
	until_at_least(&patient, PATIENT);
	before = atomic_load(&turns);
	until_at_least(&turns, before + 50);	/* the others go on */
	assert_int_equal(atomic_load(&patient), PATIENT);
	assert_in_range(atomic_load(&most_seated), 1, WORKERS);
}

static void there_is_an_end_to_patience(void **state)
{
	(void)state;
	atomic_store(&to_hang, PATIENT);
	until_at_least(&patient, PATIENT);
	assert_false(delivery_crew_has_patience(crew));
	atomic_store(&to_hang, 1);
	until_at_least(&refused, 1);
	assert_int_equal(atomic_load(&patient), PATIENT);
	atomic_store(&go_on, true);
	while (!delivery_crew_has_patience(crew))
		usleep(500);
}

static void it_ends_although_some_are_waiting(void **state)
{
	(void)state;
	atomic_store(&to_hang, 1);
	until_at_least(&patient, 1);
	delivery_crew_end(crew);
	assert_true(delivery_crew_is_ending(crew));
	/* stale() joins all of them */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_waits_for_a_peer_takes_no_worker_away, fresh, stale),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_patience, fresh, stale),
		cmocka_unit_test_setup_teardown(it_ends_although_some_are_waiting, fresh, stale),
	};
	return cmocka_run_group_tests_name("gateway/delivery/crew", tests, NULL, NULL);
}
