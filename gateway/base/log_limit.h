/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_limit - how often a cause is logged: a warning once a minute, an error ten times, and the rest is counted.
 *
 * A cause is an event with its texts and with code and reason of its error; ids, numbers and the error's text do not make
 * another one. For log.c; any thread.
 */
#ifndef BASE_LOG_LIMIT_H
#define BASE_LOG_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

/* Lines of one cause that were kept back within its minute. */
struct log_held {
	char event[48];		/* "" : of causes for which there was no room */
	char what[100];		/* its first text */
	unsigned long long count;
};

/* False: keep it back. now: clock_mono. */
bool log_limit_take(enum log_level level, const char *event, const struct log_field *fields, int64_t now);
/* The next cause whose minute is over and of which lines were kept back; all: whether it is over or not. */
bool log_limit_next(int64_t now, bool all, struct log_held *out);

#endif
