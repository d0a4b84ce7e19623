/* SPDX-License-Identifier: EUPL-1.2 */
/* arena - blocks of memory that are released together. */
/* Blocks of memory that are released all at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Under AddressSanitizer every allocation gets its own block, so that an overrun is seen. */
#ifdef __has_feature	/* clang */
#if __has_feature(address_sanitizer)
#define BLOCK_SIZE 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define BLOCK_SIZE 1
#endif
#ifndef BLOCK_SIZE
#define BLOCK_SIZE 8000
#endif

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) char data[];
};

struct arena {
	size_t budget, asked;	/* budget SIZE_MAX: none */
	struct block *first;	/* the block in use; full ones behind it */
};

static struct block *block_new(size_t size)
{
	struct block *b;
	size_t total;

	must(add_size(size, sizeof(*b), &total) == 0);
	b = mem_grow(NULL, 1, total);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

static void free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

struct arena *arena_new(void)
{
	return arena_new_capped(SIZE_MAX);
}

struct arena *arena_new_capped(size_t budget)
{
	struct arena *a = mem_new(sizeof(*a));

	a->budget = budget;
	return a;
}

bool arena_is_over(const struct arena *a)
{
	return a->asked > a->budget;
}

int arena_check(const struct arena *a, const char *what, struct err *e)
{
	return arena_is_over(a) ? err_set(e, ERR_LIMIT, "%s: needs more than %zu bytes of memory", what, a->budget) : 0;
}

/* A fault of the program: something grows with input and asks nobody. */
static void count(struct arena *a, size_t need)
{
	must(add_size(a->asked, need, &a->asked) == 0);
	must(a->asked / ARENA_HARD <= a->budget);
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->first);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *keep = NULL;

	for (struct block *b = a->first, *next; b != NULL; b = next) {
		next = b->next;
		if (keep == NULL && b->size == BLOCK_SIZE)	/* an oversized block would stay for good */
			keep = b;
		else
			free(b);
	}
	a->first = keep;
	a->asked = 0;
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
	}
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->first;
	size_t need;
	char *p;

	must(add_size(size > 0 ? size : 1, align - 1, &need) == 0);
	need &= ~(align - 1);
	count(a, need);
	if (b == NULL || b->size - b->used < need) {
		struct block *fresh = block_new(need > BLOCK_SIZE ? need : BLOCK_SIZE);

		/* A large block goes behind the current one, whose rest is still good for small things. */
		if (b != NULL && fresh->size > BLOCK_SIZE) {
			fresh->next = b->next;
			b->next = fresh;
		} else {
			fresh->next = b;
			a->first = fresh;
		}
		b = fresh;
	}
	p = b->data + b->used;
	b->used += need;
	memset(p, 0, size > 0 ? size : 1);
	return p;
}

char *arena_dup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_dup_n(a, s, strlen(s));
}

char *arena_dup_n(struct arena *a, const char *s, size_t n)
{
	size_t size;
	char *p;

	must(add_size(n, 1, &size) == 0);
	p = arena_alloc(a, size);
	if (n > 0)
		memcpy(p, s, n);
	return p;
}

struct span arena_span(struct arena *a, struct span s)
{
	return (struct span){ arena_dup_n(a, s.p, s.n), s.n };
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	must(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}
