/* SPDX-License-Identifier: EUPL-1.2 */
#include "pki/crls.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "pki/ossl.h"

#define CRL_FILE_MAX (20u << 20)
#define CRL_FILES_MAX 512

struct crl_file {
	char *path;
	struct stat seen;	/* of the content we hold, or of the broken one we complained about */
	STACK_OF(X509_CRL) *lists;
	bool here;		/* mark and sweep while scanning */
};

struct pki_crls {
	char **paths;
	size_t npaths;
	struct crl_file *files;
	size_t n;
};

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

static int read_lists(const char *path, STACK_OF(X509_CRL) **out, struct err *e)
{
	STACK_OF(X509_CRL) *lists = sk_X509_CRL_new_null();
	struct buf file;
	int rc;

	must(lists != NULL);
	buf_init(&file, CRL_FILE_MAX);
	rc = file_read(path, &file, e);
	ERR_clear_error();
	if (rc == 0 && file.n > 0 && file.p[0] == 0x30)
		read_der(buf_view(&file), lists);
	else if (rc == 0)
		read_pem(buf_view(&file), lists);
	if (rc == 0 && sk_X509_CRL_num(lists) == 0)
		rc = pki_ossl_err(e, ERR_SYNTAX, "%s: not a good revocation list in DER or PEM", path);
	ERR_clear_error();
	buf_fini(&file);
	if (rc != 0)
		sk_X509_CRL_pop_free(lists, X509_CRL_free);
	else
		*out = lists;
	return rc;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct crl_file *find(struct pki_crls *cs, const char *path)
{
	for (size_t i = 0; i < cs->n; i++)
		if (strcmp(cs->files[i].path, path) == 0)
			return &cs->files[i];
	return NULL;
}

/* 0, or the error with nothing changed. */
static int take_file(struct pki_crls *cs, const char *path, const struct stat *st, bool *changed, struct err *e)
{
	struct crl_file *f = find(cs, path);
	STACK_OF(X509_CRL) *lists;
	int rc;

	if (f != NULL)
		f->here = true;
	if (f != NULL && same_file(&f->seen, st))
		return 0;
	if (f == NULL && cs->n >= CRL_FILES_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %d files with revocation lists", path, CRL_FILES_MAX);
	rc = read_lists(path, &lists, e);
	if (rc != 0) {
		if (f != NULL)
			f->seen = *st;
		return rc;
	}
	if (f == NULL) {
		cs->files = mem_grow(cs->files, cs->n + 1, sizeof(*cs->files));
		f = &cs->files[cs->n++];
		*f = (struct crl_file){ .path = mem_dup(path), .here = true };
	}
	sk_X509_CRL_pop_free(f->lists, X509_CRL_free);
	f->lists = lists;
	f->seen = *st;
	*changed = true;
	return 0;
}

static bool ends(const char *name, const char *with)
{
	size_t n = strlen(name), m = strlen(with);
	return n > m && strcmp(name + n - m, with) == 0;
}

static int take_folder(struct pki_crls *cs, const char *path, bool *changed, struct err *bad)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	if (dir == NULL)
		return err_set(bad, err_from_errno(errno), "%s: %s", path, strerror(errno));
	while ((d = readdir(dir)) != NULL) {
		struct err e = ERR_INIT;
		struct stat st;
		if (!ends(d->d_name, ".crl") && !ends(d->d_name, ".pem"))
			continue;
		char *file = mem_printf("%s/%s", path, d->d_name);
		if (stat(file, &st) == 0 && S_ISREG(st.st_mode) && take_file(cs, file, &st, changed, &e) != 0)
			log_event(LOG_WARN, "crl.unreadable", LOG_STR("file", file), LOG_ERR(&e));
		free(file);
	}
	closedir(dir);
	return 0;
}

/* What was read from a file or folder that cannot be read now stays. */
static void keep(struct pki_crls *cs, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < cs->n; i++)
		if (strncmp(cs->files[i].path, path, n) == 0 && (cs->files[i].path[n] == '\0' || cs->files[i].path[n] == '/'))
			cs->files[i].here = true;
}

/* first: an error in a named file counts; otherwise it is logged and the last good lists stay. */
static int scan(struct pki_crls *cs, bool first, bool *changed, struct err *e)
{
	for (size_t i = 0; i < cs->n; i++)
		cs->files[i].here = false;
	for (size_t i = 0; i < cs->npaths; i++) {
		struct stat st;
		int rc = 0;
		if (stat(cs->paths[i], &st) != 0)
			rc = err_set(e, err_from_errno(errno), "%s: %s", cs->paths[i], strerror(errno));
		else if (S_ISDIR(st.st_mode))
			rc = take_folder(cs, cs->paths[i], changed, e);
		else
			rc = take_file(cs, cs->paths[i], &st, changed, e);
		if (rc != 0 && first)
			return rc;
		if (rc != 0) {
			keep(cs, cs->paths[i]);
			log_event(LOG_WARN, "crl.unreadable", LOG_STR("file", cs->paths[i]), LOG_ERR(e));
		}
	}
	return 0;
}

static void drop_file(struct crl_file *f)
{
	free(f->path);
	sk_X509_CRL_pop_free(f->lists, X509_CRL_free);
}

bool pki_crls_reload(struct pki_crls *cs)
{
	struct err e = ERR_INIT;
	bool changed = false;
	size_t kept = 0;

	scan(cs, false, &changed, &e);
	for (size_t i = 0; i < cs->n; i++) {
		if (cs->files[i].here) {
			cs->files[kept++] = cs->files[i];
			continue;
		}
		drop_file(&cs->files[i]);
		changed = true;
	}
	cs->n = kept;
	return changed;
}

int pki_crls_new(const char *const *paths, struct pki_crls **out, struct err *e)
{
	struct pki_crls *cs = mem_new(sizeof(*cs));
	bool changed = false;

	for (size_t i = 0; paths != NULL && paths[i] != NULL; i++) {
		cs->paths = mem_grow(cs->paths, cs->npaths + 1, sizeof(*cs->paths));
		cs->paths[cs->npaths++] = mem_dup(paths[i]);
	}
	if (scan(cs, true, &changed, e) != 0) {
		pki_crls_free(cs);
		return (int)e->code;
	}
	*out = cs;
	return 0;
}

void pki_crls_free(struct pki_crls *cs)
{
	if (cs == NULL)
		return;
	for (size_t i = 0; i < cs->n; i++)
		drop_file(&cs->files[i]);
	for (size_t i = 0; i < cs->npaths; i++)
		free(cs->paths[i]);
	free(cs->files);
	free(cs->paths);
	free(cs);
}

size_t pki_crls_count(const struct pki_crls *cs)
{
	size_t n = 0;

	for (size_t i = 0; i < cs->n; i++)
		n += (size_t)sk_X509_CRL_num(cs->files[i].lists);
	return n;
}

X509_CRL *pki_crls_at(const struct pki_crls *cs, size_t i)
{
	for (size_t f = 0; f < cs->n; f++) {
		size_t n = (size_t)sk_X509_CRL_num(cs->files[f].lists);
		if (i < n)
			return sk_X509_CRL_value(cs->files[f].lists, (int)i);
		i -= n;
	}
	return NULL;
}
