/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A child stores, hands out, closes and calls back mail and kills itself at every n-th write or sync; the parent knows what
 * was acknowledged: none of it is lost, nothing that was closed waits again, and the counts say what is there.
 */
#include "spool/suite/h_spool.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define FUTURE 4102444800000	/* 2100 */

enum op { OP_STORED = 1, OP_FORWARDED, OP_FETCHED, OP_CANCELLED, OP_END };

struct ack {
	enum op op;
	struct id id;
};

static struct known {
	struct id id;
	bool forwarded, fetched, cancelled;
} known[4000];
static size_t known_count;
static int ack_fd;
static atomic_int countdown;

static void crash(const char *where)
{
	if (strcmp(where, "slot") != 0 && atomic_fetch_sub(&countdown, 1) == 1) {
		kill(getpid(), SIGKILL);
		pause();
	}
}

static void acknowledge(enum op op, const struct id *id)
{
	struct ack a;

	memset(&a, 0, sizeof(a));
	a.op = op;
	if (id != NULL)
		a.id = *id;
	if (write(ack_fd, &a, sizeof(a)) != sizeof(a))
		_exit(80);
}

#define NEED(n, cond) ((cond) ? (void)0 : _exit(n))

static void child(unsigned round, int n)
{
	const struct spool_event ev = { .at = 1, .kind = SPOOL_EV_CANCELLED };
	struct err e = ERR_INIT;
	struct id ids[4];
	char name[40];

	atomic_store(&countdown, n);
	spool_crash_hook = crash;
	NEED(81, spool_open(&h.o, &h.s, &e) == 0);
	for (unsigned i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "m-%u-%u", round, i);
		NEED(82, h_mail(h.s, name, 1, 2, i < 3 ? 100 + i : FUTURE, &ids[i], &e) == 0);
		acknowledge(OP_STORED, &ids[i]);
	}
	NEED(83, spool_message_mark(h.s, &ids[0], SPOOL_FORWARDED, 1000, &e) == 0);
	acknowledge(OP_FORWARDED, &ids[0]);
	NEED(84, spool_mail_fetched(h.s, ids, 2, 2000, &e) == 0);
	acknowledge(OP_FETCHED, &ids[0]);
	acknowledge(OP_FETCHED, &ids[1]);
	NEED(85, spool_mail_cancel(h.s, &ids[3], 3000, &ev, &e) == 0);
	acknowledge(OP_CANCELLED, &ids[3]);
	spool_close(h.s);
	acknowledge(OP_END, NULL);
	_exit(0);
}

static bool learn(const struct ack *a)
{
	size_t i = 0;

	if (a->op == OP_END)
		return true;
	while (i < known_count && id_cmp(&known[i].id, &a->id) != 0)
		i++;
	assert_true(i < ARRAY_LEN(known));
	if (i == known_count)
		known[known_count++] = (struct known){ .id = a->id };
	known[i].forwarded |= a->op == OP_FORWARDED;
	known[i].fetched |= a->op == OP_FETCHED;
	known[i].cancelled |= a->op == OP_CANCELLED;
	return false;
}

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

static bool waits(const struct spool_mail_ref *list, size_t n, const struct id *id)
{
	for (size_t i = 0; i < n; i++)
		if (id_cmp(&list[i].id, id) == 0)
			return true;
	return false;
}

static void check_lists(bool new_only)
{
	const struct spool_box box = h_box(2);
	const struct spool_box_range q = { .boxes = &box, .box_count = 1, .new_only = new_only, .limit = 100000 };
	struct spool_mail_ref *list;
	struct err e = ERR_INIT;
	uint64_t count;
	bool more;
	size_t n;

	assert_ok(spool_box_list(h.s, h.a, &q, &list, &n, &more, &e), e);
	assert_ok(spool_box_count(h.s, &q, &count, &e), e);
	assert_int_equal(count, n);
	for (size_t i = 0; i < known_count; i++) {
		struct spool_message m;

		assert_ok(spool_message_get(h.s, h.a, &known[i].id, &m, &e), e);
		assert_true(!known[i].forwarded || m.forwarded == 1000);
		assert_true(!known[i].fetched || m.fetched == 2000);
		assert_true(!known[i].cancelled || m.expires == 3000);
		assert_int_equal(waits(list, n, &known[i].id), m.fetched == 0 && !(new_only && m.forwarded != 0));
	}
}

static void no_acknowledged_mail_is_lost_and_none_that_was_closed_waits_again(void **state)
{
	unsigned round = 0;
	bool over = false;

	(void)state;
	h_spool_init(&h);
	h.s = (spool_close(h.s), NULL);
	for (int n = 1; !over; n += 2) {
		struct spool_check_result r;
		struct err e = ERR_INIT;

		over = run_child(round++, n);
		assert_ok(spool_open(&h.o, &h.s, &e), e);
		check_lists(false);
		check_lists(true);
		h.s = (spool_close(h.s), NULL);
		assert_ok(spool_check(&h.o, &r, NULL, NULL, &e), e);
		assert_int_equal(r.problems, 0);
		assert_true(r.messages >= known_count && round < 400);
		arena_reset(h.a);
	}
	assert_true(round > 10);
	h_spool_fini(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_acknowledged_mail_is_lost_and_none_that_was_closed_waits_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
