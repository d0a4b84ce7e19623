/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * p12 - a PKCS#12 file: which of its keys is meant, and why one cannot be had. Private to pki. Any thread.
 */
#ifndef PKI_P12_H
#define PKI_P12_H

#include "base/buf.h"
#include "base/err.h"
#include "pki/keyring.h"

/* May the certificate be used so? ERR_CONFIG says why not. path is only for the text. */
int pki_use_check(enum pki_use use, const struct pki_cert *c, const char *path, struct err *e);

/* Of the keys with a certificate beside them the one that allows use is taken; of several the youngest that is valid at
 * now_ms, then the one that ends last. Both are the caller's to free. ERR_SYNTAX: no PKCS#12; ERR_CRYPTO: wrong password,
 * damaged; ERR_UNSUPPORTED: PBMAC1, no MAC, RC2, 3DES or anything else but AES (RFC 8018 PBES2); ERR_LIMIT: iterations;
 * ERR_CONFIG: the password file's line end or byte order mark is the fault, or no key is for this use. */
int pki_p12_read(struct span file, const struct buf *password, const char *path, enum pki_use use, int64_t now_ms,
		 struct evp_pkey_st **key, struct pki_cert **cert, struct err *e);

/* What may have come into a password file by accident. Each fn(trimmed) is one try; the text of the first that succeeds,
 * or NULL. */
typedef bool pki_password_try_fn(void *ctx, const char *password);
const char *pki_password_diagnose(const struct buf *password, pki_password_try_fn *fn, void *ctx);

#endif
