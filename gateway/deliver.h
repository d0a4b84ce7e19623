/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * deliver - the queue manager: workers that claim due deliveries, attempt them and record what came of it.
 *
 * Nothing is dropped: an attempt ends as stored, or waiting with a reason and a time, or held with a reason and an
 * owner. A worker that dies loses its lease and nothing else. start, stop and free belong to one thread.
 */
#ifndef GW_DELIVER_H
#define GW_DELIVER_H

#include "attempt.h"

struct gw_deliver;

/* sender is copied; what it points to is borrowed. */
int gw_deliver_start(const struct gw_sender *sender, struct gw_deliver **out, struct err *e);
void gw_deliver_stop(struct gw_deliver *d);	/* attempts under way end first; NULL is allowed; frees */

#endif
