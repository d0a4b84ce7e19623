/* SPDX-License-Identifier: EUPL-1.2 */
/* Canonical form of an element, made as it passes by. */
#include "xml/c14n.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "xml/out.h"

struct xml_c14n {
	struct xml_out out;
	enum xml_c14n_alg alg;
	struct xml_scope *at;		/* around the apex; NULL once that is written */
	struct xml_scope *written;	/* declarations in force in the output, element by element */
	char *prefixes;			/* the PrefixList, a blank at both ends, or NULL */
	struct xml_decl *decls;		/* of the tag being written */
	size_t decls_n, decls_cap;
	struct xml_attr *attrs;
	size_t attrs_n, attrs_cap;
	size_t depth;
	bool done;
};

bool xml_c14n_of_uri(struct span uri, enum xml_c14n_alg *alg)
{
	if (span_is(uri, XML_C14N_URI))
		*alg = XML_C14N_INCLUSIVE;
	else if (span_is(uri, XML_C14N_EXC_URI))
		*alg = XML_C14N_EXCLUSIVE;
	else
		return false;
	return true;
}

static char *prefix_list(struct span s)
{
	char *list = mem_new(s.n + 3);

	list[0] = ' ';
	for (size_t i = 0; i < s.n; i++)
		list[i + 1] = s.p[i];
	for (char *p = list; *p != '\0'; p++)
		if (*p == '\t' || *p == '\n' || *p == '\r')
			*p = ' ';
	list[s.n + 1] = ' ';
	return list;
}

struct xml_c14n *xml_c14n_new(enum xml_c14n_alg alg, const struct xml_scope *at, struct span prefixes,
			      struct sink *out)
{
	struct xml_c14n *c = mem_new(sizeof(*c));

	c->out.sink = out;
	c->alg = alg;
	c->at = xml_scope_dup(at);
	c->written = xml_scope_new();
	if (alg == XML_C14N_EXCLUSIVE && !xml_is_blank(prefixes))
		c->prefixes = prefix_list(prefixes);
	return c;
}

void xml_c14n_free(struct xml_c14n *c)
{
	if (c == NULL)
		return;
	xml_scope_free(c->at);
	xml_scope_free(c->written);
	free(c->prefixes);
	free(c->decls);
	free(c->attrs);
	free(c);
}

/* Whether the PrefixList of InclusiveNamespaces has the prefix ("#default" for the default namespace). */
static bool is_listed(const struct xml_c14n *c, struct span prefix)
{
	if (c->prefixes == NULL)
		return false;
	if (prefix.n == 0)
		prefix = SPAN_LIT("#default");
	for (const char *p = c->prefixes; *p != '\0'; p++)
		if (*p == ' ' && strncmp(p + 1, prefix.p, prefix.n) == 0 && p[1 + prefix.n] == ' ')
			return true;
	return false;
}

/* C14N 1.0 1.1 and XML-C14N errors: a relative namespace name must make the operation fail. */
static int check_uri(struct span uri, struct err *e)
{
	size_t i = 0;

	while (i < uri.n && uri.p[i] != ':' && uri.p[i] != '/' && uri.p[i] != '?' && uri.p[i] != '#')
		i++;
	if (uri.n > 0 && (i == 0 || i == uri.n || uri.p[i] != ':'))
		return err_spec(e, ERR_SYNTAX, "C14N 1.0 1.1", "relative namespace name \"%.*s\"",
				(int)(uri.n < 80 ? uri.n : 80), uri.p);
	return 0;
}

/* Takes a declaration into the tag unless the output says the same here already, or the tag has it. */
static void want_decl(struct xml_c14n *c, struct span prefix, struct span uri)
{
	struct span now = SPAN_EMPTY;

	if (!xml_scope_uri(c->written, prefix, &now))
		now = SPAN_EMPTY;
	if (span_eq(now, uri) || span_is(prefix, "xml"))
		return;
	for (size_t i = 0; i < c->decls_n; i++)
		if (span_eq(c->decls[i].prefix, prefix))
			return;
	if (c->decls_n == c->decls_cap) {
		c->decls_cap = c->decls_cap * 2 + 8;
		c->decls = mem_grow(c->decls, c->decls_cap, sizeof(*c->decls));
	}
	c->decls[c->decls_n++] = (struct xml_decl){ prefix, uri };
}

static void add_attr(struct xml_c14n *c, const struct xml_attr *a)
{
	if (c->attrs_n == c->attrs_cap) {
		c->attrs_cap = c->attrs_cap * 2 + 8;
		c->attrs = mem_grow(c->attrs, c->attrs_cap, sizeof(*c->attrs));
	}
	c->attrs[c->attrs_n++] = *a;
}

/* Exc-C14N 3: the prefixes the element itself uses. */
static void want_used(struct xml_c14n *c, const struct xml_start *s)
{
	want_decl(c, s->name.prefix, s->name.ns);
	for (size_t i = 0; i < s->attrs_n; i++)
		if (s->attrs[i].name.prefix.n > 0)
			want_decl(c, s->attrs[i].name.prefix, s->attrs[i].name.ns);
}

static int collect_apex(struct xml_c14n *c, const struct xml_start *s, struct err *e)
{
	struct xml_decl d;
	struct xml_attr a;

	xml_scope_enter(c->at, s);
	for (size_t i = 0; xml_scope_next(c->at, &i, &d);) {
		if (check_uri(d.uri, e) != 0)
			return (int)e->code;
		if (c->alg == XML_C14N_INCLUSIVE || is_listed(c, d.prefix))
			want_decl(c, d.prefix, d.uri);
	}
	for (size_t i = 0; c->alg == XML_C14N_INCLUSIVE && xml_scope_next_attr(c->at, &i, &a);)
		add_attr(c, &a);
	for (size_t i = 0; i < s->attrs_n; i++)
		if (c->alg == XML_C14N_EXCLUSIVE || !span_is(s->attrs[i].name.prefix, "xml"))
			add_attr(c, &s->attrs[i]);
	return 0;
}

static int collect_inner(struct xml_c14n *c, const struct xml_start *s, struct err *e)
{
	for (size_t i = 0; i < s->decls_n; i++) {
		if (check_uri(s->decls[i].uri, e) != 0)
			return (int)e->code;
		if (c->alg == XML_C14N_INCLUSIVE || is_listed(c, s->decls[i].prefix))
			want_decl(c, s->decls[i].prefix, s->decls[i].uri);
	}
	for (size_t i = 0; i < s->attrs_n; i++)
		add_attr(c, &s->attrs[i]);
	return 0;
}

int xml_c14n_start(struct xml_c14n *c, const struct xml_start *s, struct err *e)
{
	must(!c->done);
	c->decls_n = c->attrs_n = 0;
	if ((c->depth == 0 ? collect_apex : collect_inner)(c, s, e) != 0)
		return (int)e->code;
	if (c->alg == XML_C14N_EXCLUSIVE)
		want_used(c, s);
	xml_scope_enter_parts(c->written, c->decls, c->decls_n, NULL, 0);
	if (xml_out_start(&c->out, &s->name, c->decls, c->decls_n, c->attrs, c->attrs_n, e) != 0)
		return (int)e->code;
	if (c->depth++ == 0) {
		xml_scope_free(c->at);
		c->at = NULL;
	}
	return 0;
}

int xml_c14n_text(struct xml_c14n *c, struct span text, struct err *e)
{
	must(c->depth > 0);
	return xml_out_escaped(&c->out, text, XML_IN_TEXT, e);
}

int xml_c14n_end(struct xml_c14n *c, const struct xml_name *name, struct err *e)
{
	must(c->depth > 0);
	if (xml_out_end(&c->out, name, e) != 0)
		return (int)e->code;
	xml_scope_leave(c->written);
	if (--c->depth > 0)
		return 0;
	c->done = true;
	return xml_out_flush(&c->out, e);
}

int xml_c14n_pi(struct xml_c14n *c, struct span target, struct span data, struct err *e)
{
	must(c->depth > 0);
	if (xml_out_put(&c->out, SPAN_LIT("<?"), e) != 0 || xml_out_put(&c->out, target, e) != 0)
		return (int)e->code;
	if (data.n > 0 && (xml_out_put(&c->out, SPAN_LIT(" "), e) != 0 ||
			   xml_out_escaped(&c->out, data, XML_IN_PI, e) != 0))
		return (int)e->code;
	return xml_out_put(&c->out, SPAN_LIT("?>"), e);
}

int xml_c14n_flush(struct xml_c14n *c, struct err *e)
{
	return xml_out_flush(&c->out, e);
}

bool xml_c14n_done(const struct xml_c14n *c)
{
	return c->done;
}
