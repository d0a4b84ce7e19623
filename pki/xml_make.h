/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xml_make - XML of ours, signed and encrypted as authors do it, by xmlsec1 with our own transforms. Only for documents
 * that we built ourselves; what comes in is judged by dsig.h and enc.h. Any thread after pki_xml_init().
 */
#ifndef PKI_XML_MAKE_H
#define PKI_XML_MAKE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/stream.h"
#include "pki/algo.h"
#include "pki/enc.h"

/* Once per process each, by the main thread; pki_xml_fini when nothing of this is in use any more. */
int pki_xml_init(struct err *e);
void pki_xml_fini(void);

struct pki_xml_ref {
	const char *uri;		/* "#id" or "cid:name" */
	enum pki_scheme transform;	/* PKI_C14N, PKI_BASE64, PKI_SCHEME_NONE */
};
/* The octets of the part "cid:" and cid, for its digest; the caller closes *out. */
typedef int pki_xml_open_fn(void *ctx, const char *cid, struct src **out, struct err *e);

/* Replaces text, a document, by its canonical form with a ds:Signature over refs (SHA-256 digests) as first child of the
 * root. cid: references are read through open. sign: pki_sign_alg(key, ...). Errors of open pass through. */
int pki_xml_sign(struct buf *text, const struct pki_xml_ref *refs, size_t n, const struct pki_key *key,
		 const struct pki_alg *sign, const char *retrieval_uri, pki_xml_open_fn *open, void *ctx, struct err *e);
/* Appends an xenc:EncryptedData in canonical form, in scope of the five OSCI prefixes, with plain inside. */
int pki_xml_encrypt(struct span plain, const char *id, unsigned iv_len, const struct pki_reader *readers, size_t n,
		    struct buf *out, struct err *e);
/* Cuts the five declarations from the start tag of a canonical element: it lands where they are in scope. */
int pki_xml_strip(struct span canonical, struct buf *out, struct err *e);

#endif
