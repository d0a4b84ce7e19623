/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every call that writes, killed at every write and sync it makes: afterwards it has happened or not, and it has if it was
 * acknowledged. For every engine; crash_rows.h has the calls, SPOOL_OPS says which ones there are.
 */
#include <signal.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "spool/crash.h"
#include "spool/ops.h"
#include "spool/suite/crash_rows.h"
#include "spool/suite/store_suite.h"

#define DAY INT64_C(86400000)
enum { MOST = 60 };	/* places in one call */

static int countdown;

static void crash(const char *where)
{
	static int slots;

	/* A batch of keys is hundreds of equal writes: a few of them are enough. */
	if (strcmp(where, "slot") == 0 && slots++ % 60 != 7)
		return;
	if (--countdown == 0) {
		kill(getpid(), SIGKILL);
		pause();
	}
}

static void copy_tree(const char *from, const char *to)
{
	char cmd[256];

	h_remove(to);
	assert_true((size_t)snprintf(cmd, sizeof(cmd), "cp -a '%s' '%s'", from, to) < sizeof(cmd));
	assert_int_equal(system(cmd), 0);
}

/* The spool that the call finds, kept beside the one that is worked on. */
static void prepare(const struct crash_row *row, char *kept, size_t n)
{
	h_spool_init(&h);
	h.o.node = (struct id){ { 1 } };
	h.o.clock.wait = DAY;
	h.o.retention = (struct spool_retention){ .delivered = DAY, .cancelled = DAY, .given_up = DAY, .undecided = DAY,
						  .unfetched = DAY, .fetched = DAY, .draft = DAY };
	h_spool_reopen(&h);
	row->prepare(row);
	spool_close(h.s);
	h.s = NULL;
	snprintf(kept, n, "%s/kept", h.root);
	copy_tree(h.dir, kept);
}

static void child(const struct crash_row *row, int ack)
{
	uint8_t result[CRASH_RESULT] = { 0 };
	struct err e = ERR_INIT;

	if (spool_open(&h.o, &h.s, &e) != 0)
		_exit(81);
	h_engine_settle(h.s);
	if (row->ready != NULL)
		row->ready(row);
	spool_crash_hook = crash;
	if (row->call(row, result, &e) != 0) {
		(void)fprintf(stderr, "%s: %s\n", row->op, e.text);
		_exit(82);
	}
	spool_crash_hook = NULL;
	_exit(write(ack, result, sizeof(result)) == sizeof(result) ? 0 : 83);
}

/* True if the call came to its end; result is what it gave. */
static bool run_child(const struct crash_row *row, int n, uint8_t result[CRASH_RESULT])
{
	int fds[2], status;
	bool over;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	(void)fflush(NULL);
	countdown = n;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(row, fds[1]);
	close(fds[1]);
	over = read(fds[0], result, CRASH_RESULT) == CRASH_RESULT;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		fail_msg("%s, %s: the child gave up with %d", row->op, row->what, WEXITSTATUS(status));
	return over;
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	print_error("%s\n", text);
}

/* Another node looks: leases of the one that was killed stay. */
static bool look(const struct crash_row *row, const uint8_t *result)
{
	struct spool_options o = h.o;
	struct spool_check_result r;
	struct err e = ERR_INIT;
	bool happened;

	o.node = (struct id){ { 2 } };
	o.clock.wait = 0;
	h_tick();	/* what was made in the millisecond of a start may be of this life */
	assert_ok(spool_open(&o, &h.s, &e), e);
	h_engine_settle(h.s);
	happened = row->happened(row, result);
	spool_close(h.s);
	h.s = NULL;
	assert_ok(spool_check(&o, &r, say, NULL, &e), e);
	if (r.problems != 0 || r.orphans != 0)
		fail_msg("%s, %s: %d problems, %d orphans", row->op, row->what, (int)r.problems, (int)r.orphans);
	return happened;
}

static void kill_at_each_place(const struct crash_row *row)
{
	uint8_t result[CRASH_RESULT];
	bool over = false, before = false;
	char kept[96];
	int n;

	prepare(row, kept, sizeof(kept));
	for (n = 1; !over && n < MOST; n++) {
		copy_tree(kept, h.dir);
		over = run_child(row, n, result);
		if (!look(row, over ? result : NULL)) {
			before = true;
			if (over)
				fail_msg("%s, %s: was acknowledged and has not happened", row->op, row->what);
		}
	}
	assert_true(over);
	/* It writes, and a kill can come before it does: otherwise nothing was tried. */
	if (n < 3 || !before)
		fail_msg("%s, %s: no place to be killed at", row->op, row->what);
	h_spool_fini(&h);
}

static void a_call_that_is_killed_has_happened_or_not(void **state)
{
	(void)state;
	/* A kill takes nothing from the kernel's memory: no disk is needed, and thousands of syncs cost none. */
	if (access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 0);
	for (size_t t = 0; t < CRASH_TABLES; t++)
		for (size_t i = 0; i < crash_tables[t]->n; i++)
			kill_at_each_place(&crash_tables[t]->rows[i]);
}

/* The first row of the operation with this event (DLV_EVENTS: with any). */
static const struct crash_row *find_row(const char *op, int event)
{
	for (size_t t = 0; t < CRASH_TABLES; t++) {
		for (size_t i = 0; i < crash_tables[t]->n; i++) {
			const struct crash_row *row = &crash_tables[t]->rows[i];

			if (strcmp(row->op, op) == 0 && (event == DLV_EVENTS || (int)row->event == event))
				return row;
		}
	}
	return NULL;
}

static void every_call_that_writes_has_a_row(void **state)
{
	enum { READS, WRITES, OPENS };
#define X(op, what) { #op, what },
	static const struct {
		const char *op;
		int what;
	} ops[] = { SPOOL_OPS(X) };
#undef X

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if ((find_row(ops[i].op, DLV_EVENTS) != NULL) != (ops[i].what == WRITES))
			fail_msg("%s: %s", ops[i].op,
				 ops[i].what == WRITES ? "writes, but has no row in the crash test" : "has a row, but does not write");
}

/* Those that a claim makes by itself are no steps. */
static void every_step_has_a_row(void **state)
{
	(void)state;
	for (int ev = 0; ev < DLV_EVENTS; ev++) {
		bool by_claim = ev == DLV_EV_CLAIM || ev == DLV_EV_LEASE_LOST || ev == DLV_EV_DUE;

		if (!by_claim && find_row("delivery_step", ev) == NULL)
			fail_msg("event %d has no row in the crash test", ev);
	}
}

int store_suite_crash(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_that_writes_has_a_row),
		cmocka_unit_test(every_step_has_a_row),
		cmocka_unit_test(a_call_that_is_killed_has_happened_or_not),
	};

	return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
