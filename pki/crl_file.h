/* SPDX-License-Identifier: EUPL-1.2 */
/* crl_file - one file with revocation lists. Private to pki. One thread at a time. */
#ifndef PKI_CRL_FILE_H
#define PKI_CRL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include <openssl/x509.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/span.h"

struct crl_list {
	X509_CRL *crl;
	uint8_t scope[SHA256_LEN];
	bool verified;		/* by a certificate we hold: scope is set */
	bool outdated;		/* a verified one for the same scope is newer */
};

struct crl_file {
	char *path;
	struct stat seen;	/* of the content we hold, or of the broken one we complained about */
	struct crl_list *lists;
	size_t n;
	bool bad;		/* as it is now it cannot be read: what was read before stays */
	bool here;		/* mark and sweep while scanning */
};

/* Reads f->path, PEM or DER. Lists that may not be used are left out and logged (crl.left-out). ERR_SYNTAX for a file
 * with one broken list; then, and when none of its lists may be used, what f held before stays. *changed: set to true
 * when it does not. known: certificates that may have signed (n stacks). */
int pki_crl_file_read(struct crl_file *f, STACK_OF(X509) *const *known, size_t n, bool *changed, struct err *e);
/* The same for the octets of a list that came from elsewhere, before anybody keeps them: every list of it must be one that may be
 * used, signed by a known certificate. *next: the earliest nextUpdate. ERR_SYNTAX, ERR_UNSUPPORTED, ERR_CRYPTO (a signature
 * is wrong), ERR_TRUST (of an unknown issuer). */
int pki_crl_file_check(struct span file, STACK_OF(X509) *const *known, size_t n, int64_t *next, struct err *e);
void pki_crl_file_drop(struct crl_file *f);	/* what is in it, not f itself */

#endif
