/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * delivery_fsm - the life of one outbound delivery, as a table and nothing else: no clock, no database, no network.
 *
 *     QUEUED --claim--> ACTIVE --accepted--> DONE
 *       ^                 |  \--refused----> FAILED   (a person decides: retry or cancel)
 *       |                 |  \--parked-----> HELD     (the reason says RETRY_HOLD)
 *       |                 +--deferred--> WAITING --due--> QUEUED
 *       +---lease lost----+                 |
 *       +---retry-- WAITING, FAILED         |
 *     an operator may HOLD a delivery that is not ACTIVE, RELEASE it again, or CANCEL it.
 *
 * Nothing expires by itself into FAILED: what cannot be delivered waits under a reason with an owner (DESIGN.md).
 * docs/delivery.md prints this table; the unit test walks all of it. Any thread.
 */
#ifndef SPOOL_DELIVERY_FSM_H
#define SPOOL_DELIVERY_FSM_H

#include <stdbool.h>

enum delivery_state { DLV_QUEUED, DLV_ACTIVE, DLV_WAITING, DLV_HELD, DLV_DONE, DLV_FAILED, DLV_CANCELLED, DLV_STATES };

enum delivery_event {
	DLV_EV_CLAIM,		/* a worker takes it, with a lease */
	DLV_EV_ACCEPTED,	/* stored at the recipient's intermediary */
	DLV_EV_DEFERRED,	/* a temporary reason: try again when due */
	DLV_EV_REFUSED,		/* a permanent reason */
	DLV_EV_PARKED,		/* a reason that needs a person before the next attempt */
	DLV_EV_LEASE_LOST,	/* the worker died or the daemon was killed */
	DLV_EV_DUE,		/* waiting time is over */
	DLV_EV_HOLD, DLV_EV_RELEASE, DLV_EV_RETRY, DLV_EV_CANCEL,	/* a person */
	DLV_EVENTS
};

/* The next state, or -1 if the event is not allowed in this state. */
int delivery_next(enum delivery_state state, enum delivery_event ev);
bool delivery_is_final(enum delivery_state state);		/* DONE, CANCELLED: nothing happens any more */
const char *delivery_state_name(enum delivery_state state);	/* "queued", ... */
bool delivery_state_parse(const char *name, enum delivery_state *state);

#endif
