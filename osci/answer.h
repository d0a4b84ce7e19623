/* SPDX-License-Identifier: EUPL-1.2 */
/* answer - the way back: control block, feedback in the wanted languages, signature, encryption. For intermediary.c. */
#ifndef OSCI_ANSWER_H
#define OSCI_ANSWER_H

#include "osci/call.h"
#include "pki/keyring.h"

/* The sink an answer is written to. Its first byte means that the answer is complete: all of it is digested and signed.
 * Only then does a fetched delivery count as forwarded, and the HTTP answer begins. */
struct osci_reply {
	struct sink base;
	struct osci_call *call;
	osci_answer_fn *begin;
	void *ctx;
	struct sink *to;
	bool begun;
};

/* begin is called with ctx before the first byte and says where the answer goes. r and c stay the caller's. */
void osci_reply_init(struct osci_reply *r, struct osci_call *c, osci_answer_fn *begin, void *ctx);

/* Writes c->answer, or nothing but the feedback when the order was refused. As long as r->begun is false, an error
 * leaves room for a fault. */
int osci_answer_write(struct osci_call *c, const struct pki_keyring *keys, struct osci_reply *r, struct err *e);
int osci_answer_fault(struct osci_done *done, enum osci_code code, struct osci_reply *r, struct err *e);
/* Keeps the first cause. */
void osci_done_error(struct osci_done *done, const struct err *e);

#endif
