/* SPDX-License-Identifier: EUPL-1.2 */
#include "xml/filter.h"

#include <string.h>

/* "&#x10FFFF;" with some leading zeros. No named entity XML knows is longer. */
#define REF_MAX 16

/* The value of a pseudo attribute ("version"), or false. */
static bool decl_value(struct span decl, const char *name, struct span *value)
{
	size_t n = strlen(name);

	for (size_t i = 1; i + n < decl.n; i++) {
		if (memcmp(decl.p + i, name, n) != 0 || memchr(" \t\r\n", decl.p[i - 1], 4) == NULL)
			continue;
		struct span rest = span_trim((struct span){ decl.p + i + n, decl.n - i - n });

		if (rest.n == 0 || rest.p[0] != '=')
			continue;
		rest = span_trim((struct span){ rest.p + 1, rest.n - 1 });
		if (rest.n == 0 || (rest.p[0] != '"' && rest.p[0] != '\''))
			return false;
		return span_split((struct span){ rest.p + 1, rest.n - 1 }, rest.p[0], value, &rest);
	}
	return false;
}

int xml_filter_check_decl(struct span decl, struct err *e)
{
	struct span v;

	if (!decl_value(decl, "version", &v) || !span_is(v, "1.0"))
		return err_set(e, ERR_SYNTAX, "XML declaration: version is not 1.0");
	if (!decl_value(decl, "encoding", &v))
		return 0;
	if (!span_is_nocase(v, "UTF-8") && !span_is_nocase(v, "US-ASCII") && !span_is_nocase(v, "ASCII"))
		return err_set(e, ERR_SYNTAX, "encoding is not UTF-8 but %.*s", (int)(v.n < 40 ? v.n : 40), v.p);
	return 0;
}

bool xml_filter_in_cdata(const struct xml_filter *f)
{
	return f->state == F_CDATA;
}

static int tag_byte(struct xml_filter *f, char c, struct err *e)
{
	if (++f->run > f->limits->tag)
		return err_set(e, ERR_LIMIT, "tag longer than %u bytes", f->limits->tag);
	if (f->state == F_QUOT || f->state == F_APOS) {
		if (c == (f->state == F_QUOT ? '"' : '\''))
			f->state = F_TAG;
	} else if (c == '>') {
		f->state = F_TEXT;
	} else if (c == '"') {
		f->state = F_QUOT;
	} else if (c == '\'') {
		f->state = F_APOS;
	} else if (c == '=' && ++f->equals > f->limits->attrs + f->limits->decls) {
		return err_set(e, ERR_LIMIT, "tag with more than %u attributes", f->limits->attrs + f->limits->decls);
	}
	return 0;
}

static int open_byte(struct xml_filter *f, char c, struct err *e)
{
	f->run = 2;
	f->equals = 0;
	if (c == '!') {
		f->state = F_BANG;
	} else if (c == '?') {
		f->state = F_PI;
		f->closing = 0;
		f->decl_n = 0;
		f->is_decl = !f->begun;
	} else {
		f->state = F_TAG;
	}
	f->begun = true;
	return f->state == F_TAG ? tag_byte(f, c, e) : 0;
}

static int bang_byte(struct xml_filter *f, char c, struct err *e)
{
	f->closing = 0;
	if (c == '-')
		f->state = F_DASH;
	else if (c == '[')
		f->state = F_CDATA;
	else
		return err_set(e, ERR_SYNTAX, "document type declaration (DOCTYPE) is not allowed");
	return 0;
}

static int skip_byte(struct xml_filter *f, struct err *e)
{
	if (++f->skipped <= f->limits->skipped)
		return 0;
	if (f->limits->skipped == 0)
		return err_set(e, ERR_SYNTAX, "comments and processing instructions are not allowed");
	return err_set(e, ERR_LIMIT, "more than %u bytes of comments and processing instructions", f->limits->skipped);
}

static int comment_byte(struct xml_filter *f, char c, struct err *e)
{
	if (f->state == F_DASH) {
		f->state = F_COMMENT;
		if (c != '-')
			return err_set(e, ERR_SYNTAX, "declaration within content");
	} else if (c == '-') {
		f->closing++;
	} else if (c == '>' && f->closing >= 2) {
		f->state = F_TEXT;
	} else {
		f->closing = 0;
	}
	return skip_byte(f, e);
}

static int pi_byte(struct xml_filter *f, char c, struct err *e)
{
	bool over = c == '>' && f->closing > 0;

	f->closing = c == '?';
	if (over)
		f->state = F_TEXT;
	if (f->is_decl && f->decl_n < sizeof(f->decl))
		f->decl[f->decl_n++] = c;
	if (f->is_decl && f->decl_n == 4 && memcmp(f->decl, "xml", 3) == 0 && memchr(" \t\r\n", c, 4) == NULL)
		f->is_decl = false;
	if (f->is_decl && f->decl_n == 3 && memcmp(f->decl, "xml", 3) != 0)
		f->is_decl = false;
	if (!f->is_decl)
		return skip_byte(f, e);
	if (f->decl_n == sizeof(f->decl))
		return err_set(e, ERR_LIMIT, "XML declaration longer than %zu bytes", sizeof(f->decl));
	return over ? xml_filter_check_decl((struct span){ f->decl, f->decl_n - 2 }, e) : 0;
}

static int cdata_byte(struct xml_filter *f, char c)
{
	if (c == ']')
		f->closing++;
	else if (c == '>' && f->closing >= 2)
		f->state = F_TEXT;
	else
		f->closing = 0;
	return 0;
}

static int ref_byte(struct xml_filter *f, char c, struct err *e)
{
	bool ok = c == ';' || c == '#' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	if (!ok || ++f->run > REF_MAX)
		return err_set(e, ERR_SYNTAX, "\"&\" that begins no reference XML knows");
	if (c == ';')
		f->state = F_TEXT;
	return 0;
}

static int byte(struct xml_filter *f, char c, struct err *e)
{
	switch (f->state) {
	case F_TEXT: break;	/* taken in runs, see text_run */
	case F_REF: return ref_byte(f, c, e);
	case F_OPEN: return open_byte(f, c, e);
	case F_TAG:
	case F_QUOT:
	case F_APOS: return tag_byte(f, c, e);
	case F_BANG: return bang_byte(f, c, e);
	case F_DASH:
	case F_COMMENT: return comment_byte(f, c, e);
	case F_PI: return pi_byte(f, c, e);
	case F_CDATA: return cdata_byte(f, c);
	}
	return 0;
}

/* Text up to the next markup or reference, which it enters. */
static size_t text_run(struct xml_filter *f, struct span s)
{
	const char *lt = memchr(s.p, '<', s.n);
	size_t n = lt == NULL ? s.n : (size_t)(lt - s.p);
	const char *amp = memchr(s.p, '&', n);

	if (amp != NULL) {
		f->state = F_REF;
		f->run = 0;
		f->begun = true;
		return (size_t)(amp - s.p) + 1;
	}
	/* A byte order mark may come before the XML declaration. */
	for (size_t i = 0; i < n && !f->begun; i++)
		if (f->bom < 3 && s.p[i] == "\xEF\xBB\xBF"[f->bom])
			f->bom++;
		else
			f->begun = true;
	if (lt == NULL)
		return n;
	f->state = F_OPEN;
	return n + 1;
}

static size_t cdata_run(struct xml_filter *f, struct span s)
{
	const char *end = memchr(s.p, ']', s.n);

	if (f->closing > 0 || end == s.p)
		return 0;
	return end == NULL ? s.n : (size_t)(end - s.p);
}

static int check_bytes(struct xml_filter *f, struct span *data, struct err *e)
{
	size_t ok = xml_chars_check(&f->chars, *data);

	if (ok < data->n) {
		unsigned c = (unsigned char)data->p[ok];

		data->n = ok;
		return err_set(e, ERR_SYNTAX, "byte 0x%02X is not a character of XML in UTF-8", c);
	}
	f->bytes += data->n;
	if (f->bytes > f->limits->bytes) {
		data->n -= (size_t)(f->bytes - f->limits->bytes);
		return err_set(e, ERR_LIMIT, "document longer than %llu bytes", (unsigned long long)f->limits->bytes);
	}
	return 0;
}

int xml_filter(struct xml_filter *f, struct span data, size_t *good, size_t *cut, struct err *e)
{
	int bad = check_bytes(f, &data, e);
	size_t i = 0;

	*cut = 0;
	while (i < data.n) {
		struct span rest = { data.p + i, data.n - i };
		size_t run = f->state == F_TEXT ? text_run(f, rest) : f->state == F_CDATA ? cdata_run(f, rest) : 0;
		struct err mine = ERR_INIT;

		if (run == 0 && byte(f, rest.p[0], &mine) != 0) {
			*e = mine;
			*good = i;
			return (int)mine.code;
		}
		i += run == 0 ? 1 : run;
		if (f->state != F_OPEN && f->state != F_TAG && f->state != F_QUOT && f->state != F_APOS)
			*cut = i;
	}
	*good = data.n;
	return bad;
}
