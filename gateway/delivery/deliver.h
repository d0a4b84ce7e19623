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
#include "peer/registry.h"

struct delivery_workers;

/* sender is copied; what it points to is borrowed. */
int delivery_start(const struct delivery_sender *sender, struct delivery_workers **out, struct err *e);
/* No attempt begins any more, and those under way are cut off a few seconds later: the HTTP client of the sender is stopped
 * for good. Returns at once. */
void delivery_quiet(struct delivery_workers *d);	/* NULL is allowed */
/* No attempt begins any more; waits for those under way, which without delivery_quiet come to their own end. Frees; NULL is
 * allowed. */
void delivery_stop(struct delivery_workers *d);
/* How the peers are, for the status. Any thread. */
void delivery_peers(struct delivery_workers *d, struct peer_counts *out);

#endif
