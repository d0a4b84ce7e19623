/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/mime */
#include "base/mem.h"
#include "mime/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct buf out;
	bool in_part;
	unsigned parts;
};

static int on_begin(void *ctx, const struct mime_part *p, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	must(!s->in_part && p->number == s->parts);
	s->in_part = true;
	s->parts++;
	buf_printf(&s->out, "{%d,%zu,%zu,%zu}", (int)p->encoding, p->id.n, p->type.n, p->head.n);
	return 0;
}

static int on_data(void *ctx, struct span data, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	must(s->in_part && data.n > 0);
	buf_span(&s->out, data);
	return 0;
}

static int on_end(void *ctx, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	must(s->in_part);
	s->in_part = false;
	buf_putc(&s->out, '.');
	return 0;
}

static int run(struct seen *seen, struct span c, bool own_header, size_t step, struct err *e)
{
	static const struct mime_events events = { NULL, on_begin, on_data, on_end };
	struct mime_limits limits = MIME_LIMITS_DEFAULT;
	struct mime_split *s;
	int rc = 0;

	*seen = (struct seen){ .in_part = false };
	buf_init(&seen->out, c.n * 64 + 100);
	s = own_header ? mime_split_new(&limits, &events, seen) :
			 mime_split_new_boundary(&limits, SPAN_LIT("b"), &events, seen);
	for (size_t i = 0; i < c.n && rc == 0; i += step)
		rc = mime_split_feed(s, c.p + i, step < c.n - i ? step : c.n - i, e);
	if (rc == 0)
		rc = mime_split_end(s, e);
	must(rc != 0 || (!seen->in_part && seen->parts > 0));
	mime_split_free(s);
	return rc;
}

/* The first byte says in what steps the rest is fed, and whether it begins with its own header. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, cut;
	struct err e = ERR_INIT, f = ERR_INIT;

	if (size < 1)
		return 0;
	struct span c = { (const char *)data + 1, size - 1 };
	int rc = run(&whole, c, data[0] < 128, size, &e);

	must(run(&cut, c, data[0] < 128, data[0] % 16u + 1, &f) == rc);
	must(rc != 0 || span_eq(buf_view(&whole.out), buf_view(&cut.out)));
	buf_fini(&whole.out);
	buf_fini(&cut.out);
	return 0;
}
