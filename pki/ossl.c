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
