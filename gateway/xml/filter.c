/* SPDX-License-Identifier: EUPL-1.2 */
/* What is looked at before libxml2 sees it. */
#include "xml/filter.h"

#include <string.h>

/* "&#x10FFFF;" with some leading zeros. No named entity XML knows is longer. */
#define REF_MAX 16

void xml_filter_init(struct xml_filter *f, const struct xml_limits *limits)
{
	*f = (struct xml_filter){ .limits = limits };
	xml_cdata_init(&f->cdata);
}

void xml_filter_fini(struct xml_filter *f)
{
	xml_cdata_fini(&f->cdata);
}

bool xml_filter_in_cdata(const struct xml_filter *f)
{
	return f->state == F_CDATA;
}

static void end_tag(struct xml_filter *f)
{
	f->state = F_TEXT;
	if (!f->is_end && !f->slash)
		f->depth++;
	else if (f->is_end && f->depth > 0)
		f->depth--;
}

static int tag_byte(struct xml_filter *f, char c, struct err *e)
{
	if (++f->run > f->limits->tag)
		return err_set(e, ERR_LIMIT, "tag longer than %u bytes", f->limits->tag);
	if (c == '>') {
		end_tag(f);
	} else if (c == '"') {
		f->state = F_QUOT;
	} else if (c == '\'') {
		f->state = F_APOS;
	} else if (c == '=' && ++f->equals > f->limits->attrs + f->limits->decls) {
		return err_set(e, ERR_LIMIT, "tag with more than %u attributes", f->limits->attrs + f->limits->decls);
	}
	f->slash = c == '/';
	return 0;
}

/* Within quotes, up to the one that closes; the number of bytes, 0 if the tag gets too long. */
static size_t quoted_run(struct xml_filter *f, struct span s, struct err *e)
{
	const char *end = memchr(s.p, f->state == F_QUOT ? '"' : '\'', s.n);
	size_t n = end == NULL ? s.n : (size_t)(end - s.p) + 1;

	if (n > f->limits->tag - f->run) {
		(void)err_set(e, ERR_LIMIT, "tag longer than %u bytes", f->limits->tag);
		return 0;
	}
	f->run += (unsigned)n;
	f->slash = end == NULL && s.p[n - 1] == '/';
	if (end != NULL)
		f->state = F_TAG;
	return n;
}

/* A tag up to its end or its first quote; the number of bytes, 0 on an error. */
static size_t tag_run(struct xml_filter *f, struct span s, struct err *e)
{
	size_t i = 0;

	while (i < s.n && f->state == F_TAG)
		if (tag_byte(f, s.p[i++], e) != 0)
			return 0;
	return i;
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
		xml_prolog_begin(&f->prolog, !f->begun);
	} else {
		f->state = F_TAG;
		f->is_end = c == '/';
	}
	f->begun = true;
	return f->state == F_TAG ? tag_byte(f, c, e) : 0;
}

static int bang_byte(struct xml_filter *f, char c, struct err *e)
{
	f->closing = f->run = 0;
	if (c == '-')
		f->state = F_DASH;
	else if (c == '[')
		f->state = F_CDATA_OPEN;
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
	bool over = c == '>' && f->closing > 0, declaration;

	f->closing = c == '?';
	if (over)
		f->state = F_TEXT;
	if (xml_prolog_byte(&f->prolog, c, over, &declaration, e) != 0)
		return (int)e->code;
	return declaration ? 0 : skip_byte(f, e);
}

static int cdata_open_byte(struct xml_filter *f, char c, struct err *e)
{
	if (f->depth == 0 || c != "CDATA["[f->run])
		return err_set(e, ERR_SYNTAX, "\"<![\" that begins no CDATA of an element");
	if (++f->run < 6)
		return 0;
	f->state = F_CDATA;
	xml_cdata_begin(&f->cdata);
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
	case F_TEXT:
	case F_TAG:
	case F_QUOT:
	case F_APOS:
	case F_CDATA: break; /* taken in runs */
	case F_REF: return ref_byte(f, c, e);
	case F_OPEN: return open_byte(f, c, e);
	case F_BANG: return bang_byte(f, c, e);
	case F_DASH:
	case F_COMMENT: return comment_byte(f, c, e);
	case F_PI: return pi_byte(f, c, e);
	case F_CDATA_OPEN: return cdata_open_byte(f, c, e);
	}
	return 0;
}

/* Text up to the next markup or reference; the first byte of those by itself. */
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
	if (n > 0)
		return n;
	f->state = F_OPEN; /* by itself: what comes before it may go */
	return 1;
}

int xml_filter_bytes(struct xml_filter *f, struct span *data, struct err *e)
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

/* One run or one byte; the number of bytes, 0 on an error. */
static size_t step(struct xml_filter *f, struct span s, struct err *e)
{
	bool over;
	size_t n;

	switch (f->state) {
	case F_TEXT: return text_run(f, s);
	case F_TAG: return tag_run(f, s, e);
	case F_QUOT:
	case F_APOS: return quoted_run(f, s, e);
	case F_CDATA:
		n = xml_cdata_run(&f->cdata, s, &over);
		if (over)
			f->state = F_TEXT;
		return n;
	default: return byte(f, s.p[0], e) == 0 ? 1 : 0;
	}
}

static bool is_open(const struct xml_filter *f)
{
	return f->state == F_OPEN || f->state == F_TAG || f->state == F_QUOT || f->state == F_APOS ||
	       f->state == F_BANG || f->state == F_CDATA_OPEN || f->state == F_CDATA;
}

int xml_filter(struct xml_filter *f, struct span data, size_t *used, size_t *cut, struct err *e)
{
	bool was_cdata = f->state == F_CDATA;

	buf_reset(&f->cdata.literal);
	*used = *cut = 0;
	while (*used < data.n && (f->state == F_CDATA) == was_cdata) {
		size_t n = step(f, (struct span){ data.p + *used, data.n - *used }, e);

		if (n == 0)
			return (int)e->code;
		*used += n;
		if (!is_open(f))
			*cut = *used;
	}
	return 0;
}
