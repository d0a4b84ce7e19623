/* SPDX-License-Identifier: EUPL-1.2 */
#include "pki/ossl.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <openssl/err.h>

#include "base/mem.h"

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

const EVP_MD *pki_md(enum digest_alg alg)
{
	switch (alg) {
	case DIGEST_SHA1:
		return EVP_sha1();
	case DIGEST_SHA256:
		return EVP_sha256();
	case DIGEST_SHA384:
		return EVP_sha384();
	case DIGEST_SHA512:
		return EVP_sha512();
	case DIGEST_SHA3_256:
		return EVP_sha3_256();
	case DIGEST_SHA3_384:
		return EVP_sha3_384();
	case DIGEST_SHA3_512:
		return EVP_sha3_512();
	}
	must(!"a known digest");
	return NULL;
}
