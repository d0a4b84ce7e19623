/* SPDX-License-Identifier: EUPL-1.2 */
/* UTF-8 and the characters of XML 1.0. */
#include "xml/chars.h"

#include <string.h>

#define ONES UINT64_C(0x0101010101010101)

/* Printable ASCII in all eight bytes: none has the top bit, none is below 0x20. */
static bool plain8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return ((w | (w - 0x20 * ONES)) & 0x80 * ONES) == 0;
}

static bool begin(struct xml_chars *c, unsigned char b)
{
	if (b >= 0xC2 && b <= 0xDF)
		*c = (struct xml_chars){ b & 0x1Fu, 0x80, 1 };
	else if (b >= 0xE0 && b <= 0xEF)
		*c = (struct xml_chars){ b & 0x0Fu, 0x800, 2 };
	else if (b >= 0xF0 && b <= 0xF4)
		*c = (struct xml_chars){ b & 0x07u, 0x10000, 3 };
	else
		return b < 0x80 && (b >= 0x20 || b == '\t' || b == '\n' || b == '\r');
	return true;
}

static bool go_on(struct xml_chars *c, unsigned char b)
{
	if ((b & 0xC0) != 0x80)
		return false;
	c->cp = c->cp << 6 | (b & 0x3Fu);
	if (--c->need > 0)
		return true;
	return c->cp >= c->min && c->cp <= 0x10FFFF && !(c->cp >= 0xD800 && c->cp <= 0xDFFF) &&
	       (c->cp < 0xFFFE || c->cp > 0xFFFF);
}

size_t xml_chars_check(struct xml_chars *c, struct span s)
{
	for (size_t i = 0; i < s.n;) {
		if (c->need == 0 && s.n - i >= 8 && plain8(s.p + i)) {
			i += 8;
			continue;
		}
		if (!(c->need > 0 ? go_on : begin)(c, (unsigned char)s.p[i]))
			return i;
		i++;
	}
	return s.n;
}

bool xml_chars_whole(const struct xml_chars *c)
{
	return c->need == 0;
}
