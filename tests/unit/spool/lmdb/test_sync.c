/* SPDX-License-Identifier: EUPL-1.2 */
/* A sync that fails is final: the kernel may have dropped what it could not write, so nothing is acknowledged any more
 * until a new start has read from the disk what is really there. The functions below take the place of libc's. */
#include "spool/suite/h_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

static atomic_int fail_fdatasync, fail_fsync;	/* 0: works; n: the n-th call from now on fails, once */

static int pass(atomic_int *countdown)
{
	return atomic_load(countdown) > 0 && atomic_fetch_sub(countdown, 1) == 1 ? 0 : 1;
}

int fdatasync(int fd)
{
	if (pass(&fail_fdatasync))
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}

int fsync(int fd)
{
	if (pass(&fail_fsync))
		return (int)syscall(SYS_fsync, fd);
	errno = EIO;
	return -1;
}

static struct id before;

static int setup(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&h);
	log_set_fd(open("/dev/null", O_WRONLY));
	assert_ok(h_submit(h.s, "before", "ags:1", 100000, 1, &before, NULL, &e), e);
	return 0;
}

static void expect_dead(void)
{
	struct spool_event ev = { .kind = SPOOL_EV_STORED };
	struct err e = ERR_INIT;
	struct spool_message m;
	struct spool_delivery d;
	struct spool_edit *ed;
	struct spool_message *w;
	struct src *src;
	int64_t next;

	assert_true(spool_is_dead(h.s));
	assert_int_equal(h_submit(h.s, "x", "ags:1", 10, 1, NULL, NULL, &e), ERR_IO);
	assert_int_equal(spool_edit_begin(h.s, &before, &ed, &w, &e), ERR_IO);
	assert_int_equal(spool_message_get(h.s, h.a, &before, &m, &e), ERR_IO);
	assert_int_equal(spool_part_open(h.s, &before, "body", &src, &e), ERR_IO);
	assert_int_equal(spool_event_add(h.s, &before, &ev, &e), ERR_IO);
	assert_int_equal(h_claim(h.s, h.a, clock_now() + 1, 1, &d, &next, &e), ERR_IO);
	assert_int_equal(spool_erase(h.s, &before, 1, &e), ERR_IO);
}

static void expect_sound_after_a_restart(void)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;

	h_spool_reopen(&h);
	assert_false(spool_is_dead(h.s));
	assert_true(h_part_is(h.s, &before, "body", 100000, 1, &e));
	assert_ok(h_submit(h.s, "after", "ags:1", 100000, 2, NULL, NULL, &e), e);
	spool_close(h.s);
	h.s = NULL;
	assert_ok(spool_check(&h.o, &r, NULL, NULL, &e), e);
	assert_int_equal(r.problems, 0);
}

static void a_failed_sync_of_the_database_is_final(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	atomic_store(&fail_fdatasync, 1);
	assert_int_equal(h_submit(h.s, "lost", "ags:1", 10, 1, NULL, NULL, &e), ERR_IO);
	expect_dead();
	expect_sound_after_a_restart();
}

static void a_failed_sync_of_a_payload_is_final(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (int n = 1; n <= 2; n++) {	/* the file, then its folder */
		atomic_store(&fail_fsync, n);
		assert_int_equal(h_submit(h.s, "lost", "ags:1", 100000, 1, NULL, NULL, &e), ERR_IO);
		expect_dead();
		h_spool_reopen(&h);
	}
	expect_sound_after_a_restart();
}

static void an_erasure_whose_sync_failed_is_finished_by_the_next_start(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message m;
	struct src *src;
	struct id id;

	(void)state;
	assert_ok(h_mail(h.s, "mail", 1, 2, 5, &id, &e), e);
	atomic_store(&fail_fdatasync, 2);	/* the first is that of the commit, the second that of the key file */
	assert_int_equal(spool_erase(h.s, &id, 6, &e), ERR_IO);
	expect_dead();
	h_spool_reopen(&h);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.erased, 6);
	assert_int_equal(spool_part_open(h.s, &id, "content", &src, &e), ERR_MISSING);
	expect_sound_after_a_restart();
}

static void *submit_some(void *arg)
{
	unsigned *good = arg;
	struct err e = ERR_INIT;

	for (unsigned i = 0; i < 20; i++)
		if (h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e) == 0)
			++*good;
	return NULL;
}

static void of_a_group_whose_sync_failed_nobody_is_acknowledged(void **state)
{
	enum { THREADS = 8 };
	pthread_t threads[THREADS];
	unsigned good[THREADS] = { 0 }, sum = 0;
	struct spool_stats st;
	struct err e = ERR_INIT;

	(void)state;
	atomic_store(&fail_fdatasync, 5);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, submit_some, &good[i]), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += good[i];
	}
	assert_true(spool_is_dead(h.s));
	assert_true(sum < THREADS * 20);
	h_spool_reopen(&h);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	/* What was acknowledged is there; the last group may or may not have reached the disk. */
	assert_true(st.messages[SPOOL_APPLICATION] >= sum + 1);
	assert_true(st.messages[SPOOL_APPLICATION] <= sum + 1 + THREADS);
	expect_sound_after_a_restart();
}

static void a_process_whose_spool_is_dead_ends_with_a_status_of_its_own(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	spool_close(h.s);
	h.s = NULL;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct err e = ERR_INIT;

		spool_on_death = h_end_process;
		if (spool_open(&h.o, &h.s, &e) != 0)
			_exit(90);
		atomic_store(&fail_fdatasync, 1);
		(void)h_submit(h.s, "x", "ags:1", 10, 1, NULL, NULL, &e);
		_exit(91);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SPOOL_EXIT_DEAD);
	expect_sound_after_a_restart();
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_failed_sync_of_the_database_is_final),
		T(a_failed_sync_of_a_payload_is_final),
		T(an_erasure_whose_sync_failed_is_finished_by_the_next_start),
		T(of_a_group_whose_sync_failed_nobody_is_acknowledged),
		T(a_process_whose_spool_is_dead_ends_with_a_status_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
