/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * classify - from what went wrong to what happens next: one decision, made of the reason table and the class.
 * Pure; any thread.
 */
#ifndef DELIVERY_CLASSIFY_H
#define DELIVERY_CLASSIFY_H

#include "base/err.h"
#include "config/conf.h"
#include "spool/delivery_fsm.h"

struct delivery_outcome {
	enum delivery_event event;	/* DLV_EV_DEFERRED, DLV_EV_REFUSED or DLV_EV_PARKED */
	enum reason reason;		/* never RSN_NONE */
	enum reason_blame blame;
	int64_t due;			/* DEFERRED: when the next attempt is made */
};

/* attempts: how many were made, this one included; random: any 32 bits for the jitter. */
struct delivery_outcome delivery_classify(const struct conf_delivery *c, const struct err *e, uint32_t attempts, int64_t now,
			      uint32_t random);

#endif
