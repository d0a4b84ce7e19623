/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reply - what a recipient answers to an application: a message of its own in the mailbox of the sender's cipher key, where OSCI
 * and XTA find it as what was stored there, and an event of the application that names it. One thread per reply.
 */
#ifndef DELIVERY_REPLY_H
#define DELIVERY_REPLY_H

#include "delivery/channel.h"

struct delivery_reply {		/* of zeros: nothing was begun */
	struct osci_intake intake;	/* where its content goes */
	void *making;
};

/* ERR_FULL (LOC-DISK-FULL and others): nothing new is taken here now, and so nothing should be sent that is replied to;
 * ERR_UNSUPPORTED: there are no mailboxes. */
int delivery_reply_begin(const struct delivery_errand *x, struct delivery_reply *r, struct err *e);
/* answer: the intermediary's, whose content the intake got. Durable when it returns 0. */
int delivery_reply_keep(const struct delivery_errand *x, struct delivery_reply *r, const struct osci_message *answer, struct err *e);
void delivery_reply_drop(const struct delivery_errand *x, struct delivery_reply *r);	/* also after keep */

#endif
