/* SPDX-License-Identifier: EUPL-1.2 */
/* chunked - the chunked coding, byte by byte where it is not data. */
#include "http/chunked.h"

#include <string.h>

#include "http/head.h"

void http_chunked_init(struct chunked *c)
{
	*c = (struct chunked){ .state = CHUNK_SIZE };
}

static int size_char(struct chunked *c, char ch, struct err *e)
{
	int v = hex_digit(ch);

	if (v >= 0) {
		/* Fifteen digits are 2^60: no overflow, and nobody sends such a chunk. */
		if (++c->digits > 15)
			return err_spec(e, ERR_SYNTAX, "RFC 9112 7.1", "chunk size too large");
		c->left = c->left * 16 + (unsigned)v;
		return 0;
	}
	if (c->digits == 0 || (ch != ';' && ch != '\r'))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 7.1", "malformed chunk size");
	c->state = ch == ';' ? CHUNK_EXT : CHUNK_SIZE_LF;
	c->ext = 0;
	return 0;
}

static int ext_char(struct chunked *c, char ch, struct err *e)
{
	if (ch == '\r') {
		c->state = CHUNK_SIZE_LF;
		return 0;
	}
	if (++c->ext > HTTP_CHUNK_EXT_MAX)
		return err_spec(e, ERR_LIMIT, "RFC 9112 7.1.1", "chunk extension of more than %d bytes",
				HTTP_CHUNK_EXT_MAX);
	if (!http_is_value((struct span){ &ch, 1 }))
		return err_spec(e, ERR_SYNTAX, "RFC 9112 7.1.1", "control character in a chunk extension");
	return 0;
}

/* A trailer that could be taken for framing or routing is refused, whoever reads it later (RFC 9110 6.5.1). */
static int trailer_line(struct chunked *c, struct err *e)
{
	static const char *const never[] = { "Content-Length", "Transfer-Encoding", "Host", "Trailer", "Content-Type",
					     "Authorization" };
	struct http_field f;
	int rc = http_field_parse((struct span){ c->line, c->line_n }, &f, e);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (span_is_nocase(f.name, never[i]))
			return err_spec(e, ERR_SYNTAX, "RFC 9110 6.5.1", "%s as a trailer", never[i]);
	c->line_n = 0;
	return 0;
}

static int trailer_char(struct chunked *c, char ch, struct err *e)
{
	if (ch == '\r') {
		c->state = CHUNK_TRAILER_LF;
		return 0;
	}
	if (++c->trailer > HTTP_TRAILER_MAX || c->line_n == sizeof(c->line))
		return err_spec(e, ERR_LIMIT, "RFC 9112 7.1.2", "trailer section too long");
	c->line[c->line_n++] = ch;
	return 0;
}

static int line_feed(struct chunked *c, char ch, struct err *e)
{
	if (ch != '\n')
		return err_spec(e, ERR_SYNTAX, "RFC 9112 7.1", "CR without LF in the chunked coding");
	switch (c->state) {
	case CHUNK_SIZE_LF:
		c->state = c->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
		return 0;
	case CHUNK_DATA_LF:
		c->state = CHUNK_SIZE;
		c->digits = 0;
		c->left = 0;
		return 0;
	default:
		if (c->line_n == 0) {
			c->state = CHUNK_END;
			return 0;
		}
		c->state = CHUNK_TRAILER;
		return trailer_line(c, e);
	}
}

/* One byte that is not data. */
static int step(struct chunked *c, char ch, struct err *e)
{
	switch (c->state) {
	case CHUNK_SIZE:
		return size_char(c, ch, e);
	case CHUNK_EXT:
		return ext_char(c, ch, e);
	case CHUNK_TRAILER:
		return trailer_char(c, ch, e);
	case CHUNK_DATA_CR:
		if (ch != '\r')
			return err_spec(e, ERR_SYNTAX, "RFC 9112 7.1", "no CRLF behind the chunk data");
		c->state = CHUNK_DATA_LF;
		return 0;
	default:
		return line_feed(c, ch, e);
	}
}

int http_chunked_decode(struct chunked *c, const char *in, size_t n, size_t *used, char *out, size_t cap, size_t *got,
		   struct err *e)
{
	size_t i = 0, o = 0;
	int rc = 0;

	while (i < n && c->state != CHUNK_END && rc == 0) {
		size_t take = n - i;

		if (c->state != CHUNK_DATA) {
			rc = step(c, in[i++], e);
			continue;
		}
		if (take > c->left)
			take = (size_t)c->left;
		if (take > cap - o)
			take = cap - o;
		if (take == 0)
			break;
		memcpy(out + o, in + i, take);
		i += take;
		o += take;
		c->left -= take;
		if (c->left == 0)
			c->state = CHUNK_DATA_CR;
	}
	*used = i;
	*got = o;
	return rc;
}
