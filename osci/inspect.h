/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * inspect - the intermediary's look at the certificates of an order: what goes into the process card, what the sender
 * is warned of, what makes the order fail.
 *
 * By design of the protocol an expired certificate is a warning and a revoked one an error, and nothing about the
 * author's signature certificate is an error: the reader has to judge that. Any thread.
 */
#ifndef OSCI_INSPECT_H
#define OSCI_INSPECT_H

#include "base/arena.h"
#include "osci/memo.h"

#define OSCI_WARNINGS_MAX 16

struct osci_findings {
	enum osci_code warnings[OSCI_WARNINGS_MAX];	/* 35xx and 37xx, each once */
	size_t warning_count;
	enum osci_code error;	/* the first 97xx */
	enum osci_code fault;	/* 9501 or 9502: the certificate the answer is to be encrypted for */
	struct osci_inspected *list;	/* by distinct certificate, in the arena */
	size_t count;
};

/* client: the cipher certificate of the sender when m does not carry it (inside a dialog), or NULL.
 * accept_incomplete: see struct osci_policy. */
void osci_inspect(struct pki_trust *trust, const struct osci_message *m, const struct pki_cert *client,
		  bool accept_incomplete, int64_t at_ms, struct arena *a, struct osci_findings *f);

/* The same for the answer of a recipient to an order of ours: only who signed it matters, as the recipient he is. */
void osci_inspect_recipient(struct pki_trust *trust, const struct osci_message *answer, bool accept_incomplete, int64_t at_ms,
			    struct arena *a, struct osci_findings *f);

/* What one verdict means for one role; for tests. */
void osci_findings_add(struct osci_findings *f, enum osci_role role, bool is_cipher, const struct pki_verdict *v,
		       bool crl_required, bool accept_incomplete);

#endif
