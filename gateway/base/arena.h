/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arena - the memory of one request: allocate freely, release all at once.
 *
 * Whoever opened the request creates and frees the arena; nothing kept longer may point into it (use mem_dup).
 * Input is bounded before it gets here, so allocation does not fail (see mem.h). One thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);	/* NULL is allowed */
void arena_reset(struct arena *a);	/* empties it, keeps one block for the next request */

void *arena_alloc(struct arena *a, size_t size);	/* zeroed, aligned for any type */
char *arena_dup(struct arena *a, const char *s);	/* NULL stays NULL */
char *arena_dup_n(struct arena *a, const char *s, size_t n);
struct span arena_span(struct arena *a, struct span s);	/* copy of the bytes, NUL behind them */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
