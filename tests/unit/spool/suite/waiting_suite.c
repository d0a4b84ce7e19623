/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits in mailboxes: lists across several of them, counts, what is fetched together, what is called back. */
#include "spool/suite/h_spool.h"
#include "spool/suite/store_suite.h"

#include "base/clock.h"
#include "base/mem.h"

static struct spool_mail_ref *list(const struct spool_box_range *q, size_t *n, bool *more)
{
	struct spool_mail_ref *out = NULL;
	struct err e = ERR_INIT;

	assert_ok(spool_box_list(h.s, h.a, q, &out, n, more, &e), e);
	return out;
}

static uint64_t count(const struct spool_box_range *q)
{
	struct err e = ERR_INIT;
	uint64_t n = 0;

	assert_ok(spool_box_count(h.s, q, &n, &e), e);
	return n;
}

static void several_mailboxes_are_one_list_in_the_order_of_acceptance(void **state)
{
	const struct spool_box boxes[] = { h_box(2), h_box(3), h_box(9) };
	struct spool_box_range q = { .boxes = boxes, .box_count = 3, .limit = 2 };
	struct spool_mail_ref *got;
	struct err e = ERR_INIT;
	struct id ids[5];
	size_t n, at = 0;
	bool more;

	(void)state;
	(void)list(&q, &n, &more);
	assert_true(n == 0 && !more && count(&q) == 0);
	assert_ok(h_mail(h.s, "e", 1, 3, 500, &ids[4], &e), e);
	assert_ok(h_mail(h.s, "a", 1, 2, 100, &ids[0], &e), e);
	assert_ok(h_mail(h.s, "b", 1, 3, 200, &ids[1], &e), e);
	assert_ok(h_mail(h.s, "c", 1, 2, 300, &ids[2], &e), e);
	assert_ok(h_mail(h.s, "d", 1, 2, 300, &ids[3], &e), e);	/* the same instant: by id */
	assert_ok(h_mail(h.s, "x", 2, 4, 100, NULL, &e), e);	/* of another mailbox */
	for (int page = 0; page < 3; page++) {
		got = list(&q, &n, &more);
		assert_int_equal(n, page < 2 ? 2 : 1);
		assert_int_equal(more, page < 2);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(id_cmp(&got[i].id, &ids[at++]), 0);
		q.after = got[n - 1];
		h_spool_reopen(&h);	/* a position is good for ever */
	}
	(void)list(&q, &n, &more);
	assert_int_equal(n, 0);
	assert_int_equal(count(&q), 5);
}

static void bounds_of_time_include_both_ends(void **state)
{
	const struct spool_box box = h_box(2);
	static const struct { int64_t since, until; size_t n; } cases[] = {
		{ 0, 0, 4 }, { 100, 0, 4 }, { 101, 0, 3 }, { 0, 300, 3 }, { 0, 299, 2 }, { 200, 300, 2 }, { 301, 399, 0 },
		{ 400, 300, 0 },
	};
	struct err e = ERR_INIT;
	bool more;
	size_t n;

	(void)state;
	for (int i = 1; i <= 4; i++)
		assert_ok(h_mail(h.s, (char[]){ (char)('a' + i), 0 }, 1, 2, 100 * i, NULL, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct spool_box_range q = { .boxes = &box, .box_count = 1, .since = cases[i].since,
						   .until = cases[i].until, .limit = 10 };

		(void)list(&q, &n, &more);
		assert_int_equal(n, cases[i].n);
		assert_int_equal(count(&q), cases[i].n);
	}
}

static void what_was_handed_out_is_not_new_and_what_was_fetched_does_not_wait(void **state)
{
	const struct spool_box box = h_box(2);
	struct spool_box_range q = { .boxes = &box, .box_count = 1, .limit = 10 }, fresh = q;
	struct spool_mail_ref *got;
	struct err e = ERR_INIT;
	struct id ids[3];
	bool more;
	size_t n;

	(void)state;
	fresh.new_only = true;
	for (int i = 0; i < 3; i++)
		assert_ok(h_mail(h.s, (char[]){ (char)('a' + i), 0 }, 1, 2, 100 * i, &ids[i], &e), e);
	assert_ok(spool_message_mark(h.s, &ids[0], SPOOL_FORWARDED, 1000, &e), e);
	got = list(&fresh, &n, &more);
	assert_int_equal(n, 2);
	assert_int_equal(id_cmp(&got[0].id, &ids[1]), 0);
	assert_true(count(&fresh) == 2 && count(&q) == 3);
	assert_ok(spool_message_mark(h.s, &ids[1], SPOOL_FETCHED, 1000, &e), e);	/* without having been handed out */
	assert_true(count(&fresh) == 1 && count(&q) == 2);
	assert_ok(spool_erase(h.s, &ids[2], 2000, &e), e);
	h_spool_reopen(&h);
	assert_true(count(&fresh) == 0 && count(&q) == 1);
	got = list(&q, &n, &more);
	assert_true(n == 1 && id_cmp(&got[0].id, &ids[0]) == 0);
}

static void several_are_fetched_at_once_or_none_is(void **state)
{
	const struct spool_box box = h_box(2);
	const struct spool_box_range q = { .boxes = &box, .box_count = 1, .limit = 10 };
	struct spool_message m;
	struct spool_event *evs;
	struct err e = ERR_INIT;
	struct id ids[3];
	size_t n;

	(void)state;
	h.s = (spool_close(h.s), NULL);
	h.o.retention.fetched = 1000;
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	for (int i = 0; i < 2; i++)
		assert_ok(h_mail(h.s, (char[]){ (char)('a' + i), 0 }, 1, 2, 100 * i, &ids[i], &e), e);
	ids[2] = id_new();
	assert_int_equal(spool_mail_fetched(h.s, ids, 3, 500, &e), ERR_MISSING);
	e = (struct err)ERR_INIT;
	assert_int_equal(count(&q), 2);
	ids[2] = ids[0];	/* named twice */
	assert_ok(spool_mail_fetched(h.s, ids, 3, 500, &e), e);
	assert_int_equal(count(&q), 0);
	assert_ok(spool_mail_fetched(h.s, ids, 1, 900, &e), e);	/* again: it stays as it is */
	h_spool_reopen(&h);
	assert_ok(spool_message_get(h.s, h.a, &ids[0], &m, &e), e);
	assert_true(m.fetched == 500 && m.modified == 500 && m.expires == 1500);
	assert_ok(spool_event_list(h.s, h.a, &ids[0], &evs, &n, &e), e);
	assert_true(n == 1 && evs[0].kind == SPOOL_EV_FETCHED && evs[0].at == 500);
}

static void what_may_not_be_read_yet_can_be_called_back(void **state)
{
	const struct spool_event ev = { .at = 50, .kind = SPOOL_EV_CANCELLED };
	const struct spool_box box = h_box(2);
	struct spool_box_range q = { .boxes = &box, .box_count = 1, .limit = 10, .until = 50 };
	struct spool_box_query first = { .accepted_until = 50, .unfetched_only = true };
	struct spool_message m;
	struct spool_event *evs;
	struct err e = ERR_INIT;
	struct id later, now;
	bool more;
	size_t n;

	(void)state;
	assert_ok(h_mail(h.s, "later", 1, 2, 100, &later, &e), e);
	(void)list(&q, &n, &more);
	assert_true(n == 0 && count(&q) == 0);
	assert_int_equal(spool_box_first(h.s, h.a, &box, &first, &m, &more, &e), ERR_MISSING);
	e = (struct err)ERR_INIT;
	assert_ok(h_mail(h.s, "now", 1, 2, 50, &now, &e), e);
	assert_ok(spool_box_first(h.s, h.a, &box, &first, &m, &more, &e), e);
	assert_true(!more && id_cmp(&m.id, &now) == 0);
	assert_int_equal(spool_mail_cancel(h.s, &now, 50, &ev, &e), ERR_WRONG_STATE);
	e = (struct err)ERR_INIT;
	assert_ok(spool_mail_cancel(h.s, &later, 50, &ev, &e), e);
	assert_int_equal(spool_mail_cancel(h.s, &later, 51, &ev, &e), ERR_WRONG_STATE);	/* it is over already */
	e = (struct err)ERR_INIT;
	h_spool_reopen(&h);
	assert_ok(spool_message_get(h.s, h.a, &later, &m, &e), e);
	assert_int_equal(m.expires, 50);
	assert_ok(spool_event_list(h.s, h.a, &later, &evs, &n, &e), e);
	assert_true(n == 1 && evs[0].kind == SPOOL_EV_CANCELLED);
	assert_ok(spool_erase_expired(h.s, &later, 60, &e), e);
	q.until = 200;
	(void)list(&q, &n, &more);
	assert_true(n == 1 && count(&q) == 1);
}

static int mail_with(const char *foreign_id, const char *alias, int64_t expires, struct id *id, struct err *e)
{
	struct spool_message *m;
	struct spool_edit *ed;
	int rc = spool_edit_begin(h.s, NULL, &ed, &m, e);

	if (rc != 0)
		return rc;
	m->kind = SPOOL_MAIL;
	m->foreign_id = foreign_id;
	m->alias = alias;
	m->to = h_box(2);
	m->accepted = 100;
	m->expires = expires;
	*id = m->id;
	return spool_edit_commit(ed, NULL, e);
}

static void an_alias_finds_a_message_and_is_nobody_elses(void **state)
{
	struct spool_message m;
	struct err e = ERR_INIT;
	struct id id, other;

	(void)state;
	assert_ok(mail_with("osci-1", "urn:1", 0, &id, &e), e);
	assert_int_equal(mail_with("urn:1", NULL, 0, &other, &e), ERR_EXISTS);
	assert_int_equal(mail_with("osci-2", "urn:1", 0, &other, &e), ERR_EXISTS);
	assert_int_equal(mail_with("osci-2", "osci-1", 0, &other, &e), ERR_EXISTS);
	e = (struct err)ERR_INIT;
	assert_ok(mail_with("same", "same", 0, &other, &e), e);
	assert_ok(spool_message_mark(h.s, &other, SPOOL_FETCHED, 200, &e), e);
	assert_ok(spool_message_find(h.s, h.a, SPOOL_MAIL, SPAN_LIT("same"), &m, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_message_find(h.s, h.a, SPOOL_MAIL, SPAN_LIT("urn:1"), &m, &e), e);
	assert_int_equal(id_cmp(&m.id, &id), 0);
	assert_string_equal(m.foreign_id, "osci-1");
	assert_string_equal(m.alias, "urn:1");
	assert_ok(spool_erase(h.s, &id, 300, &e), e);	/* ids are never given twice */
	assert_int_equal(mail_with("x", "urn:1", 0, &other, &e), ERR_EXISTS);
}

static void mail_ends_at_the_earlier_of_two_ends(void **state)
{
	struct spool_message m;
	struct err e = ERR_INIT;
	struct id early, late;

	(void)state;
	h.s = (spool_close(h.s), NULL);
	h.o.retention.unfetched = 1000;
	h.o.retention.fetched = 5000;
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	assert_ok(mail_with("early", NULL, 300, &early, &e), e);
	assert_ok(mail_with("late", NULL, 3000, &late, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &early, &m, &e), e);
	assert_int_equal(m.expires, 300);
	assert_ok(spool_message_get(h.s, h.a, &late, &m, &e), e);
	assert_int_equal(m.expires, 1100);
	assert_ok(spool_mail_fetched(h.s, &early, 1, 200, &e), e);	/* then the other time counts */
	assert_ok(spool_message_get(h.s, h.a, &early, &m, &e), e);
	assert_int_equal(m.expires, 5200);
}

static struct spool_suspension suspend(const char *recipient, const char *peer, int64_t until)
{
	struct spool_suspension s = { .recipient = recipient, .peer = peer, .since = clock_now(), .until = until, .actor = "uid 0",
				      .why = "moving house" };
	struct err e = ERR_INIT;

	assert_ok(spool_suspend(h.s, &s, &(struct spool_audit){ .at = 1, .actor = "uid 0", .action = "suspend", .object = "x" }, &e), e);
	return s;
}

static int resume(const char *recipient, const char *peer)
{
	struct err e = ERR_INIT;

	return spool_resume(h.s, recipient, peer, &(struct spool_audit){ .at = 2, .actor = "uid 0", .action = "resume", .object = "x" },
			    &e);
}

static void nothing_goes_to_a_recipient_that_is_suspended(void **state)
{
	const int64_t until = clock_now() + 3600000, now = until - 1;	/* whatever was due before is due */
	struct spool_suspension got;
	struct spool_delivery d;
	struct err e = ERR_INIT;
	uint64_t lines;
	int64_t next;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	assert_ok(h_submit(h.s, NULL, "ags:2", 10, 1, NULL, NULL, &e), e);
	suspend("ags:1", NULL, until);
	assert_ok(h_claim(h.s, h.a, now, 7200000, &d, &next, &e), e);
	assert_string_equal(d.recipient, "ags:2");
	assert_int_equal(h_claim(h.s, h.a, now, 7200000, &d, &next, &e), ERR_MISSING);
	assert_int_equal(next, until);
	assert_ok(spool_rest_set(h.s, "ags:1", &(struct spool_rest){ .until = until + 5, .reason = RSN_NET_TIMEOUT }, &e), e);
	assert_ok(spool_rest_clear(h.s, "ags:1", &e), e);	/* a rest that ends does not end it */
	h_spool_reopen(&h);
	assert_ok(h_claim(h.s, h.a, now, 7200000, &d, &next, &e), e);	/* its lease ended with the start */
	assert_string_equal(d.recipient, "ags:2");
	assert_int_equal(h_claim(h.s, h.a, now, 7200000, &d, &next, &e), ERR_MISSING);
	assert_ok(spool_suspension_get(h.s, h.a, "ags:1", NULL, now, &got, &e), e);
	assert_string_equal(got.why, "moving house");
	assert_int_equal(got.until, until);
	assert_int_equal(spool_suspension_get(h.s, h.a, "ags:2", NULL, now, &got, &e), ERR_MISSING);
	assert_int_equal(resume("ags:2", NULL), ERR_MISSING);
	assert_int_equal(resume("ags:1", NULL), 0);
	assert_ok(spool_audit_count(h.s, &lines, &e), e);
	assert_int_equal(lines, 2);	/* one that changed nothing is not among them */
	assert_ok(h_claim(h.s, h.a, now, 7200000, &d, &next, &e), e);
	assert_string_equal(d.recipient, "ags:1");
}

/* A suspension is longer than anything else may have to wait: that is no clock that was ahead. One that is set in the future is. */
static void the_clock_check_knows_a_suspension(void **state)
{
	const int64_t now = clock_now(), until = now + INT64_C(90) * 86400000;
	struct spool_suspension ahead = { .recipient = "ags:9", .since = until, .until = 2 * until, .actor = "uid 0", .why = "w" };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	uint64_t pulled;
	int64_t next;
	char town[16];

	(void)state;
	h.o.clock = (struct spool_clock){ .wait = 86400000, .follow = 86400000 };
	for (int i = 0; i < 600; i++) {	/* more than are looked at at once */
		snprintf(town, sizeof(town), "ags:%d", 1000 + i);
		assert_ok(h_submit(h.s, NULL, town, 10, 1, NULL, NULL, &e), e);
		suspend(town, NULL, until + i);
	}
	assert_ok(h_submit(h.s, NULL, "ags:9", 10, 1, NULL, NULL, &e), e);
	assert_ok(spool_suspend(h.s, &ahead, &(struct spool_audit){ .at = 1, .actor = "uid 0", .action = "suspend", .object = "x" }, &e), e);
	assert_ok(h_submit(h.s, NULL, "ags:8", 10, 1, NULL, NULL, &e), e);
	assert_ok(spool_rest_set(h.s, "ags:8", &(struct spool_rest){ .until = 3 * until, .reason = RSN_NET_TIMEOUT }, &e), e);
	h_spool_reopen(&h);	/* looks at the start as well */
	assert_ok(spool_clock_check(h.s, clock_now(), &pulled, &e), e);
	assert_int_equal(pulled, 0);
	for (int i = 0; i < 2; i++) {
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 7200000, &d, &next, &e), e);
		assert_true(strcmp(d.recipient, "ags:8") == 0 || strcmp(d.recipient, "ags:9") == 0);
	}
	assert_int_equal(h_claim(h.s, h.a, clock_now() + 1, 7200000, &d, &next, &e), ERR_MISSING);
}

static void a_suspension_ends_by_itself_and_is_listed_until_then(void **state)
{
	const int64_t now = clock_now() + 10;
	struct spool_suspension *list, got;
	struct spool_delivery d, *waiting;
	struct err e = ERR_INIT;
	int64_t next;
	size_t n;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	suspend("ags:1", NULL, now + 1000);
	suspend("ags:1", NULL, now + 2000);	/* the last word counts */
	suspend(NULL, "https://a.example", now + 5000);
	assert_ok(spool_suspension_list(h.s, h.a, now, &list, &n, &e), e);
	assert_int_equal(n, 2);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = UINT32_MAX, .why = RSN_OP_SUSPENDED, .limit = 10 },
					&waiting, &n, &e), e);
	assert_int_equal(n, 1);
	assert_ok(spool_suspension_list(h.s, h.a, now + 2000, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].peer, "https://a.example");
	assert_null(list[0].recipient);
	assert_int_equal(spool_suspension_get(h.s, h.a, "https://a.example", NULL, now, &got, &e), ERR_MISSING);
	assert_ok(spool_suspension_get(h.s, h.a, NULL, "https://a.example", now, &got, &e), e);
	assert_int_equal(h_claim(h.s, h.a, now + 1999, 1000, &d, &next, &e), ERR_MISSING);
	assert_ok(h_claim(h.s, h.a, now + 2000, 1000, &d, &next, &e), e);
}

int store_suite_waiting(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(several_mailboxes_are_one_list_in_the_order_of_acceptance),
		T(bounds_of_time_include_both_ends),
		T(nothing_goes_to_a_recipient_that_is_suspended),
		T(the_clock_check_knows_a_suspension),
		T(a_suspension_ends_by_itself_and_is_listed_until_then),
		T(what_was_handed_out_is_not_new_and_what_was_fetched_does_not_wait),
		T(several_are_fetched_at_once_or_none_is),
		T(what_may_not_be_read_yet_can_be_called_back),
		T(an_alias_finds_a_message_and_is_nobody_elses),
		T(mail_ends_at_the_earlier_of_two_ends),
	};

	return cmocka_run_group_tests_name("what waits", tests, NULL, NULL);
}
