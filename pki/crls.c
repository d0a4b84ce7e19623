/* SPDX-License-Identifier: EUPL-1.2 */
/* Revocation lists on disk: which files count, what is read again, and which of several lists for the same thing. */
#include "pki/crls.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "pki/crl_file.h"
#include "pki/crl_rules.h"

#define CRL_FILES_MAX 512

#define IGNORED_MAX 256	/* names of files that are none: each is said once */

struct crl_place {
	char *path;
	bool is_out;		/* cannot be read, and that was said */
	bool may_be_missing;
};

struct pki_crls {
	struct crl_place *places;
	size_t nplaces;
	struct crl_file *files;
	size_t n;
	STACK_OF(X509) *known[2];
	struct map *ignored;
	bool is_full;		/* CRL_FILES_MAX was reached, and that was said */
};

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

static struct crl_file *add_file(struct pki_crls *cs, const char *path)
{
	struct crl_file *f;

	cs->files = mem_grow(cs->files, cs->n + 1, sizeof(*cs->files));
	f = &cs->files[cs->n++];
	*f = (struct crl_file){ .path = mem_dup(path) };
	return f;
}

/* 0, or an error that is new: what was said of a file is not said again until the file changes. */
static int take_file(struct pki_crls *cs, const char *path, const struct stat *st, bool *changed, struct err *e)
{
	struct crl_file *f = find(cs, path);

	if (f != NULL)
		f->here = true;
	if (f != NULL && same_file(&f->seen, st))
		return 0;
	if (f == NULL && cs->n >= CRL_FILES_MAX) {
		if (cs->is_full)
			return 0;
		cs->is_full = true;
		return err_set(e, ERR_LIMIT, "%s: more than %d files with revocation lists", path, CRL_FILES_MAX);
	}
	if (f == NULL)
		f = add_file(cs, path);
	f->here = true;
	f->seen = *st;
	f->bad = pki_crl_file_read(f, cs->known, ARRAY_LEN(cs->known), changed, e) != 0;
	return f->bad ? (int)e->code : 0;
}

size_t pki_crls_bad(const struct pki_crls *cs)
{
	size_t bad = 0;

	for (size_t i = 0; i < cs->n; i++)
		bad += cs->files[i].bad;
	for (size_t i = 0; i < cs->nplaces; i++)
		bad += cs->places[i].is_out;
	return bad;
}

/* "*.crl", "*.pem", and "hash.r0" as openssl rehash names them. */
static bool is_list_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot == name)
		return false;
	if (strcmp(dot, ".crl") == 0 || strcmp(dot, ".pem") == 0)
		return true;
	return dot[1] == 'r' && dot[2] != '\0' && dot[2 + strspn(dot + 2, "0123456789")] == '\0';
}

static void say_ignored(struct pki_crls *cs, const char *path)
{
	if (map_count(cs->ignored) >= IGNORED_MAX || map_get(cs->ignored, span_of(path)) != NULL)
		return;
	map_put(cs->ignored, span_of(path), cs);
	log_event(LOG_WARN, "crl.ignored", LOG_STR("file", path));
}

static void take_entry(struct pki_crls *cs, const char *path, const char *name, bool *changed)
{
	char *file = mem_printf("%s/%s", path, name);
	struct err e = ERR_INIT;
	struct stat st;

	if (name[0] == '.' || stat(file, &st) != 0 || !S_ISREG(st.st_mode))
		;
	else if (!is_list_name(name))
		say_ignored(cs, file);
	else if (take_file(cs, file, &st, changed, &e) != 0)
		log_event(LOG_WARN, "crl.unreadable", LOG_STR("file", file), LOG_ERR(&e));
	free(file);
}

static int take_folder(struct pki_crls *cs, const char *path, bool *changed, struct err *bad)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	if (dir == NULL)
		return err_set(bad, err_from_errno(errno), "%s: %s", path, strerror(errno));
	while ((d = readdir(dir)) != NULL)
		take_entry(cs, path, d->d_name, changed);
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

static int take_place(struct pki_crls *cs, struct crl_place *p, bool *changed, bool *is_out, struct err *e)
{
	struct stat st;
	int rc;

	*is_out = true;
	if (stat(p->path, &st) != 0 && errno == ENOENT && p->may_be_missing) {
		*is_out = false;
		return 0;
	}
	if (stat(p->path, &st) != 0)
		return err_set(e, err_from_errno(errno), "%s: %s", p->path, strerror(errno));
	if (S_ISDIR(st.st_mode)) {
		rc = take_folder(cs, p->path, changed, e);
		*is_out = rc != 0;
		return rc;
	}
	*is_out = false;
	return take_file(cs, p->path, &st, changed, e);
}

/* first: an error in a named file counts; otherwise it is logged, once, and the last good lists stay. */
static int scan(struct pki_crls *cs, bool first, bool *changed, struct err *e)
{
	for (size_t i = 0; i < cs->n; i++)
		cs->files[i].here = false;
	for (size_t i = 0; i < cs->nplaces; i++) {
		struct crl_place *p = &cs->places[i];
		bool is_out;
		int rc = take_place(cs, p, changed, &is_out, e);
		if (rc != 0 && first)
			return rc;
		if (rc != 0)
			keep(cs, p->path);
		if (rc != 0 && !p->is_out)
			log_event(LOG_WARN, "crl.unreadable", LOG_STR("file", p->path), LOG_ERR(e));
		p->is_out = is_out;
	}
	return 0;
}

/* Of several lists for the same thing the newest counts, also for questions about the past: it knows more. Only one
 * that is verified puts others aside, so that nobody who can write a file takes a good list out of use. */
static bool is_outdated(const struct pki_crls *cs, const struct crl_list *a, bool *behind)
{
	*behind = false;
	for (size_t f = 0; f < cs->n; f++)
		for (size_t i = 0; i < cs->files[f].n; i++) {
			const struct crl_list *b = &cs->files[f].lists[i];
			if (a == b) {
				*behind = true;
				continue;
			}
			if (!a->verified || !b->verified || memcmp(a->scope, b->scope, SHA256_LEN) != 0)
				continue;
			/* The same list twice (a file and its hashed name): the first one stays. */
			if (pki_crl_is_newer(b->crl, a->crl) || (!*behind && !pki_crl_is_newer(a->crl, b->crl)))
				return true;
		}
	return false;
}

static void find_outdated(struct pki_crls *cs)
{
	bool behind;

	for (size_t f = 0; f < cs->n; f++)
		for (size_t i = 0; i < cs->files[f].n; i++)
			cs->files[f].lists[i].outdated = is_outdated(cs, &cs->files[f].lists[i], &behind);
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
		changed |= cs->files[i].n > 0;
		pki_crl_file_drop(&cs->files[i]);
	}
	cs->n = kept;
	find_outdated(cs);
	return changed;
}

static void add_place(struct pki_crls *cs, const char *path, bool may_be_missing)
{
	cs->places = mem_grow(cs->places, cs->nplaces + 1, sizeof(*cs->places));
	cs->places[cs->nplaces++] = (struct crl_place){ .path = mem_dup(path), .may_be_missing = may_be_missing };
}

int pki_crls_new(const char *const *paths, const char *folder, STACK_OF(X509) *anchors, STACK_OF(X509) *intermediates,
		 struct pki_crls **out, struct err *e)
{
	struct pki_crls *cs = mem_new(sizeof(*cs));
	bool changed = false;

	*cs = (struct pki_crls){ .known = { anchors, intermediates }, .ignored = map_new(NULL) };
	for (size_t i = 0; paths != NULL && paths[i] != NULL; i++)
		add_place(cs, paths[i], false);
	if (folder != NULL)
		add_place(cs, folder, true);
	if (scan(cs, true, &changed, e) != 0) {
		pki_crls_free(cs);
		return (int)e->code;
	}
	find_outdated(cs);
	*out = cs;
	return 0;
}

void pki_crls_free(struct pki_crls *cs)
{
	if (cs == NULL)
		return;
	for (size_t i = 0; i < cs->n; i++)
		pki_crl_file_drop(&cs->files[i]);
	for (size_t i = 0; i < cs->nplaces; i++)
		free(cs->places[i].path);
	free(cs->files);
	free(cs->places);
	map_free(cs->ignored);
	free(cs);
}

size_t pki_crls_count(const struct pki_crls *cs)
{
	size_t n = 0;

	while (pki_crls_at(cs, n) != NULL)
		n++;
	return n;
}

X509_CRL *pki_crls_at(const struct pki_crls *cs, size_t at)
{
	for (size_t f = 0; f < cs->n; f++)
		for (size_t i = 0; i < cs->files[f].n; i++)
			if (!cs->files[f].lists[i].outdated && at-- == 0)
				return cs->files[f].lists[i].crl;
	return NULL;
}
