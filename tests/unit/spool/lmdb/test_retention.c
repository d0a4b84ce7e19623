/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/lmdb/retention: the walk over more records than one job takes, and one that is cut off. */
#include "spool/suite/h_spool.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "spool/lmdb/engine.h"

#define DAY INT64_C(86400000)
enum { MAILS = 700 };	/* a job takes 256 */

static int commits_left;

static void count_down(const char *where)
{
	if (strcmp(where, "committed") == 0 && --commits_left == 0)
		kill(getpid(), SIGKILL);
}

static void fill(void)
{
	struct err e = ERR_INIT;

	h.o.retention = (struct spool_retention){ .unfetched = 10 * DAY };
	h_spool_reopen(&h);
	for (int i = 0; i < MAILS; i++)
		assert_ok(h_mail(h.s, NULL, 1, 2, 1000 + i, NULL, &e), e);
}

static size_t ending_before(int64_t ms)
{
	struct err e = ERR_INIT;
	struct id *ids;
	size_t n;

	assert_ok(spool_expired(h.s, h.a, ms, 2 * MAILS, &ids, &n, &e), e);
	return n;
}

static void a_walk_reaches_every_record(void **state)
{
	(void)state;
	fill();
	assert_int_equal(ending_before(1000 + 10 * DAY), 0);
	h.o.retention.unfetched = DAY;
	h_spool_reopen(&h);
	assert_int_equal(ending_before(1000 + DAY), 0);
	assert_int_equal(ending_before(1000 + MAILS + DAY), MAILS);
	assert_false(atomic_load(&spool_lmdb_of(h.s)->ends_settling));
}

/* Killed after each of its commits: the next start goes through, whatever was done before. */
static void a_walk_that_is_cut_off_is_walked_again(void **state)
{
	int status, kills = 0;

	(void)state;
	fill();
	h.o.retention.unfetched = DAY;
	spool_close(h.s);
	h.s = NULL;
	for (int n = 1; n < 20; n++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			struct err e = ERR_INIT;

			commits_left = n;
			spool_crash_hook = count_down;
			if (spool_open(&h.o, &h.s, &e) != 0)
				_exit(1);
			h_engine_settle(h.s);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			break;
		}
		kills++;
	}
	assert_true(kills >= 3);	/* each start does a part, so that fewer commits are left */
	h_spool_reopen(&h);
	assert_int_equal(ending_before(1000 + MAILS + DAY), MAILS);
}

static void nothing_ends_while_records_may_have_the_ends_of_other_settings(void **state)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	(void)state;
	fill();
	atomic_store(&spool_lmdb_of(h.s)->ends_settling, true);
	assert_int_equal(ending_before(INT64_MAX), 0);
	assert_ok(spool_delivery_ending(h.s, h.a, INT64_MAX, 10, &list, &n, &e), e);
	assert_int_equal(n, 0);
	spool_ends_settle(spool_lmdb_of(h.s));
	assert_int_equal(ending_before(INT64_MAX), MAILS);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_walk_reaches_every_record),
		T(a_walk_that_is_cut_off_is_walked_again),
		T(nothing_ends_while_records_may_have_the_ends_of_other_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
