/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "form/model/definition_read.h"

static const struct {
	const char *name, *text;
} entities[] = {
	{ "amp", "&" },   { "lt", "<" },    { "gt", ">" },   { "quot", "\"" }, { "apos", "'" },  { "nbsp", " " },
	{ "auml", "ä" },  { "ouml", "ö" },  { "uuml", "ü" }, { "Auml", "Ä" },  { "Ouml", "Ö" },  { "Uuml", "Ü" },
	{ "szlig", "ß" }, { "euro", "€" },  { "sect", "§" }, { "bdquo", "„" }, { "ldquo", "“" }, { "rdquo", "”" },
	{ "ndash", "–" }, { "mdash", "—" }, { "#39", "'" },  { "#160", " " },
};

static const char *const block_tags[] = {
	"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr"
};

/* An unknown entity stays as it is written: nothing is lost, and the writer escapes it. */
static size_t put_entity(struct buf *out, const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		size_t n = strlen(entities[i].name);
		if (strncmp(s + 1, entities[i].name, n) == 0 && s[1 + n] == ';') {
			buf_puts(out, entities[i].text);
			return n + 2;
		}
	}
	buf_putc(out, '&');
	return 1;
}

static bool is_block(const char *tag)
{
	if (*tag == '/')
		tag++;
	size_t n = strcspn(tag, " \t\r\n/>");
	for (size_t i = 0; i < ARRAY_LEN(block_tags); i++) {
		if (strlen(block_tags[i]) == n && strncasecmp(tag, block_tags[i], n) == 0)
			return true;
	}
	return false;
}

static void put_gap(struct buf *out, char gap)
{
	if (out->n == 0 || out->p[out->n - 1] == '\n')
		return;
	if (out->p[out->n - 1] == ' ') {
		if (gap == ' ')
			return;
		out->p[--out->n] = '\0';
	}
	buf_putc(out, gap);
}

char *form_html_to_text(struct arena *a, const char *html)
{
	struct buf out;
	buf_init(&out, FORM_DEFINITION_MAX);
	for (const char *s = html; *s != '\0';) {
		const char *end = *s == '<' && s[1] != ' ' ? strchr(s, '>') : NULL;
		if (end != NULL) {
			if (is_block(s + 1))
				put_gap(&out, '\n');
			s = end + 1;
		} else if (*s == '&') {
			s += put_entity(&out, s);
		} else if (strchr(" \t\r\n", *s) != NULL) {
			put_gap(&out, ' ');
			s++;
		} else {
			buf_putc(&out, *s++);
		}
	}
	while (out.n > 0 && (out.p[out.n - 1] == '\n' || out.p[out.n - 1] == ' '))
		out.p[--out.n] = '\0';
	char *text = arena_dup(a, buf_str(&out));
	buf_fini(&out);
	return text;
}
