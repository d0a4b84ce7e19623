/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dialog - the explicit dialogs that are open: conversation, challenge and response, sequence, bound certificates.
 *
 * They live in memory only. A forgotten dialog loses nothing: the delivery it had fetched counts as not received and is
 * offered again. Between osci_dialog_open/enter and osci_dialog_leave the dialog belongs to the calling thread, and any
 * other order in it is refused. Any thread.
 */
#ifndef OSCI_DIALOG_H
#define OSCI_DIALOG_H

#include "base/id.h"
#include "osci/dialog_fsm.h"
#include "osci/message.h"

#define OSCI_CHALLENGE_LEN 33	/* 128 bit as hex digits, and a NUL */
#define OSCI_CONVERSATION_LEN 20	/* 63 bit as decimal digits, and a NUL */

struct osci_dialog {
	char conversation[OSCI_CONVERSATION_LEN];
	char challenge[OSCI_CHALLENGE_LEN];	/* the one the next order must return */
	char next_challenge[OSCI_CHALLENGE_LEN]; /* goes out with the answer to the order being served */
	int64_t sequence;		/* of the next order */
	struct pki_cert *cipher;	/* whose mailbox; never NULL */
	struct pki_cert *signer;	/* who signed initDialog; NULL: unsigned */
	bool encrypted, iv12;		/* how initDialog came, and what its sender can read */
	struct id fetched;		/* in the last fetch answer, received with the next order; zero: none */
	/* for dialog.c alone: */
	enum osci_dialog_state state;
	int64_t used;
};

struct osci_dialogs;

/* max: open dialogs in all, a tenth of it (at least one) by certificate. */
struct osci_dialogs *osci_dialogs_new(int64_t idle_ms, unsigned max);
void osci_dialogs_free(struct osci_dialogs *ds);
unsigned osci_dialogs_count(struct osci_dialogs *ds);

/* A new dialog, held by the caller until osci_dialog_leave. References to the certificates are taken.
 * ERR_BUSY: too many that are proven. */
int osci_dialog_open(struct osci_dialogs *ds, struct pki_cert *cipher, struct pki_cert *signer,
		     struct osci_dialog **out, struct err *e);
/* The dialog an order claims to belong to, held by the caller. ERR_WRONG_STATE (code 9400) with one text: unknown,
 * forgotten or busy conversation, wrong sequence, wrong response. Nothing is changed then. */
int osci_dialog_enter(struct osci_dialogs *ds, const struct osci_control_block *c, struct osci_dialog **out, struct err *e);
/* ANSWERED: the sequence goes on, the next challenge is in force. FAILED (a fault went out): as before the order.
 * EXIT, and FAILED while opening: the dialog is gone. */
void osci_dialog_leave(struct osci_dialogs *ds, struct osci_dialog *d, enum osci_dialog_event how);

/* A fresh conversation id for the answer to an implicit order, and a fresh challenge. Return out. */
char *osci_conversation_new(char out[OSCI_CONVERSATION_LEN]);
char *osci_challenge_new(char out[OSCI_CHALLENGE_LEN]);

#endif
