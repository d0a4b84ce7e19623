/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read - from the bytes of an HTTP body to a struct osci_message: MIME, transport decryption, XML, signature.
 *
 * The stream is read once; memory is bounded by the limits, whatever the size of the content. What cannot be read is
 * an error with a code to answer it with: 9100 not a valid OSCI message, 9200 not encrypted for us, 9202 not decryptable
 * (one text for every cause), 9300 decrypted data are no valid order, 9400 numbers that no dialog has, 9000 what failed
 * here. A wrong signature is not an error of reading: it is in m->signature_code, and the caller decides.
 * Any thread; one call reads one message.
 */
#ifndef OSCI_READ_H
#define OSCI_READ_H

#include "base/arena.h"
#include "osci/env.h"
#include "pki/cert.h"
#include "pki/keyring.h"
#include "pki/policy.h"

#define OSCI_REQUEST_MEMORY (16u << 20)	/* of the arena of who serves a peer: many times what an honest order needs */

struct osci_read_options {
	const struct pki_keyring *keys;		/* cipher keys; may be NULL: plain messages only */
	struct pki_certs *certs;		/* cache of parsed certificates */
	const struct pki_policy *policy;	/* legacy algorithms; NULL: PKI_POLICY_DEFAULT */
	bool answers;				/* accept answers and faults, otherwise orders */
	uint64_t max_size;			/* of the decoded message; ERR_LIMIT beyond */
};

/* Reads one message from in. out and what it points to live in a; the content goes to intake while it arrives (NULL:
 * content is refused), an encrypted message through scratch (NULL: plain messages only). Whatever intake has got is to
 * be dropped on an error. ERR_LIMIT too where it needs more memory than a may have. *code: OSCI_NO_CODE, or what an error is to be answered with. */
int osci_read(const struct osci_read_options *o, struct src *in, const struct osci_intake *intake,
	      const struct osci_scratch *scratch, struct arena *a, struct osci_message *out, enum osci_code *code,
	      struct err *e);

#endif
