/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: xta */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "xta/meta.h"
#include "xta/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the Content-Type, the rest the body. */
struct seen {
	struct xta_message_in m;
	struct arena *a;
	enum xta_code code;
	int rc;
	struct digest *d;		/* of all content in the order of its arrival */
	struct sink *to;
	uint8_t content[SHA256_LEN];
	unsigned begun, headers;
};

struct part {
	struct sink base;
	struct seen *x;
};

static int part_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	return sink_write(((struct part *)s)->x->to, data, n, e);
}

static void part_close(struct sink *s)
{
	free(s);
}

static int take_part(void *ctx, size_t index, const struct xta_part *part, struct sink **out, struct err *e)
{
	struct seen *x = ctx;
	struct part *p = mem_new(sizeof(*p));

	(void)e;
	must(part->type != NULL && index < 20);
	must((part->kind == XTA_ATTACHMENT) == (index > 0));
	p->base = (struct sink){ .write = part_write, .close = part_close };
	p->x = x;
	x->begun++;
	*out = &p->base;
	return 0;
}

static int take_headers(void *ctx, struct xta_message_in *m, bool *wants_content, enum xta_code *code, struct err *e)
{
	struct seen *x = ctx;

	(void)m;
	(void)code;
	(void)e;
	must(x->headers++ == 0);
	*wants_content = true;
	return 0;
}

struct piecewise {
	struct src base;
	const uint8_t *p;
	size_t left, step;
};

static int piece_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct piecewise *w = (struct piecewise *)s;

	(void)e;
	*got = w->left < w->step ? w->left : w->step;
	if (*got > cap)
		*got = cap;
	if (*got > 0)
		memcpy(data, w->p, *got);
	w->p += *got;
	w->left -= *got;
	return 0;
}

static void read_all(struct span media, const uint8_t *data, size_t size, size_t step, struct seen *x)
{
	const struct xta_read_options o = {
		.content_max = 1 << 20,
		.parts_max = 20,
		.tree_max = 1 << 20,
		.headers = take_headers,
		.part = take_part,
		.ctx = x,
	};
	struct piecewise in = { { piece_read, NULL }, data, size, step };
	struct err e = ERR_INIT;

	memset(x, 0, sizeof(*x));
	x->a = arena_new();
	x->d = digest_new(DIGEST_SHA256);
	x->to = sink_digest(x->d, NULL);
	x->rc = xta_read(&o, media, SPAN_EMPTY, &in.base, x->a, &x->m, &x->code, &e);
	must((x->rc == 0) == (x->code == XTA_OK));
	digest_end(x->d, x->content);
}

static void done(struct seen *x)
{
	sink_close(x->to);
	digest_free(x->d);
	arena_free(x->a);
}

/* What was understood as MessageMetaData is understood again when it is written. */
static void again(struct seen *x)
{
	unsigned warnings = 0;
	struct xta_meta m, same;
	struct err e = ERR_INIT;
	struct buf one, two;

	if (x->m.headers.meta == NULL || xta_meta_read(x->m.headers.meta, &warnings, x->a, &m, &e) != 0)
		return;
	buf_init(&one, 1 << 22);
	buf_init(&two, 1 << 22);
	must(xta_meta_text(&m, &one, &e) == 0);
	must(xta_meta_parse(buf_view(&one), x->a, &same, &e) == 0);
	must(xta_meta_text(&same, &two, &e) == 0);
	must(span_eq(buf_view(&one), buf_view(&two)));
	buf_fini(&one);
	buf_fini(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span media, body;
	struct seen whole, pieces;

	if (!span_split((struct span){ (const char *)data, size }, '\n', &media, &body))
		return 0;
	read_all(media, (const uint8_t *)body.p, body.n, SIZE_MAX, &whole);
	read_all(media, (const uint8_t *)body.p, body.n, 7, &pieces);
	must(whole.rc == pieces.rc && whole.code == pieces.code);
	if (whole.rc == 0) {
		must(whole.m.part_count == pieces.m.part_count && whole.begun == whole.m.part_count);
		must(memcmp(whole.content, pieces.content, SHA256_LEN) == 0);
		must(whole.headers == 1);
		again(&whole);
	}
	done(&whole);
	done(&pieces);
	return 0;
}
