/* SPDX-License-Identifier: EUPL-1.2 */
/* Allocation that ends the process instead of failing. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(size_t n, size_t size) __attribute__((noreturn));
static void out_of_memory(size_t n, size_t size)
{
	fprintf(stderr, "out of memory: %zu * %zu bytes\n", n, size);
	abort();
}

void *mem_new(size_t size)
{
	return mem_new_array(1, size);
}

void *mem_new_array(size_t n, size_t size)
{
	void *p;

	if (n == 0 || size == 0)
		n = size = 1;
	p = calloc(n, size);
	if (p == NULL)
		out_of_memory(n, size);
	return p;
}

void *mem_grow(void *p, size_t n, size_t size)
{
	size_t total;
	void *q = NULL;

	if (mul_size(n, size, &total) == 0)
		q = realloc(p, total > 0 ? total : 1);
	if (q == NULL)
		out_of_memory(n, size);
	return q;
}

char *mem_dup(const char *s)
{
	return s == NULL ? NULL : mem_dup_n(s, strlen(s));
}

char *mem_dup_n(const char *s, size_t n)
{
	size_t size;
	char *p;

	if (add_size(n, 1, &size) != 0)
		out_of_memory(n, 1);
	p = mem_new(size);
	if (n > 0)
		memcpy(p, s, n);
	return p;
}

char *mem_printf(const char *fmt, ...)
{
	char *p = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory(1, strlen(fmt));
	return p;
}

int add_size(size_t a, size_t b, size_t *sum)
{
	return __builtin_add_overflow(a, b, sum) ? -1 : 0;
}

int mul_size(size_t a, size_t b, size_t *product)
{
	return __builtin_mul_overflow(a, b, product) ? -1 : 0;
}

void must_fail(const char *cond, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, cond);
	abort();
}
