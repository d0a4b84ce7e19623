/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ossl - what this folder needs again and again around OpenSSL: its errors as ours, files as BIOs. Private to pki.
 */
#ifndef PKI_OSSL_H
#define PKI_OSSL_H

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/span.h"
#include "pki/algo.h"

/* Stores "what: OpenSSL's reason" under code and empties OpenSSL's error queue; ERR_NOMEM if memory ran out. */
int pki_ossl_err(struct err *e, enum err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* True if OpenSSL's oldest or newest error says that memory ran out; keeps the queue. */
int pki_ossl_nomem(void);
BIO *pki_bio_of(struct span s);	/* read-only view; never NULL */
int64_t pki_ms_of(const ASN1_TIME *t);	/* 0 if it cannot be read */

/* Fetched once per process; never NULL. a: a cipher of the table. */
const EVP_MD *pki_md(enum digest_alg alg);
const EVP_CIPHER *pki_cipher(const struct pki_alg *a);

/* A context to work with, freed by the caller: a copy of blank, which is made once for each key. Making one anew walks all
 * names of algorithms that libcrypto knows. blank is only read: any thread. NULL: libcrypto cannot. */
EVP_PKEY_CTX *pki_ctx_of(const EVP_PKEY_CTX *blank);

void pki_private_operation(void);	/* one more for pki_private_operations() (keyring.h) */

#endif
