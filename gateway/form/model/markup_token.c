/* SPDX-License-Identifier: EUPL-1.2 */
/* HTML taken apart: tags with the attributes that matter, text, entities, addresses. */
#include <glib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "form/model/markup_tree.h"

static const struct {
	const char *name, *text;
} entities[] = {
	{ "amp", "&" },	   { "lt", "<" },     { "gt", ">" },	 { "quot", "\"" },  { "apos", "'" },   { "nbsp", "\u00A0" },
	{ "auml", "ä" },   { "ouml", "ö" },   { "uuml", "ü" },	 { "Auml", "Ä" },   { "Ouml", "Ö" },   { "Uuml", "Ü" },
	{ "szlig", "ß" },  { "euro", "€" },   { "sect", "§" },	 { "bdquo", "„" },  { "ldquo", "“" },  { "rdquo", "”" },
	{ "sbquo", "‚" },  { "lsquo", "‘" },  { "rsquo", "’" },	 { "laquo", "«" },  { "raquo", "»" },  { "hellip", "…" },
	{ "ndash", "–" },  { "mdash", "—" },  { "deg", "°" },	 { "copy", "©" },   { "reg", "®" },    { "middot", "·" },
	{ "bull", "•" },   { "times", "×" },  { "frac12", "½" }, { "sup2", "²" },   { "sup3", "³" },   { "eacute", "é" },
	{ "egrave", "è" }, { "agrave", "à" }, { "ccedil", "ç" }, { "shy", "" },	    { "colon", ":" },  { "Tab", "\t" },
	{ "NewLine", "\n" },
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool begins_tag(const char *s)
{
	return s[0] == '<' && (g_ascii_isalpha(s[1]) || s[1] == '!' || (s[1] == '/' && g_ascii_isalpha(s[2])));
}

/* The value behind "=", quoted or not; false at the end of the input. */
static bool read_value(const char **at, struct span *value)
{
	const char *s = *at;
	size_t n;

	s += strspn(s, " \t\n\r\f");
	if (*s == '"' || *s == '\'') {
		const char *end = strchr(s + 1, *s);

		if (end == NULL)
			return false;
		*value = (struct span){ s + 1, (size_t)(end - s - 1) };
		*at = end + 1;
		return true;
	}
	n = strcspn(s, " \t\n\r\f>");
	*value = (struct span){ s, n };
	*at = s + n;
	return *(s + n) != '\0';
}

static bool read_attributes(const char **at, struct markup_token *t)
{
	const char *s = *at;

	for (;;) {
		struct span value = SPAN_EMPTY;
		const char *name;
		size_t n;

		while (is_blank(*s) || *s == '/')
			s++;
		if (*s == '>') {
			*at = s + 1;
			return true;
		}
		name = s;
		n = strcspn(s, " \t\n\r\f=>/");
		s += n > 0 ? n : (*s == '=');
		s += strspn(s, " \t\n\r\f");
		if (*s == '\0')
			return false;
		if (*s == '=') {
			s++;
			if (!read_value(&s, &value))
				return false;
		}
		if (n == 4 && strncasecmp(name, "href", 4) == 0 && t->href.p == NULL)
			t->href = value;
		if (n > 2 && strncasecmp(name, "on", 2) == 0)
			t->handler = true;
	}
}

/* A comment or a declaration; what is not finished takes the rest with it, as in a browser. */
static void skip_comment(struct markup_input *in)
{
	const char *end = strncmp(in->s, "<!--", 4) == 0 ? strstr(in->s + 4, "-->") : strchr(in->s, '>');

	if (end == NULL)
		in->s += strlen(in->s);
	else
		in->s = end + (*end == '-' ? 3 : 1);
}

static bool read_tag(struct markup_input *in, struct markup_token *t)
{
	const char *s = in->s + 1;
	size_t n = 0;

	t->kind = *s == '/' ? MARKUP_CLOSES : MARKUP_OPENS;
	s += *s == '/';
	for (; *s != '\0' && !is_blank(*s) && *s != '/' && *s != '>'; s++) {
		if (n + 1 < sizeof(t->name))
			t->name[n++] = g_ascii_tolower(*s);
	}
	if (!read_attributes(&s, t))
		return false;
	in->s = s;
	return true;
}

void form_markup_next(struct markup_input *in, struct markup_token *t)
{
	const char *s;

	*t = (struct markup_token){ .kind = MARKUP_END };
	while (!in->words_only && in->s[0] == '<' && in->s[1] == '!')
		skip_comment(in);
	if (*in->s == '\0')
		return;
	if (!in->words_only && begins_tag(in->s)) {
		if (read_tag(in, t))
			return;
		/* Said once: looking for the end again at each "<" would take the square of the length. */
		*t = (struct markup_token){ .kind = MARKUP_END };
		in->words_only = true;
	}
	s = in->s + 1;
	while (*s != '\0' && (in->words_only || !begins_tag(s)))
		s++;
	t->kind = MARKUP_WORDS;
	t->words = (struct span){ in->s, (size_t)(s - in->s) };
	in->s = s;
}

void form_markup_skip(struct markup_input *in, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = in->s; (s = strstr(s, "</")) != NULL; s += 2) {
		if (strncasecmp(s + 2, name, n) != 0 || g_ascii_isalnum(s[2 + n]))
			continue;
		s = strchr(s, '>');
		if (s == NULL)
			break;
		in->s = s + 1;
		return;
	}
	in->s += strlen(in->s);
}

static bool is_character(uint32_t c)
{
	return g_unichar_validate(c) && (c >= 0x20 || c == '\t' || c == '\n') && (c < 0x7F || c >= 0xA0);
}

/* "&#228;" or "&#xE4;" of n bytes at s; false if it is no number. One of a character that no text may have is gone. */
static bool put_number(struct buf *out, const char *s, size_t n)
{
	bool hex = n > 3 && (s[2] == 'x' || s[2] == 'X');
	char one[8] = "";
	uint32_t c = 0;

	for (size_t i = hex ? 3 : 2; i + 1 < n; i++) {
		int digit = hex ? g_ascii_xdigit_value(s[i]) : g_ascii_digit_value(s[i]);

		if (digit < 0)
			return false;
		c = c > 0x10FFFF ? c : c * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (is_character(c)) {
		one[g_unichar_to_utf8(c, one)] = '\0';
		buf_puts(out, one);
	}
	return true;
}

/* Bytes of the entity at s, which begins with "&"; 0 if it is none. */
static size_t put_entity(struct buf *out, const char *s, size_t left)
{
	const char *end = memchr(s, ';', left < 12 ? left : 12);
	size_t n = end == NULL ? 0 : (size_t)(end - s) + 1;

	if (n > 3 && s[1] == '#')
		return put_number(out, s, n) ? n : 0;
	for (size_t i = 0; n > 2 && i < ARRAY_LEN(entities); i++) {
		if (strlen(entities[i].name) == n - 2 && memcmp(s + 1, entities[i].name, n - 2) == 0) {
			buf_puts(out, entities[i].text);
			return n;
		}
	}
	return 0;
}

void form_markup_decode(struct buf *out, struct span raw)
{
	for (size_t i = 0; i < raw.n;) {
		size_t n = raw.p[i] == '&' ? put_entity(out, raw.p + i, raw.n - i) : 0;

		if (n == 0) {
			unsigned char c = (unsigned char)raw.p[i];

			if ((c >= 0x20 && c != 0x7F) || is_blank(raw.p[i]))
				buf_putc(out, raw.p[i]);
			n = 1;
		}
		i += n;
	}
}

static bool is_address(const char *s)
{
	static const char *const schemes[] = { "https://", "http://", "mailto:" };

	if (strpbrk(s, " \\\"<>`{}") != NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t n = strlen(schemes[i]);

		if (g_ascii_strncasecmp(s, schemes[i], n) == 0)
			return g_ascii_isalnum(s[n]) || (unsigned char)s[n] >= 0x80 || (i < 2 && s[n] == '[');
	}
	return false;
}

const char *form_markup_link(struct arena *a, struct span raw)
{
	const char *address;
	struct buf b;
	char *end;

	buf_init(&b, FORM_MARKUP_MAX);
	form_markup_decode(&b, raw);
	address = buf_str(&b);
	/* As a browser does: blanks around it go, and tabs and line ends within. */
	address += strspn(address, " \t\n\r\f");
	address = arena_dup(a, address);
	end = (char *)(uintptr_t)address;
	for (const char *s = address; *s != '\0'; s++) {
		if (strchr("\t\n\r\f", *s) == NULL)
			*end++ = *s;
	}
	while (end > address && end[-1] == ' ')
		end--;
	*end = '\0';
	buf_fini(&b);
	return is_address(address) ? address : NULL;
}
