/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crl_points - where certificates say that the lists about them are (RFC 5280 4.2.1.13), each address once and a bounded number
 * of them. Private to pki. One thread at a time.
 */
#ifndef PKI_CRL_POINTS_H
#define PKI_CRL_POINTS_H

#include <openssl/x509.h>

#include "base/arena.h"

#define PKI_CRL_POINTS_MAX 256	/* of all certificates; PKI_CRL_POINTS_EACH of one */
#define PKI_CRL_POINTS_EACH 4

struct pki_crl_points {
	char *urls[PKI_CRL_POINTS_MAX];
	size_t n;
};

/* Those over http: the list is signed, and https would need one to be checked. Other schemes and points that a list of another
 * issuer stands at are passed over. */
void pki_crl_points_add(struct pki_crl_points *p, X509 *x);
void pki_crl_points_fini(struct pki_crl_points *p);

#endif
