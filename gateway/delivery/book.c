/* SPDX-License-Identifier: EUPL-1.2 */
/* book - the peers' certificates in the cache of the spool. */
#include "delivery/book.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"

#define KEEP_FOR (400LL * 24 * 3600 * 1000)	/* longer than anything is followed */
#define KNOWN_MAX 4096
#define LEN 4					/* of the length before each certificate */

struct delivery_book {
	struct delivery_sender sender;
	pthread_mutex_t lock;
	struct map *known;	/* address -> fingerprint of what was noted since the start */
};

struct delivery_book *delivery_book_new(const struct delivery_sender *sender)
{
	struct delivery_book *b = mem_new(sizeof(*b));

	b->sender = *sender;
	must(pthread_mutex_init(&b->lock, NULL) == 0);
	b->known = map_new(free);
	return b;
}

void delivery_book_free(struct delivery_book *b)
{
	if (b == NULL)
		return;
	map_free(b->known);
	(void)pthread_mutex_destroy(&b->lock);
	free(b);
}

/* True: it was noted as it is. */
static bool learn(struct delivery_book *b, const char *uri, const char *fingerprint)
{
	const char *before;
	bool known;

	(void)pthread_mutex_lock(&b->lock);
	before = map_get(b->known, span_of(uri));
	known = before != NULL && strcmp(before, fingerprint) == 0;
	if (!known && map_count(b->known) >= KNOWN_MAX) {
		map_free(b->known);
		b->known = map_new(free);
	}
	if (!known)
		map_put(b->known, span_of(uri), mem_dup(fingerprint));
	(void)pthread_mutex_unlock(&b->lock);
	return known;
}

static void forget(struct delivery_book *b, const char *uri)
{
	(void)pthread_mutex_lock(&b->lock);
	map_del(b->known, span_of(uri));
	(void)pthread_mutex_unlock(&b->lock);
}

static void put_cert(struct buf *to, const struct pki_cert *c)
{
	size_t n = c == NULL ? 0 : c->der.n;
	const uint8_t len[LEN] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	buf_put(to, len, sizeof(len));
	if (n > 0)
		buf_put(to, c->der.p, n);
}

static int take_cert(struct delivery_book *b, struct span *from, enum pki_purpose purpose, struct pki_cert **out,
		     struct err *e)
{
	const uint8_t *p = (const uint8_t *)from->p;
	struct pki_verdict v;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < LEN && from->n >= LEN; i++)
		n = n << 8 | p[i];
	if (from->n < LEN || from->n - LEN < n)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "the entry is cut off");
	*from = (struct span){ from->p + LEN + n, from->n - LEN - n };
	if (n == 0)
		return 0;
	rc = pki_certs_from_der(b->sender.certs, (struct span){ (const char *)p + LEN, n }, out, e);
	if (rc != 0)
		return rc;
	pki_check(b->sender.trust, *out, purpose, clock_now(), &v);
	return pki_verdict_err(&v, "certificate of the former intermediary", e);
}

static struct span key_of(struct arena *a, const char *uri)
{
	return span_of(arena_printf(a, "peer %s", uri));
}

int delivery_book_note(struct delivery_book *b, const struct dir_route *route, struct err *e)
{
	const struct pki_cert *cipher = route->intermediary_cipher, *sign = route->intermediary_signature;
	char fingerprint[2 * sizeof(cipher->hex)];
	int64_t now = clock_now();
	struct spool_cache_entry entry = { .fetched = now, .fresh_until = now + KEEP_FOR, .dead_after = now + KEEP_FOR };
	struct arena *a;
	struct buf value;
	int rc;

	(void)snprintf(fingerprint, sizeof(fingerprint), "%s%s", cipher->hex, sign == NULL ? "" : sign->hex);
	if (learn(b, route->intermediary_uri, fingerprint))
		return 0;
	a = arena_new();
	buf_init(&value, (size_t)2 * (PKI_CERT_DER_MAX + LEN));
	put_cert(&value, cipher);
	put_cert(&value, sign);
	entry.value = buf_view(&value);
	rc = spool_cache_put(b->sender.spool, key_of(a, route->intermediary_uri), &entry, e);
	buf_fini(&value);
	arena_free(a);
	if (rc != 0)
		forget(b, route->intermediary_uri);
	return rc == 0 ? 0 : err_wrap(e, "address book");
}

int delivery_book_find(struct delivery_book *b, const char *uri, struct arena *a, struct dir_route *out, struct err *e)
{
	struct spool_cache_entry entry;
	int rc = spool_cache_get(b->sender.spool, a, key_of(a, uri), &entry, e);
	struct span rest;

	*out = (struct dir_route){ .intermediary_uri = uri };
	if (rc != 0)
		return rc;
	rest = entry.value;
	rc = take_cert(b, &rest, PKI_FOR_CIPHER, &out->intermediary_cipher, e);
	if (rc == 0)
		rc = take_cert(b, &rest, PKI_FOR_SIGNATURE, &out->intermediary_signature, e);
	out->fetched = entry.fetched;
	if (rc != 0)
		dir_route_fini(out);
	return rc == 0 ? 0 : err_wrap(e, "address book");
}
