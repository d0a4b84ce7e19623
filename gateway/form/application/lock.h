/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lock - one change at a time per draft: a double click on "send" waits for the first one, and an upload is not
 * overwritten by a page that was sent meanwhile. Any thread.
 */
#ifndef FORM_LOCK_H
#define FORM_LOCK_H

#include "base/err.h"
#include "base/id.h"

struct form_locks;

struct form_locks *form_locks_new(void);
void form_locks_free(struct form_locks *l);	/* NULL is allowed; nothing may be locked */
/* ERR_BUSY if another request holds the draft longer than wait_ms. */
int form_lock_take(struct form_locks *l, const struct id *id, int wait_ms, struct err *e);
void form_lock_release(struct form_locks *l, const struct id *id);

#endif
