/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * client - the role of a sender or an active recipient towards an intermediary: one struct is one conversation.
 *
 * The transport is the caller's: post() sends one HTTP body and gives the answer's body as a stream. Outcomes are told
 * apart for the retry logic: ERR_UNREACHABLE nothing was sent; ERR_PEER, ERR_TIMEOUT with *ambiguous the intermediary may
 * have obeyed; ERR_REFUSED a feedback code 9xxx or a fault (code in osci_client_code). One thread at a time.
 */
#ifndef OSCI_CLIENT_H
#define OSCI_CLIENT_H

#include "base/arena.h"
#include "osci/message.h"
#include "pki/keyring.h"
#include "pki/trust.h"

struct osci_transport {
	/* Sends request as one POST to the intermediary; *answer is the body of a 200 answer (caller closes).
	 * size: exact number of bytes of request, for Content-Length: many OSCI servers refuse chunked requests.
	 * *sent: whether the request may have reached the peer. */
	int (*post)(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e);
	void *ctx;
};

struct osci_client_options {
	const struct pki_key *sign;		/* originator's signature key; NULL: unsigned */
	const struct pki_keyring *cipher;	/* originator's cipher key(s): answers are encrypted for the first one */
	struct pki_cert *intermediary_cipher;	/* NULL: plain transport */
	struct pki_cert *intermediary_signature;	/* NULL: any signer; otherwise the answer must be signed by it */
	struct pki_certs *certs;
	const struct osci_transport *transport;
	/* scratch as in osci_intake; parts of a fetched delivery go to the intake of osci_client_fetch */
	int (*scratch_begin)(void *ctx, struct osci_intake *intake, void **scratch, struct err *e);
	void (*scratch_free)(void *ctx, void *scratch);
	void *scratch_ctx;
	uint64_t max_answer;
	const char *languages;			/* "de en" */
};

struct osci_client;

int osci_client_new(const struct osci_client_options *o, struct osci_client **out, struct err *e);
void osci_client_free(struct osci_client *c);

/* Last feedback or fault code, "" before the first answer; text in the wanted language; warnings, blank separated. */
const char *osci_client_code(const struct osci_client *c);
const char *osci_client_text(const struct osci_client *c);
const char *osci_client_warnings(const struct osci_client *c);
bool osci_client_is_ambiguous(const struct osci_client *c);	/* the last order may have been obeyed unseen */

/* Implicit or inside a dialog. *message_id in the arena. */
int osci_client_get_message_id(struct osci_client *c, struct arena *a, const char **message_id, struct err *e);

struct osci_outgoing {			/* a storeDelivery */
	const char *message_id, *subject;
	struct osci_cert *certs;	/* addressee cipher, authors, readers; the originator's are added by the client */
	size_t cert_count;
	int (*open_content)(void *ctx, struct src **out, struct err *e);	/* osci:ContentPackage, canonical */
	void *content_ctx;
	struct osci_attachment *attachments;
	size_t attachment_count;
	struct span *custom;
	size_t custom_count;
};
/* *card: the process card of the answer, in the arena. */
int osci_client_store(struct osci_client *c, const struct osci_outgoing *d, struct arena *a, struct osci_card *card,
		      struct err *e);

int osci_client_init_dialog(struct osci_client *c, struct err *e);
int osci_client_exit_dialog(struct osci_client *c, struct err *e);

/* Inside a dialog. message_id NULL: the oldest. ERR_MISSING (9803): nothing there. *more: warning 3800.
 * The delivery counts as received with the next order of the dialog: finish and persist what the intake got first. */
int osci_client_fetch(struct osci_client *c, const char *message_id, const struct osci_intake *intake, struct arena *a,
		      struct osci_message *out, bool *more, struct err *e);
/* Inside a dialog. ERR_MISSING (9804): no card. */
int osci_client_cards(struct osci_client *c, const struct osci_selection *sel, struct arena *a, struct osci_card **out,
		      size_t *n, bool *more, struct err *e);

#endif
