/* SPDX-License-Identifier: EUPL-1.2 */
/* A full disk refuses the call that met it, and nothing else. */
#include "spool/suite/h_spool.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

static void a_full_map_refuses_new_messages_and_lets_the_old_ones_go(void **state)
{
	enum { MOST = 400 };
	static struct id ids[MOST];
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t next;
	int n = 0, rc = 0, again = 0;

	(void)state;
	spool_close(h.s);
	h_remove(h.dir);
	h.o.size_max = 2 << 20;
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	while (n < MOST && (rc = h_submit(h.s, NULL, "ags:1", 20000, (unsigned)n, &ids[n], NULL, &e)) == 0)
		n++;
	assert_true(n > 20 && n < MOST);
	assert_int_equal(rc, ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_DISK_FULL);
	assert_false(spool_is_dead(h.s));
	assert_int_equal(h_submit(h.s, NULL, "ags:1", 20000, 1, NULL, NULL, &e), ERR_FULL);
	for (int i = 0; i < n; i++)
		assert_true(h_part_is(h.s, &ids[i], "body", 20000, (unsigned)i, &e));
	/* There is room kept to deliver and erase what is there. */
	for (int i = 0; i < n; i++) {
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), e);
		assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	}
	for (int i = 0; i < n; i++)
		assert_ok(spool_erase(h.s, &ids[i], 5, &e), e);
	while (again < n / 2 && (rc = h_submit(h.s, NULL, "ags:1", 20000, 1, NULL, NULL, &e)) == 0)
		again++;
	if (again < n / 2)
		fail_msg("after %d erasures only %d new messages: %s", n, again, e.text);
}

static void below_the_reserve_nothing_new_is_begun(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w;
	struct spool_delivery d;
	struct spool_edit *ed;
	struct id id;
	int64_t next;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, NULL, &e), e);
	h.o.reserve = UINT64_MAX / 2;
	h_spool_reopen(&h);
	assert_int_equal(spool_edit_begin(h.s, NULL, &ed, &w, &e), ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_DISK_FULL);
	assert_true(h_part_is(h.s, &id, "body", 10, 1, &e));
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), e);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	h.o.reserve = 1;
	h_spool_reopen(&h);
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, NULL, &e), e);
}

/* owner 0: nobody's. */
static int draft_of(uint8_t owner, size_t n, struct id *id, struct err *e)
{
	struct spool_message *m;
	struct spool_edit *ed;
	int rc = spool_edit_begin(h.s, NULL, &ed, &m, e);

	if (rc != 0)
		return rc;
	*id = m->id;
	m->expires = 1000;
	if (owner != 0)
		m->from = h_box(owner);
	if ((rc = h_part(ed, "upload", n, 1, e)) == 0)
		return spool_edit_commit(ed, NULL, e);
	spool_edit_abort(ed);
	return rc;
}

static int draft(size_t n, struct id *id, struct err *e)
{
	return draft_of(0, n, id, e);
}

static void has_drafts(uint8_t owner, uint64_t messages)
{
	struct spool_box box = h_box(owner);
	struct spool_usage u;
	struct err e = ERR_INIT;

	assert_ok(spool_usage_get(h.s, 'C', &box, &u, &e), e);
	assert_int_equal(u.messages, messages);
}

static void the_drafts_of_one_owner_have_a_share_of_their_own(void **state)
{
	struct spool_usage u;
	struct err e = ERR_INIT;
	struct id id[4];

	(void)state;
	h.o.budget = (struct spool_budget){ .drafts = 600000, .owner = 250000 };
	h_spool_reopen(&h);
	assert_ok(draft_of(1, 100000, &id[0], &e), e);
	assert_ok(draft_of(1, 100000, &id[1], &e), e);
	assert_int_equal(draft_of(1, 100000, &id[2], &e), ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_QUOTA_DRAFTS);
	assert_ok(draft_of(2, 100000, &id[2], &e), e);
	assert_ok(draft(100000, &id[3], &e), e);	/* nobody's is among all alone */
	h_spool_reopen(&h);
	has_drafts(1, 2);
	has_drafts(2, 1);
	assert_int_equal(draft_of(1, 100000, &id[3], &e), ERR_FULL);
	assert_ok(spool_erase(h.s, &id[0], 1, &e), e);
	has_drafts(1, 1);
	assert_ok(draft_of(1, 100000, &id[0], &e), e);
	assert_ok(spool_usage_get(h.s, 'D', NULL, &u, &e), e);
	assert_int_equal(u.messages, 4);
}

/* What a procedure sends to a recipient elsewhere. */
static int application_of(uint8_t owner, struct id *id, struct err *e)
{
	struct spool_delivery d = { .recipient = "ags:1" };
	struct spool_message *m;
	struct spool_edit *ed;
	int rc = spool_edit_begin(h.s, NULL, &ed, &m, e);

	assert_int_equal(rc, 0);
	m->kind = SPOOL_APPLICATION;
	m->from = h_box(owner);
	m->accepted = clock_now();
	*id = m->id;
	assert_int_equal(h_part(ed, "content-0", 1000, 1, e), 0);
	return spool_edit_commit(ed, &d, e);
}

static void each_use_of_the_disk_has_its_share(void **state)
{
	struct spool_box from = h_box(1), to = h_box(2), eighth = h_box(8);
	struct spool_usage u;
	struct err e = ERR_INIT;
	enum reason why;
	struct id id[3], mail;

	(void)state;
	h.o.budget = (struct spool_budget){ .drafts = 300000, .mailbox = 15000, .sender = 26000 };
	h_spool_reopen(&h);
	assert_ok(draft(100000, &id[0], &e), e);
	assert_ok(draft(100000, &id[1], &e), e);
	assert_int_equal(draft(100000, &id[2], &e), ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_QUOTA_DRAFTS);
	assert_ok(h_submit(h.s, NULL, "ags:1", 400000, 1, NULL, NULL, &e), e);	/* what is sent has no share */
	assert_ok(spool_erase(h.s, &id[0], 1, &e), e);
	assert_ok(draft(100000, &id[2], &e), e);
	assert_int_equal(draft(9000000, &id[0], &e), ERR_FULL);	/* long before its end */
	assert_int_equal(e.reason, RSN_LOC_QUOTA_DRAFTS);

	for (int i = 0; i < 3; i++)
		assert_ok(h_mail(h.s, NULL, 1, 2, 5, &mail, &e), e);
	assert_int_equal(h_mail(h.s, NULL, 1, 2, 5, NULL, &e), ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_QUOTA_MAILBOX);
	for (int i = 0; i < 2; i++)
		assert_ok(h_mail(h.s, NULL, 1, 3, 5, NULL, &e), e);	/* another mailbox */
	h_spool_reopen(&h);
	assert_int_equal(h_mail(h.s, NULL, 1, 4, 5, NULL, &e), 0);
	assert_int_equal(h_mail(h.s, NULL, 1, 5, 5, NULL, &e), ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_QUOTA_SENDER);
	assert_int_equal(application_of(1, &id[0], &e), ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_QUOTA_SENDER);
	assert_ok(application_of(8, &id[0], &e), e);
	assert_ok(spool_usage_get(h.s, 'F', &eighth, &u, &e), e);
	assert_int_equal(u.messages, 1);
	assert_ok(h_mail(h.s, NULL, 9, 5, 5, NULL, &e), e);	/* another sender */
	assert_ok(spool_usage_get(h.s, 'F', &from, &u, &e), e);
	assert_int_equal(u.messages, 6);
	assert_ok(spool_erase(h.s, &mail, 5, &e), e);
	assert_ok(spool_usage_get(h.s, 'T', &to, &u, &e), e);
	assert_int_equal(u.messages, 2);
	assert_ok(h_mail(h.s, NULL, 1, 2, 5, NULL, &e), e);
	assert_true(spool_accepting(h.s, &why));
	h.o.reserve = UINT64_MAX / 2;
	h_spool_reopen(&h);
	assert_false(spool_accepting(h.s, &why));
	assert_int_equal(why, RSN_LOC_DISK_FULL);
}

static void requests_under_way_share_what_they_may_take(void **state)
{
	static const char block[65536];
	struct spool_scratch *a, *b;
	struct err e = ERR_INIT;
	int rc = 0, n = 0;

	(void)state;
	h.o.budget.scratch = 1 << 20;
	h_spool_reopen(&h);
	a = spool_scratch_new(h.dir, 1000);
	b = spool_scratch_new(h.dir, 1000);
	for (; n < 100 && rc == 0; n++)
		rc = sink_write(spool_scratch_sink(n % 2 ? a : b), block, sizeof(block), &e);
	assert_int_equal(rc, ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_QUOTA_SCRATCH);
	assert_in_range(n, 15, 19);
	spool_scratch_free(a);
	spool_scratch_free(b);
	a = spool_scratch_new(h.dir, 1000);	/* what they gave back may be used */
	for (n = 0, rc = 0; n < 14 && rc == 0; n++)
		rc = sink_write(spool_scratch_sink(a), block, sizeof(block), &e);
	assert_int_equal(rc, 0);
	spool_scratch_free(a);
	h.o.budget.scratch = 0;
	h.o.reserve = UINT64_MAX / 2;
	h_spool_reopen(&h);
	a = spool_scratch_new(h.dir, 1000);
	for (n = 0, rc = 0; n < 3 && rc == 0; n++)
		rc = sink_write(spool_scratch_sink(a), block, sizeof(block), &e);
	assert_int_equal(rc, ERR_FULL);
	assert_int_equal(e.reason, RSN_LOC_DISK_FULL);
	spool_scratch_free(a);
	h.o.reserve = 0;
	h_spool_reopen(&h);
}

/* Runs fn in a child whose files cannot grow beyond `limit`; this is how the kernel says EFBIG to write, fallocate and
 * LMDB alike. */
static void in_child(rlim_t limit, void (*fn)(void))
{
	pid_t pid;
	int status;

	spool_close(h.s);
	h.s = NULL;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit rl = { limit, limit };
		struct err e = ERR_INIT;

		signal(SIGXFSZ, SIG_IGN);
		if (spool_open(&h.o, &h.s, &e) != 0 || setrlimit(RLIMIT_FSIZE, &rl) != 0)
			_exit(90);
		fn();
		spool_close(h.s);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("child: status %x, line %d", (unsigned)status, WIFEXITED(status) ? WEXITSTATUS(status) : 0);
}

#define NEED(n, cond) ((cond) ? (void)0 : _exit(n))

static void big_part_does_not_fit(void)
{
	struct err e = ERR_INIT;
	struct id id;

	NEED(1, h_submit(h.s, "big", "r", 9 << 20, 1, NULL, NULL, &e) == ERR_FULL);
	NEED(2, e.reason == RSN_LOC_DISK_FULL);
	NEED(3, !spool_is_dead(h.s));
	NEED(4, h_submit(h.s, "big", "r", 1 << 20, 2, &id, NULL, &e) == 0);	/* the same foreign id: it was not taken */
	NEED(5, h_part_is(h.s, &id, "body", 1 << 20, 2, &e));
}

static void a_payload_that_does_not_fit_leaves_nothing(void **state)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;

	(void)state;
	in_child(8 << 20, big_part_does_not_fit);
	assert_ok(spool_check(&h.o, &r, NULL, NULL, &e), e);
	assert_int_equal(r.messages, 1);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.orphans, 0);
}

static void database_cannot_grow(void)
{
	struct err e = ERR_INIT;
	struct id first;
	int n = 0, rc = 0;

	while (n < 500 && (rc = h_submit(h.s, NULL, "r", 30000, 1, n == 0 ? &first : NULL, NULL, &e)) == 0)
		n++;
	NEED(1, n > 5 && n < 500);
	NEED(2, rc == ERR_FULL);
	NEED(3, e.reason == RSN_LOC_DISK_FULL);
	NEED(4, !spool_is_dead(h.s));
	NEED(5, h_part_is(h.s, &first, "body", 30000, 1, &e));
	NEED(6, spool_erase(h.s, &first, 1, &e) == ERR_WRONG_STATE);
}

static void a_database_that_cannot_grow_goes_on_serving(void **state)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;

	(void)state;
	in_child(4 << 20, database_cannot_grow);
	assert_ok(spool_check(&h.o, &r, NULL, NULL, &e), e);
	assert_int_equal(r.problems, 0);
	assert_ok(spool_open(&h.o, &h.s, &e), e);	/* the limit is gone: it goes on */
	assert_ok(h_submit(h.s, NULL, "r", 30000, 1, NULL, NULL, &e), e);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_full_map_refuses_new_messages_and_lets_the_old_ones_go),
		T(below_the_reserve_nothing_new_is_begun),
		T(the_drafts_of_one_owner_have_a_share_of_their_own),
		T(each_use_of_the_disk_has_its_share),
		T(requests_under_way_share_what_they_may_take),
		T(a_payload_that_does_not_fit_leaves_nothing),
		T(a_database_that_cannot_grow_goes_on_serving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
