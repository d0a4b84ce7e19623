/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pass_on - a delivery that goes to a recipient who waits for it (forwardDelivery, mediateDelivery): the way there, the
 * order of ours, the answer, and the code when it came to nothing. For op_forward.c and op_mediate.c.
 */
#ifndef OSCI_PASS_ON_H
#define OSCI_PASS_ON_H

#include "osci/call.h"

struct osci_pass {			/* call and type set, the rest zeroed by the caller */
	struct osci_call *call;
	enum osci_type type;		/* OSCI_ACCEPT_DELIVERY, OSCI_PROCESS_DELIVERY */
	const char *reply_id;		/* what a reply is to be called, or NULL */
	bool has_card;			/* the recipient gets the process card */
	const struct osci_intake *intake;	/* for a reply; NULL: there is none */
	struct osci_transport transport;
	void *way;
	struct osci_message answer;	/* what the recipient said; valid while has_answer */
	bool has_answer;
	struct osci_findings findings;	/* about its certificates */
};

/* A way to the address that the order names. False: there is none, and 9809 was added. Nothing is stored yet, and the
 * message id stays good. */
bool osci_pass_begin(struct osci_pass *p);
/* Sends d, which was committed, to the recipient, with Forwarding before and Reception after it; *d is what the store has
 * then. False: a code says why; 9809 or 9810 also where it is our store that failed, before or after the recipient had it. */
bool osci_pass_on(struct osci_pass *p, struct osci_stored *d);
/* It ends with a code, because of that error. */
void osci_pass_lost(struct osci_pass *p, enum osci_code code, const struct err *e);
void osci_pass_end(struct osci_pass *p);

#endif
