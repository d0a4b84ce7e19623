/* SPDX-License-Identifier: EUPL-1.2 */
/* client_state - what the files of the client share; for client*.c only. */
#ifndef OSCI_CLIENT_STATE_H
#define OSCI_CLIENT_STATE_H

#include "osci/client.h"
#include "osci/order.h"

/* How the client stands to the intermediary; the other side's view is enum osci_dialog_state. */
enum osci_client_dialog { OSCI_NO_DIALOG, OSCI_IN_DIALOG, OSCI_DIALOG_BROKEN };

struct osci_client {
	struct osci_client_options o;
	const struct pki_key *cipher;
	char *languages;
	/* of the last order */
	struct arena *saying;		/* where `said` lives */
	struct osci_said said;
	bool ambiguous;
	/* the dialog */
	enum osci_client_dialog state;
	char *conversation, *challenge;	/* challenge: the last one the intermediary set, to be returned */
	int64_t sequence;		/* of the next order */
};

/* One order and its answer. Fills control block, languages and certificates of request; request->certs must have room
 * for one more at its end when with_cipher. parts: where content of the answer goes, NULL: it must not have any.
 * On 0 *answer is a checked answer of the wanted type with good feedback, to be released with osci_message_fini(). */
struct osci_exchange {
	struct osci_message *request;
	const struct osci_intake *parts;
};
int osci_client_do(struct osci_client *c, const struct osci_exchange *x, struct arena *a, struct osci_message *answer,
		   struct err *e);

/* client_answer.c: is this the answer to that request, from the intermediary we asked? ERR_PEER, ERR_TRUST, and
 * ERR_REFUSED or ERR_MISSING by its feedback. The dialog moves on if the answer is genuine. */
int osci_client_check(struct osci_client *c, const struct osci_exchange *x, const struct osci_message *answer,
		      struct err *e);
bool osci_client_warned(const struct osci_client *c, enum osci_code code);
/* Our cipher certificate as originator; Id in the arena, certificate borrowed. */
struct osci_cert osci_client_cipher_cert(const struct osci_client *c, struct arena *a);
/* Forgets the dialog and sets the state. */
void osci_client_end_dialog(struct osci_client *c, enum osci_client_dialog state);

#endif
