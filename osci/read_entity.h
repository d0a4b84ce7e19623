/* SPDX-License-Identifier: EUPL-1.2 */
/* read_entity - one MIME entity: the root part with its XML, then the attachments or the cipher text. */
#ifndef OSCI_READ_ENTITY_H
#define OSCI_READ_ENTITY_H

#include "osci/envelope_read.h"
#include "osci/read_frame.h"

#define READ_ATTACHMENTS_MAX 256

struct osci_entity {			/* zeroed by the caller but for the first three */
	struct osci_reading *r;
	const struct osci_intake *intake;
	const struct osci_scratch *scratch;
	struct mime_split *split;
	struct osci_frame frame;
	struct osci_sign sign;
	struct osci_envelope_in envelope;
	/* the attachment being read: */
	struct sink *target, *decoder, *hashing, *counting;
	struct digest *digest;
	struct pki_ref *ref;		/* that names it; NULL: none */
	struct osci_attachment attachments[READ_ATTACHMENTS_MAX];
	size_t attachment_count;
	unsigned part;			/* number of the part being read, from 0 */
};

/* Begun, fed and ended. Ended: everything is in r->m, or the scratch holds the verified plaintext of an encrypted
 * message (frame.is_cipher). */
void osci_entity_begin(struct osci_entity *en, bool is_inner);
int osci_entity_feed(struct osci_entity *en, const void *data, size_t n, struct err *e);
int osci_entity_end(struct osci_entity *en, struct err *e);
void osci_entity_fini(struct osci_entity *en);

#endif
