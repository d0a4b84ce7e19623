/* SPDX-License-Identifier: EUPL-1.2 */
/* What the queue means, for every engine. */
#include "spool/suite/h_spool.h"
#include "spool/suite/store_suite.h"

#include "base/clock.h"
#include "base/mem.h"

static int claim(int64_t now, struct spool_delivery *d, int64_t *next)
{
	struct err e = ERR_INIT;

	return h_claim(h.s, h.a, now, 1000, d, next, &e);
}

static void a_delivery_is_claimed_once_and_done_once(void **state)
{
	struct err e = ERR_INIT;
	struct spool_event ev = { .at = 4711, .kind = SPOOL_EV_STORED };
	struct spool_delivery d, again;
	struct spool_message m;
	struct id id, dlv;
	int64_t next = -1, now;

	(void)state;
	assert_int_equal(claim(clock_now(), &d, &next), ERR_MISSING);
	assert_int_equal(next, 0);
	assert_ok(h_submit(h.s, "f", "ags:1", 10, 1, &id, &dlv, &e), e);
	now = clock_now() + 1;
	assert_ok(claim(now, &d, &next), e);
	assert_int_equal(id_cmp(&d.id, &dlv), 0);
	assert_int_equal(id_cmp(&d.message, &id), 0);
	assert_int_equal(d.state, DLV_ACTIVE);
	assert_int_equal(d.due, now + 1000);
	assert_string_equal(d.recipient, "ags:1");
	assert_false(d.ambiguous);
	assert_int_equal(claim(now, &again, &next), ERR_MISSING);
	assert_int_equal(next, now + 1000);
	d.code = "0800";
	d.peer = "http://b.example/osci";
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, &ev, NULL, &e), e);
	assert_int_equal(d.state, DLV_DONE);
	assert_int_equal(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, &ev, NULL, &e), ERR_WRONG_STATE);
	assert_int_equal(claim(now + 100000, &again, &next), ERR_MISSING);
	assert_int_equal(next, 0);
	h_spool_reopen(&h);
	assert_ok(h_delivery_of(h.s, h.a, &id, &again, &e), e);
	assert_int_equal(again.state, DLV_DONE);
	assert_int_equal(again.attempts, 1);
	assert_string_equal(again.code, "0800");
	assert_string_equal(again.peer, "http://b.example/osci");
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.stored, 4711);
	assert_int_equal(again.stored, 4711);
	assert_int_equal(m.expires, 0);	/* this spool keeps everything */
}

static void a_deferred_delivery_waits_until_it_is_due(void **state)
{
	struct err e = ERR_INIT;
	struct spool_event ev = { .at = 1, .kind = SPOOL_EV_DEFERRED, .reason = RSN_NET_TIMEOUT };
	struct spool_delivery d, got;
	int64_t next, now;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	now = clock_now() + 1;
	assert_ok(claim(now, &d, &next), e);
	d.due = now + 5000;
	d.reason = RSN_NET_TIMEOUT;
	d.detail = "no answer";
	d.ambiguous = true;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_DEFERRED, &ev, NULL, &e), e);
	assert_int_equal(d.state, DLV_WAITING);
	assert_int_equal(claim(now + 4999, &got, &next), ERR_MISSING);
	assert_int_equal(next, now + 5000);
	assert_ok(claim(now + 5000, &got, &next), e);
	assert_int_equal(got.state, DLV_ACTIVE);
	assert_int_equal(got.reason, RSN_NET_TIMEOUT);
	assert_string_equal(got.detail, "no answer");
	assert_true(got.ambiguous);
	assert_int_equal(got.attempts, 2);
	assert_int_equal(got.since, 1);
}

static void a_lease_that_runs_out_is_lost_and_one_that_is_renewed_is_not(void **state)
{
	struct err e = ERR_INIT;
	struct spool_delivery d, got;
	int64_t next, now;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	now = clock_now() + 1;
	assert_ok(claim(now, &d, &next), e);
	assert_ok(spool_delivery_renew(h.s, &d.id, d.token, now + 3000, &e), e);
	assert_int_equal(claim(now + 2999, &got, &next), ERR_MISSING);
	assert_ok(claim(now + 3000, &got, &next), e);
	assert_int_equal(id_cmp(&got.id, &d.id), 0);
	assert_true(got.ambiguous);
	assert_int_equal(got.attempts, 2);	/* the one that was cut off counts */
	assert_int_equal(got.reason, RSN_LOC_STOPPED);
	assert_ok(spool_delivery_step(h.s, &got, DLV_EV_REFUSED, NULL, NULL, &e), e);
	assert_int_equal(spool_delivery_renew(h.s, &got.id, got.token, now + 9000, &e), ERR_WRONG_STATE);
}

static void leases_of_a_former_life_end_at_open(void **state)
{
	struct err e = ERR_INIT;
	struct spool_delivery d, got;
	int64_t next;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
		if (i < 4)
			assert_ok(claim(clock_now() + 1, &d, &next), e);
	}
	h_spool_reopen(&h);
	for (int i = 0; i < 5; i++) {
		assert_ok(claim(clock_now() + 1, &got, &next), e);
		/* The fifth was never claimed; it comes first, because it has been due for longer. */
		assert_int_equal(got.ambiguous, i > 0);
		assert_int_equal(got.reason, i > 0 ? RSN_LOC_STOPPED : RSN_NONE);
	}
	assert_int_equal(claim(clock_now() + 1, &got, &next), ERR_MISSING);
}

static void a_full_window_is_passed_over(void **state)
{
	struct err e = ERR_INIT;
	const char *full[] = { "ags:1", "ags:2", NULL };
	struct spool_claim c = { .lease_ms = 1000, .admit = h_admit_others, .leave = h_leave, .ctx = full };
	struct spool_delivery d;
	struct id first;
	int64_t next = -1, now;

	(void)state;
	for (int i = 0; i < 30; i++)
		assert_ok(h_submit(h.s, NULL, i % 3 == 0 ? "ags:1" : i % 3 == 1 ? "ags:2" : "ags:3", 1, 1, NULL,
				   i == 0 ? &first : NULL, &e), e);
	c.now = now = clock_now() + 1;
	h_places = 0;
	for (int i = 0; i < 10; i++) {
		assert_ok(spool_delivery_claim(h.s, h.a, &c, &d, &next, &e), e);
		assert_string_equal(d.recipient, "ags:3");
	}
	assert_int_equal(spool_delivery_claim(h.s, h.a, &c, &d, &next, &e), ERR_MISSING);
	assert_int_equal(h_places, 10);	/* one for each claim, none for the last */
	assert_int_equal(next, now + 1000);	/* the first lease of ags:3 */
	assert_ok(h_claim(h.s, h.a, now, 1000, &d, &next, &e), e);
	assert_int_equal(d.created, id_time(&first));	/* the oldest of all, or one of the same millisecond */
}

static void with_many_at_work_the_next_is_the_one_that_is_due_first(void **state)
{
	static const char *const order[] = { "ags:1", "ags:2", "ags:1", "ags:3", "ags:2", "ags:1" };
	struct err e = ERR_INIT;
	struct spool_delivery d[8];
	struct id ids[6];
	int64_t next, now;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		assert_ok(h_submit(h.s, NULL, order[i], 1, 1, NULL, &ids[i], &e), e);
		next = clock_now();
		while (clock_now() == next)
			;
	}
	now = clock_now() + 1;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {	/* all are held at the same time, for ever less long */
		assert_ok(h_claim(h.s, h.a, now, 9000 - 1000 * (int64_t)i, &d[i], &next, &e), e);
		assert_int_equal(id_cmp(&d[i].id, &ids[i]), 0);
	}
	assert_int_equal(h_claim(h.s, h.a, now, 1000, &d[6], &next, &e), ERR_MISSING);
	assert_int_equal(next, now + 4000);
	d[0].due = now + 3000;	/* the first of its lane waits, the others of it are at work */
	assert_ok(spool_delivery_step(h.s, &d[0], DLV_EV_DEFERRED, NULL, NULL, &e), e);
	assert_int_equal(h_claim(h.s, h.a, now, 1000, &d[6], &next, &e), ERR_MISSING);
	assert_int_equal(next, now + 3000);
	d[3].due = now;
	assert_ok(spool_delivery_step(h.s, &d[3], DLV_EV_YIELDED, NULL, NULL, &e), e);
	assert_ok(h_claim(h.s, h.a, now, 9000, &d[6], &next, &e), e);
	assert_int_equal(id_cmp(&d[6].id, &ids[3]), 0);
	assert_ok(h_claim(h.s, h.a, now + 4000, 9000, &d[6], &next, &e), e);	/* what waited for longer than the lost lease */
	assert_int_equal(id_cmp(&d[6].id, &ids[0]), 0);
	assert_ok(h_claim(h.s, h.a, now + 4000, 9000, &d[7], &next, &e), e);
	assert_int_equal(id_cmp(&d[7].id, &ids[5]), 0);
	assert_int_equal(d[7].reason, RSN_LOC_STOPPED);
	assert_int_equal(spool_delivery_step(h.s, &d[5], DLV_EV_ACCEPTED, NULL, NULL, &e), ERR_WRONG_STATE);
}

static size_t listed(unsigned states)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = states, .limit = 100 },
					&list, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		assert_true((states >> list[i].state & 1) != 0);
	return n;
}

static void what_waits_is_listed_and_counted_by_its_state(void **state)
{
	struct err e = ERR_INIT;
	struct spool_delivery d;
	struct spool_stats st;
	int64_t next;

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_ok(h_submit(h.s, NULL, i % 2 ? "ags:1" : "ags:2", 1, 1, NULL, NULL, &e), e);
	for (int i = 0; i < 5; i++) {
		assert_ok(claim(clock_now() + 1, &d, &next), e);
		d.due = clock_now() + 100000;
		if (i < 3)
			assert_ok(spool_delivery_step(h.s, &d, DLV_EV_DEFERRED, NULL, NULL, &e), e);
	}
	assert_int_equal(listed(1U << DLV_QUEUED), 4);
	assert_int_equal(listed(1U << DLV_WAITING), 3);
	assert_int_equal(listed(1U << DLV_ACTIVE), 2);
	assert_int_equal(listed(1U << DLV_QUEUED | 1U << DLV_ACTIVE), 6);
	assert_int_equal(listed(1U << DLV_QUEUED | 1U << DLV_WAITING), 7);
	assert_int_equal(listed(1U << DLV_WAITING | 1U << DLV_ACTIVE | 1U << DLV_HELD), 5);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.deliveries[DLV_QUEUED], 4);
	assert_int_equal(st.deliveries[DLV_WAITING], 3);
	assert_int_equal(st.deliveries[DLV_ACTIVE], 2);
}

static size_t listed_why(unsigned states, enum reason why)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = states, .why = why, .limit = 100 }, &list, &n, &e),
		  e);
	return n;
}

static void lists_are_narrowed_by_reason_also_by_that_of_a_rest(void **state)
{
	static const struct spool_rest rest = { .until = 1, .reason = RSN_NET_UNREACHABLE };
	static const enum reason reasons[] = { RSN_NET_TIMEOUT, RSN_NET_UNREACHABLE, RSN_NET_TIMEOUT };
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t next;

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_ok(h_submit(h.s, NULL, i < 4 ? "ags:1" : "ags:2", 1, 1, NULL, NULL, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		assert_ok(claim(clock_now() + 1, &d, &next), e);
		d.due = clock_now() + 100000;
		d.reason = reasons[i];
		assert_ok(spool_delivery_step(h.s, &d, i == 2 ? DLV_EV_REFUSED : DLV_EV_DEFERRED, NULL, NULL, &e), e);
	}
	assert_int_equal(listed_why(UINT32_MAX, RSN_NET_TIMEOUT), 2);
	assert_int_equal(listed_why(1U << DLV_FAILED, RSN_NET_TIMEOUT), 1);
	assert_int_equal(listed_why(1U << DLV_QUEUED, RSN_NET_TIMEOUT), 0);
	assert_int_equal(listed_why(UINT32_MAX, RSN_NET_UNREACHABLE), 1);
	assert_int_equal(listed_why(UINT32_MAX, RSN_CERT_EXPIRED), 0);
	assert_int_equal(listed_why(1U << DLV_WAITING | 1U << DLV_FAILED, RSN_CERT_EXPIRED), 0);
	assert_int_equal(listed_why(1U << DLV_WAITING | 1U << DLV_FAILED, RSN_NET_TIMEOUT), 2);
	assert_ok(spool_rest_set(h.s, "ags:2", &rest, &e), e);	/* the two there have no reason of their own */
	assert_int_equal(listed_why(UINT32_MAX, RSN_NET_UNREACHABLE), 3);
	assert_int_equal(listed_why(1U << DLV_QUEUED, RSN_NET_UNREACHABLE), 2);
	assert_int_equal(listed_why(UINT32_MAX, RSN_NET_TIMEOUT), 2);
}

static void a_person_holds_releases_retries_and_cancels(void **state)
{
	static const struct spool_audit audit = { 5, "uid 0 (root)", "queue.hold", "x", "because" };
	struct err e = ERR_INIT;
	struct spool_event ev = { .at = 1, .kind = SPOOL_EV_HELD, .reason = RSN_OP_HELD };
	struct spool_delivery d, got;
	struct spool_audit *lines;
	struct spool_event *evs;
	struct id id, dlv;
	uint64_t next_seq;
	int64_t next, now;
	size_t n;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, &dlv, &e), e);
	now = clock_now() + 60000;
	assert_ok(spool_delivery_get(h.s, h.a, &dlv, &d, &e), e);
	d.hold_reason = "root: because";
	d.reason = RSN_OSCI_REFUSED;	/* not a person's to say */
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_HOLD, &ev, &audit, &e), e);
	assert_int_equal(claim(now, &got, &next), ERR_MISSING);
	assert_int_equal(next, 0);
	assert_ok(spool_delivery_get(h.s, h.a, &dlv, &got, &e), e);
	assert_string_equal(got.hold_reason, "root: because");
	assert_int_equal(got.reason, RSN_NONE);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_RELEASE, NULL, NULL, &e), e);
	assert_ok(claim(now, &got, &next), e);
	assert_int_equal(spool_delivery_step(h.s, &got, DLV_EV_HOLD, NULL, NULL, &e), ERR_WRONG_STATE);
	assert_ok(spool_delivery_step(h.s, &got, DLV_EV_REFUSED, NULL, NULL, &e), e);
	assert_ok(spool_delivery_step(h.s, &got, DLV_EV_RETRY, NULL, NULL, &e), e);
	assert_int_equal(got.state, DLV_QUEUED);
	assert_ok(spool_delivery_step(h.s, &got, DLV_EV_CANCEL, NULL, NULL, &e), e);
	assert_int_equal(claim(now, &got, &next), ERR_MISSING);
	assert_ok(spool_audit_list(h.s, h.a, 0, 10, &lines, &n, &next_seq, &e), e);
	assert_int_equal(n, 1);
	assert_string_equal(lines[0].why, "because");
	assert_ok(spool_event_list(h.s, h.a, &id, &evs, &n, &e), e);
	assert_int_equal(n, 2);
	assert_int_equal(evs[1].kind, SPOOL_EV_HELD);
}

static void lists_page_by_id_and_filter(void **state)
{
	struct err e = ERR_INIT;
	struct spool_delivery *list, d;
	struct id ids[20], after;
	int64_t next;
	size_t n, seen = 0;
	unsigned all = (1U << DLV_STATES) - 1;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_ok(h_submit(h.s, NULL, i % 2 ? "ags:odd" : "ags:even", 1, 1, NULL, &ids[i], &e), e);
	for (int i = 0; i < 4; i++)
		assert_ok(claim(clock_now() + 1, &d, &next), e);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = all, .limit = 7 }, &list, &n, &e), e);
	while (n > 0) {
		for (size_t i = 0; i < n; i++)
			assert_int_equal(id_cmp(&list[i].id, &ids[seen++]), 0);
		after = list[n - 1].id;
		assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = all, .after = &after, .limit = 7 },
						&list, &n, &e), e);
	}
	assert_int_equal(seen, 20);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = 1U << DLV_ACTIVE, .limit = 100 },
					&list, &n, &e), e);
	assert_int_equal(n, 4);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = all, .recipient = "ags:odd", .limit = 100 },
					&list, &n, &e), e);
	assert_int_equal(n, 10);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(list[i].recipient, "ags:odd");
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = 1U << DLV_FAILED, .limit = 100 },
					&list, &n, &e), e);
	assert_int_equal(n, 0);
}

static void shape_and_stats_count_what_is_not_final(void **state)
{
	struct err e = ERR_INIT;
	struct spool_shape_row *rows;
	struct spool_stats st;
	struct spool_delivery d;
	int64_t next;
	size_t n;

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_ok(h_submit(h.s, NULL, i < 4 ? "ags:1" : "ags:2", 1, 1, NULL, NULL, &e), e);
	assert_ok(claim(clock_now() + 1, &d, &next), e);
	d.reason = RSN_NET_UNREACHABLE;
	d.due = clock_now() + 5000;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_DEFERRED, NULL, NULL, &e), e);
	assert_ok(claim(clock_now() + 1, &d, &next), e);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	assert_ok(spool_shape(h.s, h.a, clock_now() + 700000, &rows, &n, &e), e);
	assert_int_equal(n, 3);	/* one for each reason of a recipient, the oldest first */
	assert_string_equal(rows[0].recipient, "ags:1");
	assert_int_equal(rows[0].count[2], 1);
	assert_int_equal(rows[0].reason, RSN_NET_UNREACHABLE);
	assert_string_equal(rows[1].recipient, "ags:1");
	assert_int_equal(rows[1].count[2], 2);
	assert_int_equal(rows[1].reason, RSN_NONE);
	assert_string_equal(rows[2].recipient, "ags:2");
	assert_int_equal(rows[2].count[2], 2);
	assert_int_equal(rows[2].count[0], 0);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.messages[SPOOL_APPLICATION], 6);
	assert_int_equal(st.deliveries[DLV_DONE], 1);
	assert_int_equal(st.deliveries[DLV_WAITING], 1);
	assert_int_equal(st.deliveries[DLV_QUEUED], 4);
	assert_int_equal(st.reasons[RSN_NET_UNREACHABLE], 1);
	assert_int_equal(st.reasons[RSN_NONE], 4);
	assert_int_equal(st.oldest_waiting, rows[0].oldest);
	assert_true(st.bytes_used > 0 && st.disk_free > 0 && st.commits > 0);
	h_spool_reopen(&h);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.deliveries[DLV_QUEUED], 4);
}

static void whoever_waits_for_the_queue_is_woken_by_a_submission(void **state)
{
	struct err e = ERR_INIT;
	uint64_t seen = spool_queue_wait(h.s, UINT64_MAX, 0);
	int64_t start;

	(void)state;
	start = clock_mono();
	assert_int_equal(spool_queue_wait(h.s, seen, 30), seen);
	assert_true(clock_mono() - start >= 25);
	assert_ok(h_submit(h.s, NULL, "ags:1", 1, 1, NULL, NULL, &e), e);
	start = clock_mono();
	assert_true(spool_queue_wait(h.s, seen, 5000) > seen);
	assert_true(clock_mono() - start < 4000);
}

/* Submits, claims and stores one; its collection is asked for at due. */
static struct spool_delivery stored(const char *recipient, const char *foreign_id, int64_t due)
{
	struct spool_event ev = { .at = 4711, .kind = SPOOL_EV_STORED };
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t next;

	assert_ok(h_submit(h.s, NULL, recipient, 10, 1, NULL, NULL, &e), e);
	assert_ok(claim(clock_now() + 1, &d, &next), e);
	d.due = due;
	d.peer_id = foreign_id;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, &ev, NULL, &e), e);
	return d;
}

static size_t followed(int64_t now, size_t limit, struct spool_delivery **f)
{
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_follow_due(h.s, h.a, now, limit, f, &n, &e), e);
	return n;
}

static void what_was_stored_is_followed_from_the_time_on_that_was_said(void **state)
{
	struct spool_delivery late = stored("ags:1", "f-late", 3000), early = stored("ags:2", "f-early", 2000);
	struct spool_delivery *f;

	(void)state;
	(void)stored("ags:3", "f-never", 0);
	h_spool_reopen(&h);
	assert_int_equal(followed(1999, 10, &f), 0);
	assert_int_equal(followed(2000, 10, &f), 1);
	assert_int_equal(id_cmp(&f[0].id, &early.id), 0);
	assert_string_equal(f[0].peer_id, "f-early");
	assert_int_equal(f[0].stored, 4711);
	assert_int_equal(f[0].fetched, 0);
	assert_int_equal(followed(99999, 10, &f), 2);
	assert_int_equal(id_cmp(&f[0].id, &early.id), 0);
	assert_int_equal(id_cmp(&f[1].id, &late.id), 0);
	assert_int_equal(followed(99999, 1, &f), 1);
}

static void what_was_fetched_is_recorded_once_and_followed_no_more(void **state)
{
	struct spool_event ev = { .at = 5000, .kind = SPOOL_EV_FETCHED, .detail = "card" };
	struct spool_delivery a = stored("ags:1", "f-a", 100), b = stored("ags:1", "f-b", 100);
	struct spool_follow_step steps[3] = { { .delivery = a.id, .token = a.token, .fetched = 5000, .ev = &ev },
					      { .delivery = b.id, .token = b.token, .due = 700 } };
	struct err e = ERR_INIT;
	struct spool_delivery *f;
	struct spool_message m;
	struct spool_event *evs;
	size_t n;

	(void)state;
	steps[2].delivery = a.message;	/* no delivery at all: passed over */
	assert_ok(spool_erase(h.s, &a.message, 1, &e), e);	/* knowing needs no payload */
	assert_ok(spool_follow_record(h.s, steps, 3, &e), e);
	assert_ok(spool_follow_record(h.s, steps, 1, &e), e);	/* the token is an old one: passed over */
	steps[0].token++;
	steps[0].fetched = 6000;	/* never overwritten */
	steps[0].ev = NULL;
	assert_ok(spool_follow_record(h.s, steps, 1, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_message_get(h.s, h.a, &a.message, &m, &e), e);
	assert_int_equal(m.fetched, 5000);
	assert_int_equal(m.stored, 4711);
	assert_int_not_equal(m.erased, 0);
	assert_ok(spool_event_list(h.s, h.a, &a.message, &evs, &n, &e), e);
	assert_int_equal(evs[n - 1].kind, SPOOL_EV_FETCHED);
	assert_string_equal(evs[n - 1].detail, "card");
	assert_int_equal(followed(699, 10, &f), 0);
	assert_int_equal(followed(700, 10, &f), 1);
	assert_int_equal(id_cmp(&f[0].id, &b.id), 0);
}

static void only_what_is_done_is_followed(void **state)
{
	struct err e = ERR_INIT;
	struct spool_delivery *f;
	struct spool_delivery d;
	struct id id, dlv;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, &dlv, &e), e);
	assert_ok(spool_follow_record(h.s, &(struct spool_follow_step){ .delivery = dlv, .fetched = 5, .due = 5 }, 1, &e),
		  e);
	assert_int_equal(followed(99999, 10, &f), 0);
	assert_ok(spool_delivery_get(h.s, h.a, &dlv, &d, &e), e);
	assert_int_equal(d.state, DLV_QUEUED);
	assert_true(d.due > 5);
}

static void what_is_late_is_listed_and_counted_until_it_is_known_or_given_up(void **state)
{
	struct spool_delivery d[3] = { stored("ags:1", "f-0", 100), stored("ags:2", "f-1", 100), stored("ags:2", "f-2", 100) };
	struct spool_follow_step steps[3];
	struct err e = ERR_INIT;
	struct spool_delivery *list;
	struct spool_shape_row *rows;
	struct spool_stats st;
	size_t n;

	(void)state;
	for (int i = 0; i < 3; i++)
		steps[i] = (struct spool_follow_step){ .delivery = d[i].id, .token = d[i].token, .due = 200, .reason = RSN_NET_TIMEOUT,
						       .detail = "late" };
	assert_ok(spool_follow_record(h.s, steps, 2, &e), e);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = SPOOL_LIST_LATE, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].detail, "late");
	assert_int_equal(list[0].state, DLV_DONE);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = SPOOL_LIST_LATE, .recipient = "ags:2", .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = SPOOL_LIST_LATE | 1U << DLV_DONE, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 3);	/* each once */
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.late, 2);
	assert_int_equal(st.followed, 3);
	assert_ok(spool_shape(h.s, h.a, clock_now() + 700000, &rows, &n, &e), e);
	assert_int_equal(n, 2);	/* the third is done and not late */
	assert_string_equal(rows[1].recipient, "ags:2");
	assert_int_equal(rows[1].count[2], 1);
	assert_int_equal(rows[1].reason, RSN_NET_TIMEOUT);
	steps[0].token++, steps[1].token++;
	steps[0].reason = RSN_NONE;	/* fetched */
	steps[0].due = 0;
	steps[1].due = 0;		/* given up: the record keeps the reason */
	assert_ok(spool_follow_record(h.s, steps, 2, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.late, 0);
	assert_int_equal(st.followed, 1);
	assert_ok(spool_delivery_get(h.s, h.a, &d[1].id, &list[0], &e), e);
	assert_int_equal(list[0].reason, RSN_NET_TIMEOUT);
}

int store_suite_queue(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_delivery_is_claimed_once_and_done_once),
		T(a_deferred_delivery_waits_until_it_is_due),
		T(a_lease_that_runs_out_is_lost_and_one_that_is_renewed_is_not),
		T(leases_of_a_former_life_end_at_open),
		T(a_full_window_is_passed_over),
		T(with_many_at_work_the_next_is_the_one_that_is_due_first),
		T(what_waits_is_listed_and_counted_by_its_state),
		T(lists_are_narrowed_by_reason_also_by_that_of_a_rest),
		T(a_person_holds_releases_retries_and_cancels),
		T(lists_page_by_id_and_filter),
		T(shape_and_stats_count_what_is_not_final),
		T(whoever_waits_for_the_queue_is_woken_by_a_submission),
		T(what_was_stored_is_followed_from_the_time_on_that_was_said),
		T(what_was_fetched_is_recorded_once_and_followed_no_more),
		T(only_what_is_done_is_followed),
		T(what_is_late_is_listed_and_counted_until_it_is_known_or_given_up),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
