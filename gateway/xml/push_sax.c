/* SPDX-License-Identifier: EUPL-1.2 */
/* What libxml2 reports, as events. */
#include "xml/push_sax.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

unsigned xml_push_line(const struct xml_push *p)
{
	int line = p->parser->input == NULL ? 0 : p->parser->input->line;

	return line < 0 ? 0 : (unsigned)line;
}

/* Keeps the first error, with the place in front, and stops libxml2. */
static int fail(struct xml_push *p, const struct err *why)
{
	int col = p->parser->input == NULL ? 0 : p->parser->input->col;

	if (p->failed.code != ERR_OK)
		return (int)p->failed.code;
	p->failed = *why;
	err_wrap(&p->failed, "%u:%d", xml_push_line(p), col);
	xmlStopParser(p->parser);
	return (int)p->failed.code;
}

void xml_push_fail_at(struct xml_push *p, enum err_code code, const char *what)
{
	struct err e = ERR_INIT;

	err_set(&e, code, "%s%s%s", xml_push_path(p), p->path.n > 0 ? ": " : "", what);
	fail(p, &e);
}

static struct span text_of(const xmlChar *s)
{
	return s == NULL ? SPAN_EMPTY : (struct span){ (const char *)s, strlen((const char *)s) };
}

static bool name_fits(const struct xml_push *p, const struct xml_name *n)
{
	return n->prefix.n <= p->limits.name && n->local.n <= p->limits.name && n->ns.n <= p->limits.name;
}

static int too_many(struct xml_push *p, const char *what, unsigned limit)
{
	char text[64];

	snprintf(text, sizeof(text), "more than %u %s", limit, what);
	xml_push_fail_at(p, ERR_LIMIT, text);
	return -1;
}

static int take_decls(struct xml_push *p, int n, const xmlChar **v)
{
	if ((unsigned)n > p->limits.decls)
		return too_many(p, "namespace declarations on one element", p->limits.decls);
	for (int i = 0; i < n; i++, v += 2) {
		p->decls[i] = (struct xml_decl){ text_of(v[0]), text_of(v[1]) };
		if (p->decls[i].prefix.n > p->limits.name || p->decls[i].uri.n > p->limits.name)
			return too_many(p, "bytes in a name", p->limits.name);
	}
	return 0;
}

/* libxml2 gives five pointers for each attribute: local name, prefix, URI, value, end of value. */
static int take_attrs(struct xml_push *p, int n, const xmlChar **v)
{
	if ((unsigned)n > p->limits.attrs)
		return too_many(p, "attributes on one element", p->limits.attrs);
	for (int i = 0; i < n; i++, v += 5) {
		p->attrs[i].name = (struct xml_name){ text_of(v[1]), text_of(v[0]), text_of(v[2]) };
		p->attrs[i].value = (struct span){ (const char *)v[3], (size_t)(v[4] - v[3]) };
		if (!name_fits(p, &p->attrs[i].name))
			return too_many(p, "bytes in a name", p->limits.name);
	}
	return 0;
}

static void enter_path(struct xml_push *p, const struct xml_name *name)
{
	p->path_at[p->depth++] = p->path.n;
	buf_putc(&p->path, '/');
	if (name->prefix.n > 0) {
		buf_span(&p->path, name->prefix);
		buf_putc(&p->path, ':');
	}
	buf_span(&p->path, name->local);
}

static void sax_start(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int decls_n,
		      const xmlChar **decls, int attrs_n, int defaulted, const xmlChar **attrs)
{
	struct xml_push *p = user;
	struct xml_start s = { .name = { text_of(prefix), text_of(local), text_of(uri) } };
	struct err e = ERR_INIT;

	(void)defaulted;
	if (p->failed.code != ERR_OK)
		return;
	if (p->depth >= p->limits.depth) {
		too_many(p, "elements within each other", p->limits.depth);
		return;
	}
	if (!name_fits(p, &s.name)) {
		too_many(p, "bytes in a name", p->limits.name);
		return;
	}
	enter_path(p, &s.name);
	if (xmlDictGetUsage(p->parser->dict) > p->limits.names) {
		too_many(p, "bytes of different names", p->limits.names);
		return;
	}
	if (take_decls(p, decls_n, decls) != 0 || take_attrs(p, attrs_n, attrs) != 0)
		return;
	s.attrs = p->attrs;
	s.attrs_n = (size_t)attrs_n;
	s.decls = p->decls;
	s.decls_n = (size_t)decls_n;
	s.depth = p->depth;
	s.line = xml_push_line(p);
	xml_scope_enter(p->scope, &s);
	if (p->ev.start != NULL && p->ev.start(p->ctx, &s, &e) != 0)
		fail(p, &e);
}

static void give_text(struct xml_push *p, const char *text, size_t n)
{
	struct err e = ERR_INIT;

	if (n > 0 && p->ev.text != NULL && p->failed.code == ERR_OK &&
	    p->ev.text(p->ctx, (struct span){ text, n }, &e) != 0)
		fail(p, &e);
}

static void sax_text(void *user, const xmlChar *text, int n)
{
	give_text(user, (const char *)text, (size_t)n);
}

static void sax_end(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_push *p = user;
	struct xml_name name = { text_of(prefix), text_of(local), text_of(uri) };
	struct err e = ERR_INIT;

	if (p->failed.code != ERR_OK)
		return;
	must(p->depth > 0);
	if (p->ev.end != NULL && p->ev.end(p->ctx, &name, &e) != 0) {
		fail(p, &e);
		return;
	}
	xml_scope_leave(p->scope);
	p->path.n = p->path_at[--p->depth];
	if (p->path.p != NULL)
		p->path.p[p->path.n] = '\0';
}

static void sax_pi(void *user, const xmlChar *target, const xmlChar *data)
{
	struct xml_push *p = user;
	struct err e = ERR_INIT;

	if (p->failed.code != ERR_OK || p->depth == 0)
		return;
	if (p->pi == NULL)
		xml_push_fail_at(p, ERR_SYNTAX, "processing instruction is not allowed here");
	else if (p->pi(p->ctx, text_of(target), text_of(data), &e) != 0)
		fail(p, &e);
}

/* The filter refuses DOCTYPE earlier; this is the second lock on the same door. */
static void sax_doctype(void *user, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	xml_push_fail_at(user, ERR_SYNTAX, "document type declaration (DOCTYPE) is not allowed");
}

static void sax_error(void *user, xmlErrorPtr error)
{
	struct xml_push *p = user;
	char text[120];

	if (error == NULL || error->level < XML_ERR_ERROR || p->failed.code != ERR_OK)
		return;
	snprintf(text, sizeof(text), "%s", error->message == NULL ? "not well-formed" : error->message);
	if (p->ending && p->depth > 0)
		snprintf(text, sizeof(text), "the document ends within this element");
	text[strcspn(text, "\n")] = '\0';
	xml_push_fail_at(p, error->code == XML_ERR_NO_MEMORY ? ERR_NOMEM : ERR_SYNTAX, text);
}

const xmlSAXHandler xml_push_sax = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = sax_start,
	.endElementNs = sax_end,
	.characters = sax_text,
	.ignorableWhitespace = sax_text,
	.processingInstruction = sax_pi,
	.internalSubset = sax_doctype,
	.externalSubset = sax_doctype,
	.serror = sax_error,
};
