/* SPDX-License-Identifier: EUPL-1.2 */
/* bundle - certificates from files, for who is to be trusted. Private to pki. Any thread. */
#ifndef PKI_BUNDLE_H
#define PKI_BUNDLE_H

#include <openssl/x509.h>

#include "base/err.h"

/* Adds the certificates of all files (PEM bundles or DER; NULL ends the list, which may be NULL). ERR_SYNTAX or ERR_MISSING names
 * the file that cannot be read as a whole. */
int pki_bundles_read(const char *const *paths, STACK_OF(X509) *into, struct err *e);
/* ERR_CONFIG: there is none, or one that is neither an authority nor self-signed. */
int pki_anchors_check(STACK_OF(X509) *anchors, struct err *e);

#endif
