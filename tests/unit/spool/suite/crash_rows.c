/* SPDX-License-Identifier: EUPL-1.2 */
/* What the rows of the crash test share, and the list of their tables. */
#include "spool/suite/crash_rows.h"

#include "base/clock.h"
#include "base/mem.h"

const struct crash_table *const crash_tables[CRASH_TABLES] = { &crash_messages, &crash_deliveries, &crash_others };
struct id crash_msg, crash_dlv;
const struct spool_event crash_event = { .at = 5, .kind = SPOOL_EV_ATTEMPT, .detail = "crash" };
const struct spool_audit crash_line = { 1, "uid 0", "test", "x", "y" };

size_t crash_marks(const struct id *message)
{
	struct spool_event *list;
	struct err e = ERR_INIT;
	size_t n, found = 0;

	assert_ok(spool_event_list(h.s, h.a, message, &list, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		found += list[i].detail != NULL && strcmp(list[i].detail, "crash") == 0;
	return found;
}

uint64_t crash_lines(void)
{
	struct err e = ERR_INIT;
	uint64_t n;

	assert_ok(spool_audit_verify(h.s, &n, &e), e);
	return n;
}

struct spool_message crash_message(const struct id *id)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_get(h.s, h.a, id, &m, &e), e);
	return m;
}

struct spool_delivery crash_delivery(const struct id *id)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_get(h.s, h.a, id, &d, &e), e);
	return d;
}

bool crash_is_second(int64_t value, int64_t first, int64_t second)
{
	if (value != first && value != second)
		fail_msg("%lld is neither %lld nor %lld", (long long)value, (long long)first, (long long)second);
	return value == second;
}

void crash_nothing(const struct crash_row *row)
{
	(void)row;
}

void crash_application(const struct crash_row *row)
{
	struct err e = ERR_INIT;

	(void)row;
	assert_ok(h_submit(h.s, "old", "ags:1", CRASH_BIG, 1, &crash_msg, &crash_dlv, &e), e);
}
