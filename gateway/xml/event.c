/* SPDX-License-Identifier: EUPL-1.2 */
/* Looking at events. */
#include "xml/event.h"

bool xml_name_is(const struct xml_name *n, const char *ns, const char *local)
{
	return span_is(n->local, local) && span_is(n->ns, ns == NULL ? "" : ns);
}

const struct xml_attr *xml_start_attr(const struct xml_start *s, const char *ns, const char *local)
{
	for (size_t i = 0; i < s->attrs_n; i++)
		if (xml_name_is(&s->attrs[i].name, ns, local))
			return &s->attrs[i];
	return NULL;
}

bool xml_is_blank(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r' && s.p[i] != '\n')
			return false;
	return true;
}
