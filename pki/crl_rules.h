/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crl_rules - may one revocation list be used at all, what does it speak for, and is it newer than another? RFC 5280 5.
 * Private to pki. Any thread.
 */
#ifndef PKI_CRL_RULES_H
#define PKI_CRL_RULES_H

#include <stdbool.h>

#include <openssl/x509.h>

#include "base/digest.h"
#include "base/err.h"

/* 0, or the rule that forbids its use: ERR_UNSUPPORTED (a delta, an indirect list, one for some reasons only, an
 * unknown critical extension of the list or of an entry), ERR_SYNTAX (an extension that cannot be read or stands there
 * twice, no nextUpdate). Every extension of RFC 5280 5.2 has a row in docs/pki.md. */
int pki_crl_check(X509_CRL *crl, struct err *e);

enum pki_crl_signer {
	PKI_CRL_UNKNOWN,	/* none of the known certificates is the issuer: found out when a path is checked */
	PKI_CRL_VERIFIED,
	PKI_CRL_FORGED,		/* names the key of a known certificate (AKI), but that key did not sign it */
};
/* Looks for the issuer in known (n stacks). VERIFIED: scope says what the list speaks for, the same for every list of
 * the same issuer key and issuingDistributionPoint. */
enum pki_crl_signer pki_crl_signed_by(X509_CRL *crl, STACK_OF(X509) *const *known, size_t n,
				      uint8_t scope[SHA256_LEN]);
/* By thisUpdate; lists of the same second by cRLNumber. */
bool pki_crl_is_newer(X509_CRL *a, X509_CRL *b);

#endif
