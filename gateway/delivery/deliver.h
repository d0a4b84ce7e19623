/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * deliver - the queue manager: workers that claim due deliveries, attempt them and record what came of it.
 *
 * Nothing is dropped: an attempt ends as stored, or waiting with a reason and a time, or held with a reason and an
 * owner. A worker that dies loses its lease and nothing else. start, stop and free belong to one thread.
 */
#ifndef DELIVERY_DELIVER_H
#define DELIVERY_DELIVER_H

#include "delivery/sender.h"

struct delivery_workers;

/* sender is copied; what it points to is borrowed. */
int delivery_start(const struct delivery_sender *sender, struct delivery_workers **out, struct err *e);
void delivery_stop(struct delivery_workers *d);	/* attempts under way end first; NULL is allowed; frees */

#endif
