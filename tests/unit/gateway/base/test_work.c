/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/work. */
#include "base/work.h"

#include <pthread.h>
#include <stdatomic.h>

#include "cm.h"

static atomic_int done;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int order[1000], order_n;

static void count_job(void *job)
{
	(void)job;
	atomic_fetch_add(&done, 1);
}

/* Waits until the test opens the gate. */
static void gate_job(void *job)
{
	(void)job;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	atomic_fetch_add(&done, 1);
}

static void order_job(void *job)
{
	order[order_n++] = *(int *)job;
}

static void wait_empty(struct work *w)
{
	while (work_waiting(w) > 0)
		usleep(1000);
}

static void one_thread_runs_jobs_in_order_of_submission(void **state)
{
	struct err e = ERR_INIT;
	struct work *w = NULL;
	static int n[1000];

	(void)state;
	order_n = 0;
	assert_ok(work_new("order", 1, 1000, &w, &e), e);
	for (int i = 0; i < 1000; i++) {
		n[i] = i;
		assert_ok(work_submit(w, order_job, &n[i], &e), e);
	}
	work_stop(w);
	assert_int_equal(order_n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(order[i], i);
	work_free(w);
}

static void a_full_queue_refuses_and_a_stopped_pool_finishes_what_it_took(void **state)
{
	struct err e = ERR_INIT;
	struct work *w = NULL;

	(void)state;
	atomic_store(&done, 0);
	pthread_mutex_lock(&gate);
	assert_ok(work_new("a very long thread name", 1, 3, &w, &e), e);
	assert_ok(work_submit(w, gate_job, NULL, &e), e);
	wait_empty(w);	/* the thread has it, and stands at the gate */
	for (int i = 0; i < 3; i++)
		assert_ok(work_submit(w, count_job, NULL, &e), e);
	assert_int_equal(work_waiting(w), 3);
	assert_int_equal(work_submit(w, count_job, NULL, &e), ERR_BUSY);
	pthread_mutex_unlock(&gate);
	work_stop(w);
	assert_int_equal(atomic_load(&done), 4);
	assert_int_equal(work_submit(w, count_job, NULL, &e), ERR_STOPPING);
	work_free(w);
	work_free(NULL);
}

struct sender {
	struct work *w;
	int taken;
};

static void *send_many(void *arg)
{
	struct sender *s = arg;
	struct err e = ERR_INIT;

	for (int i = 0; i < 3000; i++)
		if (work_submit(s->w, count_job, NULL, &e) == 0)
			s->taken++;
	return NULL;
}

static void *stop_it(void *arg)
{
	work_stop(arg);
	return NULL;
}

static void every_accepted_job_runs_once_under_many_senders(void **state)
{
	struct err e = ERR_INIT;
	struct work *w = NULL;
	struct sender s[4];
	pthread_t t[4], stop[2];
	int taken = 0;

	(void)state;
	atomic_store(&done, 0);
	assert_ok(work_new("pool", 4, 16, &w, &e), e);
	for (int i = 0; i < 4; i++) {
		s[i] = (struct sender){ w, 0 };
		assert_int_equal(pthread_create(&t[i], NULL, send_many, &s[i]), 0);
	}
	usleep(2000);
	for (int i = 0; i < 2; i++)	/* stopped twice, in the middle: both return when all is done */
		assert_int_equal(pthread_create(&stop[i], NULL, stop_it, w), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		taken += s[i].taken;
	}
	for (int i = 0; i < 2; i++)
		pthread_join(stop[i], NULL);
	assert_int_equal(atomic_load(&done), taken);
	work_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread_runs_jobs_in_order_of_submission),
		cmocka_unit_test(a_full_queue_refuses_and_a_stopped_pool_finishes_what_it_took),
		cmocka_unit_test(every_accepted_job_runs_once_under_many_senders),
	};
	return cmocka_run_group_tests_name("base/work", tests, NULL, NULL);
}
