/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the crash test: calls on deliveries, and each step. */
#include "spool/suite/crash_rows.h"

#include "base/clock.h"
#include "base/mem.h"

struct spool_delivery crash_active;

static void cancel(const struct id *id)
{
	struct spool_delivery d = crash_delivery(id);
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_CANCEL, NULL, NULL, &e), e);
}

void crash_cancelled(const struct crash_row *row)
{
	crash_application(row);
	cancel(&crash_dlv);
}

static int add(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	struct spool_delivery d = { .recipient = "ags:2", .follows = crash_dlv };

	(void)row, (void)result;
	return spool_delivery_add(h.s, &crash_msg, &d, &crash_event, &crash_line, e);
}

static bool is_added(const struct crash_row *row, const uint8_t *result)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;
	bool is;

	(void)row, (void)result;
	assert_ok(spool_delivery_of(h.s, h.a, &crash_msg, &list, &n, &e), e);
	is = crash_is_second((int64_t)n, 1, 2);
	assert_int_equal(crash_marks(&crash_msg), is);
	assert_int_equal(crash_lines(), is);
	assert_int_equal(crash_message(&crash_msg).expires == 0, is);	/* it goes on */
	return is;
}

static int take(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	struct spool_delivery d;
	int64_t next;

	(void)row, (void)result;
	return h_claim(h.s, h.a, clock_now() + 1, CRASH_DAY, &d, &next, e);
}

static bool is_taken(const struct crash_row *row, const uint8_t *result)
{
	struct spool_delivery d = crash_delivery(&crash_dlv), other;
	bool is = crash_is_second(d.state, DLV_QUEUED, DLV_ACTIVE);
	struct err e = ERR_INIT;
	int64_t next;

	(void)row, (void)result;
	assert_int_equal(d.attempts, is);
	assert_int_equal(d.token, is);
	assert_int_equal(h_claim(h.s, h.a, clock_now() + 1, 1, &other, &next, &e), is ? ERR_MISSING : 0);
	return is;
}

void crash_claim(const struct crash_row *row)
{
	struct err e = ERR_INIT;
	int64_t next;

	(void)row;
	CRASH_NEED(h_claim(h.s, h.a, clock_now() + 1, CRASH_DAY, &crash_active, &next, &e) == 0);
}

static int renew(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_delivery_renew(h.s, &crash_active.id, crash_active.token, INT64_C(1) << 50, e);
}

static bool is_renewed(const struct crash_row *row, const uint8_t *result)
{
	struct spool_delivery d = crash_delivery(&crash_dlv);

	(void)row, (void)result;
	assert_int_equal(d.state, DLV_ACTIVE);
	return d.due == INT64_C(1) << 50;
}

static int note(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	crash_active.peer = "http://a/";
	crash_active.peer_id = "theirs";
	crash_active.old_peer = "http://b/";
	crash_active.ambiguous = true;
	return spool_delivery_note(h.s, &crash_active, &crash_event, e);
}

static bool is_noted(const struct crash_row *row, const uint8_t *result)
{
	struct spool_delivery d = crash_delivery(&crash_dlv), found;
	bool is = d.peer != NULL;
	struct err e = ERR_INIT;

	(void)row, (void)result;
	assert_int_equal(d.peer_id != NULL, is);
	assert_int_equal(d.old_peer != NULL, is);
	assert_int_equal(d.ambiguous, is);
	assert_int_equal(crash_marks(&crash_msg), is);
	assert_int_equal(spool_delivery_find(h.s, h.a, SPAN_LIT("theirs"), &found, &e), is ? 0 : ERR_MISSING);
	return is;
}

static void take_step(enum delivery_event ev)
{
	struct spool_delivery d = crash_delivery(&crash_dlv);
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_step(h.s, &d, ev, NULL, NULL, &e), e);
}

static void refuse(void)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	assert_ok(h_claim(h.s, h.a, clock_now() + 1, CRASH_DAY, &d, &next, &e), e);
	d.reason = RSN_OSCI_REFUSED;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_REFUSED, NULL, NULL, &e), e);
}

/* The state that the step starts from, but for ACTIVE, which a start would end. */
static void in_state(const struct crash_row *row)
{
	crash_application(row);
	if (row->from == DLV_HELD)
		take_step(DLV_EV_HOLD);
	else if (row->from == DLV_FAILED)
		refuse();
}

static void ready_step(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	if (row->from == DLV_ACTIVE)
		crash_claim(row);
	else
		CRASH_NEED(spool_delivery_get(h.s, h.a, &crash_dlv, &crash_active, &e) == 0);
}

static int step(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)result;
	crash_active.due = CRASH_LATER;
	crash_active.reason = row->event == DLV_EV_ACCEPTED ? RSN_NONE : RSN_OSCI_REFUSED;
	crash_active.hold_reason = "h";
	return spool_delivery_step(h.s, &crash_active, row->event, &crash_event, delivery_by_worker(row->event) ? NULL : &crash_line, e);
}

static bool is_stepped(const struct crash_row *row, const uint8_t *result)
{
	struct spool_delivery d = crash_delivery(&crash_dlv);
	struct spool_message m = crash_message(&crash_msg);
	int to = delivery_next(row->from, row->event);
	bool is;

	(void)result;
	assert_true(to >= 0 && to != (int)row->from);
	is = crash_is_second(d.state, row->from, to);
	assert_int_equal(crash_marks(&crash_msg), is);
	assert_int_equal(crash_lines(), is && !delivery_by_worker(row->event));
	assert_int_equal(m.expires != 0, is && delivery_is_final((enum delivery_state)to));
	assert_int_equal(m.stored != 0, is && row->event == DLV_EV_ACCEPTED);
	assert_int_equal(d.stored != 0, is && row->event == DLV_EV_ACCEPTED);
	return is;
}

#define STEP(what, from, event) { "delivery_step", what, in_state, ready_step, step, is_stepped, from, event }

static const struct crash_row rows[] = {
	CALL("delivery_add", "a second delivery", crash_cancelled, NULL, add, is_added),
	CALL("delivery_claim", "taken", crash_application, NULL, take, is_taken),
	CALL("delivery_renew", "a longer lease", crash_application, crash_claim, renew, is_renewed),
	CALL("delivery_note", "what an attempt notes", crash_application, crash_claim, note, is_noted),
	STEP("accepted", DLV_ACTIVE, DLV_EV_ACCEPTED),
	STEP("deferred", DLV_ACTIVE, DLV_EV_DEFERRED),
	STEP("refused", DLV_ACTIVE, DLV_EV_REFUSED),
	STEP("parked", DLV_ACTIVE, DLV_EV_PARKED),
	STEP("given back", DLV_ACTIVE, DLV_EV_YIELDED),
	STEP("given up", DLV_FAILED, DLV_EV_GIVE_UP),
	STEP("held by a person", DLV_QUEUED, DLV_EV_HOLD),
	STEP("released", DLV_HELD, DLV_EV_RELEASE),
	STEP("tried again", DLV_FAILED, DLV_EV_RETRY),
	STEP("cancelled", DLV_QUEUED, DLV_EV_CANCEL),
};
const struct crash_table crash_deliveries = { rows, ARRAY_LEN(rows) };
