/* SPDX-License-Identifier: EUPL-1.2 */
/* model_suite - the delivery model: several deliveries of a message, fencing, rests, ends. */
#include "spool/suite/h_spool.h"
#include "spool/suite/store_suite.h"

#include "base/clock.h"
#include "base/mem.h"

#define DAY (24 * 3600 * 1000LL)

static int claim(int64_t now, struct spool_delivery *d, int64_t *next)
{
	struct err e = ERR_INIT;

	return h_claim(h.s, h.a, now, 1000, d, next, &e);
}

/* Submits one and brings it to the end of its first attempt. */
static struct spool_delivery tried(const char *recipient, enum delivery_event event)
{
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t next;

	assert_ok(h_submit(h.s, NULL, recipient, 10, 1, NULL, NULL, &e), e);
	assert_int_equal(claim(clock_now() + 1, &d, &next), 0);
	d.due = clock_now() + 3600000;
	assert_ok(spool_delivery_step(h.s, &d, event, NULL, NULL, &e), e);
	return d;
}

static int64_t expires_of(const struct id *message)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_get(h.s, h.a, message, &m, &e), e);
	return m.expires;
}

static void a_message_may_be_delivered_more_than_once(void **state)
{
	struct spool_event ev = { .at = 7, .kind = SPOOL_EV_ADDED, .detail = "sent again" };
	struct spool_audit audit = { 5, "uid 0 (root)", "queue.resend", "x", "key lost" };
	struct spool_delivery first = tried("ags:1", DLV_EV_ACCEPTED), again = { .follows = first.id, .channel = "xta" }, *list;
	struct spool_delivery d, copy = { .recipient = "ags:2", .first_receipt = 4711, .deadline = 9999 };
	struct spool_delivery wrong = { .follows = first.message };
	struct spool_event *evs;
	struct err e = ERR_INIT;
	uint64_t lines;
	int64_t next;
	size_t n;

	(void)state;
	assert_ok(spool_delivery_add(h.s, &first.message, &again, &ev, &audit, &e), e);
	assert_ok(spool_delivery_add(h.s, &first.message, &copy, NULL, NULL, &e), e);
	assert_int_equal(spool_delivery_add(h.s, &first.message, &wrong, NULL, NULL, &e), ERR_MISSING);
	h_spool_reopen(&h);
	assert_ok(spool_delivery_of(h.s, h.a, &first.message, &list, &n, &e), e);
	assert_int_equal(n, 3);
	assert_int_equal(id_cmp(&list[0].id, &first.id), 0);
	assert_int_equal(id_cmp(&list[1].id, &again.id), 0);
	assert_int_equal(id_cmp(&list[1].follows, &first.id), 0);
	assert_string_equal(list[1].channel, "xta");
	assert_string_equal(list[1].recipient, "ags:1");	/* the message's */
	assert_string_equal(list[1].service, "hzl");
	assert_int_equal(list[1].state, DLV_QUEUED);
	assert_string_equal(list[2].recipient, "ags:2");
	assert_int_equal(list[2].first_receipt, 4711);
	assert_int_equal(list[2].deadline, 9999);
	assert_ok(spool_event_list(h.s, h.a, &first.message, &evs, &n, &e), e);
	assert_string_equal(evs[n - 1].detail, "sent again");
	assert_ok(spool_audit_count(h.s, &lines, &e), e);
	assert_int_equal(lines, 1);
	assert_int_equal(spool_erase(h.s, &first.message, 1, &e), ERR_WRONG_STATE);	/* two are still on their way */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(claim(clock_now() + 1, &d, &next), 0);
		assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	}
	assert_ok(spool_erase(h.s, &first.message, 1, &e), e);
	assert_int_equal(spool_delivery_add(h.s, &first.message, &again, NULL, NULL, &e), ERR_WRONG_STATE);
}

static void the_first_delivery_that_gets_there_sets_the_instants(void **state)
{
	struct spool_event one = { .at = 100, .kind = SPOOL_EV_STORED }, two = { .at = 200, .kind = SPOOL_EV_STORED };
	struct spool_delivery d, second = { .recipient = "ags:2" }, *list;
	struct spool_follow_step step = { .due = 0 };
	struct err e = ERR_INIT;
	struct spool_message m;
	struct id id;
	int64_t next;
	size_t n;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, NULL, &e), e);
	assert_ok(spool_delivery_add(h.s, &id, &second, NULL, NULL, &e), e);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(claim(clock_now() + 1, &d, &next), 0);
		d.due = 50;
		assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, i == 0 ? &one : &two, NULL, &e), e);
	}
	step = (struct spool_follow_step){ .delivery = d.id, .token = d.token, .fetched = 300 };
	assert_ok(spool_follow_record(h.s, &step, 1, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.stored, 100);
	assert_int_equal(m.fetched, 300);
	assert_ok(spool_delivery_of(h.s, h.a, &id, &list, &n, &e), e);
	for (size_t i = 0; i < n; i++) {
		bool last = id_cmp(&list[i].id, &d.id) == 0;

		assert_int_equal(list[i].stored, last ? 200 : 100);
		assert_int_equal(list[i].fetched, last ? 300 : 0);
	}
}

static void an_old_token_changes_nothing(void **state)
{
	static const enum delivery_event worker[] = { DLV_EV_ACCEPTED, DLV_EV_DEFERRED, DLV_EV_REFUSED, DLV_EV_PARKED,
						      DLV_EV_YIELDED };
	struct spool_delivery old, d, is;
	struct err e = ERR_INIT;
	int64_t next, now;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	now = clock_now() + 1;
	assert_int_equal(claim(now, &old, &next), 0);
	assert_int_equal(claim(now + 1000, &d, &next), 0);	/* its lease ran out while it was paused */
	assert_true(d.token > old.token);
	old.peer_id = "stale";
	old.due = 1;
	for (size_t i = 0; i < ARRAY_LEN(worker); i++)
		assert_int_equal(spool_delivery_step(h.s, &old, worker[i], NULL, NULL, &e), ERR_WRONG_STATE);
	assert_int_equal(spool_delivery_note(h.s, &old, NULL, &e), ERR_WRONG_STATE);
	assert_int_equal(spool_delivery_renew(h.s, &old.id, old.token, now + 90000, &e), ERR_WRONG_STATE);
	assert_ok(spool_delivery_get(h.s, h.a, &d.id, &is, &e), e);
	assert_int_equal(is.state, DLV_ACTIVE);
	assert_int_equal(is.due, now + 2000);
	assert_null(is.peer_id);
	assert_int_equal(is.attempts, 2);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
}

static void what_an_attempt_notes_is_there_after_a_kill(void **state)
{
	struct spool_delivery d, is;
	struct err e = ERR_INIT;
	int64_t next;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	assert_int_equal(claim(clock_now() + 1, &d, &next), 0);
	d.peer = "http://b/", d.peer_id = "b-1", d.old_peer = "http://a/", d.old_peer_id = "a-1", d.ambiguous = true;
	assert_ok(spool_delivery_note(h.s, &d, NULL, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_delivery_find(h.s, h.a, SPAN_LIT("b-1"), &is, &e), e);
	assert_int_equal(id_cmp(&is.id, &d.id), 0);
	assert_string_equal(is.peer, "http://b/");
	assert_string_equal(is.old_peer, "http://a/");
	assert_string_equal(is.old_peer_id, "a-1");
	assert_int_equal(spool_delivery_find(h.s, h.a, SPAN_LIT("b-"), &is, &e), ERR_MISSING);
	assert_int_equal(spool_delivery_find(h.s, h.a, SPAN_LIT("a-1"), &is, &e), ERR_MISSING);
}

static void a_restart_ends_the_leases_of_its_own_node_only(void **state)
{
	struct spool_delivery mine, other, is;
	struct err e = ERR_INIT;
	int64_t next;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	assert_ok(h_submit(h.s, NULL, "ags:2", 10, 1, NULL, NULL, &e), e);
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, 600000, &mine, &next, &e), e);
	h.o.node = (struct id){ { 7 } };
	h_spool_reopen(&h);
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, 600000, &other, &next, &e), e);
	assert_int_equal(other.node.b[0], 7);
	assert_ok(spool_delivery_get(h.s, h.a, &mine.id, &is, &e), e);
	assert_int_equal(is.state, DLV_ACTIVE);
	h_spool_reopen(&h);
	assert_ok(spool_delivery_get(h.s, h.a, &mine.id, &is, &e), e);
	assert_int_equal(is.state, DLV_ACTIVE);
	assert_ok(spool_delivery_get(h.s, h.a, &other.id, &is, &e), e);
	assert_int_equal(is.state, DLV_QUEUED);
	assert_true(is.ambiguous);
	assert_int_equal(is.reason, RSN_LOC_STOPPED);
	/* Its worker lives on and knows nothing of the restart. */
	assert_int_equal(spool_delivery_step(h.s, &other, DLV_EV_ACCEPTED, NULL, NULL, &e), ERR_WRONG_STATE);
}

static void what_was_given_back_untried_counts_no_attempt(void **state)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next, now;

	(void)state;
	d = tried("ags:1", DLV_EV_DEFERRED);
	assert_int_equal(d.attempts, 1);
	now = d.due + 1;
	assert_int_equal(claim(now, &d, &next), 0);
	assert_int_equal(d.attempts, 2);
	d.due = now + 500;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_YIELDED, NULL, NULL, &e), e);
	assert_int_equal(d.state, DLV_QUEUED);
	assert_int_equal(d.attempts, 1);
	assert_false(d.ambiguous);
	assert_int_equal(claim(now + 499, &d, &next), ERR_MISSING);
	assert_int_equal(claim(now + 500, &d, &next), 0);
}

static void nothing_of_a_lane_that_rests_is_due_and_its_records_stay(void **state)
{
	struct spool_rest rest = { .reason = RSN_NET_UNREACHABLE, .peer = "http://a/", .since = 5, .failures = 3,
				   .detail = "refused" };
	struct spool_delivery d, before, is;
	struct spool_rest got, *list;
	struct err e = ERR_INIT;
	int64_t next, now;
	size_t n;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_ok(h_submit(h.s, NULL, i == 9 ? "ags:2" : "ags:1", 10, 1, NULL, &before.id, &e), e);
	now = clock_now() + 1;
	rest.until = now + 5000;
	assert_ok(spool_rest_set(h.s, "ags:1", &rest, &e), e);
	assert_ok(spool_rest_set(h.s, "ags:9", &rest, &e), e);	/* nothing waits there */
	h_spool_reopen(&h);
	assert_int_equal(claim(now, &d, &next), 0);
	assert_string_equal(d.recipient, "ags:2");
	assert_int_equal(claim(now + 10, &is, &next), ERR_MISSING);
	assert_int_equal(next, now + 1000);	/* the lease of ags:2 */
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	assert_int_equal(claim(now + 4999, &is, &next), ERR_MISSING);
	assert_int_equal(next, now + 5000);
	assert_ok(spool_rest_get(h.s, h.a, "ags:1", &got, &e), e);
	assert_string_equal(got.recipient, "ags:1");
	assert_string_equal(got.peer, "http://a/");
	assert_string_equal(got.detail, "refused");
	assert_int_equal(got.reason, RSN_NET_UNREACHABLE);
	assert_int_equal(got.failures, 3);
	assert_int_equal(got.since, 5);
	assert_ok(spool_rest_list(h.s, h.a, &list, &n, &e), e);
	assert_int_equal(n, 2);
	assert_int_equal(claim(now + 5000, &d, &next), 0);	/* the probe */
	assert_true(d.created <= now);
	rest.until = now + 20000;
	d.due = now + 20000;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_DEFERRED, NULL, NULL, &e), e);
	assert_ok(spool_rest_set(h.s, "ags:1", &rest, &e), e);
	assert_int_equal(claim(now + 19999, &is, &next), ERR_MISSING);
	assert_ok(spool_rest_clear(h.s, "ags:1", &e), e);	/* it is back: all nine at once, the probe as well */
	assert_int_equal(spool_rest_get(h.s, h.a, "ags:1", &got, &e), ERR_MISSING);
	now = clock_now() + 1;
	for (int i = 0; i < 9; i++)
		assert_int_equal(claim(now, &d, &next), 0);
	assert_ok(spool_rest_clear(h.s, "ags:1", &e), e);
}

static void the_lanes_of_one_peer_rest_and_wake_together(void **state)
{
	struct spool_rest a = { .peer = "http://a/" }, b = { .peer = "http://b/" }, got;
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next, now;
	char name[16];
	size_t n;

	(void)state;
	now = clock_now() + 1000;
	a.until = b.until = now + 100;
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "ags:%d", i);
		assert_ok(h_submit(h.s, NULL, name, 10, 1, NULL, NULL, &e), e);
		assert_ok(spool_rest_set(h.s, name, i < 30 ? &a : &b, &e), e);
	}
	assert_ok(spool_rest_peer(h.s, "http://a/", now + 9000, &n, &e), e);
	assert_int_equal(n, 30);
	assert_ok(spool_rest_peer(h.s, "http://c/", 0, &n, &e), e);
	assert_int_equal(n, 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(claim(now + 100, &d, &next), 0);
	assert_int_equal(claim(now + 101, &d, &next), ERR_MISSING);
	assert_ok(spool_rest_get(h.s, h.a, "ags:3", &got, &e), e);
	assert_int_equal(got.until, now + 9000);
	assert_ok(spool_rest_peer(h.s, "http://a/", 0, &n, &e), e);
	assert_int_equal(n, 30);
	for (int i = 0; i < 30; i++)
		assert_int_equal(claim(now + 101, &d, &next), 0);
	assert_int_equal(spool_rest_get(h.s, h.a, "ags:3", &got, &e), ERR_MISSING);
}

static void every_kind_of_end_sets_when_the_payload_goes(void **state)
{
	struct spool_delivery done, failed, again = { .recipient = NULL }, *list;
	struct err e = ERR_INIT;
	struct id cancelled, dlv, mail;
	int64_t start = clock_now();
	struct spool_delivery d;
	size_t n;

	(void)state;
	h.o.retention = (struct spool_retention){ .delivered = 2 * DAY, .cancelled = 3 * DAY, .given_up = 4 * DAY,
						  .undecided = 5 * DAY, .unfetched = 6 * DAY, .fetched = 7 * DAY };
	h_spool_reopen(&h);
	done = tried("ags:1", DLV_EV_ACCEPTED);
	assert_in_range(expires_of(&done.message), start + 2 * DAY, clock_now() + 2 * DAY);
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &cancelled, &dlv, &e), e);
	assert_ok(spool_delivery_get(h.s, h.a, &dlv, &d, &e), e);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_CANCEL, NULL, NULL, &e), e);
	assert_in_range(expires_of(&cancelled), start + 3 * DAY, clock_now() + 3 * DAY);

	failed = tried("ags:1", DLV_EV_REFUSED);
	assert_int_equal(expires_of(&failed.message), 0);	/* a person may still decide */
	assert_ok(spool_delivery_ending(h.s, h.a, start + 5 * DAY - 1, 10, &list, &n, &e), e);
	assert_int_equal(n, 0);
	assert_ok(spool_delivery_ending(h.s, h.a, clock_now() + 5 * DAY, 10, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_ok(spool_delivery_step(h.s, &list[0], DLV_EV_GIVE_UP, NULL, NULL, &e), e);
	assert_in_range(expires_of(&failed.message), start + 4 * DAY, clock_now() + 4 * DAY);
	assert_ok(spool_delivery_ending(h.s, h.a, clock_now() + 50 * DAY, 10, &list, &n, &e), e);
	assert_int_equal(n, 0);

	assert_ok(spool_delivery_add(h.s, &failed.message, &again, NULL, NULL, &e), e);
	assert_int_equal(expires_of(&failed.message), 0);	/* it goes on */
	assert_ok(spool_delivery_step(h.s, &again, DLV_EV_CANCEL, NULL, NULL, &e), e);
	assert_in_range(expires_of(&failed.message), start + 4 * DAY, clock_now() + 4 * DAY);	/* the longest of both */

	assert_ok(h_mail(h.s, "m", 1, 2, 1000, &mail, &e), e);
	assert_int_equal(expires_of(&mail), 1000 + 6 * DAY);
	assert_ok(spool_message_mark(h.s, &mail, SPOOL_FETCHED, 2000, &e), e);
	assert_int_equal(expires_of(&mail), 2000 + 7 * DAY);
}

static void what_was_saved_meanwhile_is_not_erased(void **state)
{
	struct spool_message m, *w;
	struct spool_edit *ed;
	struct err e = ERR_INIT;
	struct id id, *ids;
	size_t n;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	w->expires = 1000;
	id = w->id;
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(spool_expired(h.s, h.a, 2000, 10, &ids, &n, &e), e);
	assert_int_equal(n, 1);
	assert_ok(spool_edit_begin(h.s, &id, &ed, &w, &e), e);	/* the citizen saves */
	w->expires = 9000;
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_int_equal(spool_erase_expired(h.s, &ids[0], 2000, &e), ERR_WRONG_STATE);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_ok(spool_erase_expired(h.s, &ids[0], 9001, &e), e);
	assert_int_equal(spool_message_get(h.s, h.a, &id, &m, &e), ERR_MISSING);
}

static void a_hold_keeps_what_the_last_attempt_said(void **state)
{
	struct spool_delivery d, is;
	struct err e = ERR_INIT;
	int64_t next;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	assert_int_equal(claim(clock_now() + 1, &d, &next), 0);
	d.reason = RSN_OSCI_REFUSED, d.code = "9200", d.detail = "no such key";
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_REFUSED, NULL, NULL, &e), e);
	d.hold_reason = "root: ticket 4711";
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_HOLD, NULL, NULL, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_delivery_get(h.s, h.a, &d.id, &is, &e), e);
	assert_int_equal(is.reason, RSN_OSCI_REFUSED);
	assert_string_equal(is.code, "9200");
	assert_string_equal(is.detail, "no such key");
	assert_string_equal(is.hold_reason, "root: ticket 4711");
	assert_int_not_equal(is.since, 0);
	assert_ok(spool_delivery_step(h.s, &is, DLV_EV_RELEASE, NULL, NULL, &e), e);
	assert_ok(spool_delivery_get(h.s, h.a, &d.id, &is, &e), e);
	assert_null(is.hold_reason);
}

static void after_a_clock_that_was_ten_days_ahead_nothing_waits_longer_than_it_may(void **state)
{
	struct spool_rest rest = { .until = clock_now() + 10 * DAY, .peer = "http://a/" };
	struct spool_delivery d[4], *list, got;
	struct spool_message *w;
	struct spool_edit *ed;
	struct err e = ERR_INIT;
	int64_t next, now;
	uint64_t pulled;
	struct id draft, *ids;
	size_t n;

	(void)state;
	h.o.retention = (struct spool_retention){ .delivered = DAY, .undecided = 2 * DAY, .draft = 3 * DAY };
	h.o.clock = (struct spool_clock){ .wait = DAY, .follow = DAY };
	h_spool_reopen(&h);
	for (int i = 0; i < 4; i++) {
		char name[8];

		snprintf(name, sizeof(name), "ags:%d", i);
		assert_ok(h_submit(h.s, NULL, name, 10, 1, NULL, NULL, &e), e);
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, i == 3 ? 10 * DAY : 1000, &d[i], &next, &e), e);
		d[i].due = clock_now() + 10 * DAY;
	}
	assert_ok(spool_delivery_step(h.s, &d[0], DLV_EV_DEFERRED, NULL, NULL, &e), e);
	d[1].due = 0;	/* its lane rests instead */
	assert_ok(spool_delivery_step(h.s, &d[1], DLV_EV_DEFERRED, NULL, NULL, &e), e);
	assert_ok(spool_rest_set(h.s, "ags:1", &rest, &e), e);
	assert_ok(spool_delivery_step(h.s, &d[2], DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	w->expires = clock_now() + 13 * DAY;
	draft = w->id;
	assert_ok(spool_edit_commit(ed, NULL, &e), e);

	now = clock_now() + 2;
	assert_int_equal(claim(now, &got, &next), ERR_MISSING);
	assert_ok(spool_clock_check(h.s, now, &pulled, &e), e);
	assert_int_equal(pulled, 5);
	assert_ok(spool_clock_check(h.s, now, &pulled, &e), e);
	assert_int_equal(pulled, 0);
	for (int i = 0; i < 3; i++)	/* what waited, what rested, and what somebody had leased */
		assert_int_equal(claim(now, &got, &next), 0);
	assert_ok(spool_follow_due(h.s, h.a, now, 10, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_ok(spool_expired(h.s, h.a, now + 3 * DAY + 1, 10, &ids, &n, &e), e);
	assert_true(n > 0 && id_cmp(&ids[n - 1], &draft) == 0);
}

static void a_cached_answer_from_the_future_is_stale_and_dies_in_time(void **state)
{
	int64_t now = clock_now();
	struct spool_cache_entry in = { now + 10 * DAY, now + 11 * DAY, now + 12 * DAY, false, SPAN_LIT("v") }, out;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(spool_cache_put(h.s, SPAN_LIT("k"), &in, &e), e);
	assert_ok(spool_cache_get(h.s, h.a, SPAN_LIT("k"), &out, &e), e);
	assert_in_range(out.fetched, now, clock_now());
	assert_true(out.fresh_until < now);
	assert_in_range(out.dead_after, now + 2 * DAY, clock_now() + 2 * DAY);
}

int store_suite_model(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_message_may_be_delivered_more_than_once),
		T(the_first_delivery_that_gets_there_sets_the_instants),
		T(an_old_token_changes_nothing),
		T(what_an_attempt_notes_is_there_after_a_kill),
		T(a_restart_ends_the_leases_of_its_own_node_only),
		T(what_was_given_back_untried_counts_no_attempt),
		T(nothing_of_a_lane_that_rests_is_due_and_its_records_stay),
		T(the_lanes_of_one_peer_rest_and_wake_together),
		T(every_kind_of_end_sets_when_the_payload_goes),
		T(what_was_saved_meanwhile_is_not_erased),
		T(a_hold_keeps_what_the_last_attempt_said),
		T(after_a_clock_that_was_ten_days_ahead_nothing_waits_longer_than_it_may),
		T(a_cached_answer_from_the_future_is_stale_and_dies_in_time),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
