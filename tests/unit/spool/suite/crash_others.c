/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the crash test: rests, what became of a delivery, audit trail, cache, clock, erasing. */
#include "spool/suite/crash_rows.h"

#include "base/clock.h"
#include "base/mem.h"

static struct id mail[2], own[2];

static const char *const towns[] = { "ags:1", "ags:2", "ags:3" };

static void put_rest(const char *town, int64_t until)
{
	struct spool_rest r = { .until = until, .peer = "http://a/", .reason = RSN_NET_TIMEOUT };
	struct err e = ERR_INIT;

	assert_ok(spool_rest_set(h.s, town, &r, &e), e);
}

static int64_t rests_until(const char *town)
{
	struct spool_rest r;
	struct err e = ERR_INIT;

	return spool_rest_get(h.s, h.a, town, &r, &e) == 0 ? r.until : 0;
}

static int rest(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_rest_set(h.s, "ags:1", &(struct spool_rest){ .until = CRASH_LATER, .peer = "http://a/" }, e);
}

static bool can_be_claimed(void)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;
	int rc = h_claim(h.s, h.a, clock_now() + 1, CRASH_DAY, &d, &next, &e);

	assert_true(rc == 0 || rc == ERR_MISSING);
	return rc == 0;
}

static bool is_resting(const struct crash_row *row, const uint8_t *result)
{
	bool is = rests_until("ags:1") != 0;
	struct err e = ERR_INIT;
	size_t n;

	(void)row, (void)result;
	assert_int_equal(can_be_claimed(), !is);
	assert_ok(spool_rest_peer(h.s, "http://a/", 0, &n, &e), e);
	assert_int_equal(n, is);
	return is;
}

/* A delivery that waits after an attempt, in a lane that rests. */
static void waiting_in_a_rest(const struct crash_row *row)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	crash_application(row);
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, CRASH_DAY, &d, &next, &e), e);
	d.due = CRASH_LATER;
	d.reason = RSN_NET_TIMEOUT;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_DEFERRED, NULL, NULL, &e), e);
	put_rest("ags:1", CRASH_LATER);
}

static int end_rest(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_rest_clear(h.s, "ags:1", e);
}

static bool is_awake(const struct crash_row *row, const uint8_t *result)
{
	bool is = rests_until("ags:1") == 0;

	(void)row, (void)result;
	assert_int_equal(can_be_claimed(), is);
	return is;
}

static void three_rests(const struct crash_row *row)
{
	(void)row;
	for (size_t i = 0; i < ARRAY_LEN(towns); i++)
		put_rest(towns[i], 5000);
}

static int move_rests(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_rest_peer(h.s, "http://a/", 9000, NULL, e);
}

static bool are_moved(const struct crash_row *row, const uint8_t *result)
{
	bool is = crash_is_second(rests_until(towns[0]), 5000, 9000);

	(void)row, (void)result;
	for (size_t i = 1; i < ARRAY_LEN(towns); i++)
		assert_int_equal(rests_until(towns[i]), is ? 9000 : 5000);
	return is;
}

static void two_delivered(const struct crash_row *row)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	(void)row;
	for (size_t i = 0; i < 2; i++) {
		assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &mail[i], &own[i], &e), e);
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, CRASH_DAY, &d, &next, &e), e);
		d.due = 6000;
		assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	}
}

static int learn(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	struct spool_follow_step steps[2];

	(void)row, (void)result;
	for (size_t i = 0; i < 2; i++)
		steps[i] = (struct spool_follow_step){ .delivery = own[i], .token = 1, .fetched = 4711, .ev = &crash_event };
	return spool_follow_record(h.s, steps, 2, e);
}

static bool is_known(const struct crash_row *row, const uint8_t *result)
{
	bool is = crash_is_second(crash_delivery(&own[0]).fetched, 0, 4711);

	(void)row, (void)result;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(crash_delivery(&own[i]).fetched, is ? 4711 : 0);
		assert_int_equal(crash_delivery(&own[i]).due, is ? 0 : 6000);
		assert_int_equal(crash_message(&mail[i]).fetched, is ? 4711 : 0);
		assert_int_equal(crash_marks(&mail[i]), is);
	}
	return is;
}

static int write_line(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_audit_add(h.s, &crash_line, e);
}

static bool has_line(const struct crash_row *row, const uint8_t *result)
{
	(void)row, (void)result;
	return crash_is_second((int64_t)crash_lines(), 0, 1);
}

static void a_cached_answer(const struct crash_row *row)
{
	struct spool_cache_entry in = { 1, 2, 3, false, SPAN_LIT("old") };
	struct err e = ERR_INIT;

	(void)row;
	assert_ok(spool_cache_put(h.s, SPAN_LIT("k"), &in, &e), e);
}

static int cache(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	struct spool_cache_entry in = { 4, 5, 6, true, SPAN_LIT("newer") };

	(void)row, (void)result;
	return spool_cache_put(h.s, SPAN_LIT("k"), &in, e);
}

static bool is_cached(const struct crash_row *row, const uint8_t *result)
{
	struct spool_cache_entry out;
	struct err e = ERR_INIT;
	bool is;

	(void)row, (void)result;
	assert_ok(spool_cache_get(h.s, h.a, SPAN_LIT("k"), &out, &e), e);
	is = crash_is_second(out.fetched, 1, 4);
	assert_true(span_is(out.value, is ? "newer" : "old"));
	assert_int_equal(out.negative, is);
	return is;
}

static int make_secret(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row;
	return spool_secret(h.s, "crash", result, e);
}

/* Asking makes it: what can be seen is that one that was handed out is the one for ever. */
static bool is_secret(const struct crash_row *row, const uint8_t *result)
{
	uint8_t first[CRASH_RESULT], again[CRASH_RESULT];
	struct err e = ERR_INIT;

	(void)row;
	assert_ok(spool_secret(h.s, "crash", first, &e), e);
	assert_ok(spool_secret(h.s, "crash", again, &e), e);
	assert_memory_equal(first, again, CRASH_RESULT);
	return result != NULL && memcmp(result, first, CRASH_RESULT) == 0;
}

static void far_ahead(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	crash_claim(row);
	crash_active.due = CRASH_TOO_FAR;
	CRASH_NEED(spool_delivery_step(h.s, &crash_active, DLV_EV_DEFERRED, NULL, NULL, &e) == 0);
	CRASH_NEED(spool_rest_set(h.s, "ags:2", &(struct spool_rest){ .until = CRASH_TOO_FAR }, &e) == 0);
}

static void two_lanes(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	crash_application(row);
	assert_ok(h_submit(h.s, NULL, "ags:2", 10, 1, NULL, NULL, &e), e);
}

static int pull_in(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	uint64_t pulled;

	(void)row, (void)result;
	return spool_clock_check(h.s, clock_now(), &pulled, e);
}

/* Lane by lane: each is pulled in or not. */
static bool is_pulled_in(const struct crash_row *row, const uint8_t *result)
{
	int can = can_be_claimed();

	(void)row, (void)result;
	can += can_be_claimed();
	return can == 2;
}

static int erase(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_erase(h.s, &crash_msg, 99, e);
}

static bool is_erased(const struct crash_row *row, const uint8_t *result)
{
	struct err e = ERR_INIT;
	struct src *src = NULL;
	bool is = crash_message(&crash_msg).erased != 0;

	(void)row, (void)result;
	if (is)
		assert_int_equal(spool_part_open(h.s, &crash_msg, "body", &src, &e), ERR_MISSING);
	else
		assert_true(h_part_is(h.s, &crash_msg, "body", CRASH_BIG, 1, &e));
	return is;
}

static void an_expired_application(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	crash_cancelled(row);
	assert_ok(spool_message_expire(h.s, &crash_msg, 50, &e), e);
}

static int erase_expired(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_erase_expired(h.s, &crash_msg, 99, e);
}

static const struct spool_suspension suspension = { .recipient = "ags:1", .since = 1, .until = INT64_MAX, .actor = "uid 0", .why = "w" };

static int suspend(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_suspend(h.s, &suspension, &crash_line, e);
}

static bool suspended(void)
{
	struct spool_suspension s;
	struct err e = ERR_INIT;
	bool is = spool_suspension_get(h.s, h.a, "ags:1", NULL, clock_now(), &s, &e) == 0;

	assert_int_equal(can_be_claimed(), !is);
	return is;
}

/* The line of the audit trail comes with it. */
static bool is_suspended(const struct crash_row *row, const uint8_t *result)
{
	bool is = suspended();

	(void)row, (void)result;
	assert_int_equal(crash_lines(), is ? 1 : 0);
	return is;
}

static void a_suspended_one(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	crash_application(row);
	assert_ok(spool_suspend(h.s, &suspension, &crash_line, &e), e);
}

static int resume(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_resume(h.s, "ags:1", NULL, &crash_line, e);
}

static bool is_resumed(const struct crash_row *row, const uint8_t *result)
{
	bool is = !suspended();

	(void)row, (void)result;
	assert_int_equal(crash_lines(), is ? 2 : 1);
	return is;
}

static const struct crash_row rows[] = {
	CALL("rest_set", "a lane rests", crash_application, NULL, rest, is_resting),
	CALL("rest_clear", "a lane wakes", waiting_in_a_rest, NULL, end_rest, is_awake),
	CALL("rest_peer", "the lanes of a peer", three_rests, NULL, move_rests, are_moved),
	CALL("suspend", "a recipient", crash_application, NULL, suspend, is_suspended),
	CALL("resume", "a recipient", a_suspended_one, NULL, resume, is_resumed),
	CALL("follow_record", "two were fetched", two_delivered, NULL, learn, is_known),
	CALL("audit_add", "a line", crash_nothing, NULL, write_line, has_line),
	CALL("cache_put", "an answer", a_cached_answer, NULL, cache, is_cached),
	CALL("secret", "a secret", crash_nothing, NULL, make_secret, is_secret),
	CALL("clock_check", "two lanes", two_lanes, far_ahead, pull_in, is_pulled_in),
	CALL("erase", "a message", crash_cancelled, NULL, erase, is_erased),
	CALL("erase_expired", "a message whose time is over", an_expired_application, NULL, erase_expired, is_erased),
};
const struct crash_table crash_others = { rows, ARRAY_LEN(rows) };
