/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A child works on the spool and kills itself at every n-th write or sync; the parent knows what was acknowledged and
 * looks at what is there. The spool lives through all rounds, so each round also recovers from the crash before it.
 */
#include "spool/suite/h_spool.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

enum op { OP_SUBMIT = 1, OP_DONE, OP_FETCHED, OP_ERASE, OP_EDIT, OP_AUDIT, OP_CLEAN_END };

struct ack {
	enum op op;
	unsigned seed;
	size_t size;
	struct id id;
};

static int ack_fd;
static atomic_int countdown;
static const char *only;	/* NULL: every place counts */

static void crash(const char *where)
{
	static atomic_int slots;

	/* A batch of keys is hundreds of equal writes: a few of them are enough. */
	if (strcmp(where, "slot") == 0 && atomic_fetch_add(&slots, 1) % 60 != 7)
		return;
	if (only != NULL && strcmp(where, only) != 0)
		return;
	if (atomic_fetch_sub(&countdown, 1) == 1) {
		kill(getpid(), SIGKILL);
		pause();
	}
}

static void acknowledge(enum op op, const struct id *id, unsigned seed, size_t size)
{
	struct ack a;

	memset(&a, 0, sizeof(a));
	a.op = op;
	a.seed = seed;
	a.size = size;
	if (id != NULL)
		a.id = *id;
	if (write(ack_fd, &a, sizeof(a)) != sizeof(a))
		_exit(80);
}

#define NEED(n, cond) ((cond) ? (void)0 : _exit(n))

static void one_message(unsigned seed, size_t size, int what)
{
	struct err e = ERR_INIT;
	struct spool_delivery d;
	struct spool_message *m;
	struct spool_edit *ed;
	struct id id;
	int64_t next;
	char foreign[40];

	snprintf(foreign, sizeof(foreign), "f-%u-%zu", seed, size);
	NEED(10, h_submit(h.s, foreign, "ags:1", size, seed, &id, NULL, &e) == 0);
	acknowledge(OP_SUBMIT, &id, seed, size);
	if (what == 0)
		return;
	NEED(11, spool_edit_begin(h.s, &id, &ed, &m, &e) == 0);
	NEED(12, spool_edit_drop(ed, "body", &e) == 0);
	NEED(13, h_part(ed, "body", size + 1, seed, &e) == 0);
	NEED(14, spool_edit_commit(ed, NULL, &e) == 0);
	acknowledge(OP_EDIT, &id, seed, size + 1);
	if (what == 1)
		return;
	/* One that waits is delivered, whichever it is; this one is called off and erased. The number of writes in a round
	 * stays the same, so that counting on walks through all of them. */
	NEED(15, h_claim(h.s, h.a, clock_now() + 1, 60000, &d, &next, &e) == 0);
	NEED(16, spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e) == 0);
	acknowledge(OP_DONE, &d.message, 0, 0);
	NEED(19, spool_follow_record(h.s, &(struct spool_follow_step){ .delivery = d.id, .token = d.token, .fetched = 4711 }, 1, &e) == 0);
	acknowledge(OP_FETCHED, &d.message, 0, 0);
	if (h_delivery_of(h.s, h.a, &id, &d, &e) == 0 && d.state == DLV_QUEUED)
		NEED(17, spool_delivery_step(h.s, &d, DLV_EV_CANCEL, NULL, NULL, &e) == 0);
	NEED(18, spool_erase(h.s, &id, clock_now(), &e) == 0);
	acknowledge(OP_ERASE, &id, 0, 0);
}

static void child(unsigned round, int n)
{
	static const struct spool_audit line = { 1, "uid 0", "test", "x", "y" };
	struct err e = ERR_INIT;

	atomic_store(&countdown, n);
	spool_crash_hook = crash;
	NEED(81, spool_open(&h.o, &h.s, &e) == 0);
	one_message(4 * round, 3000, 0);
	one_message(4 * round + 1, 150000, 1);
	NEED(82, spool_audit_add(h.s, &line, &e) == 0);
	acknowledge(OP_AUDIT, NULL, 0, 0);
	one_message(4 * round + 2, 100000, 2);
	one_message(4 * round + 3, 70000, 0);
	spool_close(h.s);
	acknowledge(OP_CLEAN_END, NULL, 0, 0);
	_exit(0);
}

/* --- what the parent knows --------------------------------------------------------------------------------------- */

enum { MOST = 2000 };

static struct known {
	struct id id;
	unsigned seed;
	size_t size;
	bool done, fetched, erased;
} known[MOST];
static size_t known_count;
static uint64_t audit_lines;

static struct known *find(const struct id *id)
{
	for (size_t i = 0; i < known_count; i++)
		if (id_cmp(&known[i].id, id) == 0)
			return &known[i];
	assert_true(known_count < MOST);
	known[known_count] = (struct known){ .id = *id };
	return &known[known_count++];
}

static bool learn(const struct ack *a)
{
	struct known *k;

	if (a->op == OP_CLEAN_END)
		return true;
	if (a->op == OP_AUDIT) {
		audit_lines++;
		return false;
	}
	k = find(&a->id);
	if (a->op == OP_SUBMIT || a->op == OP_EDIT) {
		k->seed = a->seed;
		k->size = a->size;
	}
	k->done = k->done || a->op == OP_DONE;
	k->fetched = k->fetched || a->op == OP_FETCHED;
	k->erased = k->erased || a->op == OP_ERASE;
	return false;
}

/* True when the child came to its end. */
static bool run_child(unsigned round, int n)
{
	bool over = false;
	int fds[2], status;
	struct ack a;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		ack_fd = fds[1];
		child(round, n);
	}
	close(fds[1]);
	while (read(fds[0], &a, sizeof(a)) == sizeof(a))
		over = learn(&a) || over;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		fail_msg("round %u: the child gave up at %d", round, WEXITSTATUS(status));
	return over;
}

static void check_known(const struct known *k)
{
	struct spool_message m, by_foreign;
	struct spool_delivery d;
	struct err e = ERR_INIT;
	struct src *src;

	assert_ok(spool_message_get(h.s, h.a, &k->id, &m, &e), e);
	assert_ok(spool_message_find(h.s, h.a, SPOOL_APPLICATION, span_of(m.foreign_id), &by_foreign, &e), e);
	assert_int_equal(id_cmp(&by_foreign.id, &k->id), 0);
	assert_ok(h_delivery_of(h.s, h.a, &k->id, &d, &e), e);
	if (k->done)
		assert_int_equal(d.state, DLV_DONE);
	if (k->fetched) {
		assert_int_equal(m.fetched, 4711);
		assert_int_equal(d.due, 0);	/* both or none: one commit */
	}
	if (k->erased) {
		assert_int_not_equal(m.erased, 0);
		assert_int_equal(spool_part_open(h.s, &k->id, "body", &src, &e), ERR_MISSING);
	} else if (m.erased == 0 && k->size == m.parts[0].size) {
		assert_true(h_part_is(h.s, &k->id, "body", k->size, k->seed, &e));
	} else if (m.erased == 0) {
		/* The edit came through, its acknowledgement did not. */
		assert_int_equal(m.parts[0].size, k->size + 1);
		assert_true(h_part_is(h.s, &k->id, "body", k->size + 1, k->seed, &e));
	}
}

/* Right after a start no key is left that no message needs: erasures and edits that were cut off are over. */
static void check_keys(void)
{
	uint64_t slots = spool_keys_file_size(spool_lmdb_of(h.s)->keys) / SPOOL_SLOT_LEN, full = 0, live = 0;
	uint8_t key[SPOOL_KEY_LEN];
	struct err e = ERR_INIT;
	struct spool_message m;

	for (uint64_t i = 1; i < slots; i++)
		full += spool_keys_load(spool_lmdb_of(h.s)->keys, i, key, &e) == 0;
	for (size_t i = 0; i < known_count; i++) {
		assert_ok(spool_message_get(h.s, h.a, &known[i].id, &m, &e), e);
		live += m.erased == 0;
	}
	assert_int_equal(full, live);
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	print_error("%s\n", text);
}

static void check_all(unsigned round)
{
	struct spool_check_result r;
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	uint64_t lines;
	size_t n;

	h_tick();	/* the sweep leaves alone what was made in the millisecond of the start */
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	spool_sweep_wait(spool_lmdb_of(h.s));
	for (size_t i = 0; i < known_count; i++)
		check_known(&known[i]);
	/* At most one of this round came through without its acknowledgement; it is known from now on. */
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = (1U << DLV_STATES) - 1, .limit = MOST },
					&list, &n, &e), e);
	assert_true(n == known_count || n == known_count + 1);
	for (size_t i = 0; i < n; i++) {
		struct known *k = find(&list[i].message);
		struct spool_message m;

		assert_ok(spool_message_get(h.s, h.a, &list[i].message, &m, &e), e);
		assert_int_equal(sscanf(m.foreign_id, "f-%u-", &k->seed), 1);
		k->size = m.parts[0].size;
		k->done = list[i].state == DLV_DONE;
		k->erased = m.erased != 0;
	}
	check_keys();
	assert_ok(spool_audit_verify(h.s, &lines, &e), e);
	assert_true(lines == audit_lines || lines == audit_lines + 1);
	audit_lines = lines;
	spool_close(h.s);
	h.s = NULL;
	assert_ok(spool_check(&h.o, &r, say, NULL, &e), e);
	if (r.problems != 0 || r.orphans != 0)
		fail_msg("round %u: %d problems, %d orphans", round, (int)r.problems, (int)r.orphans);
	assert_int_equal(r.messages, known_count);
	arena_reset(h.a);
}

static void whatever_was_acknowledged_survives_a_kill_at_any_write(void **state)
{
	const char *step_text = getenv("CRASH_STEP");
	int step = step_text == NULL ? 3 : atoi(step_text);	/* 1: every point; 3: every third, each time others */
	unsigned round = 0;
	bool over = false;

	(void)state;
	h_spool_init(&h);
	spool_close(h.s);
	h.s = NULL;
	for (int n = 1; !over; n += step) {
		over = run_child(round, n);
		check_all(round++);
		assert_true(round < 400);
	}
	assert_true(round > 20);
	/* A new spool is made in steps, too. */
	h_remove(h.dir);
	known_count = audit_lines = 0;
	for (int n = 1; n <= 12; n++) {
		h_remove(h.dir);
		known_count = audit_lines = 0;
		(void)run_child(0, n);
		check_all(round);
	}
	h_spool_fini(&h);
}

/* Between a commit and what follows from it is where half an erasure would be left. */
static void what_a_commit_began_is_finished_by_the_next_start(void **state)
{
	unsigned round = 0;
	bool over = false;

	(void)state;
	h_spool_init(&h);
	spool_close(h.s);
	h.s = NULL;
	known_count = audit_lines = 0;
	only = "committed";
	for (int n = 1; !over; n++) {
		over = run_child(round, n);
		check_all(round++);
		assert_true(round < 400);
	}
	only = NULL;
	assert_true(round > 8);
	h_spool_fini(&h);
}

static void a_kill_at_a_random_moment_under_load_loses_nothing(void **state)
{
	(void)state;
	h_spool_init(&h);
	spool_close(h.s);
	h.s = NULL;
	known_count = audit_lines = 0;
	for (unsigned round = 0; round < 6; round++) {
		struct timespec wait = { 0, (long)(5 + 17 * round) * 1000000L };
		int fds[2], status;
		struct ack a;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		fflush(NULL);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			struct err e = ERR_INIT;

			close(fds[0]);
			ack_fd = fds[1];
			NEED(81, spool_open(&h.o, &h.s, &e) == 0);
			for (unsigned i = 0;; i++)
				one_message(1000 * round + i, i % 3 == 0 ? 80000 : 1000, (int)(i % 3));
		}
		close(fds[1]);
		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		while (read(fds[0], &a, sizeof(a)) == sizeof(a))
			learn(&a);
		close(fds[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		check_all(round);
	}
	h_spool_fini(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_was_acknowledged_survives_a_kill_at_any_write),
		cmocka_unit_test(what_a_commit_began_is_finished_by_the_next_start),
		cmocka_unit_test(a_kill_at_a_random_moment_under_load_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
