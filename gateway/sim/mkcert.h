/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * mkcert - keys, certificates and revocation lists made at run time, for the sandbox. Not for production: the keys are
 * written without a password unless a PKCS#12 file is asked for. One thread.
 */
#ifndef HARNESS_MKCERT_H
#define HARNESS_MKCERT_H

#include <stdbool.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/err.h"

struct mk_cert {		/* one identity: key and certificate */
	EVP_PKEY *key;
	X509 *x;
};

enum mk_use { MK_CA, MK_SIGN, MK_CIPHER, MK_TLS_SERVER };

struct mk_spec {
	const char *cn, *org;
	enum mk_use use;
	unsigned rsa_bits;	/* 0: EC P-256 */
	const struct mk_cert *same_key;	/* take the key of this identity; NULL: make one */
	int from_days, to_days;	/* validity, relative to now */
	const struct mk_cert *issuer;	/* NULL: self-signed */
	const char *crl_points;	/* cRLDistributionPoints: "URI:http://...", with commas between; NULL: none */
};

/* Aborts on failure of the crypto library: there is no input that could make it fail. */
struct mk_cert mk_make(const struct mk_spec *s);
void mk_free(struct mk_cert *c);
/* A list of n revoked certificates, valid for days. */
X509_CRL *mk_crl(const struct mk_cert *issuer, X509 *const *revoked, int n, int days);

/* Key and first certificate of two PEM files of ours. */
int mk_read(const char *key_path, const char *cert_path, struct mk_cert *out, struct err *e);
int mk_write_key(const char *path, const struct mk_cert *c, struct err *e);	/* PEM, 0600 */
int mk_write_certs(const char *path, X509 *const *list, int n, struct err *e);	/* PEM */
int mk_write_p12(const char *path, const struct mk_cert *c, const char *password, struct err *e);
int mk_write_crl(const char *path, X509_CRL *crl, struct err *e);

#endif
