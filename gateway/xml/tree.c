/* SPDX-License-Identifier: EUPL-1.2 */
/* Looking around in a small tree. */
#include "xml/tree.h"

#include <string.h>

#include "base/mem.h"

bool xml_node_is(const struct xml_node *n, const char *ns, const char *local)
{
	if (n->name.local.n == 0 || (local != NULL && !span_is(n->name.local, local)))
		return false;
	return (local == NULL && ns == NULL) || span_is(n->name.ns, ns == NULL ? "" : ns);
}

static const struct xml_node *find(const struct xml_node *n, const char *ns, const char *local)
{
	while (n != NULL && !xml_node_is(n, ns, local))
		n = n->next;
	return n;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *local)
{
	return n == NULL ? NULL : find(n->first, ns, local);
}

const struct xml_node *xml_next(const struct xml_node *n, const char *ns, const char *local)
{
	return find(n->next, ns, local);
}

const struct xml_node *xml_descend(const struct xml_node *n, const char *ns, const char *way)
{
	struct span rest = span_of(way), step;

	while (n != NULL && rest.n > 0) {
		span_split(rest, '/', &step, &rest);
		for (n = n->first; n != NULL; n = n->next)
			if (span_eq(n->name.local, step) && span_is(n->name.ns, ns == NULL ? "" : ns))
				break;
	}
	return n;
}

bool xml_attr_get(const struct xml_node *n, const char *ns, const char *local, struct span *value)
{
	*value = SPAN_EMPTY;
	for (size_t i = 0; i < n->attrs_n; i++) {
		if (!xml_name_is(&n->attrs[i].name, ns, local))
			continue;
		*value = n->attrs[i].value;
		return true;
	}
	return false;
}

struct span xml_text(const struct xml_node *n, struct arena *a)
{
	struct span all = SPAN_EMPTY;
	size_t pieces = 0;

	for (const struct xml_node *c = n->first; c != NULL; c = c->next) {
		if (c->name.local.n > 0)
			continue;
		if (pieces++ == 0)
			all.p = c->text.p;
		all.n += c->text.n;
	}
	if (pieces < 2)
		return all;
	char *joined = arena_alloc(a, all.n + 1), *to = joined;

	for (const struct xml_node *c = n->first; c != NULL; c = c->next) {
		if (c->name.local.n > 0)
			continue;
		memcpy(to, c->text.p, c->text.n);
		to += c->text.n;
	}
	return (struct span){ joined, all.n };
}

static const struct xml_node *root_of(const struct xml_node *n)
{
	while (n->parent != NULL)
		n = n->parent;
	return n;
}

bool xml_node_uri(const struct xml_node *n, struct span prefix, struct span *uri)
{
	const struct xml_outer *outer = root_of(n)->outer;

	if (span_is(prefix, "xml")) {
		*uri = SPAN_LIT(XML_NS_XML);
		return true;
	}
	for (; n != NULL; n = n->parent)
		for (size_t i = 0; i < n->decls_n; i++)
			if (span_eq(n->decls[i].prefix, prefix)) {
				*uri = n->decls[i].uri;
				return uri->n > 0;
			}
	for (size_t i = 0; outer != NULL && i < outer->decls_n; i++)
		if (span_eq(outer->decls[i].prefix, prefix)) {
			*uri = outer->decls[i].uri;
			return true;
		}
	return false;
}

/* What is in force around n: from the root's surroundings inwards. */
static void enter_around(struct xml_scope *s, const struct xml_node *n)
{
	if (n->parent == NULL) {
		if (n->outer != NULL)
			xml_scope_enter_parts(s, n->outer->decls, n->outer->decls_n, n->outer->attrs,
					      n->outer->attrs_n);
		return;
	}
	enter_around(s, n->parent);
	xml_scope_enter_parts(s, n->parent->decls, n->parent->decls_n, n->parent->attrs, n->parent->attrs_n);
}

static int enter_node(struct xml_c14n *c, const struct xml_node *n, struct err *e)
{
	if (n->name.local.n == 0)
		return xml_c14n_text(c, n->text, e);
	struct xml_start s = {
		.name = n->name,
		.attrs = n->attrs,
		.attrs_n = n->attrs_n,
		.decls = n->decls,
		.decls_n = n->decls_n,
	};

	return xml_c14n_start(c, &s, e);
}

static int walk(struct xml_c14n *c, const struct xml_node *top, struct err *e)
{
	const struct xml_node *n = top;

	for (;;) {
		if (enter_node(c, n, e) != 0)
			return (int)e->code;
		if (n->first != NULL) {
			n = n->first;
			continue;
		}
		if (n->name.local.n > 0 && xml_c14n_end(c, &n->name, e) != 0)
			return (int)e->code;
		while (n != top && n->next == NULL) {
			n = n->parent;
			if (xml_c14n_end(c, &n->name, e) != 0)
				return (int)e->code;
		}
		if (n == top)
			return 0;
		n = n->next;
	}
}

int xml_tree_c14n(const struct xml_node *n, enum xml_c14n_alg alg, struct span prefixes, struct sink *out,
		  struct err *e)
{
	struct xml_scope *around = xml_scope_new();

	must(n->name.local.n > 0);
	enter_around(around, n);
	struct xml_c14n *c = xml_c14n_new(alg, around, prefixes, out);
	int rc = walk(c, n, e);

	xml_c14n_free(c);
	xml_scope_free(around);
	return rc;
}

char *xml_node_path(const struct xml_node *n, char out[XML_PATH_LEN])
{
	size_t at = XML_PATH_LEN - 1;

	out[at] = '\0';
	for (; n != NULL; n = n->parent) {
		size_t need = n->name.prefix.n + n->name.local.n + 2;

		if (n->name.local.n == 0)
			continue;
		if (need + 3 > at) {
			at -= 3;
			memcpy(out + at, "...", 3);
			break;
		}
		at -= n->name.local.n;
		memcpy(out + at, n->name.local.p, n->name.local.n);
		if (n->name.prefix.n > 0) {
			out[--at] = ':';
			at -= n->name.prefix.n;
			memcpy(out + at, n->name.prefix.p, n->name.prefix.n);
		}
		out[--at] = '/';
	}
	memmove(out, out + at, XML_PATH_LEN - at);
	return out;
}
