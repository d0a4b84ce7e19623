/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * move - which peer a delivery talks to, and what remains of the one before. Pure; any thread.
 *
 * An id belongs to the peer that gave it; a peer is scheme, host and port, so that a new path loses no id. When the directory
 * names another peer, the old pair (peer, id) is kept: as long as an attempt there may have gone through, that has to be
 * found out before anything is sent to the new one. Afterwards the pair is kept for those who ask why.
 */
#ifndef DELIVERY_MOVE_H
#define DELIVERY_MOVE_H

#include <stdbool.h>

#include "spool/types.h"

/* uri: where the directory says that it goes; outlives *d. True: the delivery had an id elsewhere and *d is to be noted. */
bool delivery_move(struct spool_delivery *d, const char *uri);
/* An attempt at the old peer may have gone through: it is to be asked. */
bool delivery_asks_old(const struct spool_delivery *d);
/* It has: the delivery is there for good. */
void delivery_stays(struct spool_delivery *d);
/* The peer has the delivery under its id, and the recipient has not: another attempt needs another id, and the old one is kept. */
void delivery_use_up(struct spool_delivery *d);
/* That has happened at the peer that the delivery goes to now, and no other id was given since. */
bool delivery_is_used_up(const struct spool_delivery *d);

#endif
