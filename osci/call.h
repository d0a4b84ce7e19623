/* SPDX-License-Identifier: EUPL-1.2 */
/* call - one order being obeyed: what intermediary.c hands to the operations. For those files only. */
#ifndef OSCI_CALL_H
#define OSCI_CALL_H

#include "osci/dialog.h"
#include "osci/inspect.h"
#include "osci/intermediary.h"
#include "osci/order.h"

#define CALL_CODES_MAX 24

struct osci_call {
	const struct osci_policy *policy;
	const struct osci_env *env;
	struct osci_dialogs *dialogs;
	const struct pki_keyring *keys;	/* ours */
	struct pki_trust *trust;
	struct pki_certs *certs;
	struct arena *arena;
	int64_t now;
	const struct osci_message *m;	/* the order */
	const struct osci_order *row;	/* of m->type */
	struct osci_message answer;	/* what the operation fills */
	struct osci_dialog *dialog;	/* held; NULL: an implicit order. op_dialog.c may open one */
	bool exits;			/* the dialog ends with the answer */
	struct pki_cert *client;	/* cipher certificate of the sender, or NULL */
	struct osci_findings findings;
	void *making;			/* the delivery being made; NULL once committed */
	struct id stored;		/* op_store.c: the delivery that was made */
	struct osci_stored fetched;	/* op_fetch.c: goes out with the answer; id zero: nothing */
	enum osci_code codes[CALL_CODES_MAX];	/* feedback, the last one decides */
	size_t code_count;
	struct osci_done *done;
};

/* call.c: what several operations do. */
void osci_call_code(struct osci_call *c, enum osci_code code);	/* adds a code to the feedback */
void osci_call_warn(struct osci_call *c, enum osci_code code);	/* the same, unless it is there already */
bool osci_call_has_id(struct osci_call *c);	/* a message id of ours; otherwise 9800 or 9801 was added */
/* The addressee has a mailbox here; otherwise 9706 was added. For orders that carry a delivery. */
bool osci_call_has_mailbox(struct osci_call *c);
/* Makes what *making has taken durable as a delivery: m says what it is (certificates, subject, content), f how its
 * certificates are, *d when it was made, by whom and for whom; *d gets the rest. *making is NULL afterwards. */
int osci_call_commit(struct osci_call *c, void **making, const struct osci_message *m, const struct osci_findings *f,
		     struct osci_stored *d, struct err *e);
/* The same for the order at hand. ERR_EXISTS: the message id is used. */
int osci_call_keep(struct osci_call *c, const char *message_id, enum osci_kept kept, struct osci_stored *d, struct err *e);
/* The process card of d as it is now; m holds its certificates and subject. */
int osci_call_card(struct osci_call *c, const struct osci_stored *d, const struct osci_message *m, struct osci_card *card,
		   struct err *e);
void osci_call_content(struct osci_message *m, const struct osci_stored *d);	/* m will carry the content of d */

typedef int osci_op_fn(struct osci_call *c, struct err *e);
/* For the table in order.c. Each returns 0 when the answer can be written: done, or refused by osci_call_code(). An error
 * becomes 9811. */
osci_op_fn osci_op_message_id, osci_op_init_dialog, osci_op_exit_dialog, osci_op_store, osci_op_fetch, osci_op_card,
	osci_op_forward, osci_op_mediate;

#endif
