/* SPDX-License-Identifier: EUPL-1.2 */
/* h_pki - keys, certificates, chains and revocation lists made at run time, for the tests of pki. */
#ifndef TESTS_H_PKI_H
#define TESTS_H_PKI_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "pki/cert.h"
#include "pki/keyring.h"

#define H_DAY (24L * 3600)
#define H_NOW 1790000000LL	/* seconds: the time the test certificates are made for (September 2026) */
#define H_NOW_MS (H_NOW * 1000)

/* Made on first use, one per kind and process; never freed by the caller. */
EVP_PKEY *h_rsa(unsigned bits);		/* 2048 or 3072 */
EVP_PKEY *h_rsa_other(void);		/* another one, 2048 */
EVP_PKEY *h_ec(const char *curve);	/* "P-256", ... always the same by name */
EVP_PKEY *h_ec_new(const char *curve);	/* a new one each time */

enum { H_NO_AKID = 1, H_NO_SKID = 2, H_NO_KU = 4 };

struct h_spec {
	const char *cn;
	X509 *issuer;			/* NULL: self-signed */
	EVP_PKEY *issuer_key;
	EVP_PKEY *key;
	long from, to;			/* seconds from H_NOW; both 0: a day ago to a year ahead */
	const char *ku;			/* NULL: no key usage extension */
	const char *eku;
	bool ca;
	const EVP_MD *md;		/* NULL: SHA-256 */
	bool pss;
	unsigned without;		/* H_NO_*: extensions that are otherwise there */
	const char *crl_point;		/* cRLDistributionPoints, as "URI:http://..."; NULL: none */
};

X509 *h_cert(const struct h_spec *s);
/* from, to: thisUpdate, nextUpdate, seconds from H_NOW; revoked at H_NOW + revoked_at. */
X509_CRL *h_crl(X509 *issuer, EVP_PKEY *key, X509 *revoked, long revoked_at, long from, long to);

/* A list with extensions, each as openssl writes them ("critical,DER:0500"); NULL or 0: absent. */
struct h_crl_spec {
	long number;
	const char *delta, *idp, *unknown, *freshest;
	const char *entry;		/* an unknown one of the entry */
	bool akid, endless;		/* endless: no nextUpdate */
	long from, to;			/* both 0: a day ago to a week ahead */
};
X509_CRL *h_crl_with(X509 *issuer, EVP_PKEY *key, X509 *revoked, const struct h_crl_spec *s);

const char *h_dir(void);		/* a folder of this process, removed at exit */
/* These return the path, valid until exit. */
const char *h_file(const char *name, const void *data, size_t n, unsigned mode);
const char *h_pem_cert(const char *name, X509 *x);
const char *h_pem_key(const char *name, EVP_PKEY *key, const char *password);
const char *h_pem_crl(const char *name, X509_CRL *crl);
const char *h_p12(const char *name, EVP_PKEY *key, X509 *x, const char *password);

struct pki_cert *h_pki_cert(X509 *x);
struct pki_key *h_key(enum pki_use use, X509 *x, EVP_PKEY *key);
/* A self-signed certificate for the key that allows the use, and the pair as a key. */
struct pki_key *h_own_key(enum pki_use use, EVP_PKEY *key);

#endif
