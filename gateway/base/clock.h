/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clock - wall time and monotonic time, replaceable in tests, and the text forms of instants.
 *
 * An instant is int64_t milliseconds since 1970-01-01T00:00:00Z ("ms" in names). 0 means "not yet". Any thread.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"
#include "base/span.h"

int64_t clock_now(void);	/* wall, ms */
int64_t clock_mono(void);	/* monotonic, ms: for deadlines */
/* That many ns from now on the monotonic clock of the system, which tests do not shift: for pthread_cond_timedwait on a
 * condition of CLOCK_MONOTONIC. ns >= 0. */
struct timespec clock_after(int64_t ns);
#define CLOCK_MS INT64_C(1000000)	/* in ns */
/* Tests only: adds ms to both clocks from now on. */
void clock_shift(int64_t ms);

#define CLOCK_TEXT_LEN 32
/* "2026-11-24T05:21:41.123Z"; xs:dateTime and RFC 3339 alike. Returns out. */
char *clock_utc(int64_t ms, char out[CLOCK_TEXT_LEN]);
/* German local time with offset "2026-11-24T06:21:41.123+01:00" (EU summer time rule, no tz database needed). */
char *clock_local(int64_t ms, char out[CLOCK_TEXT_LEN]);
/* "24.11.2026, 06:21 Uhr" for people. */
char *clock_german(int64_t ms, char out[CLOCK_TEXT_LEN]);
/* "Tue, 24 Nov 2026 05:21:41 GMT" (RFC 9110 5.6.7). */
char *clock_http(int64_t ms, char out[CLOCK_TEXT_LEN]);
/* Reads xs:dateTime / RFC 3339: fraction optional, zone Z, +hh:mm or absent (then German local time). */
int clock_parse(struct span text, int64_t *ms, struct err *e);

/* Reads the form that clock_http writes, which is the only one that may be sent (RFC 9110 5.6.7). */
int clock_parse_http(struct span text, int64_t *ms, struct err *e);

#endif
