/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read - from the bytes of an HTTP body to a struct osci_message: MIME, transport decryption, XML, signature.
 *
 * The stream is read once; memory is bounded by the limits, whatever the size of the content. What cannot be read is
 * an error whose reply code osci_read_code() tells: 9100 not a valid OSCI message, 9200 not encrypted for us, 9202 not
 * decryptable (one text for every cause), 9300 decrypted data are no valid order. A wrong signature is not an error of
 * reading: it is in m->signature_code, and the caller decides (facts/osci.md 4.6).
 * Any thread; one call reads one message.
 */
#ifndef OSCI_READ_H
#define OSCI_READ_H

#include "base/arena.h"
#include "osci/message.h"
#include "pki/cert.h"
#include "pki/keyring.h"
#include "pki/policy.h"

struct osci_read_options {
	const struct pki_keyring *keys;		/* cipher keys; may be NULL: plain messages only */
	struct pki_certs *certs;		/* cache of parsed certificates */
	const struct pki_policy *policy;	/* legacy algorithms; NULL: PKI_POLICY_DEFAULT */
	bool answers;				/* accept answers and faults, otherwise orders */
	uint64_t max_size;			/* of the decoded message; ERR_LIMIT beyond */
};

/* Reads one message from in. out and what it points to live in a; the content goes to intake while it arrives. Whatever
 * intake has stored is to be dropped on an error. */
int osci_read(const struct osci_read_options *o, struct src *in, const struct osci_intake *intake, struct arena *a,
	      struct osci_message *out, struct err *e);

/* The code to answer with for an error of osci_read: "9100", "9200", "9202", "9300" or "9000" for local errors. */
const char *osci_read_code(const struct err *e);

#endif
