/* SPDX-License-Identifier: EUPL-1.2 */
/* What all sources and sinks share. */
#include "base/stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK 32768	/* on the stack of the copying thread */

int src_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	*got = 0;
	return s->read(s, data, cap, got, e);
}

int src_read_full(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	size_t sum = 0;

	while (sum < cap) {
		size_t n = 0;
		int rc = s->read(s, (char *)data + sum, cap - sum, &n, e);

		if (rc != 0)
			return rc;
		if (n == 0)
			break;
		sum += n;
	}
	*got = sum;
	return 0;
}

void src_close(struct src *s)
{
	if (s != NULL && s->close != NULL)
		s->close(s);
}

int sink_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	return n == 0 ? 0 : s->write(s, data, n, e);
}

int sink_puts(struct sink *s, const char *text, struct err *e)
{
	return sink_write(s, text, strlen(text), e);
}

int sink_printf(struct sink *s, struct err *e, const char *fmt, ...)
{
	char small[512], *text = small;
	va_list ap, again;
	int n, rc;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	must(n >= 0);
	if ((size_t)n >= sizeof(small)) {
		text = mem_new((size_t)n + 1);
		(void)vsnprintf(text, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	rc = sink_write(s, text, (size_t)n, e);
	if (text != small)
		free(text);
	return rc;
}

int sink_finish(struct sink *s, struct err *e)
{
	return s == NULL || s->finish == NULL ? 0 : s->finish(s, e);
}

void sink_close(struct sink *s)
{
	if (s != NULL && s->close != NULL)
		s->close(s);
}

int stream_copy(struct src *from, struct sink *to, uint64_t max, uint64_t *copied, struct err *e)
{
	MEM_UNFILLED char chunk[CHUNK];
	uint64_t sum = 0;

	for (;;) {
		size_t n;
		int rc = src_read(from, chunk, sizeof(chunk), &n, e);

		if (rc != 0)
			return rc;
		if (n == 0)
			break;
		if (n > max - sum)
			return err_set(e, ERR_LIMIT, "more than %llu bytes", (unsigned long long)max);
		rc = sink_write(to, chunk, n, e);
		if (rc != 0)
			return rc;
		sum += n;
	}
	if (copied != NULL)
		*copied = sum;
	return 0;
}

int stream_to_buf(struct src *from, struct buf *b, const char *what, struct err *e)
{
	MEM_UNFILLED char chunk[CHUNK];

	for (;;) {
		size_t n;
		int rc = src_read(from, chunk, sizeof(chunk), &n, e);

		if (rc != 0)
			return rc;
		if (n == 0)
			return 0;
		buf_put(b, chunk, n);
		rc = buf_check(b, what, e);
		if (rc != 0)
			return rc;
	}
}
