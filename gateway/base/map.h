/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * map - hash map from byte strings to pointers, for caches and indexes; keyed hash, so peers cannot aim at collisions.
 * One thread at a time.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct map;
typedef void map_free_fn(void *value);

struct map *map_new(map_free_fn *free_value);	/* free_value may be NULL: values stay the caller's */
void map_free(struct map *m);
void *map_get(const struct map *m, struct span key);	/* NULL if absent */
void map_put(struct map *m, struct span key, void *value);	/* key is copied; an old value is freed */
void map_del(struct map *m, struct span key);	/* frees the value */
size_t map_count(const struct map *m);
/* Calls fn for each entry until it returns non-zero, and returns that; fn may not change the map. */
int map_each(const struct map *m, int (*fn)(struct span key, void *value, void *ctx), void *ctx);

/* SipHash-2-4 of s under the key (k0, k1). */
uint64_t siphash(uint64_t k0, uint64_t k1, struct span s);

#endif
