/* SPDX-License-Identifier: EUPL-1.2 */
/* Prefixes in force. */
#include "xml/scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* A binding: prefix and URI, or local name and value of an xml:* attribute. Offsets, because the pool may move. */
struct pair {
	size_t at, key_n, value_n;
};

struct list {
	struct pair *v;
	size_t n, cap;
};

struct level {
	size_t decls, attrs, pool;
};

struct xml_scope {
	struct buf pool;
	struct list decls, attrs;
	struct level *levels;
	size_t depth, cap;
};

/* The callers' limits bound what gets in here; the pool itself has no cap: it must not lose a binding silently. */
#define POOL_MAX (SIZE_MAX / 2)
#define POOL_FIRST 480		/* five prefixes of SOAP and OSCI */

struct xml_scope *xml_scope_new(void)
{
	struct xml_scope *s = mem_new(sizeof(*s));

	buf_init(&s->pool, POOL_MAX);
	return s;
}

void xml_scope_free(struct xml_scope *s)
{
	if (s == NULL)
		return;
	buf_fini(&s->pool);
	free(s->decls.v);
	free(s->attrs.v);
	free(s->levels);
	free(s);
}

static void list_dup(struct list *to, const struct list *from)
{
	*to = (struct list){ mem_new_array(from->n, sizeof(*to->v)), from->n, from->n };
	if (from->n > 0)
		memcpy(to->v, from->v, from->n * sizeof(*to->v));
}

struct xml_scope *xml_scope_dup(const struct xml_scope *s)
{
	struct xml_scope *d = xml_scope_new();

	if (s == NULL)
		return d;
	buf_span(&d->pool, buf_view(&s->pool));
	list_dup(&d->decls, &s->decls);
	list_dup(&d->attrs, &s->attrs);
	return d; /* without levels: what is outside cannot be left */
}

static void add(struct xml_scope *s, struct list *l, struct span key, struct span value)
{
	if (l->n == l->cap) {
		l->cap = l->cap * 2 + 8;
		l->v = mem_grow(l->v, l->cap, sizeof(*l->v));
	}
	if (s->pool.p == NULL)
		buf_reserve(&s->pool, POOL_FIRST);
	l->v[l->n++] = (struct pair){ s->pool.n, key.n, value.n };
	buf_span(&s->pool, key);
	buf_span(&s->pool, value);
}

void xml_scope_enter_parts(struct xml_scope *s, const struct xml_decl *decls, size_t decls_n,
			   const struct xml_attr *attrs, size_t attrs_n)
{
	if (s->depth == s->cap) {
		s->cap = s->cap * 2 + 16;
		s->levels = mem_grow(s->levels, s->cap, sizeof(*s->levels));
	}
	s->levels[s->depth++] = (struct level){ s->decls.n, s->attrs.n, s->pool.n };
	for (size_t i = 0; i < decls_n; i++)
		if (!span_is(decls[i].prefix, "xml"))
			add(s, &s->decls, decls[i].prefix, decls[i].uri);
	for (size_t i = 0; i < attrs_n; i++)
		if (span_is(attrs[i].name.prefix, "xml"))
			add(s, &s->attrs, attrs[i].name.local, attrs[i].value);
}

void xml_scope_enter(struct xml_scope *s, const struct xml_start *start)
{
	xml_scope_enter_parts(s, start->decls, start->decls_n, start->attrs, start->attrs_n);
}

void xml_scope_leave(struct xml_scope *s)
{
	must(s->depth > 0);
	const struct level *l = &s->levels[--s->depth];

	s->decls.n = l->decls;
	s->attrs.n = l->attrs;
	s->pool.n = l->pool;
}

static struct span key_of(const struct xml_scope *s, const struct pair *p)
{
	return (struct span){ s->pool.p == NULL ? "" : s->pool.p + p->at, p->key_n };
}

static struct span value_of(const struct xml_scope *s, const struct pair *p)
{
	return (struct span){ s->pool.p == NULL ? "" : s->pool.p + p->at + p->key_n, p->value_n };
}

bool xml_scope_uri(const struct xml_scope *s, struct span prefix, struct span *uri)
{
	if (span_is(prefix, "xml")) {
		*uri = SPAN_LIT(XML_NS_XML);
		return true;
	}
	for (size_t i = s->decls.n; i-- > 0;) {
		if (!span_eq(key_of(s, &s->decls.v[i]), prefix))
			continue;
		*uri = value_of(s, &s->decls.v[i]);
		return uri->n > 0;
	}
	return false;
}

/* Counts from the innermost entry outwards; an entry hidden by one further inside is not given out. */
static const struct pair *next(const struct xml_scope *s, const struct list *l, size_t *i)
{
	for (; *i < l->n; (*i)++) {
		const struct pair *p = &l->v[l->n - 1 - *i];
		bool hidden = false;

		for (size_t k = l->n - *i; k < l->n && !hidden; k++)
			hidden = span_eq(key_of(s, &l->v[k]), key_of(s, p));
		if (!hidden) {
			(*i)++;
			return p;
		}
	}
	return NULL;
}

bool xml_scope_next(const struct xml_scope *s, size_t *i, struct xml_decl *out)
{
	const struct pair *p;

	while ((p = next(s, &s->decls, i)) != NULL) {
		if (p->value_n == 0)
			continue;
		*out = (struct xml_decl){ key_of(s, p), value_of(s, p) };
		return true;
	}
	return false;
}

bool xml_scope_next_attr(const struct xml_scope *s, size_t *i, struct xml_attr *out)
{
	const struct pair *p = next(s, &s->attrs, i);

	if (p == NULL)
		return false;
	*out = (struct xml_attr){ { SPAN_LIT("xml"), key_of(s, p), SPAN_LIT(XML_NS_XML) }, value_of(s, p) };
	return true;
}
