/* SPDX-License-Identifier: EUPL-1.2 */
/* Filters that only look: limits, concatenation, two sinks at once, counting. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/stream.h"

static void free_sink(struct sink *s)
{
	free(s);
}

static void free_src(struct src *s)
{
	free(s);
}

static int over(const char *what, uint64_t max, struct err *e)
{
	return err_set(e, ERR_LIMIT, "%s: more than %llu bytes", what, (unsigned long long)max);
}

struct src_limited {
	struct src src;
	struct src *below;
	uint64_t max, left;
	const char *what;
};

static int limited_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct src_limited *l = (struct src_limited *)s;
	int rc;

	/* One byte more than allowed is asked for, to tell "exactly max" from "too much". */
	if (cap > l->left)
		cap = (size_t)l->left + 1;
	rc = src_read(l->below, data, cap, got, e);
	if (rc != 0)
		return rc;
	if (*got > l->left)
		return over(l->what, l->max, e);
	l->left -= *got;
	return 0;
}

struct src *src_limit(struct src *below, uint64_t max, const char *what)
{
	struct src_limited *l = mem_new(sizeof(*l));

	*l = (struct src_limited){ { limited_read, free_src }, below, max, max, what };
	return &l->src;
}

struct src_joined {
	struct src src;
	size_t n, at;
	struct src *list[];
};

static int joined_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct src_joined *j = (struct src_joined *)s;

	*got = 0;
	while (j->at < j->n) {
		int rc = src_read(j->list[j->at], data, cap, got, e);

		if (rc != 0 || *got > 0 || cap == 0)
			return rc;
		j->at++;
	}
	return 0;
}

struct src *src_concat(struct src **list, size_t n)
{
	struct src_joined *j;
	size_t size;

	must(mul_size(n, sizeof(struct src *), &size) == 0 && add_size(size, sizeof(*j), &size) == 0);
	j = mem_new(size);
	j->src = (struct src){ joined_read, free_src };
	j->n = n;
	for (size_t i = 0; i < n; i++)
		j->list[i] = list[i];
	return &j->src;
}

struct sink_limited {
	struct sink sink;
	struct sink *below;
	uint64_t max, left;
	const char *what;
};

static int limited_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct sink_limited *l = (struct sink_limited *)s;

	if (n > l->left)
		return over(l->what, l->max, e);
	l->left -= n;
	return sink_write(l->below, data, n, e);
}

struct sink *sink_limit(struct sink *below, uint64_t max, const char *what)
{
	struct sink_limited *l = mem_new(sizeof(*l));

	*l = (struct sink_limited){ { limited_write, NULL, free_sink }, below, max, max, what };
	return &l->sink;
}

struct sink_counted {
	struct sink sink;
	struct sink *below;
	uint64_t *n;
};

static int count_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct sink_counted *c = (struct sink_counted *)s;
	int rc = c->below == NULL ? 0 : sink_write(c->below, data, n, e);

	if (rc == 0)
		*c->n += n;
	return rc;
}

struct sink *sink_count(struct sink *below, uint64_t *n)
{
	struct sink_counted *c = mem_new(sizeof(*c));

	*c = (struct sink_counted){ { count_write, NULL, free_sink }, below, n };
	return &c->sink;
}
