/* SPDX-License-Identifier: EUPL-1.2 */
/* What is trusted: anchors, intermediates and lists from files, and verdicts that were reached, kept for a minute. */
#include "pki/trust.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/map.h"
#include "base/mem.h"
#include "pki/bundle.h"
#include "pki/crl_file.h"
#include "pki/crl_points.h"
#include "pki/crls.h"
#include "pki/ossl.h"
#include "pki/path.h"

#define VERDICTS_MAX 8192

struct pki_trust {
	struct pki_policy policy;
	STACK_OF(X509) *anchors, *intermediates;	/* fixed */
	struct pki_crls *crls;				/* under reload */
	pthread_mutex_t reload;
	pthread_mutex_t lock;				/* the rest */
	X509_STORE *store;				/* immutable; replaced as a whole */
	struct pki_certs *certs;			/* where what is trusted is kept; may be NULL */
	struct map *verdicts;
	struct pki_crl_points points;
	uint64_t generation, computed;
};

static X509_STORE *make_store(const struct pki_trust *t)
{
	X509_STORE *store = X509_STORE_new();

	must(store != NULL);
	for (int i = 0; i < sk_X509_num(t->anchors); i++)
		X509_STORE_add_cert(store, sk_X509_value(t->anchors, i));
	for (size_t i = 0; pki_crls_at(t->crls, i) != NULL; i++)
		X509_STORE_add_crl(store, pki_crls_at(t->crls, i));
	ERR_clear_error();
	return store;
}

static void add_points(struct pki_trust *t, STACK_OF(X509) *certs)
{
	for (int i = 0; i < sk_X509_num(certs); i++)
		pki_crl_points_add(&t->points, sk_X509_value(certs, i));
}

int pki_trust_new(const struct pki_trust_files *files, const struct pki_policy *policy, struct pki_trust **out,
		  struct err *e)
{
	struct pki_trust *t = mem_new(sizeof(*t));
	int rc;

	pthread_mutex_init(&t->lock, NULL);
	pthread_mutex_init(&t->reload, NULL);
	t->policy = *policy;
	t->anchors = sk_X509_new_null();
	t->intermediates = sk_X509_new_null();
	t->verdicts = map_new(free);
	must(t->anchors != NULL && t->intermediates != NULL);
	rc = pki_bundles_read(files->anchors, t->anchors, e);
	if (rc == 0)
		rc = pki_bundles_read(files->intermediates, t->intermediates, e);
	if (rc == 0)
		rc = pki_anchors_check(t->anchors, e);
	if (rc == 0)
		rc = pki_crls_new(files->crls, files->fetched, t->anchors, t->intermediates, &t->crls, e);
	if (rc != 0) {
		pki_trust_free(t);
		return rc;
	}
	add_points(t, t->anchors);
	add_points(t, t->intermediates);
	t->store = make_store(t);
	*out = t;
	return 0;
}

void pki_trust_free(struct pki_trust *t)
{
	if (t == NULL)
		return;
	pki_crls_free(t->crls);
	sk_X509_pop_free(t->anchors, X509_free);
	sk_X509_pop_free(t->intermediates, X509_free);
	X509_STORE_free(t->store);
	map_free(t->verdicts);
	pki_crl_points_fini(&t->points);
	pthread_mutex_destroy(&t->lock);
	pthread_mutex_destroy(&t->reload);
	free(t);
}

const struct pki_policy *pki_trust_policy(const struct pki_trust *t)
{
	return &t->policy;
}

size_t pki_trust_reload_crls(struct pki_trust *t)
{
	pthread_mutex_lock(&t->reload);
	if (pki_crls_reload(t->crls)) {
		X509_STORE *store = make_store(t), *old;
		pthread_mutex_lock(&t->lock);
		old = t->store;
		t->store = store;
		t->generation++;
		map_free(t->verdicts);
		t->verdicts = map_new(free);
		pthread_mutex_unlock(&t->lock);
		X509_STORE_free(old);
	}
	size_t n = pki_crls_count(t->crls);
	pthread_mutex_unlock(&t->reload);
	return n;
}

size_t pki_trust_crls_bad(struct pki_trust *t)
{
	size_t n;

	pthread_mutex_lock(&t->reload);
	n = pki_crls_bad(t->crls);
	pthread_mutex_unlock(&t->reload);
	return n;
}

int pki_trust_check_crl(struct pki_trust *t, struct span file, int64_t *next_update, struct err *e)
{
	STACK_OF(X509) *const known[] = { t->anchors, t->intermediates };

	return pki_crl_file_check(file, known, ARRAY_LEN(known), next_update, e);
}

size_t pki_trust_crl_points(struct pki_trust *t, struct arena *a, const char *const **out)
{
	const char **urls;
	size_t n;

	pthread_mutex_lock(&t->lock);
	n = t->points.n;
	urls = arena_alloc(a, (n + 1) * sizeof(*urls));
	for (size_t i = 0; i < n; i++)
		urls[i] = arena_dup(a, t->points.urls[i]);
	pthread_mutex_unlock(&t->lock);
	*out = urls;
	return n;
}

int64_t pki_trust_crl_left(struct pki_trust *t, int64_t now_ms)
{
	int64_t left = INT64_MAX;

	pthread_mutex_lock(&t->reload);
	for (size_t i = 0, n = pki_crls_count(t->crls); i < n; i++) {
		int64_t next = pki_ms_of(X509_CRL_get0_nextUpdate(pki_crls_at(t->crls, i)));
		if (next - now_ms < left)
			left = next - now_ms;
	}
	pthread_mutex_unlock(&t->reload);
	return left;
}

struct verdict_key {
	uint8_t sha256[SHA256_LEN];
	int64_t minute;
	int64_t purpose;
};

static X509_STORE *hold_store(struct pki_trust *t, uint64_t *generation)
{
	X509_STORE *store;

	pthread_mutex_lock(&t->lock);
	store = t->store;
	X509_STORE_up_ref(store);
	*generation = t->generation;
	t->computed++;
	pthread_mutex_unlock(&t->lock);
	return store;
}

static bool look_up(struct pki_trust *t, struct span key, struct pki_verdict *v)
{
	pthread_mutex_lock(&t->lock);
	const struct pki_verdict *known = map_get(t->verdicts, key);
	if (known != NULL)
		*v = *known;
	pthread_mutex_unlock(&t->lock);
	return known != NULL;
}

static void keep(struct pki_trust *t, struct span key, const struct pki_verdict *v, uint64_t generation)
{
	struct pki_verdict *copy = mem_new(sizeof(*copy));

	*copy = *v;
	pthread_mutex_lock(&t->lock);
	if (generation != t->generation) {
		free(copy);
	} else {
		if (map_count(t->verdicts) >= VERDICTS_MAX) {
			map_free(t->verdicts);
			t->verdicts = map_new(free);
		}
		map_put(t->verdicts, key, copy);
	}
	pthread_mutex_unlock(&t->lock);
}

void pki_trust_remember(struct pki_trust *t, struct pki_certs *certs)
{
	t->certs = certs;
}

static void note_points(struct pki_trust *t, const struct pki_cert *c)
{
	pthread_mutex_lock(&t->lock);
	pki_crl_points_add(&t->points, c->x509);
	pthread_mutex_unlock(&t->lock);
}

static void judge(struct pki_trust *t, const struct pki_cert *c, enum pki_purpose purpose, int64_t at_ms,
		  struct pki_verdict *v)
{
	struct pki_stock stock = { NULL, t->anchors, t->intermediates };
	struct verdict_key k;
	struct span key = { (const char *)&k, sizeof(k) };
	uint64_t generation;

	memset(&k, 0, sizeof(k));
	memcpy(k.sha256, c->sha256, SHA256_LEN);
	k.minute = at_ms / 60000;
	k.purpose = (int64_t)purpose;
	if (look_up(t, key, v))
		return;
	stock.store = hold_store(t, &generation);
	if (pki_path_check(&stock, c, &t->policy, purpose, at_ms, v))
		keep(t, key, v, generation);
	if (v->trusted)
		note_points(t, c);
	X509_STORE_free(stock.store);
}

void pki_check(struct pki_trust *t, const struct pki_cert *c, enum pki_purpose purpose, int64_t at_ms,
	       struct pki_verdict *v)
{
	judge(t, c, purpose, at_ms, v);
	if (v->trusted && t->certs != NULL)
		pki_certs_keep(t->certs, c);
}

uint64_t pki_trust_computed(struct pki_trust *t)
{
	pthread_mutex_lock(&t->lock);
	uint64_t n = t->computed;
	pthread_mutex_unlock(&t->lock);
	return n;
}
