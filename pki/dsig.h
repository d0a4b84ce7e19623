/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dsig - XML signatures of our profile: the strict reader and verifier, and the writer.
 *
 * Reading validates by position: exactly the elements of the profile in their order, algorithms of the table only,
 * one transform at most by reference, no ds:Object but where asked for, no key that the signature brings along.
 * The caller computes the digests of what it has really processed and asks pki_dsig_match(); it must count that each
 * part has a reference and each reference a part (pki_dsig_covered). Nothing is fetched, ever.
 */
#ifndef PKI_DSIG_H
#define PKI_DSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "pki/algo.h"
#include "pki/cert.h"
#include "pki/keyring.h"

struct xml_node;

#define PKI_DSIG_REFS_MAX 1024	/* references by signature: header blocks, body and attachments */
#define PKI_DSIG_PREFIXES_MAX 16	/* of InclusiveNamespaces */

struct pki_ref {
	struct span uri;	/* "#body" or "cid:anlage.bin": as written, entities resolved, nothing decoded */
	const struct pki_alg *transform; /* PKI_C14N, PKI_EXC_C14N, PKI_BASE64, or NULL; always NULL for cid: */
	struct span prefixes;	/* PrefixList of exclusive C14N, or empty */
	const struct pki_alg *digest;
	uint8_t value[DIGEST_MAX];
	size_t value_len;	/* is digest_len() of the algorithm */
	bool matched;		/* set by pki_dsig_match */
};

struct pki_dsig {
	const struct xml_node *signed_info;
	const struct pki_alg *c14n;
	struct span prefixes;	/* of the CanonicalizationMethod, exclusive only */
	const struct pki_alg *sign;
	struct pki_ref *refs;	/* in the arena */
	size_t nrefs;
	struct span value;	/* the decoded SignatureValue, in the arena */
	struct span key_uri;	/* RetrievalMethod URI "#id", or empty */
	struct span key_cert;	/* text (base64) of the one X509Certificate, or empty */
	const struct xml_node *object; /* the one ds:Object (XAdES), or NULL */
};

enum { PKI_DSIG_OBJECT = 1 };	/* flags: one ds:Object may stand at the end (author signatures) */

/* signature: a ds:Signature. Everything in *d lives as long as tree and arena. ERR_SYNTAX, ERR_UNSUPPORTED (algorithm
 * not in the table), ERR_LIMIT. Two references with the same URI are ERR_SYNTAX. */
int pki_dsig_parse(const struct xml_node *signature, unsigned flags, struct arena *a, struct pki_dsig *d,
		   struct err *e);
/* The signature over SignedInfo under the key of cert. policy decides legacy algorithms (ERR_DENIED); strength of the
 * key and trust in the certificate are not judged here. ERR_CRYPTO: wrong. ERR_NOMEM/ERR_INTERNAL: cannot tell. */
int pki_dsig_verify(const struct pki_dsig *d, const struct pki_cert *cert, const struct pki_policy *policy,
		    struct err *e);
/* The reference with this URI, or NULL. */
struct pki_ref *pki_dsig_ref(struct pki_dsig *d, struct span uri);
/* Compares what the caller computed. 0 and the reference counts as matched; ERR_MISSING: nothing signs this URI;
 * ERR_CRYPTO: the digest, its algorithm or the transform differ. transform NULL: octets as they are. */
int pki_dsig_match(struct pki_dsig *d, struct span uri, enum pki_scheme transform, enum digest_alg alg,
		   const uint8_t *digest, struct err *e);
/* 0 if every reference was matched; ERR_MISSING names the first that was not. */
int pki_dsig_covered(const struct pki_dsig *d, struct err *e);

struct pki_sign_ref {
	const char *uri;		/* "#body", "cid:anlage.bin"; escaped by the writer */
	enum pki_scheme transform;	/* PKI_C14N, PKI_BASE64 or PKI_SCHEME_NONE */
	enum digest_alg alg;
	uint8_t digest[DIGEST_MAX];
};

/* The five prefixes of an OSCI envelope as Canonical XML writes them on an apex: with the leading blank. */
#define PKI_OSCI_NS                                                                                                    \
	" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""                                                             \
	" xmlns:osci=\"http://www.osci.de/2002/04/osci\""                                                              \
	" xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\""                                                    \
	" xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\""                                                            \
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""

/* The algorithm we sign with for a key: RSA -> rsa-sha256, or sha256-rsa-MGF1 when pss; PSS-only keys -> MGF1;
 * EC -> ecdsa-sha256/384/512 by curve. */
const struct pki_alg *pki_sign_alg(const struct pki_key *key, bool pss);
/* What configurations call an algorithm for RSA keys: pkcs1-sha256, pkcs1-sha512, pss-sha256, pss-sha512, pss-sha3-256, pss-sha3-384,
 * pss-sha3-512. NULL for any other name, and for NULL. */
const struct pki_alg *pki_sign_named(const char *name);
/* That one for this key; NULL, or a key that it is not for: pki_sign_alg(key, false). */
const struct pki_alg *pki_sign_alg_as(const struct pki_key *key, const struct pki_alg *wanted);
/* Appends a ds:Signature in canonical form (no namespace declarations; ds must be in scope where it lands) with a
 * RetrievalMethod URI retrieval_uri. ns: the declarations in scope there, as PKI_OSCI_NS; sign NULL: pki_sign_alg(key,
 * false). ERR_CONFIG when key and algorithm do not fit. */
int pki_dsig_write(struct buf *out, const struct pki_sign_ref *refs, size_t n, const struct pki_key *key,
		   const struct pki_alg *sign, const char *retrieval_uri, const char *ns, struct err *e);

/* The two forms of a reference that there are. Any thread. */
bool pki_is_id_uri(struct span uri);	/* "#" and an NCName of at most 256 octets */
bool pki_is_cid_uri(struct span uri);	/* "cid:" and 1 to 1000 octets without control characters */

/* Signature over bytes, in XML's form (RSA octets, or r||s). For dsig and jws; sig has the cap PKI_SIG_MAX. */
#define PKI_SIG_MAX 1024
int pki_sign_bytes(const struct pki_key *key, const struct pki_alg *sign, struct span data, uint8_t sig[PKI_SIG_MAX],
		   size_t *sig_len, struct err *e);
/* blank: of the key, as in struct pki_cert. */
int pki_verify_bytes(struct evp_pkey_ctx_st *blank, const struct pki_alg *sign, struct span data, struct span sig,
		     struct err *e);

#endif
