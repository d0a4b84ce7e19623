/* SPDX-License-Identifier: EUPL-1.2 */
/* Single values out of elements. */
#include "xta/value.h"

#include <string.h>

#include "base/clock.h"
#include "xml/expect.h"
#include "xta/names.h"

#define LIST_MAX 1000

bool xta_take_may(const struct xta_take *t, enum xta_warning w)
{
	if (t->warnings == NULL)
		return false;
	*t->warnings |= (unsigned)w;
	return true;
}

/* Collapsed as xs:token. */
static const char *collapse(struct arena *a, struct span s)
{
	char *out, *p;
	bool gap = false;

	s = span_trim(s);
	p = out = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		bool blank = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r' || s.p[i] == '\n';

		if (blank && !gap)
			*p++ = ' ';
		else if (!blank)
			*p++ = s.p[i];
		gap = blank;
	}
	return out;
}

int xta_take_text(const struct xta_take *t, const struct xml_node *n, const char **out, struct err *e)
{
	struct span text;

	*out = NULL;
	if (n == NULL)
		return 0;
	if (xml_expect_text(n, &text, e) != 0)
		return (int)e->code;
	text = span_trim(text);
	if (text.n == 0)
		return xta_take_may(t, XTA_WARN_EMPTY) ? 0 : xml_refuse(n, e, "is empty");
	*out = collapse(t->a, text);
	return 0;
}

int xta_take_instant(const struct xta_take *t, const struct xml_node *n, int64_t *ms, struct err *e)
{
	const char *text;

	*ms = 0;
	if (xta_take_text(t, n, &text, e) != 0)
		return (int)e->code;
	if (text == NULL || clock_parse(span_of(text), ms, e) == 0)
		return 0;
	return xml_refuse(n, e, "not a date and time");
}

int xta_take_size(const struct xta_take *t, const struct xml_node *n, uint64_t *size, struct err *e)
{
	const char *text;

	*size = 0;
	if (xta_take_text(t, n, &text, e) != 0)
		return (int)e->code;
	if (text == NULL || (span_u64(span_of(text), UINT64_MAX, size) && *size > 0))
		return 0;
	*size = 0;
	return xta_take_may(t, XTA_WARN_SIZE) ? 0 : xml_refuse(n, e, "not a positive number");
}

int xta_take_uri(const struct xta_take *t, const struct xml_node *n, const char **out, struct err *e)
{
	const struct xta_take strict = { t->a, NULL };

	if (xta_take_text(&strict, n, out, e) != 0)
		return (int)e->code;
	if (n == NULL)
		return err_set(e, ERR_SYNTAX, "a URI is missing");
	return xta_is_uri(span_of(*out)) ? 0 : xml_refuse(n, e, "not a URI");
}

int xta_take_uris(const struct xta_take *t, const struct xml_node *n, const char *ns, const char *local,
		  const char *const **out, size_t *count, struct err *e)
{
	const char **list;
	size_t k = 0;

	for (const struct xml_node *c = xml_child(n, ns, local); c != NULL; c = xml_next(c, ns, local))
		k++;
	if (k > LIST_MAX)
		return err_set(e, ERR_LIMIT, "more than %d of %s", LIST_MAX, local);
	list = arena_alloc(t->a, (k + 1) * sizeof(*list));
	k = 0;
	for (const struct xml_node *c = xml_child(n, ns, local); c != NULL; c = xml_next(c, ns, local))
		if (xta_take_uri(t, c, &list[k++], e) != 0)
			return (int)e->code;
	*out = list;
	*count = k;
	return 0;
}

int xta_take_attr(const struct xta_take *t, const struct xml_node *n, const char *local, bool required,
		  const char **out, struct err *e)
{
	struct span value;

	*out = NULL;
	if (xml_attr_get(n, NULL, local, &value)) {
		if (value.n > 0) {
			*out = arena_dup_n(t->a, value.p, value.n);
			return 0;
		}
		if (required || !xta_take_may(t, XTA_WARN_EMPTY))
			return xml_refuse(n, e, "attribute %s is empty", local);
	}
	return required ? xml_refuse(n, e, "attribute %s is missing", local) : 0;
}

static int take_list(const struct xta_take *t, const struct xml_node *n, struct xta_key *out, struct err *e)
{
	if (xta_take_attr(t, n, "listURI", true, &out->list, e) != 0 ||
	    xta_take_attr(t, n, "listVersionID", true, &out->version, e) != 0)
		return (int)e->code;
	return xta_is_uri(span_of(out->list)) ? 0 : xml_refuse(n, e, "listURI is not a URI");
}

int xta_take_key(const struct xta_take *t, const struct xml_node *n, struct xta_key *out, struct err *e)
{
	const struct xml_node *code, *name;
	const struct xml_child_rule rules[] = { { "", "code", 1, 1, &code }, { "", "name", 0, 1, &name } };
	const struct xta_take strict = { t->a, NULL };

	memset(out, 0, sizeof(*out));
	if (xml_expect_children(n, rules, 2, true, e) != 0 || xta_take_text(&strict, code, &out->code, e) != 0 ||
	    xta_take_text(t, name, &out->name, e) != 0)
		return (int)e->code;
	return take_list(t, n, out, e);
}

bool xta_take_bool(struct span text, bool *out)
{
	text = span_trim(text);
	*out = span_is(text, "true") || span_is(text, "1");
	return *out || span_is(text, "false") || span_is(text, "0");
}

bool xta_is_nil(const struct xml_node *n)
{
	struct span v;
	bool nil;

	return xml_attr_get(n, XTA_NS_XSI, "nil", &v) && xta_take_bool(v, &nil) && nil;
}
