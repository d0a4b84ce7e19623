/* SPDX-License-Identifier: EUPL-1.2 */
/* Header fields and their parameters. */
#include "mime/header.h"

#include <string.h>

/* RFC 9110 token characters; RFC 5322 allows more in field names, nobody writes them. */
static bool is_token(unsigned char c)
{
	return c > 0x20 && c < 0x7F && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

/* Takes one line off *s, without its CRLF, to where to points; folded lines come as one, with a blank for the CRLF. */
static int next_line(struct span *s, char *to, struct span *line, struct err *e)
{
	size_t i = 0, n = 0;

	for (; i < s->n; i++) {
		if (s->p[i] == '\n' || s->p[i] == '\0')
			return err_spec(e, ERR_SYNTAX, "RFC 5322 2.2", "MIME header: bare LF or NUL");
		if (s->p[i] != '\r') {
			to[n++] = s->p[i];
			continue;
		}
		if (i + 1 == s->n || s->p[i + 1] != '\n')
			return err_spec(e, ERR_SYNTAX, "RFC 5322 2.2", "MIME header: bare CR");
		i += 2;
		if (n == 0 || i >= s->n || (s->p[i] != ' ' && s->p[i] != '\t'))
			break;
		to[n++] = ' ';
	}
	*line = (struct span){ to, n };
	*s = (struct span){ s->p + i, s->n - i };
	return 0;
}

static int parse_field(struct span line, struct mime_field *f, struct err *e)
{
	size_t n = 0;

	while (n < line.n && is_token((unsigned char)line.p[n]))
		n++;
	if (n == 0 || n == line.n || line.p[n] != ':')
		return err_spec(e, ERR_SYNTAX, "RFC 5322 2.2", "MIME header: line is not \"name: value\"");
	f->name = (struct span){ line.p, n };
	f->value = span_trim((struct span){ line.p + n + 1, line.n - n - 1 });
	for (size_t i = 0; i < f->value.n; i++)
		if ((unsigned char)f->value.p[i] < 0x20 && f->value.p[i] != '\t')
			return err_set(e, ERR_SYNTAX, "MIME header %.*s: control character", (int)(n < 40 ? n : 40),
				       line.p);
	if (!span_is_utf8(f->value) && f->value.n > 0)
		return err_set(e, ERR_SYNTAX, "MIME header %.*s: not UTF-8", (int)(n < 40 ? n : 40), line.p);
	return 0;
}

static bool equal_nocase(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

/* RFC 2045 3: each of MIME's own fields at most once. */
static bool is_once(struct span name)
{
	return (name.n >= 8 && strncasecmp(name.p, "Content-", 8) == 0) || span_is_nocase(name, "MIME-Version");
}

static int check_once(const struct mime_field *f, size_t n, struct err *e)
{
	for (size_t i = 0; is_once(f[n].name) && i < n; i++)
		if (equal_nocase(f[i].name, f[n].name))
			return err_spec(e, ERR_SYNTAX, "RFC 2045 3", "MIME header: field %.*s twice",
					(int)(f[n].name.n < 40 ? f[n].name.n : 40), f[n].name.p);
	return 0;
}

int mime_head_parse(struct span block, struct arena *a, struct mime_head *out, struct err *e)
{
	struct mime_field *f = arena_alloc(a, MIME_FIELDS_MAX * sizeof(*f));
	char *lines = arena_alloc(a, block.n + 1);
	struct span line;
	size_t n = 0;

	while (block.n > 0) {
		if (next_line(&block, lines, &line, e) != 0)
			return (int)e->code;
		lines += line.n;
		if (line.n == 0)
			break;
		if (n == MIME_FIELDS_MAX)
			return err_set(e, ERR_LIMIT, "MIME header: more than %d fields", MIME_FIELDS_MAX);
		if (parse_field(line, &f[n], e) != 0 || check_once(f, n, e) != 0)
			return (int)e->code;
		n++;
	}
	if (block.n > 0)
		return err_set(e, ERR_SYNTAX, "MIME header: something behind the empty line");
	*out = (struct mime_head){ f, n };
	return 0;
}

bool mime_head_get(const struct mime_head *h, const char *name, struct span *value)
{
	*value = SPAN_EMPTY;
	for (size_t i = 0; i < h->n; i++) {
		if (!span_is_nocase(h->fields[i].name, name))
			continue;
		*value = h->fields[i].value;
		return true;
	}
	return false;
}

static void skip_blanks(struct span *s)
{
	while (s->n > 0 && (*s->p == ' ' || *s->p == '\t'))
		*s = (struct span){ s->p + 1, s->n - 1 };
}

/* Only \" and \\ are escapes: browsers send C:\path unescaped (RFC 7578 leaves this open, WHATWG does not escape). */
static int quoted(struct span *s, struct arena *a, struct span *value, struct err *e)
{
	char *to = arena_alloc(a, s->n + 1);
	size_t n = 0, i = 1;

	for (; i < s->n && s->p[i] != '"'; i++) {
		if (s->p[i] == '\\' && i + 1 < s->n && (s->p[i + 1] == '"' || s->p[i + 1] == '\\'))
			i++;
		to[n++] = s->p[i];
	}
	if (i >= s->n)
		return err_set(e, ERR_SYNTAX, "MIME parameter: closing quote is missing");
	*value = (struct span){ to, n };
	*s = (struct span){ s->p + i + 1, s->n - i - 1 };
	return 0;
}

static int unquoted(struct span *s, struct span *value, struct err *e)
{
	size_t n = 0;

	while (n < s->n && s->p[n] != ';' && s->p[n] != '"' && s->p[n] > 0x20 && s->p[n] < 0x7F)
		n++;
	if (n == 0)
		return err_set(e, ERR_SYNTAX, "MIME parameter without a value");
	*value = (struct span){ s->p, n };
	*s = (struct span){ s->p + n, s->n - n };
	return 0;
}

static int parse_param(struct span *s, struct arena *a, struct mime_param *p, struct err *e)
{
	size_t n = 0;

	while (n < s->n && is_token((unsigned char)s->p[n]))
		n++;
	p->name = (struct span){ s->p, n };
	*s = (struct span){ s->p + n, s->n - n };
	skip_blanks(s);
	if (n == 0 || s->n == 0 || s->p[0] != '=')
		return err_set(e, ERR_SYNTAX, "MIME parameter is not \"name=value\"");
	*s = (struct span){ s->p + 1, s->n - 1 };
	skip_blanks(s);
	if (s->n > 0 && s->p[0] == '"' ? quoted(s, a, &p->value, e) != 0 : unquoted(s, &p->value, e) != 0)
		return (int)e->code;
	skip_blanks(s);
	if (s->n > 0 && s->p[0] != ';')
		return err_set(e, ERR_SYNTAX, "MIME parameter %.*s: something behind its value", (int)(n < 40 ? n : 40),
			       p->name.p);
	return 0;
}

int mime_value_parse(struct span text, struct arena *a, struct mime_value *out, struct err *e)
{
	struct span head, rest;

	*out = (struct mime_value){ .main = SPAN_EMPTY };
	span_split(text, ';', &head, &rest);
	out->main = span_trim(head);
	for (size_t i = 0; i < out->main.n; i++)
		if (!is_token((unsigned char)out->main.p[i]) && out->main.p[i] != '/')
			return err_set(e, ERR_SYNTAX, "MIME value \"%.*s\" is malformed",
				       (int)(out->main.n < 60 ? out->main.n : 60), out->main.p);
	for (skip_blanks(&rest); rest.n > 0; skip_blanks(&rest)) {
		struct mime_param *p = &out->params[out->n];
		struct span before;

		if (out->n == MIME_PARAMS_MAX)
			return err_set(e, ERR_LIMIT, "MIME value with more than %d parameters", MIME_PARAMS_MAX);
		if (parse_param(&rest, a, p, e) != 0)
			return (int)e->code;
		for (size_t i = 0; i < out->n; i++)
			if (equal_nocase(out->params[i].name, p->name))
				return err_set(e, ERR_SYNTAX, "MIME parameter %.*s twice",
					       (int)(p->name.n < 40 ? p->name.n : 40), p->name.p);
		out->n++;
		span_split(rest, ';', &before, &rest);	/* rest begins with the semicolon, or is empty */
	}
	return 0;
}

bool mime_param_get(const struct mime_value *v, const char *name, struct span *value)
{
	*value = SPAN_EMPTY;
	for (size_t i = 0; i < v->n; i++) {
		if (!span_is_nocase(v->params[i].name, name))
			continue;
		*value = v->params[i].value;
		return true;
	}
	return false;
}
