/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * path - finds the best path from a certificate to an anchor: every issuer that could have signed is tried, in whatever
 * order they were given. Private to pki. Any thread.
 */
#ifndef PKI_PATH_H
#define PKI_PATH_H

#include "pki/chain.h"

struct pki_stock {
	X509_STORE *store;			/* all anchors, and the revocation lists */
	STACK_OF(X509) *anchors, *intermediates;
};

/* Fills *v with the verdict on the best path: an accepted one if there is any, otherwise the one with the least weighty
 * finding; without any path, what stands in its way. At most PKI_PATHS_MAX paths are tried. False: memory ran out or the
 * like, the verdict says "indeterminate" and is not worth keeping. */
#define PKI_PATHS_MAX 32
bool pki_path_check(const struct pki_stock *s, const struct pki_cert *c, const struct pki_policy *policy,
		    enum pki_purpose purpose, int64_t at_ms, struct pki_verdict *v);

#endif
