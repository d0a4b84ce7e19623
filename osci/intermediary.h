/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * intermediary - the role between sender and recipient: reads one request, obeys it, writes one answer.
 *
 * Keeps the open dialogs in memory (an abandoned or forgotten dialog loses nothing: its delivery is offered again);
 * everything else is in the env. Any thread.
 */
#ifndef OSCI_INTERMEDIARY_H
#define OSCI_INTERMEDIARY_H

#include "base/err.h"
#include "osci/env.h"
#include "pki/keyring.h"
#include "pki/trust.h"

struct osci_policy {
	bool accept_plain;		/* transport without encryption */
	bool accept_unsigned;		/* orders without ClientSignature; otherwise 9600 */
	bool accept_incomplete;		/* certificate checks that end indeterminate: warning 3707, otherwise 97xx */
	bool refuse_unsigned_recipients; /* answers of recipients to orders of ours: 9807, otherwise warning 3802 */
	const struct pki_alg *style;	/* of our signatures, as in osci/write.h; NULL: the usual */
	uint64_t max_size;		/* bytes of one message */
	int64_t dialog_idle_ms;		/* an idle dialog is forgotten after this */
	unsigned dialogs_max;		/* open dialogs in all; and a tenth of it per certificate */
	int64_t message_id_age_ms;	/* how long an issued message id is good; 0: for ever. Keep used ones longer */
};

struct osci_intermediary;

/* Borrows everything it is given. Legacy algorithms are those of the trust's policy (pki_trust_policy). */
int osci_intermediary_new(const struct osci_policy *p, const struct pki_keyring *keys, struct pki_certs *certs,
			  struct pki_trust *trust, const struct osci_env *env, struct osci_intermediary **out,
			  struct err *e);
void osci_intermediary_free(struct osci_intermediary *im);

struct osci_done {		/* for the log: what was asked, by whom and what was said */
	enum osci_type type;	/* of the order; OSCI_FAULT if it could not be read */
	enum osci_code code;	/* last feedback or fault code */
	bool was_fault;
	struct id stored, fetched; /* the delivery that was put into or taken out of the store, or zero */
	char message_id[80];	/* issued, stored or fetched; cut; "" if none */
	char client[2 * SHA256_LEN + 1]; /* digest of the sender's cipher certificate; "" if unknown */
	struct err cause;	/* why, where the code alone does not say; code ERR_OK: nothing to say */
};

/* Serves one HTTP body. begin_answer is called once, when the answer's first byte is ready; it gives the sink for the
 * HTTP 200 answer, which serve neither finishes nor closes. Returns non-zero only if the answer could not be written;
 * every fault of the peer is an answer. *done is always set. */
typedef int osci_answer_fn(void *ctx, struct sink **out, struct err *e);
int osci_intermediary_serve(struct osci_intermediary *im, struct src *request, osci_answer_fn *begin_answer, void *ctx,
			    struct osci_done *done, struct err *e);

#endif
