/* SPDX-License-Identifier: EUPL-1.2 */
/* Which characters become references. */
#include "xml/escape.h"

#include "xml/write.h"

static const unsigned char special[256] = {
	['&'] = XML_IN_TEXT | XML_IN_ATTR | XML_IN_CDATA,
	['<'] = XML_IN_TEXT | XML_IN_ATTR | XML_IN_CDATA,
	['>'] = XML_IN_TEXT | XML_IN_CDATA,
	['"'] = XML_IN_ATTR,
	['\t'] = XML_IN_ATTR,
	['\n'] = XML_IN_ATTR,
	['\r'] = XML_IN_TEXT | XML_IN_ATTR | XML_IN_PI | XML_IN_CDATA,
};

size_t xml_escape_run(struct span s, enum xml_escape where)
{
	size_t i = 0;

	while (i < s.n && (special[(unsigned char)s.p[i]] & where) == 0)
		i++;
	return i;
}

struct span xml_escape_ref(char c)
{
	switch (c) {
	case '&': return SPAN_LIT("&amp;");
	case '<': return SPAN_LIT("&lt;");
	case '>': return SPAN_LIT("&gt;");
	case '"': return SPAN_LIT("&quot;");
	case '\t': return SPAN_LIT("&#x9;");
	case '\n': return SPAN_LIT("&#xA;");
	default: return SPAN_LIT("&#xD;");
	}
}

static void escape(struct buf *out, struct span s, enum xml_escape where)
{
	while (s.n > 0) {
		size_t run = xml_escape_run(s, where);

		buf_put(out, s.p, run);
		if (run == s.n)
			return;
		buf_span(out, xml_escape_ref(s.p[run]));
		s = (struct span){ s.p + run + 1, s.n - run - 1 };
	}
}

void xml_escape_attr(struct buf *out, struct span value)
{
	escape(out, value, XML_IN_ATTR);
}
