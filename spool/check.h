/* SPDX-License-Identifier: EUPL-1.2 */
/* check - the state of a run of spool_check. One thread. */
#ifndef SPOOL_CHECK_H
#define SPOOL_CHECK_H

#include "spool/engine.h"

struct spool_checker {
	struct spool *s;
	struct spool_check_result *out;
	void (*problem)(void *ctx, const char *text);
	void *ctx;
	struct spool_counters counted;
};

void spool_check_problem(struct spool_checker *ck, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
