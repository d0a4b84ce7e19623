/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * delivery_fsm - the life of one outbound delivery, as a table and nothing else: no clock, no database, no network.
 *
 *     QUEUED --claim--> ACTIVE --accepted--> DONE
 *       ^                 |  \--refused----> FAILED   (a person decides: retry or cancel)
 *       |                 |  \--parked-----> HELD     (the reason says RETRY_HOLD)
 *       |                 +--deferred--> WAITING --due--> QUEUED
 *       +---lease lost,---+                 |
 *       |   yielded                         |
 *       +---retry-- WAITING, FAILED         |
 *     an operator may HOLD a delivery that is not ACTIVE, RELEASE it again, or CANCEL it. What nobody decided about for
 *     the configured time, FAILED or HELD, is GIVEN_UP.
 *
 * Nothing expires by itself into FAILED: what cannot be delivered waits under a reason with an owner.
 * The unit test walks the whole table. Any thread.
 */
#ifndef SPOOL_DELIVERY_FSM_H
#define SPOOL_DELIVERY_FSM_H

#include <stdbool.h>

enum delivery_state {
	DLV_QUEUED, DLV_ACTIVE, DLV_WAITING, DLV_HELD, DLV_DONE, DLV_FAILED, DLV_CANCELLED, DLV_GIVEN_UP, DLV_STATES
};

enum delivery_event {
	DLV_EV_CLAIM,		/* a worker takes it, with a lease */
	DLV_EV_ACCEPTED,	/* stored at the recipient's intermediary */
	DLV_EV_DEFERRED,	/* a temporary reason: try again when due */
	DLV_EV_REFUSED,		/* a permanent reason */
	DLV_EV_PARKED,		/* a reason that needs a person before the next attempt */
	DLV_EV_YIELDED,		/* the worker gives it back without having tried: the attempt does not count */
	DLV_EV_LEASE_LOST,	/* the worker died or the daemon was killed */
	DLV_EV_DUE,		/* waiting time is over */
	DLV_EV_GIVE_UP,		/* nobody decided in time */
	DLV_EV_HOLD, DLV_EV_RELEASE, DLV_EV_RETRY, DLV_EV_CANCEL,	/* a person */
	DLV_EVENTS
};

/* The next state, or -1 if the event is not allowed in this state. */
int delivery_next(enum delivery_state state, enum delivery_event ev);
bool delivery_is_final(enum delivery_state state);	/* DONE, CANCELLED, GIVEN_UP: nothing happens any more */
bool delivery_by_worker(enum delivery_event ev);	/* the end of an attempt: only who holds the lease may say it */
const char *delivery_state_name(enum delivery_state state);	/* "queued", ... */
bool delivery_state_parse(const char *name, enum delivery_state *state);

#endif
