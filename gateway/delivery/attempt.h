/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * attempt - one attempt to bring one application to its recipient's peer, over the channel of its delivery.
 *
 * An id from the peer (once: it is durable before the first send and stays the same), the question whether an earlier
 * attempt got through, the sending. Everything is made anew in each attempt, so a changed certificate needs no special
 * case. Any thread; one attempt per delivery at a time (the lease sees to that).
 */
#ifndef DELIVERY_ATTEMPT_H
#define DELIVERY_ATTEMPT_H

#include "delivery/book.h"
#include "delivery/choice.h"

struct delivery_attempt {
	const struct delivery_sender *s;
	struct delivery_book *book;
	struct arena *a;
	struct spool_delivery *d;	/* brought up to date, as far as it is durable */
	const struct dir_route *route;	/* where the directory says that it goes; d->peer is its address */
	const struct delivery_choice *choice;	/* and by which channel */
	struct peer_watch watch;
	/* The peer proved that it works, although the attempt is not over; NULL: nobody wants to know. */
	void (*answered)(void *ctx, int64_t took);
	void *ctx;
	struct delivery_result r;	/* set in either case */
};

/* 0: stored. */
int delivery_attempt(struct delivery_attempt *t, struct err *e);
/* For a delivery that moved while an attempt at the old peer was open (delivery_asks_old): has it arrived there? 0: yes, and
 * it stays there; ERR_MISSING: no, and that is durable, so that it may go on to the new peer. */
int delivery_attempt_ask_old(struct delivery_attempt *t, struct err *e);

#endif
