/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chain - one path validation with OpenSSL: goes on after each finding and collects them. Private to pki. Any thread.
 */
#ifndef PKI_CHAIN_H
#define PKI_CHAIN_H

#include <openssl/x509_vfy.h>

#include "pki/verdict.h"

#define PKI_CHAIN_DEPTH 4	/* intermediates */

/* store: anchors and CRLs; anchors: those alone may end the path (NULL: all of the store); untrusted: what may complete
 * it (may be NULL). Fills *v. False: memory ran out or the like, the verdict says "indeterminate" and is not worth
 * keeping. */
bool pki_chain_check(X509_STORE *store, STACK_OF(X509) *anchors, STACK_OF(X509) *untrusted, const struct pki_cert *c,
		     const struct pki_policy *policy, enum pki_purpose purpose, int64_t at_ms, struct pki_verdict *v);
#endif
