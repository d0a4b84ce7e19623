/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * head - the head of a request, parsed strictly by RFC 9112: what is ambiguous is refused, nothing is repaired.
 *
 * Pure functions over the caller's bytes: the spans of a struct http_head point into them. Any thread.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "http/limits.h"

struct http_field {
	struct span name, value;	/* value without the white space around it */
};

struct http_head {
	struct span method;
	struct span path;		/* begins with "/" */
	struct span query;		/* behind "?", may be empty */
	struct span host;		/* with port, as sent; empty only if old */
	struct http_field fields[HTTP_FIELDS_MAX];
	unsigned field_count;
	bool chunked;			/* body in chunks; has_length is false then */
	bool has_length;
	uint64_t length;		/* 0 without has_length */
	bool expect_continue;
	bool old;			/* HTTP/1.0: no chunks, no interim answers, and the connection ends with the answer */
	bool close;			/* the client closes after this request */
	unsigned status;		/* after an error: the status to answer with (400, 414, 417, 431, 501 or 505) */
};

/* Looks for the end of a head in the n bytes at p, of which the first *seen were looked at before; *seen is moved on.
 * Returns its length with the empty line, 0 if more bytes are needed, -1 if these bytes can never become one (a bare
 * LF or CR, a NUL; RFC 9112 2.2). */
long http_head_find(const char *p, size_t n, size_t *seen);

/* Parses a complete head (http_head_find gave its length). ERR_SYNTAX, ERR_LIMIT or ERR_UNSUPPORTED with head->status;
 * the fields of *head are not to be used then. */
int http_head_parse(struct span text, struct http_head *head, struct err *e);

/* One field line without CRLF; also for chunk trailers. RFC 9112 5. */
int http_field_parse(struct span line, struct http_field *f, struct err *e);

/* The i-th value of that name (case does not matter); empty span with p NULL if there is none. */
struct span http_head_field(const struct http_head *head, const char *name, unsigned i);

bool http_is_token(struct span s);	/* RFC 9110 5.6.2, not empty */
bool http_is_value(struct span s);	/* RFC 9110 5.5: no control characters but HTAB */

#endif
