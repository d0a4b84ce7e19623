/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * work - worker threads behind a bounded queue.
 *
 * work_submit may be called from any thread; jobs run on the pool's threads in order of submission.
 */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stddef.h>

#include "base/err.h"

struct work;
typedef void work_fn(void *job);

/* threads >= 1; name appears in the kernel's thread list. Caller frees with work_free. */
int work_new(const char *name, unsigned threads, size_t queue_max, struct work **out, struct err *e);
/* ERR_BUSY if the queue is full, ERR_STOPPING after work_stop. */
int work_submit(struct work *w, work_fn *run, void *job, struct err *e);
size_t work_waiting(struct work *w);
/* No new jobs; those in the queue still run; returns when all are done. Not from a job of the same pool. */
void work_stop(struct work *w);
void work_free(struct work *w);	/* stops first; NULL is allowed */

#endif
