/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/periodic. */
#include "periodic.h"

#include <poll.h>
#include <stdatomic.h>

#include "base/log.h"
#include "cm.h"

static int count(void *ctx, int64_t now, struct err *e)
{
	(void)now;
	(void)e;
	atomic_fetch_add((atomic_int *)ctx, 1);
	return 0;
}

static int fails(void *ctx, int64_t now, struct err *e)
{
	(void)now;
	atomic_fetch_add((atomic_int *)ctx, 1);
	return err_set(e, ERR_IO, "on purpose");
}

/* Waits until the counter has reached n, at most ten seconds. */
static int reaches(atomic_int *counter, int n)
{
	for (int i = 0; i < 1000 && atomic_load(counter) < n; i++)
		(void)poll(NULL, 0, 10);
	return atomic_load(counter) >= n;
}

static void jobs_run_again_and_again_even_after_a_failure(void **state)
{
	atomic_int good = 0, bad = 0;
	const struct gw_job jobs[] = { { "good", 10, count, &good }, { "bad", 10, fails, &bad } };
	struct gw_periodic *p = NULL;
	struct err e = ERR_INIT;

	(void)state;
	log_set_level(LOG_ERROR);
	assert_ok(gw_periodic_start(jobs, 2, &p, &e), e);
	assert_true(reaches(&good, 3));
	assert_true(reaches(&bad, 3));
	gw_periodic_stop(p);
}

static void a_stop_does_not_wait_for_the_next_round(void **state)
{
	atomic_int n = 0;
	const struct gw_job jobs[] = { { "hourly", 3600 * 1000, count, &n } };
	struct gw_periodic *p = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(gw_periodic_start(jobs, 1, &p, &e), e);
	gw_periodic_stop(p);
	assert_int_equal(atomic_load(&n), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_run_again_and_again_even_after_a_failure),
		cmocka_unit_test(a_stop_does_not_wait_for_the_next_round),
	};
	return cmocka_run_group_tests_name("gateway/periodic", tests, NULL, NULL);
}
