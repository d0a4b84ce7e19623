/* SPDX-License-Identifier: EUPL-1.2 */
/* The two orders of attributes, and the character that the reference library escapes in them. */
#include "osci/same_form.h"

#include <string.h>

static int compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

static int canonical_order(const struct xml_name *a, const struct xml_name *b)
{
	int c = compare(a->ns, b->ns);

	return c != 0 ? c : compare(a->local, b->local);
}

/* The octet at i of "namespace,prefix:local", or -1 behind its end. */
static int octet(const struct xml_name *n, size_t i)
{
	const struct span parts[] = { n->ns, SPAN_LIT(","), n->prefix, { ":", n->prefix.n > 0 }, n->local };

	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
		if (i < parts[k].n)
			return (unsigned char)parts[k].p[i];
		i -= parts[k].n;
	}
	return -1;
}

static int library_order(const struct xml_name *a, const struct xml_name *b)
{
	size_t i = 0;
	int x = octet(a, 0), y = octet(b, 0);

	while (x == y && x >= 0) {
		i++;
		x = octet(a, i);
		y = octet(b, i);
	}
	return x - y;
}

static bool has_angle(struct span s)
{
	return s.n > 0 && memchr(s.p, '>', s.n) != NULL;
}

/* A character beyond U+FFFF: in UTF-16 it stands before some of those below. */
static bool is_far(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0xf0)
			return true;
	return false;
}

int osci_same_form(const struct xml_push *p, const struct xml_start *s, struct err *e)
{
	bool angle = false, far = false;

	for (size_t i = 0; i < s->decls_n; i++) {
		angle = angle || has_angle(s->decls[i].uri);
		far = far || is_far(s->decls[i].prefix) || is_far(s->decls[i].uri);
	}
	for (size_t i = 0; i < s->attrs_n; i++) {
		const struct xml_name *a = &s->attrs[i].name;

		angle = angle || has_angle(s->attrs[i].value);
		far = far || is_far(a->local);
		for (size_t k = i + 1; k < s->attrs_n; k++) {
			const struct xml_name *b = &s->attrs[k].name;

			if ((canonical_order(a, b) < 0) != (library_order(a, b) < 0))
				return osci_refuse_at(p, e, "attributes whose order is not the same for everybody");
		}
	}
	if (far)
		return osci_refuse_at(p, e, "a name with characters that do not stand in the same order for everybody");
	return angle ? osci_refuse_at(p, e, "\">\" in an attribute, which not everybody writes alike") : 0;
}
