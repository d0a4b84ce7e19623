/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_xml.h says what they do. */
#include "h_xml.h"

#include "base/file.h"
#include "cm.h"

static int feed(struct xml_push *p, struct span doc, size_t step, struct err *e)
{
	for (size_t i = 0; i < doc.n; i += step) {
		/* Each piece in memory of its own: reading beyond it is seen by the sanitizer. */
		size_t n = step < doc.n - i ? step : doc.n - i;
		char *piece = malloc(n);

		assert_non_null(piece);
		memcpy(piece, doc.p + i, n);
		int rc = xml_push_feed(p, piece, n, e);

		free(piece);
		if (rc != 0)
			return rc;
	}
	return xml_push_end(p, e);
}

static void put_name(struct buf *b, const struct xml_name *n)
{
	buf_printf(b, "%.*s%s%.*s", (int)n->prefix.n, n->prefix.p, n->prefix.n > 0 ? ":" : "", (int)n->local.n,
		   n->local.p);
	if (n->ns.n > 0)
		buf_printf(b, "{%.*s}", (int)n->ns.n, n->ns.p);
}

static int ev_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct buf *b = ctx;

	(void)e;
	buf_puts(b, "<");
	put_name(b, &s->name);
	for (size_t i = 0; i < s->decls_n; i++)
		buf_printf(b, " #%.*s=%.*s", (int)s->decls[i].prefix.n, s->decls[i].prefix.p, (int)s->decls[i].uri.n,
			   s->decls[i].uri.p);
	for (size_t i = 0; i < s->attrs_n; i++) {
		buf_puts(b, " ");
		put_name(b, &s->attrs[i].name);
		buf_printf(b, "=[%.*s]", (int)s->attrs[i].value.n, s->attrs[i].value.p);
	}
	buf_puts(b, ">");
	return 0;
}

static int ev_text(void *ctx, struct span text, struct err *e)
{
	(void)e;
	buf_span(ctx, text);
	return 0;
}

static int ev_end(void *ctx, const struct xml_name *name, struct err *e)
{
	struct buf *b = ctx;

	(void)e;
	buf_puts(b, "</");
	put_name(b, name);
	buf_puts(b, ">");
	return 0;
}

static int ev_pi(void *ctx, struct span target, struct span data, struct err *e)
{
	(void)e;
	buf_printf(ctx, "<?%.*s|%.*s?>", (int)target.n, target.p, (int)data.n, data.p);
	return 0;
}

static const struct xml_events as_text = { ev_start, ev_text, ev_end };

int h_events(struct span doc, const struct xml_limits *limits, size_t step, struct buf *out, struct err *e)
{
	struct xml_push *p = xml_push_new(limits, &as_text, out);

	xml_push_take_pi(p, ev_pi);
	int rc = feed(p, doc, step == 0 ? doc.n + 1 : step, e);

	xml_push_free(p);
	return rc;
}

int h_events_cut(struct span doc, const struct xml_limits *limits, size_t cut, struct buf *out, struct err *e)
{
	struct xml_push *p = xml_push_new(limits, &as_text, out);

	xml_push_take_pi(p, ev_pi);
	int rc = xml_push_feed(p, doc.p, cut, e);

	if (rc == 0)
		rc = xml_push_feed(p, doc.p + cut, doc.n - cut, e);
	if (rc == 0)
		rc = xml_push_end(p, e);
	xml_push_free(p);
	return rc;
}

/* One of the two takes the events from the apex on. */
struct from_apex {
	struct xml_push *push;
	enum xml_c14n_alg alg;
	const char *prefixes;
	size_t apex, seen;
	struct sink *sink;
	struct xml_c14n *c14n;
	struct arena *arena;
	struct xml_build *build;
	size_t depth;
};

static int apex_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct from_apex *f = ctx;

	if (f->seen++ == f->apex) {
		const struct xml_scope *at = xml_push_scope(f->push);

		if (f->arena != NULL)
			f->build = xml_build_new(f->arena, 1 << 24, at);
		else
			f->c14n = xml_c14n_new(f->alg, at, span_of(f->prefixes), f->sink);
		f->depth = 0;
	}
	if (f->seen <= f->apex || (f->depth == 0 && f->seen > f->apex + 1))
		return 0;
	f->depth++;
	return f->arena != NULL ? xml_build_start(f->build, s, e) : xml_c14n_start(f->c14n, s, e);
}

static int apex_text(void *ctx, struct span text, struct err *e)
{
	struct from_apex *f = ctx;

	if (f->depth == 0)
		return 0;
	return f->arena != NULL ? xml_build_text(f->build, text, e) : xml_c14n_text(f->c14n, text, e);
}

static int apex_end(void *ctx, const struct xml_name *name, struct err *e)
{
	struct from_apex *f = ctx;

	if (f->depth == 0)
		return 0;
	f->depth--;
	return f->arena != NULL ? xml_build_end(f->build, name, e) : xml_c14n_end(f->c14n, name, e);
}

static int apex_pi(void *ctx, struct span target, struct span data, struct err *e)
{
	struct from_apex *f = ctx;

	/* a tree has no place for it: nothing here may hold one */
	assert_null(f->arena);
	return f->depth == 0 ? 0 : xml_c14n_pi(f->c14n, target, data, e);
}

static int run_from_apex(struct from_apex *f, struct span doc, size_t step, struct err *e)
{
	static const struct xml_events ev = { apex_start, apex_text, apex_end };
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	limits.bytes = 1 << 28;
	f->push = xml_push_new(&limits, &ev, f);
	xml_push_take_pi(f->push, apex_pi);
	int rc = feed(f->push, doc, step == 0 ? doc.n + 1 : step, e);

	xml_push_free(f->push);
	return rc;
}

int h_c14n(struct span doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, size_t step, struct buf *out,
	   struct err *e)
{
	struct from_apex f = { .alg = alg, .prefixes = prefixes, .apex = apex, .sink = sink_to_buf(out) };
	int rc = run_from_apex(&f, doc, step, e);

	if (rc == 0)
		assert_true(xml_c14n_done(f.c14n));
	xml_c14n_free(f.c14n);
	sink_close(f.sink);
	return rc;
}

int h_c14n_built(struct span doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, struct buf *out,
		 struct err *e)
{
	struct from_apex f = { .apex = apex, .arena = arena_new() };
	struct sink *sink = sink_to_buf(out);
	int rc = run_from_apex(&f, doc, 0, e);

	if (rc == 0)
		rc = xml_tree_c14n(xml_build_root(f.build), alg, span_of(prefixes), sink, e);
	xml_build_free(f.build);
	arena_free(f.arena);
	sink_close(sink);
	return rc;
}

static const struct xml_node *nth(const struct xml_node *n, size_t *left)
{
	if ((*left)-- == 0)
		return n;
	for (const struct xml_node *c = xml_child(n, NULL, NULL); c != NULL; c = xml_next(c, NULL, NULL)) {
		const struct xml_node *found = nth(c, left);

		if (found != NULL)
			return found;
	}
	return NULL;
}

int h_c14n_tree(struct span doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, struct buf *out,
		struct err *e)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct arena *a = arena_new();
	struct sink *sink = sink_to_buf(out);
	const struct xml_node *root;
	int rc = xml_tree_parse(doc, &limits, a, &root, e);

	if (rc == 0)
		rc = xml_tree_c14n(nth(root, &apex), alg, span_of(prefixes), sink, e);
	sink_close(sink);
	arena_free(a);
	return rc;
}

xmlDocPtr h_oracle_parse(struct span doc)
{
	return xmlReadMemory(doc.p, (int)doc.n, NULL, NULL,
			     XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

static xmlNodePtr oracle_nth(xmlNodePtr n, size_t *left)
{
	for (; n != NULL; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		if ((*left)-- == 0)
			return n;
		xmlNodePtr found = oracle_nth(n->children, left);

		if (found != NULL)
			return found;
	}
	return NULL;
}

size_t h_oracle_elements(xmlDocPtr doc)
{
	size_t left = SIZE_MAX;

	oracle_nth(doc->children, &left);
	return SIZE_MAX - left;
}

static int is_visible(void *apex, xmlNodePtr node, xmlNodePtr parent)
{
	if (node->type == XML_NAMESPACE_DECL)
		node = parent;
	for (; node != NULL; node = node->parent)
		if (node == apex)
			return 1;
	return 0;
}

int h_oracle_c14n(xmlDocPtr doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, struct buf *out)
{
	xmlChar *list[16] = { NULL };
	char *copy = strdup(prefixes);
	xmlNodePtr node = oracle_nth(doc->children, &apex);
	xmlOutputBufferPtr o = xmlAllocOutputBuffer(NULL);
	size_t n = 0;

	for (char *t = strtok(copy, " "); t != NULL && n < 15; t = strtok(NULL, " "))
		list[n++] = BAD_CAST t;
	int rc =
		xmlC14NExecute(doc, is_visible, node, alg == XML_C14N_INCLUSIVE ? XML_C14N_1_0 : XML_C14N_EXCLUSIVE_1_0,
			       n > 0 ? list : NULL, 0, o);

	if (rc >= 0)
		buf_put(out, xmlOutputBufferGetContent(o), xmlOutputBufferGetSize(o));
	xmlOutputBufferClose(o);
	free(copy);
	return rc < 0 ? -1 : 0;
}

struct span h_file(const char *path)
{
	struct err e = ERR_INIT;
	struct buf b;

	buf_init(&b, 1 << 26);
	if (file_read(path, &b, &e) != 0)
		fail_msg("%s", e.text);
	size_t n = b.n;

	return (struct span){ buf_take(&b), n };
}
