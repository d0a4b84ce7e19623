/* SPDX-License-Identifier: EUPL-1.2 */
/* The header fields of a part. */
#include <string.h>

#include "mime/header.h"

static const struct {
	const char *name;
	enum mime_encoding enc;
} encodings[] = {
	{ "7bit", MIME_7BIT },     { "8bit", MIME_8BIT },  { "binary", MIME_BINARY },
	{ "base64", MIME_BASE64 }, { "8-bit", MIME_8BIT }, /* what OSCI clients write for attachments */
};

const char *mime_encoding_name(enum mime_encoding enc)
{
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if (encodings[i].enc == enc)
			return encodings[i].name;
	return "binary";
}

static int parse_encoding(struct span text, enum mime_encoding *enc, struct err *e)
{
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		if (!span_is_nocase(text, encodings[i].name))
			continue;
		*enc = encodings[i].enc;
		return 0;
	}
	return err_spec(e, ERR_UNSUPPORTED, "RFC 2045 6", "Content-Transfer-Encoding %.*s is not supported",
			(int)(text.n < 40 ? text.n : 40), text.p);
}

static struct span without_scheme(struct span s)
{
	return s.n >= 4 && strncasecmp(s.p, "cid:", 4) == 0 ? (struct span){ s.p + 4, s.n - 4 } : s;
}

static int parse_id(struct span text, struct span *id, struct err *e)
{
	bool open = text.n > 0 && text.p[0] == '<', close = text.n > 0 && text.p[text.n - 1] == '>';

	if (open != close || (open && text.n < 2))
		return err_set(e, ERR_SYNTAX, "Content-ID: < and > do not match");
	if (open)
		text = (struct span){ text.p + 1, text.n - 2 };
	if (text.n == 0)
		return err_set(e, ERR_SYNTAX, "Content-ID is empty");
	/* Nobody could write it again: what is taken here has to be handed on. */
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '<' || text.p[i] == '>' || text.p[i] == '\t' || text.p[i] == 0x7F)
			return err_set(e, ERR_SYNTAX, "Content-ID holds a character not allowed in it");
	/* "cid:x" would be the id "cid:x" to one reader and the id "x" to another. */
	if (without_scheme(text).n != text.n)
		return err_spec(e, ERR_SYNTAX, "RFC 2392 2", "Content-ID begins with \"cid:\"");
	*id = text;
	return 0;
}

/* What a file is called by who sends it is no reason to refuse it: whoever needs the type finds none. */
static void parse_type(struct span text, struct arena *a, struct mime_part *out)
{
	struct err ignored = ERR_INIT;

	out->type_is_bad = mime_value_parse(text, a, &out->type, &ignored) != 0;
	if (out->type_is_bad)
		out->type = (struct mime_value){ .main = SPAN_EMPTY };
}

/* "1.0", with comments where RFC 2045 4 allows them: "1.0 (produced by a (very) old mailer)". */
static bool is_version_one(struct span v)
{
	char text[4];
	size_t n = 0;
	unsigned depth = 0;

	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0 && c != ' ' && c != '\t') {
			if (n == sizeof(text))
				return false;
			text[n++] = c;
		}
	}
	return depth == 0 && span_is((struct span){ text, n }, "1.0");
}

int mime_part_parse(struct span block, struct arena *a, struct mime_part *out, struct err *e)
{
	struct span v;

	*out = (struct mime_part){ .encoding = MIME_7BIT };
	if (mime_head_parse(block, a, &out->head, e) != 0)
		return (int)e->code;
	if (mime_head_get(&out->head, "MIME-Version", &v) && !is_version_one(v))
		return err_spec(e, ERR_SYNTAX, "RFC 2045 4", "MIME-Version is not 1.0");
	if (mime_head_get(&out->head, "Content-Type", &v))
		parse_type(v, a, out);
	if (mime_head_get(&out->head, "Content-Disposition", &v) && mime_value_parse(v, a, &out->disposition, e) != 0)
		return err_wrap(e, "Content-Disposition");
	if (mime_head_get(&out->head, "Content-Transfer-Encoding", &v) && parse_encoding(v, &out->encoding, e) != 0)
		return (int)e->code;
	if (mime_head_get(&out->head, "Content-ID", &v) && parse_id(v, &out->id, e) != 0)
		return (int)e->code;
	out->has_length = mime_head_get(&out->head, "Content-Length", &v);
	if (out->has_length && !span_u64(v, UINT64_MAX, &out->length))
		return err_set(e, ERR_SYNTAX, "Content-Length is not a number");
	return 0;
}

bool mime_type_is(const struct mime_part *p, const char *type)
{
	return span_is_nocase(p->type.main, type);
}

static bool is_boundary_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("'()+_,-./:=? ", c) != NULL);
}

int mime_boundary(const struct mime_value *type, struct span *boundary, struct err *e)
{
	struct span b;

	if (!mime_param_get(type, "boundary", &b))
		return err_spec(e, ERR_SYNTAX, "RFC 2046 5.1.1", "Content-Type without boundary");
	if (b.n == 0 || b.n > 70 || b.p[b.n - 1] == ' ')
		return err_spec(e, ERR_SYNTAX, "RFC 2046 5.1.1",
				"boundary is empty, longer than 70 or ends with a blank");
	for (size_t i = 0; i < b.n; i++)
		if (!is_boundary_char(b.p[i]))
			return err_spec(e, ERR_SYNTAX, "RFC 2046 5.1.1", "boundary with a character not allowed in it");
	*boundary = b;
	return 0;
}

/* Takes one byte off s, %xx as the byte it stands for; a % that is none stands for itself. */
static char next_byte(struct span *s)
{
	int hi = s->n >= 3 && s->p[0] == '%' ? hex_digit(s->p[1]) : -1, lo = hi >= 0 ? hex_digit(s->p[2]) : -1;
	size_t used = lo >= 0 ? 3 : 1;
	char c = s->p[0];

	if (lo >= 0)
		c = (char)((hi << 4 | lo) & 0xff);
	*s = (struct span){ s->p + used, s->n - used };
	return c;
}

bool mime_cid_is(struct span reference, struct span content_id)
{
	reference = without_scheme(reference);
	while (reference.n > 0 && content_id.n > 0)
		if (next_byte(&reference) != next_byte(&content_id))
			return false;
	return reference.n == 0 && content_id.n == 0;
}

void mime_cid_key(struct buf *out, struct span reference)
{
	reference = without_scheme(reference);
	while (reference.n > 0)
		buf_putc(out, next_byte(&reference));
}

/* WHATWG: in names browsers write %22, %0D and %0A for the characters that cannot stand there, and nothing else. */
static struct span form_text(struct span s, struct arena *a)
{
	char *to = arena_alloc(a, s.n + 1);
	size_t n = 0;

	while (s.n > 0) {
		struct span rest = s;
		char c = next_byte(&rest);

		if (c != '"' && c != '\r' && c != '\n') {
			c = s.p[0];
			rest = (struct span){ s.p + 1, s.n - 1 };
		}
		to[n++] = c;
		s = rest;
	}
	return (struct span){ to, n };
}

int mime_form_parse(const struct mime_part *p, struct arena *a, struct mime_form *out, struct err *e)
{
	struct span v;

	if (!span_is_nocase(p->disposition.main, "form-data"))
		return err_spec(e, ERR_SYNTAX, "RFC 7578 4.2", "part without Content-Disposition: form-data");
	if (!mime_param_get(&p->disposition, "name", &v))
		return err_spec(e, ERR_SYNTAX, "RFC 7578 4.2", "form-data part without a name");
	out->name = form_text(v, a);
	out->is_file = mime_param_get(&p->disposition, "filename", &v);
	out->filename = form_text(v, a);
	return 0;
}
