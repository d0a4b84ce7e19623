/* SPDX-License-Identifier: EUPL-1.2 */
/* What an element may hold. */
#include "xml/expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int xml_refuse(const struct xml_node *n, struct err *e, const char *fmt, ...)
{
	char path[XML_PATH_LEN], what[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_SYNTAX, "line %u: %s: %s", n->line, xml_node_path(n, path), what);
}

static bool fits(const struct xml_child_rule *r, const struct xml_node *n)
{
	if (strcmp(r->ns == NULL ? "" : r->ns, "*") != 0 && !span_is(n->name.ns, r->ns == NULL ? "" : r->ns))
		return false;
	return r->local == NULL || span_is(n->name.local, r->local);
}

static int out_len(struct span s)
{
	return (int)(s.n < 60 ? s.n : 60);
}

static int stray(const struct xml_node *n, struct err *e)
{
	for (const struct xml_node *c = n->first; c != NULL; c = c->next)
		if (c->name.local.n == 0 && !xml_is_blank(c->text))
			return xml_refuse(n, e, "text where only elements are allowed");
	return 0;
}

/* The number of elements that match rules[i] first. */
static unsigned count(const struct xml_node *n, const struct xml_child_rule *rules, size_t i,
		      const struct xml_node **first)
{
	unsigned found = 0;

	*first = NULL;
	for (const struct xml_node *c = xml_child(n, NULL, NULL); c != NULL; c = xml_next(c, NULL, NULL)) {
		size_t k = 0;

		while (k < i && !fits(&rules[k], c))
			k++;
		if (k == i && fits(&rules[i], c) && found++ == 0)
			*first = c;
	}
	return found;
}

static int known(const struct xml_node *n, const struct xml_child_rule *rules, size_t rules_n, bool ordered,
		 struct err *e)
{
	size_t at = 0;

	for (const struct xml_node *c = xml_child(n, NULL, NULL); c != NULL; c = xml_next(c, NULL, NULL)) {
		size_t k = 0;

		while (k < rules_n && !fits(&rules[k], c))
			k++;
		if (k == rules_n)
			return xml_refuse(c, e, "element is not allowed here");
		if (ordered && k < at)
			return xml_refuse(c, e, "element is not allowed at this position");
		at = k;
	}
	return 0;
}

int xml_expect_children(const struct xml_node *n, const struct xml_child_rule *rules, size_t rules_n, bool ordered,
			struct err *e)
{
	if (stray(n, e) != 0 || known(n, rules, rules_n, ordered, e) != 0)
		return (int)e->code;
	for (size_t i = 0; i < rules_n; i++) {
		const struct xml_node *first;
		unsigned found = count(n, rules, i, &first);
		const char *name = rules[i].local == NULL ? "other" : rules[i].local;

		if (found < rules[i].min)
			return xml_refuse(n, e, "element %s is missing", name);
		if (rules[i].max > 0 && found > rules[i].max)
			return xml_refuse(n, e, "more than %u elements %s", rules[i].max, name);
		if (rules[i].out != NULL)
			*rules[i].out = first;
	}
	return 0;
}

int xml_expect_attrs(const struct xml_node *n, const struct xml_attr_rule *rules, size_t rules_n, struct err *e)
{
	for (size_t i = 0; i < n->attrs_n; i++) {
		const struct xml_name *name = &n->attrs[i].name;
		size_t k = 0;

		while (k < rules_n && !xml_name_is(name, rules[k].ns, rules[k].local))
			k++;
		if (k == rules_n)
			return xml_refuse(n, e, "attribute %.*s is not allowed", out_len(name->local), name->local.p);
	}
	for (size_t k = 0; k < rules_n; k++) {
		struct span v;

		if (!xml_attr_get(n, rules[k].ns, rules[k].local, &v) && rules[k].required)
			return xml_refuse(n, e, "attribute %s is missing", rules[k].local);
		if (rules[k].out != NULL)
			*rules[k].out = v;
	}
	return 0;
}

int xml_expect_text(const struct xml_node *n, struct span *out, struct err *e)
{
	*out = SPAN_EMPTY;
	for (const struct xml_node *c = n->first; c != NULL; c = c->next) {
		if (c->name.local.n > 0)
			return xml_refuse(c, e, "element where only text is allowed");
		*out = c->text;	/* without elements between, there is only one text node */
	}
	return 0;
}

int xml_expect_empty(const struct xml_node *n, struct err *e)
{
	const struct xml_node *c = xml_child(n, NULL, NULL);

	return c != NULL ? xml_refuse(c, e, "element is not allowed here") : stray(n, e);
}

int xml_expect_name(const struct xml_node *n, const char *ns, const char *local, struct err *e)
{
	if (xml_node_is(n, ns, local))
		return 0;
	return xml_refuse(n, e, "element %s of namespace %s is expected here", local, ns == NULL ? "(none)" : ns);
}
