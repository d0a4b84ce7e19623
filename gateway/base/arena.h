/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arena - the memory of one request: allocate freely, release all at once.
 *
 * Whoever opened the request creates and frees the arena; nothing kept longer may point into it (use mem_dup).
 * Input is bounded before it gets here, so allocation does not fail (see mem.h). One thread at a time.
 *
 * What input makes of itself may still be much: an arena that serves a peer has a budget. Beyond it allocation goes on, but
 * the arena is over, and whoever passes a boundary (reads more input, keeps a result) asks arena_check first and fails the
 * request. Who never asks ends the process at ARENA_HARD times the budget (docs/decisions/0008).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct arena;

#define ARENA_HARD 16

struct arena *arena_new(void);
struct arena *arena_new_capped(size_t budget);	/* bytes */
bool arena_is_over(const struct arena *a);	/* more than the budget was asked for since it was new or reset */
/* 0, or ERR_LIMIT "what: needs more than N bytes of memory". */
int arena_check(const struct arena *a, const char *what, struct err *e);
void arena_free(struct arena *a);	/* NULL is allowed */
void arena_reset(struct arena *a);	/* empties it, keeps one block for the next request */

void *arena_alloc(struct arena *a, size_t size);	/* zeroed, aligned for any type */
char *arena_dup(struct arena *a, const char *s);	/* NULL stays NULL */
char *arena_dup_n(struct arena *a, const char *s, size_t n);
struct span arena_span(struct arena *a, struct span s);	/* copy of the bytes, NUL behind them */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
