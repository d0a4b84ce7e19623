/* SPDX-License-Identifier: EUPL-1.2 */
/* What changed settings of retention mean for what lies there, for every engine. */
#include "spool/suite/h_spool.h"
#include "spool/suite/store_suite.h"

#include "base/clock.h"
#include "base/mem.h"

#define DAY INT64_C(86400000)

static int64_t base;	/* when everything happened; the store's own clock is at most a few seconds on */
static int64_t slack;

enum thing { DRAFT, DRAFT_WITH_OWN_END, NEW_MAIL, MAIL_WITH_OWN_END, READ_MAIL, DELIVERED, CANCELLED, GIVEN_UP, THINGS };

static struct id ids[THINGS];		/* of messages */
static struct id undecided[2];		/* of deliveries: failed, held */

static struct id put_draft(int64_t own_end)
{
	struct spool_message *m;
	struct spool_edit *ed;
	struct err e = ERR_INIT;
	struct id id;

	assert_ok(spool_edit_begin(h.s, NULL, &ed, &m, &e), e);
	m->kind = SPOOL_DRAFT;
	m->modified = base;
	m->expires = own_end;
	id = m->id;
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	return id;
}

static struct id put_mail(int64_t own_end, int64_t fetched)
{
	struct spool_message *m;
	struct spool_edit *ed;
	struct err e = ERR_INIT;
	struct id id;

	assert_ok(spool_edit_begin(h.s, NULL, &ed, &m, &e), e);
	m->kind = SPOOL_MAIL;
	m->to = h_box(2);
	m->accepted = base;
	m->expires = own_end;
	id = m->id;
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	if (fetched != 0)
		assert_ok(spool_message_mark(h.s, &id, SPOOL_FETCHED, fetched, &e), e);
	return id;
}

/* An application whose delivery took this step, after an attempt or without one. */
static struct id put_application(enum delivery_event ev, struct id *dlv)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	struct id id, own;
	int64_t next;

	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, &own, &e), e);
	if (delivery_by_worker(ev))
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 60000, &d, &next, &e), e);
	else
		assert_ok(spool_delivery_get(h.s, h.a, &own, &d, &e), e);
	d.due = 0;
	d.reason = ev == DLV_EV_REFUSED ? RSN_OSCI_REFUSED : RSN_NONE;
	assert_ok(spool_delivery_step(h.s, &d, ev, NULL, NULL, &e), e);
	if (dlv != NULL)
		*dlv = d.id;
	return id;
}

static struct id put_given_up(void)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	struct id id, dlv;

	id = put_application(DLV_EV_REFUSED, &dlv);
	assert_ok(spool_delivery_get(h.s, h.a, &dlv, &d, &e), e);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_GIVE_UP, NULL, NULL, &e), e);
	return id;
}

static void put_all(void)
{
	base = clock_now();
	ids[DRAFT] = put_draft(0);
	ids[DRAFT_WITH_OWN_END] = put_draft(base + DAY);
	ids[NEW_MAIL] = put_mail(0, 0);
	ids[MAIL_WITH_OWN_END] = put_mail(base + 2 * DAY, 0);
	ids[READ_MAIL] = put_mail(base + DAY, base);
	ids[DELIVERED] = put_application(DLV_EV_ACCEPTED, NULL);
	ids[CANCELLED] = put_application(DLV_EV_CANCEL, NULL);
	ids[GIVEN_UP] = put_given_up();
	put_application(DLV_EV_REFUSED, &undecided[0]);
	put_application(DLV_EV_HOLD, &undecided[1]);
	slack = clock_now() - base;
}

static void reopen(struct spool_retention r)
{
	h.o.retention = r;
	h_spool_reopen(&h);
}

/* The end is `ms` after what happened; 0: there is none. */
static void assert_end(int64_t end, int64_t ms, const char *what, size_t i)
{
	if (ms == 0 ? end != 0 : end < base + ms || end > base + ms + slack)
		fail_msg("%s %zu ends after %lld ms, not %lld", what, i, (long long)(end == 0 ? 0 : end - base), (long long)ms);
}

/* In days, by thing and for those that nobody decided about. */
static void assert_ends(const int days[THINGS], int undecided_days)
{
	struct spool_delivery d;
	struct spool_message m;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < THINGS; i++) {
		assert_ok(spool_message_get(h.s, h.a, &ids[i], &m, &e), e);
		assert_end(m.expires, days[i] * DAY, "thing", i);
	}
	for (size_t i = 0; i < 2; i++) {
		assert_ok(spool_delivery_get(h.s, h.a, &undecided[i], &d, &e), e);
		assert_end(d.due, undecided_days * DAY, "delivery", i);
	}
}

static const struct spool_retention first = { .draft = 10 * DAY, .unfetched = 20 * DAY, .fetched = 30 * DAY, .delivered = 40 * DAY,
					      .cancelled = 50 * DAY, .given_up = 60 * DAY, .undecided = 70 * DAY };
static const int first_days[THINGS] = { 10, 1, 20, 2, 30, 40, 50, 60 };

static void changed_settings_hold_for_what_lies_there(void **state)
{
	static const struct {
		struct spool_retention r;
		int days[THINGS], undecided;
	} rows[] = {
		/* shorter, also than an end that was set */
		{ { .draft = 3 * DAY, .unfetched = DAY, .fetched = 4 * DAY, .delivered = 5 * DAY, .cancelled = 6 * DAY,
		    .given_up = 7 * DAY, .undecided = 8 * DAY }, { 3, 1, 1, 1, 4, 5, 6, 7 }, 8 },
		/* longer: an end that was set stays */
		{ { .draft = 11 * DAY, .unfetched = 21 * DAY, .fetched = 31 * DAY, .delivered = 41 * DAY, .cancelled = 51 * DAY,
		    .given_up = 61 * DAY, .undecided = 71 * DAY }, { 11, 1, 21, 2, 31, 41, 51, 61 }, 71 },
		/* for ever, and back again */
		{ { .draft = 0 }, { 0, 1, 0, 2, 0, 0, 0, 0 }, 0 },
		{ { .draft = 10 * DAY, .unfetched = 20 * DAY, .fetched = 30 * DAY, .delivered = 40 * DAY, .cancelled = 50 * DAY,
		    .given_up = 60 * DAY, .undecided = 70 * DAY }, { 10, 1, 20, 2, 30, 40, 50, 60 }, 70 },
	};

	(void)state;
	reopen(first);
	put_all();
	assert_ends(first_days, 70);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		reopen(rows[i].r);
		assert_ends(rows[i].days, rows[i].undecided);
	}
}

static void the_same_settings_change_nothing(void **state)
{
	struct spool_message before, after;
	struct err e = ERR_INIT;

	(void)state;
	reopen(first);
	put_all();
	assert_ok(spool_message_expire(h.s, &ids[DELIVERED], base + 5, &e), e);	/* by hand */
	assert_ok(spool_message_get(h.s, h.a, &ids[DELIVERED], &before, &e), e);
	reopen(first);
	assert_ok(spool_message_get(h.s, h.a, &ids[DELIVERED], &after, &e), e);
	assert_int_equal(after.expires, before.expires);
}

/* What is over by the changed settings goes, what is not any more stays. */
static void what_goes_is_what_is_over_by_the_settings_of_now(void **state)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	struct id *over;
	size_t n;

	(void)state;
	reopen(first);
	put_all();
	reopen((struct spool_retention){ .draft = DAY, .unfetched = 100 * DAY, .fetched = 100 * DAY, .delivered = 100 * DAY,
					 .cancelled = 100 * DAY, .given_up = 100 * DAY, .undecided = DAY });
	assert_ok(spool_expired(h.s, h.a, base + 70 * DAY, 100, &over, &n, &e), e);
	assert_int_equal(n, 3);	/* the drafts, and the mail with an end of its own */
	for (size_t i = 0; i < n; i++)
		assert_ok(spool_erase_expired(h.s, &over[i], base + 70 * DAY, &e), e);
	assert_ok(spool_delivery_ending(h.s, h.a, base + 2 * DAY, 100, &list, &n, &e), e);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_ok(spool_delivery_step(h.s, &list[i], DLV_EV_GIVE_UP, NULL, NULL, &e), e);
}

/* A draft that is saved again gets its end anew, and takes the end of its own back. */
static void what_is_saved_again_counts_from_then(void **state)
{
	struct spool_message *m, got;
	struct spool_edit *ed;
	struct err e = ERR_INIT;

	(void)state;
	reopen(first);
	put_all();
	assert_ok(spool_edit_begin(h.s, &ids[DRAFT_WITH_OWN_END], &ed, &m, &e), e);
	m->modified = base + 3;
	m->expires = 0;
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &ids[DRAFT_WITH_OWN_END], &got, &e), e);
	assert_in_range(got.expires, base + 10 * DAY, base + 3 + 10 * DAY);
}

int store_suite_retention(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(changed_settings_hold_for_what_lies_there),
		T(the_same_settings_change_nothing),
		T(what_goes_is_what_is_over_by_the_settings_of_now),
		T(what_is_saved_again_counts_from_then),
	};

	return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
