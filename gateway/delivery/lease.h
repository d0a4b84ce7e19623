/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lease - what an attempt holds while it lasts, and a keeper that renews it.
 *
 * The keeper prolongs the leases of all attempts under way, until an attempt's own time is over; so a lease covers the
 * whole attempt, however many requests that makes, and is short enough for a process that died. Before anything is sent
 * the lease is looked at: a process that was paused for longer than it finds out before it does harm. The keeper also
 * tells when an attempt has been waiting for its peer for long.
 */
#ifndef DELIVERY_LEASE_H
#define DELIVERY_LEASE_H

#include <stdbool.h>

#include "spool/store.h"

struct delivery_leases;

struct delivery_lease {		/* the attempt's; filled in by take */
	struct delivery_leases *home;
	struct delivery_lease *next;
	struct id id;
	uint64_t token;
	void *owner;
	/* the keeper's and the attempt's, under the lock of home */
	int64_t until;		/* clock_now */
	int64_t deadline;	/* clock_mono: it is not renewed any more */
	int64_t waits_since;	/* clock_mono; 0: nothing is under way to the peer */
	bool is_lost, was_told;
};

struct delivery_leases_options {
	struct spool *spool;
	int64_t lease_ms;	/* as claimed */
	int64_t long_ms;	/* waiting for a peer for longer than this is told, once per attempt */
	void (*takes_long)(void *ctx, void *owner);	/* on the keeper's thread; must be quick; NULL: nobody wants to know */
	void *ctx;
};

int delivery_leases_start(const struct delivery_leases_options *o, struct delivery_leases **out, struct err *e);
void delivery_leases_free(struct delivery_leases *l);	/* when no lease is held any more; NULL is allowed */

/* d was claimed just now; the attempt lasts at most lasts_ms. Waits for the end of an attempt at the same delivery in this
 * process that lost its lease: two of them never overlap. owner is handed to takes_long. */
void delivery_lease_take(struct delivery_leases *l, struct delivery_lease *lease, const struct spool_delivery *d,
			 int64_t lasts_ms, void *owner);
void delivery_lease_end(struct delivery_lease *lease);	/* afterwards takes_long is not called for it */
/* Around each request. ERR_WRONG_STATE: the lease is lost, nothing may be sent; ERR_TIMEOUT: the attempt's time is over. */
int delivery_lease_begin_order(struct delivery_lease *lease, struct err *e);
void delivery_lease_end_order(struct delivery_lease *lease);

#endif
