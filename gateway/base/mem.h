/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * mem - small allocations that cannot fail, and the check for programming faults.
 *
 * What is sized by input never comes through here: it goes through buf (hard cap) or a stream. For the rest, running
 * out of memory ends the process: everything acknowledged is in the spool, and a restart is safer than a
 * half-working daemon (docs/decisions). Any thread.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Zeroed memory; never NULL. free() releases it. */
void *mem_new(size_t size);
/* Zeroed array; aborts on overflow of n * size. */
void *mem_new_array(size_t n, size_t size);
/* realloc that never returns NULL; aborts on overflow. New bytes are not zeroed. */
void *mem_grow(void *p, size_t n, size_t size);
char *mem_dup(const char *s);			/* NULL stays NULL */
char *mem_dup_n(const char *s, size_t n);	/* n bytes and a NUL */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* 0 and *sum, or -1 on overflow. */
int add_size(size_t a, size_t b, size_t *sum);
int mul_size(size_t a, size_t b, size_t *product);

/* Stays in release builds: prints file, line and condition to stderr and aborts. Only for faults of this program. */
#define must(cond) ((cond) ? (void)0 : must_fail(#cond, __FILE__, __LINE__))
void must_fail(const char *cond, const char *file, int line) __attribute__((noreturn));

/* A large buffer that is written before it is read: the compiler does not fill it at each call, as it does all others
 * (-ftrivial-auto-var-init). */
#define MEM_UNFILLED __attribute__((uninitialized))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
