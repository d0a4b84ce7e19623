/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crls - revocation lists from files and folders, read again when the files change. Private to pki.
 * One thread at a time.
 */
#ifndef PKI_CRLS_H
#define PKI_CRLS_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/x509.h>

#include "base/err.h"

struct pki_crls;

/* folder (NULL: none) is one more that need not be there (yet): what the program itself has fetched.
 * Reads everything now; a bad file that was named itself is an error, a bad one in a folder is logged. Lists that may not
 * be used (crl_rules.h) are left out and logged, everywhere. Both stacks are borrowed for as long as *out lives: by them
 * it is known which of several lists for the same issuer is genuine and newest. */
int pki_crls_new(const char *const *paths, const char *folder, STACK_OF(X509) *anchors, STACK_OF(X509) *intermediates,
		 struct pki_crls **out, struct err *e);
void pki_crls_free(struct pki_crls *cs);
/* Reads what changed; true if the set of lists is another one now. */
bool pki_crls_reload(struct pki_crls *cs);
/* How many files and folders cannot be read as they are now. */
size_t pki_crls_bad(const struct pki_crls *cs);
/* Those in use: without what is outdated by a newer list. */
size_t pki_crls_count(const struct pki_crls *cs);
X509_CRL *pki_crls_at(const struct pki_crls *cs, size_t at);	/* borrowed until the next reload; NULL behind the last */

#endif
