/* SPDX-License-Identifier: EUPL-1.2 */
#include "xml/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "xml/chars.h"
#include "xml/out.h"
#include "xml/scope.h"

/* Declarations and attributes of the tag begun: offsets into the pool, because that may move. */
struct pending {
	size_t key_at, key_n, value_at, value_n;
	bool is_decl;
};

struct text_sink {
	struct sink base;
	struct xml_write *w;
};

struct xml_write {
	struct xml_out out;
	struct err failed;		/* the first error; code 0: none */
	struct buf names;		/* qualified names of the open elements, one after the other */
	size_t *name_at;
	size_t depth, cap;
	bool in_tag;			/* the innermost start tag is not written yet */
	struct buf pool;
	struct pending *pending;
	size_t pending_n, pending_cap;
	struct xml_scope *scope;
	struct xml_chars chars;
	struct text_sink text, raw;
};

/* What the program itself writes into one tag and into the names of open elements. */
#define TAG_MAX ((size_t)1 << 20)

static int write_text(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct xml_write *w = ((struct text_sink *)s)->w;

	xml_write_text(w, (struct span){ data, n });
	if (w->failed.code != ERR_OK)
		*e = w->failed;
	return (int)w->failed.code;
}

static int write_raw(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct xml_write *w = ((struct text_sink *)s)->w;

	xml_write_raw(w, (struct span){ data, n });
	if (w->failed.code != ERR_OK)
		*e = w->failed;
	return (int)w->failed.code;
}

struct xml_write *xml_write_new(struct sink *out)
{
	struct xml_write *w = mem_new(sizeof(*w));

	w->out.sink = out;
	w->scope = xml_scope_new();
	buf_init(&w->names, TAG_MAX);
	buf_init(&w->pool, TAG_MAX);
	w->text = (struct text_sink){ { .write = write_text }, w };
	w->raw = (struct text_sink){ { .write = write_raw }, w };
	return w;
}

void xml_write_free(struct xml_write *w)
{
	if (w == NULL)
		return;
	xml_scope_free(w->scope);
	buf_fini(&w->names);
	buf_fini(&w->pool);
	free(w->name_at);
	free(w->pending);
	free(w);
}

static struct xml_name name_of(struct span qname)
{
	struct xml_name n = { .local = qname };
	struct span head, rest;

	if (span_split(qname, ':', &head, &rest))
		n = (struct xml_name){ .prefix = head, .local = rest };
	return n;
}

static struct span innermost(const struct xml_write *w)
{
	size_t at = w->name_at[w->depth - 1];

	return (struct span){ w->names.p + at, w->names.n - at };
}

static void refuse(struct xml_write *w, const char *what, struct span about)
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
	refuse(w, "prefix is not declared", n->prefix);
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
		attrs[n] = (struct xml_attr){ name_of(pooled(w, p->key_at, p->key_n)),
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
				refuse(w, "attribute twice", attrs[i].name.local);
}

static void finish_tag(struct xml_write *w)
{
	if (!w->in_tag || w->failed.code != ERR_OK)
		return;
	struct xml_decl *decls = mem_new_array(w->pending_n + 1, sizeof(*decls));
	struct xml_attr *attrs = mem_new_array(w->pending_n + 1, sizeof(*attrs));
	struct xml_name name = name_of(innermost(w));
	size_t decls_n = take_decls(w, decls), attrs_n;

	xml_scope_enter_parts(w->scope, decls, decls_n, NULL, 0);
	attrs_n = take_attrs(w, attrs);
	check_twice(w, attrs, attrs_n);
	if (resolve(w, &name) && buf_check(&w->pool, "tag", &w->failed) == 0 && w->failed.code == ERR_OK)
		xml_out_start(&w->out, &name, decls, decls_n, attrs, attrs_n, &w->failed);
	free(decls);
	free(attrs);
	w->in_tag = false;
	w->pending_n = 0;
	buf_reset(&w->pool);
}

static void between(struct xml_write *w)
{
	finish_tag(w);
	if (!xml_chars_whole(&w->chars))
		refuse(w, "text ends within a character", SPAN_LIT("incomplete UTF-8"));
}

void xml_write_declaration(struct xml_write *w)
{
	must(w->depth == 0);
	if (w->failed.code == ERR_OK)
		xml_out_put(&w->out, SPAN_LIT("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), &w->failed);
}

void xml_write_open(struct xml_write *w, const char *qname)
{
	between(w);
	if (w->depth == w->cap) {
		w->cap = w->cap * 2 + 16;
		w->name_at = mem_grow(w->name_at, w->cap, sizeof(*w->name_at));
	}
	w->name_at[w->depth++] = w->names.n;
	buf_puts(&w->names, qname);
	must(!w->names.over);
	w->in_tag = true;
}

static void add_pending(struct xml_write *w, const char *key, struct span value, bool is_decl)
{
	struct xml_chars chars = { 0 };

	must(w->in_tag || w->failed.code != ERR_OK);
	if (w->failed.code != ERR_OK)
		return;
	if (xml_chars_check(&chars, value) != value.n || !xml_chars_whole(&chars))
		refuse(w, "value holds bytes that are not characters of XML", span_of(key));
	if (w->pending_n == w->pending_cap) {
		w->pending_cap = w->pending_cap * 2 + 16;
		w->pending = mem_grow(w->pending, w->pending_cap, sizeof(*w->pending));
	}
	size_t at = w->pool.n, key_n = strlen(key);

	buf_puts(&w->pool, key);
	buf_span(&w->pool, value);
	if (buf_check(&w->pool, "tag to be written", &w->failed) == 0)
		w->pending[w->pending_n++] = (struct pending){ at, key_n, at + key_n, value.n, is_decl };
}

void xml_write_ns(struct xml_write *w, const char *prefix, const char *uri)
{
	add_pending(w, prefix, span_of(uri), true);
}

void xml_write_attr(struct xml_write *w, const char *qname, const char *value)
{
	add_pending(w, qname, span_of(value), false);
}

void xml_write_attr_span(struct xml_write *w, const char *qname, struct span value)
{
	add_pending(w, qname, value, false);
}

void xml_write_text(struct xml_write *w, struct span text)
{
	must(w->depth > 0);
	finish_tag(w);
	if (w->failed.code != ERR_OK || text.n == 0)
		return;
	if (xml_chars_check(&w->chars, text) != text.n)
		refuse(w, "text holds bytes that are not characters of XML", innermost(w));
	else
		xml_out_escaped(&w->out, text, XML_IN_TEXT, &w->failed);
}

void xml_write_str(struct xml_write *w, const char *text)
{
	xml_write_text(w, span_of(text));
}

void xml_write_raw(struct xml_write *w, struct span xml)
{
	between(w);
	if (w->failed.code == ERR_OK)
		xml_out_put(&w->out, xml, &w->failed);
}

void xml_write_close(struct xml_write *w)
{
	must(w->depth > 0);
	between(w);
	struct xml_name name = name_of(innermost(w));

	if (w->failed.code == ERR_OK) {
		xml_out_end(&w->out, &name, &w->failed);
		xml_scope_leave(w->scope);
	}
	w->names.n = w->name_at[--w->depth];
}

void xml_write_element(struct xml_write *w, const char *qname, const char *text)
{
	xml_write_open(w, qname);
	xml_write_str(w, text);
	xml_write_close(w);
}

struct sink *xml_write_text_sink(struct xml_write *w)
{
	return &w->text.base;
}

struct sink *xml_write_raw_sink(struct xml_write *w)
{
	return &w->raw.base;
}

int xml_write_end(struct xml_write *w, struct err *e)
{
	if (w->failed.code == ERR_OK && w->depth > 0)
		err_set(&w->failed, ERR_INTERNAL, "XML to be written: element %.*s is not closed", (int)innermost(w).n,
			innermost(w).p);
	if (w->failed.code == ERR_OK)
		xml_out_flush(&w->out, &w->failed);
	if (w->failed.code != ERR_OK)
		*e = w->failed;
	return (int)w->failed.code;
}
