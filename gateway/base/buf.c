/* SPDX-License-Identifier: EUPL-1.2 */
/* Bytes that grow up to a cap. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_fini(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

void buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_fini(b);
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->over = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

/* Doubles, but never beyond what the cap allows; want is within the cap and counts the NUL. */
static size_t next_cap(const struct buf *b, size_t want)
{
	size_t most = b->max < SIZE_MAX ? b->max + 1 : SIZE_MAX;
	size_t cap = b->cap < 64 ? 64 : b->cap;

	while (cap < want)
		cap = cap <= most / 2 ? cap * 2 : most;
	return cap < most ? cap : most;
}

/* Room for n more bytes and the NUL. False, and over, if the cap forbids it. */
static bool make_room(struct buf *b, size_t n)
{
	size_t want;

	if (b->over || n > b->max || b->n > b->max - n || add_size(b->n + n, 1, &want) != 0) {
		b->over = true;
		return false;
	}
	if (want > b->cap) {
		b->cap = next_cap(b, want);
		b->p = mem_grow(b->p, b->cap, 1);
	}
	return true;
}

void buf_reserve(struct buf *b, size_t n)
{
	if (n <= b->max && b->n <= b->max - n && make_room(b, n))
		b->p[b->n] = '\0';
}

void buf_put(struct buf *b, const void *data, size_t n)
{
	if (n == 0 || !make_room(b, n))
		return;
	memcpy(b->p + b->n, data, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	must(n >= 0);
	if (n > 0 && make_room(b, (size_t)n)) {
		(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

int buf_check(const struct buf *b, const char *what, struct err *e)
{
	if (b->over)
		return err_set(e, ERR_LIMIT, "%s: more than %zu bytes", what, b->max);
	return 0;
}

struct span buf_view(const struct buf *b)
{
	return (struct span){ b->p, b->n };
}

const char *buf_str(const struct buf *b)
{
	return b->p == NULL ? "" : b->p;
}

char *buf_take(struct buf *b)
{
	char *p = b->p == NULL ? mem_dup("") : b->p;

	buf_init(b, b->max);
	return p;
}
