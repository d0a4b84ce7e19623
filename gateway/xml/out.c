/* SPDX-License-Identifier: EUPL-1.2 */
/* Canonical tags and text into a sink. */
#include "xml/out.h"

#include <stdlib.h>
#include <string.h>

int xml_out_flush(struct xml_out *o, struct err *e)
{
	size_t n = o->n;

	o->n = 0;
	return n == 0 ? 0 : sink_write(o->sink, o->b, n, e);
}

int xml_out_put(struct xml_out *o, struct span s, struct err *e)
{
	if (s.n > sizeof(o->b) - o->n && xml_out_flush(o, e) != 0)
		return (int)e->code;
	if (s.n > sizeof(o->b))
		return sink_write(o->sink, s.p, s.n, e);
	if (s.n > 0)
		memcpy(o->b + o->n, s.p, s.n);
	o->n += s.n;
	return 0;
}

int xml_out_escaped(struct xml_out *o, struct span s, enum xml_escape where, struct err *e)
{
	while (s.n > 0) {
		size_t run = xml_escape_run(s, where);

		if (run > 0 && xml_out_put(o, (struct span){ s.p, run }, e) != 0)
			return (int)e->code;
		if (run == s.n)
			return 0;
		if (xml_out_put(o, xml_escape_ref(s.p[run]), e) != 0)
			return (int)e->code;
		s = (struct span){ s.p + run + 1, s.n - run - 1 };
	}
	return 0;
}

static int compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

static int by_prefix(const void *a, const void *b)
{
	return compare(((const struct xml_decl *)a)->prefix, ((const struct xml_decl *)b)->prefix);
}

static int by_name(const void *a, const void *b)
{
	const struct xml_name *x = &((const struct xml_attr *)a)->name, *y = &((const struct xml_attr *)b)->name;
	int c = compare(x->ns, y->ns);

	return c != 0 ? c : compare(x->local, y->local);
}

static int put_name(struct xml_out *o, const struct xml_name *name, struct err *e)
{
	if (name->prefix.n > 0 &&
	    (xml_out_put(o, name->prefix, e) != 0 || xml_out_put(o, SPAN_LIT(":"), e) != 0))
		return (int)e->code;
	return xml_out_put(o, name->local, e);
}

static int put_value(struct xml_out *o, struct span value, struct err *e)
{
	if (xml_out_put(o, SPAN_LIT("=\""), e) != 0 || xml_out_escaped(o, value, XML_IN_ATTR, e) != 0 ||
	    xml_out_put(o, SPAN_LIT("\""), e) != 0)
		return (int)e->code;
	return 0;
}

static int put_decl(struct xml_out *o, const struct xml_decl *d, struct err *e)
{
	if (xml_out_put(o, d->prefix.n > 0 ? SPAN_LIT(" xmlns:") : SPAN_LIT(" xmlns"), e) != 0 ||
	    xml_out_put(o, d->prefix, e) != 0)
		return (int)e->code;
	return put_value(o, d->uri, e);
}

static int put_attr(struct xml_out *o, const struct xml_attr *a, struct err *e)
{
	if (xml_out_put(o, SPAN_LIT(" "), e) != 0 || put_name(o, &a->name, e) != 0)
		return (int)e->code;
	return put_value(o, a->value, e);
}

int xml_out_start(struct xml_out *o, const struct xml_name *name, struct xml_decl *decls, size_t decls_n,
		  struct xml_attr *attrs, size_t attrs_n, struct err *e)
{
	if (decls_n > 1)
		qsort(decls, decls_n, sizeof(*decls), by_prefix);
	if (attrs_n > 1)
		qsort(attrs, attrs_n, sizeof(*attrs), by_name);
	if (xml_out_put(o, SPAN_LIT("<"), e) != 0 || put_name(o, name, e) != 0)
		return (int)e->code;
	for (size_t i = 0; i < decls_n; i++)
		if (put_decl(o, &decls[i], e) != 0)
			return (int)e->code;
	for (size_t i = 0; i < attrs_n; i++)
		if (put_attr(o, &attrs[i], e) != 0)
			return (int)e->code;
	return xml_out_put(o, SPAN_LIT(">"), e);
}

int xml_out_end(struct xml_out *o, const struct xml_name *name, struct err *e)
{
	if (xml_out_put(o, SPAN_LIT("</"), e) != 0 || put_name(o, name, e) != 0)
		return (int)e->code;
	return xml_out_put(o, SPAN_LIT(">"), e);
}
