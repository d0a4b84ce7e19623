/* SPDX-License-Identifier: EUPL-1.2 */
/* pki_xs_sign, pki_xs_encrypt - the two things xmlsec does for us. Private to pki. Any thread. */
#ifndef PKI_XS_SIGN_H
#define PKI_XS_SIGN_H

#include "pki/enc.h"
#include "pki/xs.h"

struct xs_ref {
	const char *uri;		/* "#id" or "cid:name" */
	enum pki_scheme transform;	/* PKI_C14N, PKI_BASE64, PKI_SCHEME_NONE */
};

/* Puts a ds:Signature over refs, with SHA-256 digests, as first child of the root of doc. cid: references are read
 * through pki_xs_attachments(). */
int pki_xs_sign(xmlDocPtr doc, const struct xs_ref *refs, size_t n, const struct pki_key *key, const struct pki_alg *sign,
	    const char *retrieval_uri, struct err *e);

/* Appends an xenc:EncryptedData in canonical form, in scope of the five OSCI prefixes, with plain inside. */
int pki_xs_encrypt(struct span plain, const char *id, unsigned iv_len, const struct pki_reader *readers, size_t n,
	       struct buf *out, struct err *e);

/* Cuts the five declarations from the start tag of a canonical element: it lands where they are in scope. */
int pki_xs_strip(struct span canonical, struct buf *out, struct err *e);

#endif
