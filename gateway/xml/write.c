/* SPDX-License-Identifier: EUPL-1.2 */
/* Writes canonical XML. */
#include "xml/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "xml/write_tag.h"

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
	free(w->decls);
	free(w->attrs);
	free(w);
}

static void between(struct xml_write *w)
{
	xml_write_finish_tag(w);
	if (!xml_chars_whole(&w->chars))
		xml_write_refuse(w, "text ends within a character", SPAN_LIT("incomplete UTF-8"));
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
		xml_write_refuse(w, "value holds bytes that are not characters of XML", span_of(key));
	if (w->pending_n == w->pending_cap) {
		w->pending_cap = w->pending_cap * 2 + 16;
		w->pending = mem_grow(w->pending, w->pending_cap, sizeof(*w->pending));
		w->decls = mem_grow(w->decls, w->pending_cap, sizeof(*w->decls));
		w->attrs = mem_grow(w->attrs, w->pending_cap, sizeof(*w->attrs));
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
	xml_write_finish_tag(w);
	if (w->failed.code != ERR_OK || text.n == 0)
		return;
	if (xml_chars_check(&w->chars, text) != text.n)
		xml_write_refuse(w, "text holds bytes that are not characters of XML", xml_write_innermost(w));
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
	struct xml_name name = xml_write_name(xml_write_innermost(w));

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
		err_set(&w->failed, ERR_INTERNAL, "XML to be written: element %.*s is not closed",
			(int)xml_write_innermost(w).n, xml_write_innermost(w).p);
	if (w->failed.code == ERR_OK)
		xml_out_flush(&w->out, &w->failed);
	if (w->failed.code != ERR_OK)
		*e = w->failed;
	return (int)w->failed.code;
}
