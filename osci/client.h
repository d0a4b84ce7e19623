/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * client - the role of a sender or an active recipient towards an intermediary: one struct is one conversation.
 *
 * The transport is the caller's: post() sends one HTTP body and gives the answer's body as a stream. Outcomes are told
 * apart for the retry logic:
 *   ERR_UNREACHABLE  nothing was sent
 *   ERR_PEER (RSN_NET_BAD_ANSWER), ERR_TIMEOUT, ...  no usable answer
 *   ERR_TRUST (RSN_OSCI_UNSIGNED_ANSWER)  the answer is not signed by the intermediary, or its signature is wrong
 *   ERR_REFUSED (the reason of the code)  feedback 9xxx, signed by the intermediary
 *   ERR_PEER (the reason of the code)  the same said by nobody knows whom: a SOAP fault, or an unsigned answer; it decides
 *                    nothing, see osci_feedback_reaction()
 *   ERR_WRONG_STATE  order outside a dialog that needs one, or in a dialog that broke
 * osci_client_is_ambiguous() says after every failure whether the intermediary may have obeyed all the same. An answer
 * that was lost or cannot be used ends the dialog: the next order would acknowledge what nobody has read.
 * One thread at a time.
 */
#ifndef OSCI_CLIENT_H
#define OSCI_CLIENT_H

#include "base/arena.h"
#include "osci/env.h"
#include "pki/keyring.h"
#include "pki/trust.h"

struct osci_client_options {
	const struct pki_key *sign;		/* originator's signature key; NULL: unsigned */
	const struct pki_alg *style;		/* how, as in osci/write.h; NULL: the usual */
	const struct pki_keyring *cipher;	/* originator's cipher keys: answers encrypted for the current one */
	const struct pki_key *cipher_key;	/* of those, the one to appear with; NULL: the current one */
	struct pki_cert *intermediary_cipher;	/* NULL: plain transport */
	struct pki_cert *intermediary_signature;	/* NULL: any signer; otherwise the answer must be signed by it */
	struct pki_certs *certs;
	const struct pki_policy *policy;	/* legacy algorithms in answers; NULL: none */
	const struct osci_transport *transport;
	const struct osci_scratches *scratches;	/* for requests and answers */
	uint64_t max_answer;
	const char *languages;			/* "de en"; NULL: "de" */
};

struct osci_client;

/* Everything in o but languages is borrowed for the life of the client. ERR_CONFIG without a cipher key valid now. */
int osci_client_new(const struct osci_client_options *o, struct osci_client **out, struct err *e);
void osci_client_free(struct osci_client *c);

/* What the last order was answered, as far as there was an answer to it at all. */
struct osci_said {
	const struct osci_entry *entries;	/* all of the feedback in its order; of a fault one, without language */
	size_t entry_count;
	enum osci_code code;		/* the last entry's, which decides; OSCI_NO_CODE: no answer that can be used */
	const char *digits;		/* the same as it came, also where nobody knows the code; "" without one */
	const char *text;		/* its text in the first wanted language there is; "" without one */
	bool is_fault;
	/* The answer was signed by the intermediary that was asked (options: intermediary_signature). Everything else may
	 * come from anybody on the way. */
	bool authenticated;
};
/* Valid until the next order; never NULL. Warnings of an order that was carried out (3707, ...) are among the entries. */
const struct osci_said *osci_client_said(const struct osci_client *c);
const char *osci_client_code(const struct osci_client *c);	/* osci_client_said()->digits */
/* After every failure: may the intermediary have obeyed the last order all the same? A Client fault says no, by the
 * protocol; who wants to be safe from forged ones asks for the process card before anything is sent elsewhere. */
bool osci_client_is_ambiguous(const struct osci_client *c);

/* Implicit or inside a dialog. *message_id in the arena. */
int osci_client_get_message_id(struct osci_client *c, struct arena *a, const char **message_id, struct err *e);

struct osci_outgoing {			/* a storeDelivery, forwardDelivery or mediateDelivery */
	const char *message_id, *subject;
	const char *receiver;		/* forward, mediate: address of the recipient that waits (ContentReceiver) */
	struct osci_cert *certs;	/* addressee cipher, authors, readers; the originator's are added by the client */
	size_t cert_count;
	int (*open_content)(void *ctx, struct src **out, struct err *e);	/* osci:ContentPackage, canonical */
	void *content_ctx;
	struct osci_attachment *attachments;
	size_t attachment_count;
	struct span *custom;
	size_t custom_count;
};
/* *card: the process card of the answer, in the arena; created is 0 if the intermediary gave none. An answer that is
 * nothing but warnings and has no card counts as refused: that is how the reference product refuses (3707). */
int osci_client_store(struct osci_client *c, const struct osci_outgoing *d, struct arena *a, struct osci_card *card,
		      struct err *e);

/* The same, but handed on to the recipient at d->receiver at once; nothing is kept in a mailbox. *card has its Reception.
 * ERR_CONFIG without an address; ERR_REFUSED (9805, 9807 to 9810): the recipient did not take it, or nobody knows. */
int osci_client_forward(struct osci_client *c, const struct osci_outgoing *d, struct arena *a, struct osci_card *card,
			struct err *e);

/* Inside a dialog. The same, and the recipient may reply: then out->content_parts is not 0, intake got the content, and the reply
 * counts as received with the next order of the dialog: finish and persist it first. out->cards: of the order, of the reply. That
 * the recipient took it without a reply (9806) is a success, then without cards. d->message_id NULL: without a process card.
 * Release *out with osci_message_fini(). */
int osci_client_mediate(struct osci_client *c, const struct osci_outgoing *d, const struct osci_intake *intake, struct arena *a,
			struct osci_message *out, struct err *e);

/* The answer to it proves to the intermediary that we own the cipher key: fetching needs a dialog. */
int osci_client_init_dialog(struct osci_client *c, struct err *e);
int osci_client_exit_dialog(struct osci_client *c, struct err *e);

/* Inside a dialog. message_id NULL: the oldest. ERR_MISSING (9803): nothing there. *more: warning 3800.
 * The delivery counts as received with the next order of the dialog: finish and persist what the intake got first.
 * On failure the caller throws away what the intake got. On success the caller releases *out with
 * osci_message_fini(). */
int osci_client_fetch(struct osci_client *c, const char *message_id, const struct osci_intake *intake, struct arena *a,
		      struct osci_message *out, bool *more, struct err *e);
/* Inside a dialog. ERR_MISSING (9804): no card. */
int osci_client_cards(struct osci_client *c, const struct osci_selection *sel, struct arena *a, struct osci_card **out,
		      size_t *n, bool *more, struct err *e);

#endif
