/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * h_osci - just enough of OSCI to hand the captured messages to the crypto: MIME parts, envelope, header blocks.
 * It holds whole messages in memory; the product's reader is in osci/.
 */
#ifndef TESTS_H_OSCI_H
#define TESTS_H_OSCI_H

#include "base/arena.h"
#include "base/buf.h"
#include "pki/dsig.h"
#include "pki/enc.h"
#include "xml/expect.h"
#include "xml/tree.h"

#define H_NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define H_NS_OSCI "http://www.osci.de/2002/04/osci"
#define H_NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define H_NS_DS "http://www.w3.org/2000/09/xmldsig#"

struct h_part {
	struct span cid;	/* without <> */
	struct span body;	/* transfer encoding undone */
};

struct h_mime {
	struct h_part parts[32];
	size_t n;
};

/* A multipart entity with its own headers in front. 0 or -1. */
int h_mime_read(struct span entity, struct arena *a, struct h_mime *m);
const struct h_part *h_mime_part(const struct h_mime *m, struct span cid);

/* Decrypts a transport envelope into plain; ERR_* of the crypto. Not encrypted: plain is the entity itself.
 * *code: "9100", "9200", "9202" or NULL. */
int h_osci_open(struct span entity, const struct pki_keyring *kr, const struct pki_policy *policy, struct arena *a,
		struct buf *plain, const char **code, struct err *e);
/* Checks the transport signature of a plain message as OSCI 1.2 demands. *code: NULL if good or "9100", "9601",
 * "9602"; *is_signed. *signer: the certificate, caller frees. */
int h_osci_verify(struct span plain, const struct pki_policy *policy, struct arena *a, bool *is_signed,
		  struct pki_cert **signer, const char **code, struct err *e);

/* Loads NAME.key.pem and NAME.cert.pem of the shared vectors (copied to a private folder first). */
struct pki_key *h_vector_key(enum pki_use use, const char *name);

#endif
