/* SPDX-License-Identifier: EUPL-1.2 */
/* head - the strict parser of a request's head. */
#include "http/head.h"

#include "base/mem.h"

/* Classes of characters. TARGET: unreserved, reserved but "#", and "%" (RFC 3986 2). VALUE: RFC 9110 5.5. */
enum { TCHAR = 1, VALUE = 2, TARGET = 4, HOST = 8, HEX = 16 };

#define ANYWHERE (TCHAR | VALUE | TARGET | HOST)
#define DELIMITER (VALUE | TARGET | HOST)

static const unsigned char class_of[256] = {
	['0' ... '9'] = ANYWHERE | HEX,
	['A' ... 'F'] = ANYWHERE | HEX,
	['G' ... 'Z'] = ANYWHERE,
	['a' ... 'f'] = ANYWHERE | HEX,
	['g' ... 'z'] = ANYWHERE,
	['!'] = ANYWHERE,	['$'] = ANYWHERE,	['&'] = ANYWHERE,	['\''] = ANYWHERE,
	['*'] = ANYWHERE,	['+'] = ANYWHERE,	['-'] = ANYWHERE,	['.'] = ANYWHERE,
	['_'] = ANYWHERE,	['~'] = ANYWHERE,	['%'] = ANYWHERE,
	['#'] = TCHAR | VALUE,	['^'] = TCHAR | VALUE,	['`'] = TCHAR | VALUE,	['|'] = TCHAR | VALUE,
	['('] = DELIMITER,	[')'] = DELIMITER,	[','] = DELIMITER,	[';'] = DELIMITER,
	['='] = DELIMITER,	[':'] = DELIMITER,	['['] = DELIMITER,	[']'] = DELIMITER,
	['/'] = VALUE | TARGET, ['?'] = VALUE | TARGET, ['@'] = VALUE | TARGET,
	['"'] = VALUE,		['<'] = VALUE,		['>'] = VALUE,		['\\'] = VALUE,
	['{'] = VALUE,		['}'] = VALUE,		[' '] = VALUE,		['\t'] = VALUE,
	[0x80 ... 0xff] = VALUE,
};

static bool all_of(struct span s, unsigned cls)
{
	for (size_t i = 0; i < s.n; i++)
		if ((class_of[(unsigned char)s.p[i]] & cls) == 0)
			return false;
	return true;
}

bool http_is_token(struct span s)
{
	return s.n > 0 && all_of(s, TCHAR);
}

bool http_is_value(struct span s)
{
	return all_of(s, VALUE);
}

long http_head_find(const char *p, size_t n, size_t *seen)
{
	size_t i = *seen;

	for (; i < n; i++) {
		if (p[i] == '\0' || (p[i] == '\n' && (i == 0 || p[i - 1] != '\r')))
			return -1;
		if (i > 0 && p[i - 1] == '\r' && p[i] != '\n')
			return -1;
		if (p[i] == '\n' && i >= 3 && p[i - 2] == '\n')
			return (long)(i + 1);
		if (p[i] == '\n' && i == 1)
			return -1;	/* an empty line: more of them than the caller drops */
	}
	*seen = i;
	return 0;
}

/* Takes one CRLF line off *rest. A lone CR, a lone LF or a NUL makes the whole head malformed (RFC 9112 2.2). */
static bool next_line(struct span *rest, struct span *line)
{
	size_t i = 0;

	while (i < rest->n && rest->p[i] != '\r' && rest->p[i] != '\n' && rest->p[i] != '\0')
		i++;
	if (rest->n - i < 2 || rest->p[i] != '\r' || rest->p[i + 1] != '\n')
		return false;
	*line = (struct span){ rest->p, i };
	*rest = (struct span){ rest->p + i + 2, rest->n - i - 2 };
	return true;
}

static bool percent_ok(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%')
			continue;
		if (s.n - i < 3 || !all_of((struct span){ s.p + i + 1, 2 }, HEX))
			return false;
	}
	return true;
}

/* origin-form, or absolute-form whose authority is then compared with Host (RFC 9112 3.2.1, 3.2.2). */
static int parse_target(struct span target, struct http_head *head, struct span *authority, struct err *e)
{
	struct span path = target;

	if (target.n > HTTP_TARGET_MAX) {
		head->status = 414;
		return err_spec(e, ERR_LIMIT, "RFC 9110 15.5.15", "target of more than %d bytes", HTTP_TARGET_MAX);
	}
	if (target.n == 0 || !all_of(target, TARGET) || !percent_ok(target))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 3.2", "target with a character that is not allowed");
	if (span_starts(target, "http://") || span_starts(target, "https://")) {
		size_t i = target.p[4] == 's' ? 8 : 7, start = i;

		while (i < target.n && target.p[i] != '/' && target.p[i] != '?')
			i++;
		*authority = (struct span){ target.p + start, i - start };
		path = (struct span){ target.p + i, target.n - i };
	}
	if (path.n == 0 || path.p[0] != '/')
		return err_spec(e, ERR_SYNTAX, "RFC 9112 3.2", "target is not a path");
	(void)span_split(path, '?', &head->path, &head->query);
	return 0;
}

/* method SP target SP version; exactly one blank each (RFC 9112 3). */
static int parse_request_line(struct span line, struct http_head *head, struct span *authority, struct err *e)
{
	struct span rest, target, version;

	if (!span_split(line, ' ', &head->method, &rest) || !span_split(rest, ' ', &target, &version) ||
	    !http_is_token(head->method))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 3", "malformed request line");
	if (version.n != 8 || !span_starts(version, "HTTP/") || version.p[6] != '.' || version.p[5] < '0' ||
	    version.p[5] > '9' || version.p[7] < '0' || version.p[7] > '9')
		return err_spec(e, ERR_SYNTAX, "RFC 9112 2.3", "malformed HTTP version");
	head->old = span_is(version, "HTTP/1.0");	/* what nginx speaks to its upstreams unless told otherwise */
	if (!head->old && !span_is(version, "HTTP/1.1")) {
		head->status = 505;
		return err_spec(e, ERR_UNSUPPORTED, "RFC 9110 15.6.6",
				"HTTP version %.8s, only HTTP/1.1 and HTTP/1.0 are spoken", version.p);
	}
	return parse_target(target, head, authority, e);
}

int http_field_parse(struct span line, struct http_field *f, struct err *e)
{
	struct span value;

	/* A blank in the name refuses "Name :" (RFC 9112 5.1) and folded lines (5.2). */
	if (!span_split(line, ':', &f->name, &value) || !http_is_token(f->name))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 5", "malformed header line");
	while (value.n > 0 && (value.p[0] == ' ' || value.p[0] == '\t'))
		value = (struct span){ value.p + 1, value.n - 1 };
	while (value.n > 0 && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t'))
		value.n--;
	if (!http_is_value(value))
		return err_spec(e, ERR_SYNTAX, "RFC 9110 5.5", "control character in a header value");
	f->value = value;
	return 0;
}

static int parse_fields(struct span *rest, struct http_head *head, struct err *e)
{
	struct span line;
	int rc;

	while (true) {
		if (!next_line(rest, &line))
			return err_spec(e, ERR_SYNTAX, "RFC 9112 2.2", "line without CRLF");
		if (line.n == 0)
			return 0;
		if (head->field_count == HTTP_FIELDS_MAX) {
			head->status = 431;
			return err_spec(e, ERR_LIMIT, "RFC 6585 5", "more than %d header lines", HTTP_FIELDS_MAX);
		}
		rc = http_field_parse(line, &head->fields[head->field_count], e);
		if (rc != 0)
			return rc;
		head->field_count++;
	}
}

struct span http_head_field(const struct http_head *head, const char *name, unsigned i)
{
	for (unsigned k = 0; k < head->field_count; k++)
		if (span_is_nocase(head->fields[k].name, name) && i-- == 0)
			return head->fields[k].value;
	return SPAN_EMPTY;
}

/* Headers whose second line could be read in two ways by two parties. */
static int check_single(const struct http_head *head, struct err *e)
{
	static const char *const single[] = { "Host",	"Content-Length", "Transfer-Encoding",
					      "Expect", "Content-Type",	  "Authorization" };

	for (size_t i = 0; i < ARRAY_LEN(single); i++)
		if (http_head_field(head, single[i], 1).p != NULL)
			return err_spec(e, ERR_SYNTAX, "RFC 9110 5.3", "more than one %s", single[i]);
	return 0;
}

/* RFC 9112 6.3: the length of the body, or a refusal. */
static int take_framing(struct http_head *head, struct err *e)
{
	struct span te = http_head_field(head, "Transfer-Encoding", 0);
	struct span length = http_head_field(head, "Content-Length", 0);

	if (te.p != NULL && length.p != NULL)
		return err_spec(e, ERR_SYNTAX, "RFC 9112 6.1", "both Transfer-Encoding and Content-Length");
	if (te.p != NULL && head->old)
		return err_spec(e, ERR_SYNTAX, "RFC 9112 6.1", "Transfer-Encoding in HTTP/1.0");
	if (te.p != NULL && !span_is_nocase(te, "chunked")) {
		head->status = 501;
		return err_spec(e, ERR_UNSUPPORTED, "RFC 9112 6.1", "a transfer coding other than chunked");
	}
	if (length.p != NULL && !span_u64(length, INT64_MAX, &head->length))
		return err_spec(e, ERR_SYNTAX, "RFC 9110 8.6", "Content-Length is not a number");
	head->chunked = te.p != NULL;
	head->has_length = length.p != NULL;
	return 0;
}

/* RFC 9112 3.2: exactly one valid Host, which HTTP/1.0 did not know yet; in absolute-form the same authority, so that nobody can read two names. */
static int take_host(struct http_head *head, struct span authority, struct err *e)
{
	head->host = http_head_field(head, "Host", 0);
	if (head->old && head->host.p == NULL) {
		head->host = SPAN_EMPTY;
		return 0;
	}
	if (head->host.n == 0 || !all_of(head->host, HOST))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 3.2", "Host is missing or malformed");
	if (authority.p != NULL && !span_eq(authority, head->host))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 3.2.2", "Host is not the authority of the target");
	return 0;
}

static int take_options(struct http_head *head, struct err *e)
{
	struct span expect = http_head_field(head, "Expect", 0), item, rest;

	if (expect.p != NULL && !span_is_nocase(expect, "100-continue")) {
		head->status = 417;
		return err_spec(e, ERR_UNSUPPORTED, "RFC 9110 10.1.1", "an expectation other than 100-continue");
	}
	/* RFC 9110 10.1.1: HTTP/1.0 has no interim answers. */
	head->expect_continue = expect.p != NULL && !head->old && (head->chunked || head->length > 0);
	head->close = head->old;
	for (unsigned i = 0; (rest = http_head_field(head, "Connection", i)).p != NULL; i++) {
		while (rest.n > 0) {
			(void)span_split(rest, ',', &item, &rest);
			if (span_is_nocase(span_trim(item), "close"))
				head->close = true;
		}
	}
	return 0;
}

int http_head_parse(struct span text, struct http_head *head, struct err *e)
{
	struct span rest = text, line, authority = SPAN_EMPTY;
	int rc;

	head->status = 400;
	head->field_count = 0;
	head->length = 0;
	head->close = head->old = false;
	head->query = SPAN_EMPTY;
	if (!next_line(&rest, &line))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 2.2", "line without CRLF");
	if ((rc = parse_request_line(line, head, &authority, e)) != 0 || (rc = parse_fields(&rest, head, e)) != 0 ||
	    (rc = check_single(head, e)) != 0 || (rc = take_host(head, authority, e)) != 0 ||
	    (rc = take_framing(head, e)) != 0 || (rc = take_options(head, e)) != 0)
		return rc;
	if (rest.n > 0)
		return err_spec(e, ERR_SYNTAX, "RFC 9112 2.1", "bytes behind the empty line");
	head->status = 0;
	return 0;
}
