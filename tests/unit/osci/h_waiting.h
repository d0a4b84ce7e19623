/* SPDX-License-Identifier: EUPL-1.2 */
/* h_waiting - a recipient that waits for an intermediary's orders, behind a way in memory; it misbehaves as it is told. */
#ifndef TESTS_H_WAITING_H
#define TESTS_H_WAITING_H

#include "h_world.h"
#include "osci/recipient.h"

enum h_mishap {
	H_FINE,
	H_REFUSES,		/* the delivery, by 9805 */
	H_TAKER_FAILS,		/* an error of its own */
	H_NO_REPLY,		/* to a processDelivery */
	H_GARBAGE,		/* a web page */
	H_SILENT,		/* an empty answer */
	H_FAULT_ONLY,
	H_NO_WAY,		/* the address is not one that may be called */
	H_UNREACHABLE,
	H_TIMES_OUT,
	H_LOSES_ANSWER,
	H_HTTP_500,
	H_STORE_BREAKS,		/* fine, but from then on the intermediary can mark nothing */
	/* answers made by hand */
	H_UNSIGNED,
	H_UNENCRYPTED,
	H_FORGED,		/* the signature does not fit what was signed */
	H_OTHER_CHALLENGE,
	H_OTHER_TYPE,
	H_NO_FEEDBACK,
	H_FOREIGN_SIGNER,	/* revoked, if the world's list says so */
};

struct h_waiting {
	struct h_world *w;
	enum h_mishap mishap;
	struct osci_taker taker;
	struct osci_recipient_options options;
	unsigned ways, open_ways, posts, taken, aborted;
	char uri[200];			/* of the last way, and who wanted it */
	bool has_sender;
	uint8_t sender[SHA256_LEN];
	struct h_intake *intake;	/* of the last delivery that was taken */
	char message_id[80], subject[80], reply_id[80];
	int64_t created, forwarded;
	size_t cert_count, custom_count;
	struct buf order, answer;	/* bytes of the last post */
	struct osci_done done;
};

/* Becomes the recipient that w's intermediary calls: it holds the keys of H_RECIPIENT. */
void h_waiting_init(struct h_waiting *x, struct h_world *w);
void h_waiting_fini(struct h_waiting *x);

#endif
