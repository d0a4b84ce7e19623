/* SPDX-License-Identifier: EUPL-1.2 */
/* crash_rows - the calls that write, each with a way to see whether it happened: for the crash test of every engine. */
#ifndef TESTS_CRASH_ROWS_H
#define TESTS_CRASH_ROWS_H

#include <unistd.h>

#include "spool/suite/h_spool.h"

enum { CRASH_RESULT = 32 };

struct crash_row {
	const char *op;				/* name in SPOOL_OPS */
	const char *what;
	void (*prepare)(const struct crash_row *row);	/* in the parent: what the call needs; h.s is open */
	void (*ready)(const struct crash_row *row);	/* in the child, before it may be killed: leases; NULL: nothing */
	int (*call)(const struct crash_row *row, uint8_t result[CRASH_RESULT], struct err *e);	/* in the child */
	/* In the parent, after a start: true if all of it happened, false if nothing did; it fails if it is something between.
	 * result: what the call gave, NULL if it was killed before. */
	bool (*happened)(const struct crash_row *row, const uint8_t *result);
	enum delivery_state from;		/* of steps */
	enum delivery_event event;
};

#define CALL(op, what, prepare, ready, call, happened) { op, what, prepare, ready, call, happened, DLV_QUEUED, DLV_EV_CLAIM }

struct crash_table {
	const struct crash_row *rows;
	size_t n;
};
enum { CRASH_TABLES = 3 };
extern const struct crash_table *const crash_tables[CRASH_TABLES];
extern const struct crash_table crash_messages, crash_deliveries, crash_others;

#define CRASH_DAY INT64_C(86400000)
#define CRASH_LATER (clock_now() + CRASH_DAY / 2)	/* within what anything may have to wait */
#define CRASH_TOO_FAR (clock_now() + 10 * CRASH_DAY)
#define CRASH_BIG 70000					/* goes to a file */
#define CRASH_NEED(cond) ((cond) ? (void)0 : _exit(80))	/* in the child */

/* What the rows work on: made by the parent, known to the child. */
extern struct id crash_msg, crash_dlv;
extern struct spool_delivery crash_active;		/* as crash_claim got it */
extern const struct spool_event crash_event;
extern const struct spool_audit crash_line;

/* For prepare. */
void crash_nothing(const struct crash_row *row);
void crash_application(const struct crash_row *row);	/* crash_msg with crash_dlv and a part of CRASH_BIG bytes, seed 1 */
void crash_cancelled(const struct crash_row *row);	/* the same, cancelled */
/* For ready. */
void crash_claim(const struct crash_row *row);
/* For happened. */
size_t crash_marks(const struct id *message);		/* how often crash_event is in its trace */
uint64_t crash_lines(void);				/* of the audit trail */
struct spool_message crash_message(const struct id *id);
struct spool_delivery crash_delivery(const struct id *id);
bool crash_is_second(int64_t value, int64_t first, int64_t second);	/* it is one of both */

#endif
