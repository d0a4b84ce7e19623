/* SPDX-License-Identifier: EUPL-1.2 */
/* Two generations of a map: what is asked for moves to the young one, and the old one is dropped as a whole. */
#include <pthread.h>
#include <stdlib.h>

#include "base/b64.h"
#include "base/map.h"
#include "base/mem.h"
#include "pki/cert.h"

struct pki_certs {
	pthread_mutex_t lock;
	struct map *young, *old;
	size_t max, parsed;
	size_t young_weight, old_weight;
};

static void drop(void *value)
{
	pki_cert_free(value);
}

struct pki_certs *pki_certs_new(size_t max)
{
	struct pki_certs *cs = mem_new(sizeof(*cs));

	pthread_mutex_init(&cs->lock, NULL);
	cs->young = map_new(drop);
	cs->old = map_new(drop);
	cs->max = max;
	return cs;
}

void pki_certs_free(struct pki_certs *cs)
{
	if (cs == NULL)
		return;
	map_free(cs->young);
	map_free(cs->old);
	pthread_mutex_destroy(&cs->lock);
	free(cs);
}

/* Under the lock. The map holds one reference. */
static void keep(struct pki_certs *cs, struct pki_cert *c)
{
	if (c->weight > cs->max / 2)
		return;
	if (cs->young_weight + c->weight > cs->max / 2) {
		map_free(cs->old);
		cs->old = cs->young;
		cs->old_weight = cs->young_weight;
		cs->young = map_new(drop);
		cs->young_weight = 0;
	}
	cs->young_weight += c->weight;
	map_put(cs->young, (struct span){ (const char *)c->sha256, SHA256_LEN }, pki_cert_ref(c));
}

static struct pki_cert *look_up(struct pki_certs *cs, struct span key)
{
	struct pki_cert *c;

	pthread_mutex_lock(&cs->lock);
	c = pki_cert_ref(map_get(cs->young, key));
	if (c == NULL) {
		c = pki_cert_ref(map_get(cs->old, key));
		if (c != NULL)
			keep(cs, c);
	}
	pthread_mutex_unlock(&cs->lock);
	return c;
}

int pki_certs_from_der(struct pki_certs *cs, struct span der, struct pki_cert **out, struct err *e)
{
	uint8_t digest[SHA256_LEN];
	struct span key = { (const char *)digest, sizeof(digest) };
	struct pki_cert *c;
	int rc;

	if (der.n > PKI_CERT_DER_MAX)
		return err_set(e, ERR_LIMIT, "certificate: more than %d octets", PKI_CERT_DER_MAX);
	sha256(der.p, der.n, digest);
	c = look_up(cs, key);
	if (c == NULL) {
		rc = pki_cert_from_der(der, &c, e);
		if (rc != 0)
			return rc;
		pthread_mutex_lock(&cs->lock);
		cs->parsed++;
		pthread_mutex_unlock(&cs->lock);
	}
	*out = c;
	return 0;
}

int pki_certs_from_base64(struct pki_certs *cs, struct span text, struct pki_cert **out, struct err *e)
{
	struct buf der;
	int rc;

	buf_init(&der, PKI_CERT_DER_MAX);
	rc = b64_decode(&der, text, true, e);
	if (rc == 0)
		rc = buf_check(&der, "certificate", e);
	else
		err_wrap(e, "certificate");
	if (rc == 0)
		rc = pki_certs_from_der(cs, buf_view(&der), out, e);
	buf_fini(&der);
	return rc;
}

size_t pki_certs_parsed(struct pki_certs *cs)
{
	pthread_mutex_lock(&cs->lock);
	size_t n = cs->parsed;
	pthread_mutex_unlock(&cs->lock);
	return n;
}

void pki_certs_keep(struct pki_certs *cs, const struct pki_cert *c)
{
	struct span key = { (const char *)c->sha256, SHA256_LEN };

	pthread_mutex_lock(&cs->lock);
	if (map_get(cs->young, key) == NULL)
		keep(cs, (struct pki_cert *)(uintptr_t)c);
	pthread_mutex_unlock(&cs->lock);
}

size_t pki_certs_weight(struct pki_certs *cs)
{
	pthread_mutex_lock(&cs->lock);
	size_t n = cs->young_weight + cs->old_weight;
	pthread_mutex_unlock(&cs->lock);
	return n;
}
