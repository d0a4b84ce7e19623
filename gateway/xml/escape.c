/* SPDX-License-Identifier: EUPL-1.2 */
/* Which characters become references. */
#include "xml/escape.h"

#include <string.h>

#include "xml/write.h"

#define ONES UINT64_C(0x0101010101010101)
#define TOPS (0x80 * ONES)

static const unsigned char special[256] = {
	['&'] = XML_IN_TEXT | XML_IN_ATTR | XML_IN_CDATA,
	['<'] = XML_IN_TEXT | XML_IN_ATTR | XML_IN_CDATA,
	['>'] = XML_IN_TEXT | XML_IN_CDATA,
	['"'] = XML_IN_ATTR,
	['\t'] = XML_IN_ATTR,
	['\n'] = XML_IN_ATTR,
	['\r'] = XML_IN_TEXT | XML_IN_ATTR | XML_IN_PI | XML_IN_CDATA,
};

/* None of eight bytes is special anywhere. May be wrong about good ones (below 0x27, above 0x7f), never about others. */
static bool plain8(const char *p)
{
	uint64_t w, brackets;

	memcpy(&w, p, sizeof(w));
	brackets = (w & ~(2 * ONES)) ^ '<' * ONES;	/* a zero byte: "<" or ">" */
	return ((w | (w - 0x27 * ONES) | (brackets - ONES)) & TOPS) == 0;
}

size_t xml_escape_run(struct span s, enum xml_escape where)
{
	size_t i = 0;

	while (i < s.n) {
		if (s.n - i >= 8 && plain8(s.p + i))
			i += 8;
		else if ((special[(unsigned char)s.p[i]] & where) == 0)
			i++;
		else
			break;
	}
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
