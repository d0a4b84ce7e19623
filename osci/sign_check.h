/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sign_check - the transport signature of a message being read: it covers every header entry but itself, the Body and
 * every attachment: exactly these, each once. What is digested is what was read: found by position, never by looking up
 * an Id.
 *
 * Use: parse the signature's header entry; ask for the reference of each part as it comes, to know its digest algorithm;
 * hand over the digest (or that there was no reference); at the end the verdict is in m->signature_code.
 */
#ifndef OSCI_SIGN_CHECK_H
#define OSCI_SIGN_CHECK_H

#include "osci/reading.h"
#include "pki/dsig.h"

#define SIGN_PARTS_MAX 512	/* header entries, Body, attachments; at least what the reader takes */

struct osci_sign {		/* zeroed by the caller */
	struct pki_dsig dsig;
	bool has;		/* there is a signature, and it is of our profile */
	bool misses;		/* a part came without a reference */
	struct osci_sign_part {
		struct pki_ref *ref;
		enum pki_scheme transform;
		uint8_t digest[DIGEST_MAX];
	} parts[SIGN_PARTS_MAX];
	size_t part_count;
};

/* entry: the header entry that holds the ds:Signature. A signature outside our profile is no error: OSCI_9601. */
int osci_sign_parse(struct osci_sign *s, struct osci_reading *r, const struct xml_node *entry, struct err *e);
/* The reference to a part, or NULL: unsigned, or left out. An attachment's reference is given out once. */
struct pki_ref *osci_sign_ref(struct osci_sign *s, struct span id);
struct pki_ref *osci_sign_ref_of_attachment(struct osci_sign *s, struct span cid);
/* A part and its digest by the algorithm of ref; digest is not looked at when ref is NULL. */
void osci_sign_part(struct osci_sign *s, struct pki_ref *ref, enum pki_scheme transform, const uint8_t *digest);
/* After the last part. An error only if we cannot tell. */
int osci_sign_check(struct osci_sign *s, struct osci_reading *r, struct err *e);

#endif
