/* SPDX-License-Identifier: EUPL-1.2 */
/* One file with revocation lists: read as a whole or not at all, and which of its lists may be used. */
#include "pki/crl_file.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "pki/crl_rules.h"
#include "pki/ossl.h"
#include "pki/trust.h"

static void read_der(struct span file, STACK_OF(X509_CRL) *lists)
{
	const unsigned char *p = (const unsigned char *)file.p;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)file.n);

	if (crl != NULL && (const char *)p == file.p + file.n)
		sk_X509_CRL_push(lists, crl);
	else
		X509_CRL_free(crl);
}

/* All or nothing: the list that is spoilt may be the one that revokes. */
static void read_pem(struct span file, STACK_OF(X509_CRL) *lists)
{
	BIO *bio = pki_bio_of(file);
	X509_CRL *crl;

	while ((crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)) != NULL)
		sk_X509_CRL_push(lists, crl);
	/* The end of the file is an error, too: no start line any more. */
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		while ((crl = sk_X509_CRL_pop(lists)) != NULL)
			X509_CRL_free(crl);
	BIO_free(bio);
}

static int parse_lists(struct span file, STACK_OF(X509_CRL) **out, struct err *e)
{
	STACK_OF(X509_CRL) *lists = sk_X509_CRL_new_null();
	int rc = 0;

	must(lists != NULL);
	ERR_clear_error();
	if (file.n > 0 && file.p[0] == 0x30)
		read_der(file, lists);
	else
		read_pem(file, lists);
	if (sk_X509_CRL_num(lists) == 0)
		rc = pki_ossl_err(e, ERR_SYNTAX, "not a good revocation list in DER or PEM");
	ERR_clear_error();
	if (rc != 0)
		sk_X509_CRL_pop_free(lists, X509_CRL_free);
	else
		*out = lists;
	return rc;
}

static int read_lists(const char *path, STACK_OF(X509_CRL) **out, struct err *e)
{
	struct buf file;
	int rc;

	buf_init(&file, PKI_CRL_FILE_MAX);
	rc = file_read(path, &file, e);
	if (rc == 0 && (rc = parse_lists(buf_view(&file), out, e)) != 0)
		(void)err_wrap(e, "%s", path);
	buf_fini(&file);
	return rc;
}

static void drop_lists(struct crl_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		X509_CRL_free(f->lists[i].crl);
	free(f->lists);
	f->lists = NULL;
	f->n = 0;
}

/* Whether this one may be used. */
static int judge(X509_CRL *crl, STACK_OF(X509) *const *known, size_t n, struct crl_list *out, struct err *e)
{
	int rc = pki_crl_check(crl, e);

	*out = (struct crl_list){ .crl = crl };
	if (rc == 0) {
		enum pki_crl_signer by = pki_crl_signed_by(crl, known, n, out->scope);
		out->verified = by == PKI_CRL_VERIFIED;
		if (by == PKI_CRL_FORGED)
			rc = err_set(e, ERR_CRYPTO, "its signature is not that of the issuer it names");
	}
	return rc;
}

static int judge_foreign(X509_CRL *crl, STACK_OF(X509) *const *known, size_t n, int64_t *next, struct err *e)
{
	int64_t until = pki_ms_of(X509_CRL_get0_nextUpdate(crl));
	struct crl_list list;
	char name[160];
	int rc = judge(crl, known, n, &list, e);

	if (rc == 0 && !list.verified)
		rc = err_set(e, ERR_TRUST, "a revocation list of an issuer that is not known: %s",
			     X509_NAME_oneline(X509_CRL_get_issuer(crl), name, sizeof(name)));
	if (until < *next)
		*next = until;
	return rc;
}

int pki_crl_file_check(struct span file, STACK_OF(X509) *const *known, size_t n, int64_t *next, struct err *e)
{
	STACK_OF(X509_CRL) *lists;
	int rc = parse_lists(file, &lists, e);

	*next = INT64_MAX;
	if (rc != 0)
		return rc;
	for (int i = 0; rc == 0 && i < sk_X509_CRL_num(lists); i++)
		rc = judge_foreign(sk_X509_CRL_value(lists, i), known, n, next, e);
	sk_X509_CRL_pop_free(lists, X509_CRL_free);
	return rc;
}

/* Says so if it may not. */
static bool may_be_used(const char *path, X509_CRL *crl, STACK_OF(X509) *const *known, size_t n, struct crl_list *out)
{
	struct err e = ERR_INIT;
	int rc = judge(crl, known, n, out, &e);

	if (rc != 0)
		log_event(LOG_WARN, "crl.left-out", LOG_STR("file", path), LOG_ERR(&e));
	return rc == 0;
}

/* Replaces what f holds by what may be used of read (taken over). If that is nothing, the lists before stay in force. */
static bool take_lists(struct crl_file *f, STACK_OF(X509_CRL) *read, STACK_OF(X509) *const *known, size_t n)
{
	struct crl_file new = { .lists = mem_new_array((size_t)sk_X509_CRL_num(read), sizeof(*new.lists)) };
	X509_CRL *crl;

	while ((crl = sk_X509_CRL_pop(read)) != NULL) {
		if (may_be_used(f->path, crl, known, n, &new.lists[new.n]))
			new.n++;
		else
			X509_CRL_free(crl);
	}
	sk_X509_CRL_free(read);
	if (new.n == 0) {
		free(new.lists);
		return false;
	}
	drop_lists(f);
	f->lists = new.lists;
	f->n = new.n;
	return true;
}

int pki_crl_file_read(struct crl_file *f, STACK_OF(X509) *const *known, size_t n, bool *changed, struct err *e)
{
	STACK_OF(X509_CRL) *lists;
	int rc = read_lists(f->path, &lists, e);

	if (rc == 0)
		*changed |= take_lists(f, lists, known, n);
	return rc;
}

void pki_crl_file_drop(struct crl_file *f)
{
	free(f->path);
	drop_lists(f);
}
