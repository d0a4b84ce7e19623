/* SPDX-License-Identifier: EUPL-1.2 */
/* The start tag under construction. */
#include "xml/write_tag.h"

struct xml_name xml_write_name(struct span qname)
{
	struct xml_name n = { .local = qname };
	struct span head, rest;

	if (span_split(qname, ':', &head, &rest))
		n = (struct xml_name){ .prefix = head, .local = rest };
	return n;
}

struct span xml_write_innermost(const struct xml_write *w)
{
	size_t at = w->name_at[w->depth - 1];

	return (struct span){ w->names.p + at, w->names.n - at };
}

void xml_write_refuse(struct xml_write *w, const char *what, struct span about)
{
	if (w->failed.code == ERR_OK)
		err_set(&w->failed, ERR_SYNTAX, "XML to be written: %s (%.*s)", what,
			(int)(about.n < 60 ? about.n : 60), about.p);
}

/* Fills in the namespace of a prefixed name: without it the order of attributes would be a guess. */
static bool resolve(struct xml_write *w, struct xml_name *n)
{
	if (n->prefix.n == 0 || xml_scope_uri(w->scope, n->prefix, &n->ns))
		return true;
	xml_write_refuse(w, "prefix is not declared", n->prefix);
	return false;
}

static struct span pooled(const struct xml_write *w, size_t at, size_t n)
{
	return (struct span){ n == 0 ? "" : w->pool.p + at, n };
}

/* Declarations that say something new (C14N 1.0 2.3: superfluous ones are not rendered). */
static size_t take_decls(struct xml_write *w, struct xml_decl *decls)
{
	size_t n = 0;

	for (size_t i = 0; i < w->pending_n; i++) {
		const struct pending *p = &w->pending[i];
		struct xml_decl d = { pooled(w, p->key_at, p->key_n), pooled(w, p->value_at, p->value_n) };
		struct span now = SPAN_EMPTY;

		if (!p->is_decl)
			continue;
		if (!xml_scope_uri(w->scope, d.prefix, &now))
			now = SPAN_EMPTY;
		if (!span_eq(now, d.uri))
			decls[n++] = d;
	}
	return n;
}

static size_t take_attrs(struct xml_write *w, struct xml_attr *attrs)
{
	size_t n = 0;

	for (size_t i = 0; i < w->pending_n; i++) {
		const struct pending *p = &w->pending[i];

		if (p->is_decl)
			continue;
		attrs[n] = (struct xml_attr){ xml_write_name(pooled(w, p->key_at, p->key_n)),
					      pooled(w, p->value_at, p->value_n) };
		if (resolve(w, &attrs[n].name))
			n++;
	}
	return n;
}

static void check_twice(struct xml_write *w, const struct xml_attr *attrs, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (span_eq(attrs[i].name.local, attrs[k].name.local) &&
			    span_eq(attrs[i].name.ns, attrs[k].name.ns))
				xml_write_refuse(w, "attribute twice", attrs[i].name.local);
}

void xml_write_finish_tag(struct xml_write *w)
{
	if (!w->in_tag || w->failed.code != ERR_OK)
		return;
	struct xml_name name = xml_write_name(xml_write_innermost(w));
	size_t decls_n = take_decls(w, w->decls), attrs_n;

	xml_scope_enter_parts(w->scope, w->decls, decls_n, NULL, 0);
	attrs_n = take_attrs(w, w->attrs);
	check_twice(w, w->attrs, attrs_n);
	if (resolve(w, &name) && buf_check(&w->pool, "tag", &w->failed) == 0 && w->failed.code == ERR_OK)
		xml_out_start(&w->out, &name, w->decls, decls_n, w->attrs, attrs_n, &w->failed);
	w->in_tag = false;
	w->pending_n = 0;
	buf_reset(&w->pool);
}
