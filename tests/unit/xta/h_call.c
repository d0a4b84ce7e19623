/* SPDX-License-Identifier: EUPL-1.2 */
/* One call to a server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h_box.h"

static int answer_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct h_answer *a = (struct h_answer *)((char *)s - offsetof(struct h_answer, sink));

	(void)e;
	a->size += n;
	if (!a->sink_only)
		buf_put(&a->body, data, n);
	return 0;
}

static int begin(void *ctx, unsigned status, const char *content_type, struct sink **out, struct err *e)
{
	struct h_answer *a = ctx;

	(void)e;
	a->begun++;
	a->status = status;
	snprintf(a->media, sizeof(a->media), "%s", content_type);
	*out = &a->sink;
	return 0;
}

void h_call_src(struct h_box *b, const struct xta_policy *p, const char *peer, const char *content_type,
		const char *action, struct src *body, struct h_answer *a)
{
	const struct xta_policy standard = XTA_POLICY_DEFAULT;
	struct xta_server *s = xta_server_new(p != NULL ? p : &standard, &b->env);
	struct xta_post post = { peer, span_of(content_type), span_of(action), body };
	struct err e = ERR_INIT;

	buf_init(&a->body, 1 << 20);
	a->sink.write = answer_write;
	a->rc = xta_server_serve(s, &post, begin, a, &a->done, &e);
	xta_server_free(s);
}

struct piecewise {
	struct src base;
	struct span left;
	size_t step;
};

static int piece_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct piecewise *w = (struct piecewise *)s;

	(void)e;
	*got = w->left.n < w->step ? w->left.n : w->step;
	*got = *got < cap ? *got : cap;
	if (*got > 0)
		memcpy(data, w->left.p, *got);
	w->left = (struct span){ w->left.p + *got, w->left.n - *got };
	return 0;
}

void h_call(struct h_box *b, const struct xta_policy *p, const char *peer, const char *content_type, const char *action,
	    struct span body, size_t step, struct h_answer *a)
{
	struct piecewise in = { { piece_read, NULL }, body, step == 0 ? SIZE_MAX : step };

	memset(a, 0, sizeof(*a));
	h_call_src(b, p, peer, content_type, action, &in.base, a);
}

void h_answer_fini(struct h_answer *a)
{
	buf_fini(&a->body);
}

struct generated {
	struct src base;
	uint64_t at, end;
	bool is_blank;
};

static int generated_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct generated *g = (struct generated *)s;
	char *to = data;

	(void)e;
	*got = g->end - g->at < cap ? (size_t)(g->end - g->at) : cap;
	for (size_t i = 0; i < *got; i++)
		to[i] = g->is_blank ? ' ' : (char)((g->at + i) * 31 % 251);
	g->at += *got;
	return 0;
}

static void generated_close(struct src *s)
{
	free(s);
}

struct src *h_generated(uint64_t n)
{
	struct generated *g = mem_new(sizeof(*g));

	*g = (struct generated){ { generated_read, generated_close }, 0, n, false };
	return &g->base;
}

struct src *h_spaces(uint64_t n)
{
	struct src *s = h_generated(n);

	((struct generated *)s)->is_blank = true;
	return s;
}
