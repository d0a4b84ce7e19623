/* SPDX-License-Identifier: EUPL-1.2 */
/* Events to a small tree, bounded. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "xml/tree.h"

/* An open element and its last child. */
struct open {
	struct xml_node *node, *last;
};

struct xml_build {
	struct arena *arena;
	size_t max, used;
	struct xml_outer *outer;
	struct open *open;
	size_t depth, cap;
	struct buf text;		/* of the text node being collected */
	struct xml_node *root;
	bool done;
};

static struct xml_name copy_name(struct arena *a, const struct xml_name *n)
{
	return (struct xml_name){ arena_span(a, n->prefix), arena_span(a, n->local), arena_span(a, n->ns) };
}

static const struct xml_attr *copy_attrs(struct arena *a, const struct xml_attr *attrs, size_t n)
{
	struct xml_attr *v = n == 0 ? NULL : arena_alloc(a, n * sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct xml_attr){ copy_name(a, &attrs[i].name), arena_span(a, attrs[i].value) };
	return v;
}

static const struct xml_decl *copy_decls(struct arena *a, const struct xml_decl *decls, size_t n)
{
	struct xml_decl *v = n == 0 ? NULL : arena_alloc(a, n * sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct xml_decl){ arena_span(a, decls[i].prefix), arena_span(a, decls[i].uri) };
	return v;
}

static struct xml_outer *copy_outer(struct arena *a, const struct xml_scope *s)
{
	struct xml_outer *o = arena_alloc(a, sizeof(*o));
	struct xml_decl d, *decls;
	struct xml_attr at, *attrs;

	for (size_t i = 0; xml_scope_next(s, &i, &d);)
		o->decls_n++;
	for (size_t i = 0; xml_scope_next_attr(s, &i, &at);)
		o->attrs_n++;
	decls = arena_alloc(a, (o->decls_n + 1) * sizeof(*decls));
	attrs = arena_alloc(a, (o->attrs_n + 1) * sizeof(*attrs));
	for (size_t i = 0, k = 0; xml_scope_next(s, &i, &d); k++)
		decls[k] = (struct xml_decl){ arena_span(a, d.prefix), arena_span(a, d.uri) };
	for (size_t i = 0, k = 0; xml_scope_next_attr(s, &i, &at); k++)
		attrs[k] = (struct xml_attr){ copy_name(a, &at.name), arena_span(a, at.value) };
	o->decls = decls;
	o->attrs = attrs;
	return o;
}

struct xml_build *xml_build_new(struct arena *a, size_t max, const struct xml_scope *outer)
{
	struct xml_build *b = mem_new(sizeof(*b));

	b->arena = a;
	b->max = max;
	b->outer = outer == NULL ? NULL : copy_outer(a, outer);
	buf_init(&b->text, max);
	return b;
}

void xml_build_free(struct xml_build *b)
{
	if (b == NULL)
		return;
	buf_fini(&b->text);
	free(b->open);
	free(b);
}

static int spend(struct xml_build *b, size_t n, struct err *e)
{
	if (n > b->max - b->used)
		return err_set(e, ERR_LIMIT, "element takes more than %zu bytes of memory", b->max);
	b->used += n;
	return 0;
}

static size_t size_of(const struct xml_start *s)
{
	size_t n = sizeof(struct xml_node) + s->name.prefix.n + s->name.local.n + s->name.ns.n;

	for (size_t i = 0; i < s->attrs_n; i++)
		n += sizeof(struct xml_attr) + s->attrs[i].name.prefix.n + s->attrs[i].name.local.n +
		     s->attrs[i].name.ns.n + s->attrs[i].value.n;
	for (size_t i = 0; i < s->decls_n; i++)
		n += sizeof(struct xml_decl) + s->decls[i].prefix.n + s->decls[i].uri.n;
	return n;
}

static void append(struct xml_build *b, struct xml_node *n)
{
	struct open *o = b->depth == 0 ? NULL : &b->open[b->depth - 1];

	if (o == NULL) {
		n->outer = b->outer;
		b->root = n;
		return;
	}
	n->parent = o->node;
	if (o->last == NULL)
		o->node->first = n;
	else
		o->last->next = n;
	o->last = n;
}

static int flush_text(struct xml_build *b, struct err *e)
{
	if (b->text.n == 0)
		return 0;
	if (spend(b, sizeof(struct xml_node), e) != 0)
		return (int)e->code;
	struct xml_node *n = arena_alloc(b->arena, sizeof(*n));

	n->text = arena_span(b->arena, buf_view(&b->text));
	n->line = b->open[b->depth - 1].node->line;
	append(b, n);
	buf_reset(&b->text);
	return 0;
}

static void open_node(struct xml_build *b, struct xml_node *n)
{
	if (b->depth == b->cap) {
		b->cap = b->cap * 2 + 16;
		b->open = mem_grow(b->open, b->cap, sizeof(*b->open));
	}
	b->open[b->depth++] = (struct open){ n, NULL };
}

int xml_build_start(struct xml_build *b, const struct xml_start *s, struct err *e)
{
	must(!b->done);
	if (flush_text(b, e) != 0 || spend(b, size_of(s), e) != 0)
		return (int)e->code;
	struct xml_node *n = arena_alloc(b->arena, sizeof(*n));

	n->name = copy_name(b->arena, &s->name);
	n->attrs = copy_attrs(b->arena, s->attrs, s->attrs_n);
	n->attrs_n = s->attrs_n;
	n->decls = copy_decls(b->arena, s->decls, s->decls_n);
	n->decls_n = s->decls_n;
	n->line = s->line;
	append(b, n);
	open_node(b, n);
	return 0;
}

int xml_build_text(struct xml_build *b, struct span text, struct err *e)
{
	must(b->depth > 0);
	if (spend(b, text.n, e) != 0)
		return (int)e->code;
	buf_span(&b->text, text);
	return 0;
}

int xml_build_end(struct xml_build *b, const struct xml_name *name, struct err *e)
{
	(void)name;
	must(b->depth > 0);
	if (flush_text(b, e) != 0)
		return (int)e->code;
	b->depth--;
	b->done = b->depth == 0;
	return 0;
}

const struct xml_node *xml_build_root(const struct xml_build *b)
{
	return b->done ? b->root : NULL;
}

static int on_start(void *ctx, const struct xml_start *s, struct err *e)
{
	return xml_build_start(ctx, s, e);
}

static int on_text(void *ctx, struct span text, struct err *e)
{
	return xml_build_text(ctx, text, e);
}

static int on_end(void *ctx, const struct xml_name *name, struct err *e)
{
	return xml_build_end(ctx, name, e);
}

/* Markup costs up to some 30 times its bytes as a tree (an empty element is 4 bytes). */
#define TREE_FACTOR 64

int xml_tree_parse(struct span doc, const struct xml_limits *limits, struct arena *a, const struct xml_node **root,
		   struct err *e)
{
	static const struct xml_events events = { .start = on_start, .text = on_text, .end = on_end };
	struct xml_build *b = xml_build_new(a, doc.n * TREE_FACTOR + 4096, NULL);
	struct xml_push *p = xml_push_new(limits, &events, b);
	int rc = xml_push_span(p, doc, e);

	if (rc == 0)
		*root = xml_build_root(b);
	xml_push_free(p);
	xml_build_free(b);
	return rc;
}
