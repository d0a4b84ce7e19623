/* SPDX-License-Identifier: EUPL-1.2 */
/* OpenSSL's errors, times and algorithms as ours. */
#include "pki/ossl.h"

#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "pki/keyring.h"

int pki_ossl_nomem(void)
{
	return ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE ||
	       ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
}

int pki_ossl_err(struct err *e, enum err_code code, const char *fmt, ...)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (pki_ossl_nomem())
		code = ERR_NOMEM;
	err_set(e, code, "%s%s%s", what, why != NULL ? ": " : "", why != NULL ? why : "");
	ERR_clear_error();
	return (int)code;
}

BIO *pki_bio_of(struct span s)
{
	must(s.n <= INT_MAX);
	BIO *b = BIO_new_mem_buf(s.n > 0 ? s.p : "", (int)s.n);
	must(b != NULL);
	return b;
}

int64_t pki_ms_of(const ASN1_TIME *t)
{
	struct tm tm = { 0 };

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm) * 1000;
}

/* A fetch by name takes locks and searches all providers each time: done once for the whole table. */
#define ALGS_MAX 64
#define DIGESTS (DIGEST_SHA3_512 + 1)
static EVP_MD *digests[DIGESTS];
static EVP_CIPHER *ciphers[ALGS_MAX];	/* by line of the table */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch_all(void)
{
	must(pki_algs_n <= ALGS_MAX);
	for (size_t i = 0; i < pki_algs_n; i++) {
		if (pki_algs[i].kind == PKI_ALG_DIGEST)
			digests[pki_algs[i].digest] = EVP_MD_fetch(NULL, pki_algs[i].evp, NULL);
		else if (pki_algs[i].kind == PKI_ALG_CIPHER)
			must((ciphers[i] = EVP_CIPHER_fetch(NULL, pki_algs[i].evp, NULL)) != NULL);
	}
	for (size_t i = 0; i < DIGESTS; i++)
		must(digests[i] != NULL);
}

const EVP_MD *pki_md(enum digest_alg alg)
{
	must(pthread_once(&once, fetch_all) == 0 && alg < DIGESTS);
	return digests[alg];
}

const EVP_CIPHER *pki_cipher(const struct pki_alg *a)
{
	must(pthread_once(&once, fetch_all) == 0 && a->kind == PKI_ALG_CIPHER);
	return ciphers[a - pki_algs];
}

static atomic_uint_fast64_t private_operations;

void pki_private_operation(void)
{
	atomic_fetch_add_explicit(&private_operations, 1, memory_order_relaxed);
}

uint64_t pki_private_operations(void)
{
	return atomic_load_explicit(&private_operations, memory_order_relaxed);
}

EVP_PKEY_CTX *pki_ctx_of(const EVP_PKEY_CTX *blank)
{
	return EVP_PKEY_CTX_dup(blank);
}
