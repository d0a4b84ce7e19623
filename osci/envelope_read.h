/* SPDX-License-Identifier: EUPL-1.2 */
/* envelope_read - the transport encryption of a message being read: session key, and the cipher text on its way into a
 * scratch. */
#ifndef OSCI_ENVELOPE_READ_H
#define OSCI_ENVELOPE_READ_H

#include "mime/split.h"
#include "osci/env.h"
#include "osci/reading.h"

struct osci_envelope_in {		/* zeroed by the caller */
	struct pki_session *session;
	struct span cipher_ref;
	struct sink *scratch;		/* borrowed */
	struct sink *counting, *decrypting, *decoder;
	bool is_authenticated;		/* GCM: what comes out is what went in */
	bool done;
};

/* data: the EncryptedData of the Body. Every way in which it can be bad notes its code. */
int osci_envelope_open(struct osci_envelope_in *v, struct osci_reading *r, const struct xml_node *data, struct err *e);
/* The part it refers to; the plaintext goes to scratch. */
int osci_envelope_part_begin(struct osci_envelope_in *v, struct osci_reading *r, const struct osci_scratch *scratch,
			     const struct mime_part *p, struct err *e);
int osci_envelope_part_data(struct osci_envelope_in *v, struct osci_reading *r, struct span data, struct err *e);
int osci_envelope_part_end(struct osci_envelope_in *v, struct osci_reading *r, struct err *e);
void osci_envelope_fini(struct osci_envelope_in *v);

#endif
