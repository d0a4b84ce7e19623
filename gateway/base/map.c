/* SPDX-License-Identifier: EUPL-1.2 */
/* A hash map under SipHash. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"

struct entry {
	struct entry *next;
	uint64_t hash;
	void *value;
	size_t n;
	char key[];
};

struct map {
	struct entry **slots;
	size_t size, count;	/* size is a power of two */
	uint64_t k0, k1;
	map_free_fn *free_value;
};

static uint64_t rotl(uint64_t v, int by)
{
	return v << by | v >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

uint64_t siphash(uint64_t k0, uint64_t k1, struct span s)
{
	uint64_t v[4] = { k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
			  k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573) };
	size_t left = s.n;
	const char *p = s.p;

	for (bool last = false; !last;) {
		size_t n = left < 8 ? left : 8;
		uint64_t m = 0;

		last = n < 8;
		for (size_t i = 0; i < n; i++)
			m |= (uint64_t)(unsigned char)p[i] << (8 * i);
		if (last)
			m |= (uint64_t)(s.n & 255) << 56;
		else
			p += 8;
		left -= n;
		v[3] ^= m;
		sip_round(v);
		sip_round(v);
		v[0] ^= m;
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *map_new(map_free_fn *free_value)
{
	struct map *m = mem_new(sizeof(*m));
	uint64_t key[2];

	random_bytes(key, sizeof(key));
	m->k0 = key[0];
	m->k1 = key[1];
	m->free_value = free_value;
	m->size = 16;
	m->slots = mem_new_array(m->size, sizeof(struct entry *));
	return m;
}

static void drop(const struct map *m, struct entry *it)
{
	if (m->free_value != NULL && it->value != NULL)
		m->free_value(it->value);
	free(it);
}

void map_free(struct map *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->size; i++) {
		for (struct entry *it = m->slots[i], *next; it != NULL; it = next) {
			next = it->next;
			drop(m, it);
		}
	}
	free(m->slots);
	free(m);
}

/* The place that points to the entry, or to NULL at the end of its chain. */
static struct entry **find(const struct map *m, struct span key, uint64_t hash)
{
	struct entry **at = &m->slots[hash & (m->size - 1)];

	while (*at != NULL && ((*at)->hash != hash || !span_eq((struct span){ (*at)->key, (*at)->n }, key)))
		at = &(*at)->next;
	return at;
}

void *map_get(const struct map *m, struct span key)
{
	const struct entry *it = *find(m, key, siphash(m->k0, m->k1, key));

	return it == NULL ? NULL : it->value;
}

static void grow(struct map *m)
{
	size_t size;
	struct entry **slots;

	must(mul_size(m->size, 2, &size) == 0);
	slots = mem_new_array(size, sizeof(struct entry *));
	for (size_t i = 0; i < m->size; i++) {
		for (struct entry *it = m->slots[i], *next; it != NULL; it = next) {
			struct entry **to = &slots[it->hash & (size - 1)];

			next = it->next;
			it->next = *to;
			*to = it;
		}
	}
	free(m->slots);
	m->slots = slots;
	m->size = size;
}

void map_put(struct map *m, struct span key, void *value)
{
	uint64_t hash = siphash(m->k0, m->k1, key);
	struct entry **at = find(m, key, hash), *it = *at;
	size_t size;

	if (it != NULL) {
		if (m->free_value != NULL && it->value != NULL && it->value != value)
			m->free_value(it->value);
		it->value = value;
		return;
	}
	must(add_size(sizeof(*it), key.n, &size) == 0);
	it = mem_new(size);
	it->hash = hash;
	it->value = value;
	it->n = key.n;
	if (key.n > 0)
		memcpy(it->key, key.p, key.n);
	*at = it;
	if (++m->count > m->size)
		grow(m);
}

void map_del(struct map *m, struct span key)
{
	struct entry **at = find(m, key, siphash(m->k0, m->k1, key)), *it = *at;

	if (it == NULL)
		return;
	*at = it->next;
	m->count--;
	drop(m, it);
}

size_t map_count(const struct map *m)
{
	return m->count;
}

int map_each(const struct map *m, int (*fn)(struct span key, void *value, void *ctx), void *ctx)
{
	for (size_t i = 0; i < m->size; i++) {
		for (struct entry *it = m->slots[i]; it != NULL; it = it->next) {
			int rc = fn((struct span){ it->key, it->n }, it->value, ctx);

			if (rc != 0)
				return rc;
		}
	}
	return 0;
}
