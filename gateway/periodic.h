/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * periodic - periodic jobs in one thread: retention, drafts, revocation lists.
 * start and stop belong to one thread; jobs run one after the other on the scheduler's own.
 */
#ifndef GW_PERIODIC_H
#define GW_PERIODIC_H

#include <stdint.h>

#include "base/err.h"

struct gw_periodic;

struct gw_job {
	const char *name;
	int64_t every_ms;
	int (*run)(void *ctx, int64_t now, struct err *e);	/* a failure is logged and does not stop anything */
	void *ctx;
};

int gw_periodic_start(const struct gw_job *jobs, unsigned n, struct gw_periodic **out, struct err *e);	/* copies jobs */
void gw_periodic_stop(struct gw_periodic *s);	/* NULL is allowed; waits for the job under way; frees */

#endif
