/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * attempt - one attempt to bring one application to its recipient's intermediary.
 *
 * Resolve the way, obtain a message id (once: it is stored before the first store and stays the same), ask whether an
 * earlier attempt got through, sign and encrypt for the reader of today's directory entry, store. Everything is made
 * anew in each attempt, so a changed certificate needs no special case.
 * Any thread; one attempt per delivery at a time (the lease sees to that).
 */
#ifndef DELIVERY_ATTEMPT_H
#define DELIVERY_ATTEMPT_H

#include "delivery/sender.h"

struct delivery_result {
	int64_t stored;		/* set on success: Creation of the process card, or our clock if it had none */
	const char *code;	/* OSCI code of the last answer, in the arena; NULL if none came */
	const char *peer;	/* address of the intermediary, in the arena; NULL if the way is not known */
	const char *detail;	/* for the trace: age of the directory entry, certificate used; in the arena */
	bool ambiguous;		/* it may have been stored without our knowing */
};

/* 0: stored. *r is set in either case; peer and peer_id of *d are set, and durable, once the peer gave an id. */
int delivery_attempt(struct delivery_sender *s, struct arena *a, struct spool_delivery *d, struct delivery_result *r, struct err *e);

#endif
