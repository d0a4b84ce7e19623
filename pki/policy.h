/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy - what we demand of certificates and algorithms; plain values from the configuration. Any thread.
 */
#ifndef PKI_POLICY_H
#define PKI_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct pki_policy {
	unsigned min_rsa_bits;	/* below: verdict "weak"; 3000 is the BSI bar */
	bool crl_required;	/* no fresh CRL for a certificate of the chain: not accepted */
	int64_t crl_grace_ms;	/* a CRL counts this long after its nextUpdate */
	/* What is only for old partners, each until an instant (ms since 1970); 0, the default: never. */
	int64_t legacy_cbc;		/* AES-CBC and 3DES-CBC when decrypting */
	int64_t legacy_rsa15;		/* RSA PKCS#1 v1.5 key transport when decrypting, with implicit rejection */
	int64_t legacy_oaep_sha1;	/* rsa-oaep-mgf1p, whose mask is made with SHA-1, when decrypting */
	int64_t legacy_sha1;		/* SHA-1 in signatures that come in */
};
#define PKI_LEGACY_ALWAYS INT64_MAX

/* 3000 bit, CRL required, 24 h grace, nothing legacy. */
#define PKI_POLICY_DEFAULT                                                                                             \
	((struct pki_policy){ .min_rsa_bits = 3000, .crl_required = true, .crl_grace_ms = 24LL * 3600 * 1000 })

#endif
