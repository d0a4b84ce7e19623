/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cert - one X.509 certificate, parsed once: immutable, reference counted, found again by the digest of its DER.
 *
 * Parsing one certificate costs as much as six RSA-2048 verifications, so whoever reads certificates from messages
 * goes through struct pki_certs. Nothing here says whether a certificate is to be trusted: that is trust.h.
 * A certificate may be used by any thread at the same time.
 */
#ifndef PKI_CERT_H
#define PKI_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/span.h"

struct x509_st;
struct evp_pkey_st;
struct evp_pkey_ctx_st;

enum pki_kind { PKI_RSA, PKI_RSA_PSS, PKI_EC, PKI_OTHER };

/* Bits of pki_cert.usage (RFC 5280 4.2.1.3). */
#define PKI_KU_DIGITAL_SIGNATURE 0x01u
#define PKI_KU_NON_REPUDIATION 0x02u
#define PKI_KU_KEY_ENCIPHERMENT 0x04u
#define PKI_KU_DATA_ENCIPHERMENT 0x08u
#define PKI_KU_KEY_AGREEMENT 0x10u
#define PKI_KU_CERT_SIGN 0x20u
#define PKI_KU_CRL_SIGN 0x40u
#define PKI_KU_ANY 0xffu	/* the extension is absent: every use is allowed */

#define PKI_CERT_DER_MAX 16384	/* real ones have 1 to 4 KiB */

struct pki_cert {
	uint8_t sha256[SHA256_LEN];	/* of the DER: the identity of the certificate */
	char hex[2 * SHA256_LEN + 1];	/* the same, lower case */
	struct span der;
	const char *subject, *issuer;	/* RFC 4514, UTF-8, control characters escaped */
	const char *serial;		/* decimal */
	int64_t not_before, not_after;	/* ms since 1970 */
	enum pki_kind kind;
	unsigned bits;			/* of the key */
	bool odd;			/* an RSA modulus; libcrypto refuses to encrypt with an even one */
	unsigned usage;			/* PKI_KU_* */
	bool is_ca;
	struct x509_st *x509;		/* for this folder and gateway/http: read only, never freed by the user */
	struct evp_pkey_st *key;	/* public key; read only */
	struct evp_pkey_ctx_st *blank;	/* of that key, without an operation; for pki_ctx_of (ossl.h) */
	size_t weight;			/* memory it takes, at most: octets */
	int refs;			/* atomic; only through _ref and _free */
};

/* DER without anything behind it; size and counts of its parts are limited before it is parsed; keys above 8192 bit RSA or with explicit curve parameters are refused.
 * ERR_SYNTAX, ERR_LIMIT (over PKI_CERT_DER_MAX), ERR_UNSUPPORTED. *out holds one reference. */
int pki_cert_from_der(struct span der, struct pki_cert **out, struct err *e);
/* The same, from OpenSSL's; for this folder. x stays the caller's. */
int pki_cert_from_x509(const struct x509_st *x, struct pki_cert **out, struct err *e);
/* The text of a ds:X509Certificate: base64, XML white space allowed. */
int pki_cert_from_base64(struct span text, struct pki_cert **out, struct err *e);
/* The first certificate of a PEM file, or a DER file. */
int pki_cert_from_file(const char *path, struct pki_cert **out, struct err *e);
struct pki_cert *pki_cert_ref(struct pki_cert *c);	/* returns c; NULL stays NULL */
void pki_cert_free(struct pki_cert *c);			/* gives one reference back; NULL is allowed */
bool pki_cert_same(const struct pki_cert *a, const struct pki_cert *b);	/* same DER; false if one is NULL */

/*
 * Cache of parsed certificates, any thread. It holds at most max octets of them (pki_cert.weight); the older half is
 * dropped at the limit. Only what was found trustworthy is kept (trust.h, pki_trust_remember): strangers cannot fill it.
 */
struct pki_certs;
#define PKI_CERTS_BYTES (32u << 20)	/* some 2000 certificates of the usual size */
struct pki_certs *pki_certs_new(size_t max);
void pki_certs_free(struct pki_certs *cs);	/* certificates in use live on */
/* As pki_cert_from_*, parsed only if not at hand. */
int pki_certs_from_der(struct pki_certs *cs, struct span der, struct pki_cert **out, struct err *e);
int pki_certs_from_base64(struct pki_certs *cs, struct span text, struct pki_cert **out, struct err *e);
/* From now on c is at hand, until others displace it; one that weighs more than half of max is not kept. */
void pki_certs_keep(struct pki_certs *cs, const struct pki_cert *c);
size_t pki_certs_parsed(struct pki_certs *cs);	/* how many were really parsed: for tests and metrics */
size_t pki_certs_weight(struct pki_certs *cs);	/* of all that are at hand, never above max */

#endif
