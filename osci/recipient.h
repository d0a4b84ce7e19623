/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * recipient - the role of a recipient that waits for deliveries: it takes an intermediary's acceptDelivery and
 * processDelivery, one HTTP body each, and answers.
 *
 * The answer is encrypted where the order was (for the intermediary's cipher certificate that the order names) and always
 * signed. An intermediary that got no answer may send the same delivery again: its message id is the same, and whoever
 * takes it must know it. Any thread.
 */
#ifndef OSCI_RECIPIENT_H
#define OSCI_RECIPIENT_H

#include "osci/env.h"
#include "osci/intermediary.h"
#include "pki/keyring.h"
#include "pki/trust.h"

/* What a processDelivery is replied; of zeros: nothing, which its sender is told as 9806. Openers and strings live in the
 * arena of the call. */
struct osci_reply_content {
	const char *subject;
	struct osci_cert *certs;	/* authors and readers; originator and addressee are added */
	size_t cert_count;
	bool has_content;
	uint64_t content_size;
	int (*open_content)(void *ctx, struct src **out, struct err *e);	/* osci:ContentPackage, canonical */
	void *content_ctx;
	struct osci_attachment *attachments;
	size_t attachment_count;
};

/* Who takes the deliveries. */
struct osci_taker {
	/* A delivery on its way in: intake->part writes its parts; then exactly one of take and abort. */
	int (*begin)(void *ctx, struct osci_intake *intake, void **making, struct err *e);
	/* The whole of it, signed by an intermediary that may deliver here: durable when this returns OSCI_0800. Any other
	 * code refuses it (the sender is told 9805); an error is 9808 for him. reply NULL: an acceptDelivery. */
	int (*take)(void *ctx, void *making, const struct osci_message *m, struct arena *a,
		    struct osci_reply_content *reply, enum osci_code *code, struct err *e);
	void (*abort)(void *ctx, void *making);
	struct osci_scratches scratches;
	void *ctx;
};

struct osci_recipient_options {
	const struct pki_keyring *keys;		/* ours: cipher and signature */
	struct pki_certs *certs;
	const struct pki_policy *policy;	/* legacy algorithms; NULL: none */
	struct pki_cert *intermediary;		/* whose signature counts; NULL: any valid one under trust */
	struct pki_trust *trust;		/* NULL: the intermediary is the one above, whoever issued its certificate */
	const struct osci_taker *taker;
	uint64_t max_size;			/* bytes of one message */
};

/* Serves one HTTP body, as osci_intermediary_serve does. Everything is borrowed for the call. */
int osci_recipient_serve(const struct osci_recipient_options *o, struct src *request, osci_answer_fn *begin_answer,
			 void *ctx, struct osci_done *done, struct err *e);

#endif
