/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log - one line per event on stderr: time, level, event name, typed fields; one encoder, so nothing can break out.
 *
 * Event names ("delivery.stored") are an interface: docs/log-events.md lists them and a script compares.
 * No payload, no key, no names of people. ERROR = someone must act, WARN = degraded, INFO = one line per stage of a
 * message, DEBUG off by default. A warning is written once a minute for each cause, an error ten times; what was kept back
 * is counted in a line log.suppressed (log_limit.h). Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"
#include "base/id.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
	const char *key;	/* NULL ends the list */
	const char *str;
	long long num;		/* used when the others are NULL */
	const struct err *err;	/* adds code=, reason=, rule=, text= and at= */
	const struct id *id;
};

#define LOG_STR(k, v) ((struct log_field){ .key = (k), .str = (v) == NULL ? "" : (v) })
#define LOG_INT(k, v) ((struct log_field){ .key = (k), .num = (v) })
#define LOG_ID(k, v) ((struct log_field){ .key = (k), .id = (v) })
#define LOG_ERR(e) ((struct log_field){ .key = "error", .err = (e) })
#define log_event(level, event, ...)                                                                                   \
	log_emit((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ .key = NULL } })

void log_emit(enum log_level level, const char *event, const struct log_field *fields);
void log_set_level(enum log_level most);
void log_set_json(int on);	/* JSON Lines instead of key=value */
void log_set_priority(int on);	/* "<4>" before each line, as journald reads priorities (sd-daemon(3)) */
int log_is_journal(int fd);	/* 1: the journal reads it (JOURNAL_STREAM) */
void log_catch_up(int all);	/* says what was kept back and is over, or all of it; log_event does, too */
void log_forget(void);	/* tests only: of no cause has anything been written in this minute */
void log_set_fd(int fd);	/* where to; 2 by default; tests use a pipe */

#endif
