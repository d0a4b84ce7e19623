/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * algo - the table of algorithms: what an Algorithm URI means, how strong it is, until when it may be used.
 * What is not in the table does not exist for us. Static data, any thread.
 */
#ifndef PKI_ALGO_H
#define PKI_ALGO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/span.h"
#include "pki/policy.h"

enum pki_alg_kind { PKI_ALG_DIGEST, PKI_ALG_SIGNATURE, PKI_ALG_CIPHER, PKI_ALG_TRANSPORT, PKI_ALG_MGF, PKI_ALG_C14N,
		    PKI_ALG_TRANSFORM };
enum pki_scheme { PKI_SCHEME_NONE, PKI_RSA_PKCS1, PKI_RSA_PSS_MGF1, PKI_ECDSA, PKI_RSA_OAEP, PKI_RSA_15, PKI_GCM,
		  PKI_CBC, PKI_C14N, PKI_EXC_C14N, PKI_BASE64 };
enum pki_legacy { PKI_LEGACY_NO, PKI_LEGACY_CBC, PKI_LEGACY_RSA15, PKI_LEGACY_SHA1,
		  PKI_LEGACY_OAEP_SHA1 };	/* the policy switch it needs */

struct pki_alg {
	const char *uri;
	enum pki_alg_kind kind;
	enum pki_scheme scheme;
	enum digest_alg digest;	/* digests, signatures, MGFs */
	const char *evp;	/* OpenSSL's name of the digest or cipher; NULL if it has none */
	unsigned key_len;	/* ciphers: octets of the session key */
	unsigned iv_len;	/* ciphers: octets of the IV unless IvLength says otherwise */
	unsigned bits;		/* security strength of the algorithm itself; 0 where only the key counts */
	enum pki_legacy legacy;
	const char *until;	/* "2028-12-31": we create nothing with it later; NULL: no end known */
};

extern const struct pki_alg pki_algs[];
extern const size_t pki_algs_n;

/* NULL if there is no such line. */
const struct pki_alg *pki_alg_find(enum pki_alg_kind kind, struct span uri);
const struct pki_alg *pki_alg_digest(enum digest_alg alg);
/* Does the policy let us accept, now, what was made with it? */
bool pki_alg_allowed(const struct pki_alg *a, const struct pki_policy *policy);
/* May we still create with it at at_ms? Legacy algorithms never. */
bool pki_alg_creates(const struct pki_alg *a, int64_t at_ms);

#define PKI_URI_C14N "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define PKI_URI_EXC_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"
#define PKI_URI_BASE64 "http://www.w3.org/2000/09/xmldsig#base64"
#define PKI_URI_SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define PKI_URI_RSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define PKI_URI_RSA_SHA512 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
#define PKI_URI_PSS_SHA256 "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
#define PKI_URI_PSS_SHA512 "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1"
#define PKI_URI_PSS_SHA3(bits) "http://www.w3.org/2007/05/xmldsig-more#sha3-" bits "-rsa-MGF1"
#define PKI_URI_ECDSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
#define PKI_URI_ECDSA_SHA384 "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
#define PKI_URI_ECDSA_SHA512 "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
#define PKI_URI_AES256_GCM "http://www.w3.org/2009/xmlenc11#aes256-gcm"
#define PKI_URI_RSA_OAEP "http://www.w3.org/2009/xmlenc11#rsa-oaep"
#define PKI_URI_MGF1_SHA256 "http://www.w3.org/2009/xmlenc11#mgf1sha256"

#endif
