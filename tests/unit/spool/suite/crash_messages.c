/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the crash test: calls on messages and mail. */
#include "spool/suite/crash_rows.h"

#include "base/clock.h"
#include "base/mem.h"

static struct id mail[2];

static int submit(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return h_submit(h.s, "new", "ags:1", CRASH_BIG, 2, NULL, NULL, e);
}

static bool is_submitted(const struct crash_row *row, const uint8_t *result)
{
	struct spool_delivery *list;
	struct spool_message m;
	struct err e = ERR_INIT;
	size_t n;
	int rc = spool_message_find(h.s, h.a, SPOOL_APPLICATION, SPAN_LIT("new"), &m, &e);

	(void)row, (void)result;
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = (1U << DLV_STATES) - 1, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, rc == 0);
	if (rc == 0)
		assert_true(h_part_is(h.s, &m.id, "body", CRASH_BIG, 2, &e));
	return rc == 0;
}

static int change(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	struct spool_message *m;
	struct spool_edit *ed;
	int rc = spool_edit_begin(h.s, &crash_msg, &ed, &m, e);

	(void)row, (void)result;
	if (rc != 0)
		return rc;
	m->open_meta = SPAN_LIT("changed");
	spool_edit_event(ed, &crash_event);
	rc = spool_edit_drop(ed, "body", e);
	if (rc == 0)
		rc = h_part(ed, "body", CRASH_BIG + 1, 3, e);
	if (rc == 0)
		return spool_edit_commit(ed, NULL, e);
	spool_edit_abort(ed);
	return rc;
}

static bool is_changed(const struct crash_row *row, const uint8_t *result)
{
	struct spool_message m = crash_message(&crash_msg);
	bool is = span_is(m.open_meta, "changed");
	struct err e = ERR_INIT;

	(void)row, (void)result;
	assert_true(h_part_is(h.s, &crash_msg, "body", is ? CRASH_BIG + 1 : CRASH_BIG, is ? 3 : 1, &e));
	assert_int_equal(crash_marks(&crash_msg), is);
	return is;
}

static int set_instant(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_message_mark(h.s, &crash_msg, SPOOL_STORED, 77, e);
}

static bool has_instant(const struct crash_row *row, const uint8_t *result)
{
	(void)row, (void)result;
	return crash_is_second(crash_message(&crash_msg).stored, 0, 77);
}

static int set_end(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_message_expire(h.s, &crash_msg, 88, e);
}

static bool has_end(const struct crash_row *row, const uint8_t *result)
{
	bool is = crash_is_second(crash_message(&crash_msg).expires, 0, 88);
	struct err e = ERR_INIT;
	struct id *ids;
	size_t n;

	(void)row, (void)result;
	assert_ok(spool_expired(h.s, h.a, 89, 10, &ids, &n, &e), e);
	assert_int_equal(n, is);
	return is;
}

static int add_event(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_event_add(h.s, &crash_msg, &crash_event, e);
}

static bool has_event(const struct crash_row *row, const uint8_t *result)
{
	(void)row, (void)result;
	return crash_is_second((int64_t)crash_marks(&crash_msg), 0, 1);
}

static void two_mails(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	(void)row;
	for (size_t i = 0; i < 2; i++)
		assert_ok(h_mail(h.s, NULL, 1, 2, 1000, &mail[i], &e), e);
}

static int fetch(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_mail_fetched(h.s, mail, 2, 4711, e);
}

static bool is_fetched(const struct crash_row *row, const uint8_t *result)
{
	bool is = crash_is_second(crash_message(&mail[0]).fetched, 0, 4711);

	(void)row, (void)result;
	assert_int_equal(crash_message(&mail[1]).fetched, is ? 4711 : 0);
	return is;
}

static void mail_of_tomorrow(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	(void)row;
	assert_ok(h_mail(h.s, NULL, 1, 2, CRASH_LATER, &mail[0], &e), e);
}

static int call_back(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e)
{
	(void)row, (void)result;
	return spool_mail_cancel(h.s, &mail[0], clock_now(), &crash_event, e);
}

static bool is_called_back(const struct crash_row *row, const uint8_t *result)
{
	bool is = crash_message(&mail[0]).expires <= clock_now();

	(void)row, (void)result;
	assert_int_equal(crash_marks(&mail[0]), is);
	return is;
}

static const struct crash_row rows[] = {
	CALL("edit_commit", "a new message with a delivery", crash_nothing, NULL, submit, is_submitted),
	CALL("edit_commit", "a changed message", crash_application, NULL, change, is_changed),
	CALL("message_mark", "an instant", crash_application, NULL, set_instant, has_instant),
	CALL("message_expire", "an end", crash_application, NULL, set_end, has_end),
	CALL("event_add", "an event", crash_application, NULL, add_event, has_event),
	CALL("mail_fetched", "two at once", two_mails, NULL, fetch, is_fetched),
	CALL("mail_cancel", "called back", mail_of_tomorrow, NULL, call_back, is_called_back),
};
const struct crash_table crash_messages = { rows, ARRAY_LEN(rows) };
