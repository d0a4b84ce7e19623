/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_mime.h says what they do. */
#include "h_mime.h"

#include "cm.h"

static int on_entity(void *ctx, const struct mime_part *p, struct err *e)
{
	(void)e;
	buf_printf(ctx, "[%.*s]", (int)p->type.main.n, p->type.main.p);
	return 0;
}

static int on_begin(void *ctx, const struct mime_part *p, struct err *e)
{
	(void)e;
	buf_printf(ctx, "{%.*s|%.*s|%s}", (int)p->id.n, p->id.n == 0 ? "" : p->id.p, (int)p->type.main.n,
		   p->type.main.n == 0 ? "" : p->type.main.p, mime_encoding_name(p->encoding));
	return 0;
}

static int on_data(void *ctx, struct span data, struct err *e)
{
	(void)e;
	assert_true(data.n > 0);
	buf_span(ctx, data);
	return 0;
}

static int on_end(void *ctx, struct err *e)
{
	(void)e;
	buf_putc(ctx, '.');
	return 0;
}

static const struct mime_events as_text = { on_entity, on_begin, on_data, on_end };

static struct mime_split *start(const char *boundary, const struct mime_limits *limits, struct buf *out)
{
	if (boundary != NULL)
		return mime_split_new_boundary(limits, span_of(boundary), &as_text, out);
	return mime_split_new(limits, &as_text, out);
}

int h_parts(struct span content, const char *boundary, const struct mime_limits *limits, size_t step, struct buf *out,
	    struct err *e)
{
	struct mime_split *s = start(boundary, limits, out);
	int rc = 0;

	if (step == 0)
		step = content.n + 1;
	for (size_t i = 0; i < content.n && rc == 0; i += step) {
		size_t n = step < content.n - i ? step : content.n - i;
		char *piece = malloc(n);

		assert_non_null(piece);
		memcpy(piece, content.p + i, n);
		rc = mime_split_feed(s, piece, n, e);
		free(piece);
	}
	if (rc == 0)
		rc = mime_split_end(s, e);
	mime_split_free(s);
	return rc;
}

int h_parts_cut(struct span content, const char *boundary, const struct mime_limits *limits, size_t cut,
		struct buf *out, struct err *e)
{
	struct mime_split *s = start(boundary, limits, out);
	int rc = mime_split_feed(s, content.p, cut, e);

	if (rc == 0)
		rc = mime_split_feed(s, content.p + cut, content.n - cut, e);
	if (rc == 0)
		rc = mime_split_end(s, e);
	mime_split_free(s);
	return rc;
}
