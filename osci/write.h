/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write - from a struct osci_message to bytes: canonical XML, transport signature, MIME, transport encryption.
 *
 * The writer emits what the reference library accepts: exactly five prefixes on the Envelope,
 * signature as second header block, one EncryptedKey, final CRLF. Content is pulled twice from its openers: once for the
 * digests, once for the wire. Any thread.
 */
#ifndef OSCI_WRITE_H
#define OSCI_WRITE_H

#include "osci/message.h"
#include "pki/keyring.h"

struct osci_write_options {
	const struct pki_key *sign;		/* NULL: unsigned */
	/* How, if sign is an RSA key (pki_sign_named); its digest is that of all references. NULL: pki_sign_alg, and SHA-256 */
	const struct pki_alg *style;
	struct pki_cert *encrypt_for;		/* NULL: plain */
	bool iv16;				/* peer does not announce Support96Bit12ByteIV */
};

/* Writes the whole HTTP body to out, which it neither finishes nor closes. */
int osci_write(const struct osci_write_options *o, const struct osci_message *m, struct sink *out, struct err *e);

/* A SOAP fault with the German text of the table; never encrypted or signed. */
int osci_write_fault(enum osci_code code, struct sink *out, struct err *e);

/* A process card as a document of its own (ProcessCardBundle, canonical), with all the instants that it has. Appends to out,
 * ERR_LIMIT beyond its cap. */
int osci_write_card(const struct osci_card *card, struct buf *out, struct err *e);

#endif
