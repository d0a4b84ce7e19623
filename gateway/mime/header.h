/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * header - MIME header fields and their parameters (RFC 2045, 2046, 2183, 2392, 7578; without RFC 2231 and 2047).
 *
 * Strict about framing: CRLF only, no NUL, no bare CR or LF, folding by SP or HTAB. Values may hold UTF-8 (OSCI
 * clients write file names into Content-ID). Lenient where OSCI clients are: unquoted parameter values may hold any
 * printable ASCII character except ";" and the quote (boundary=MIME_boundary_a/b+c).
 * All results live in the arena. Any thread.
 */
#ifndef MIME_HEADER_H
#define MIME_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define MIME_FIELDS_MAX 32
#define MIME_PARAMS_MAX 16

struct mime_field {
	struct span name;	/* as written; compare without case */
	struct span value;	/* unfolded, without blanks around it */
};

struct mime_head {
	const struct mime_field *fields;
	size_t n;
};

/* block: the lines of a header up to and including the empty line (or without it). ERR_SYNTAX, or ERR_LIMIT beyond
 * MIME_FIELDS_MAX fields. A field that MIME allows only once (Content-*, MIME-Version) twice is ERR_SYNTAX. */
int mime_head_parse(struct span block, struct arena *a, struct mime_head *out, struct err *e);
/* The value of the (first) field of that name, without regard to case; false if there is none. */
bool mime_head_get(const struct mime_head *h, const char *name, struct span *value);

struct mime_param {
	struct span name;
	struct span value;	/* quotes and escapes removed */
};

struct mime_value {
	struct span main;	/* "text/xml", "form-data"; empty if the field is absent */
	struct mime_param params[MIME_PARAMS_MAX];
	size_t n;
};

/* "main; name=value; name="quoted"". A parameter twice is ERR_SYNTAX. */
int mime_value_parse(struct span text, struct arena *a, struct mime_value *out, struct err *e);
bool mime_param_get(const struct mime_value *v, const char *name, struct span *value);

enum mime_encoding { MIME_7BIT, MIME_8BIT, MIME_BINARY, MIME_BASE64 };
const char *mime_encoding_name(enum mime_encoding enc);	/* "8bit" */

/* What the header of an entity or part says. */
struct mime_part {
	struct mime_head head;
	struct mime_value type;		/* Content-Type; empty if absent or type_is_bad */
	bool type_is_bad;		/* there, but not "type; name=value": its reader may not care */
	struct mime_value disposition;	/* Content-Disposition */
	struct span id;			/* Content-ID without < >; empty if absent */
	enum mime_encoding encoding;	/* MIME_7BIT if absent */
	bool has_length;		/* Content-Length was there: never used for framing */
	uint64_t length;
	unsigned number;		/* 0 for the first part */
};

/* ERR_UNSUPPORTED for other encodings (quoted-printable, ...). Accepts the "8-bit" that OSCI clients write. */
int mime_part_parse(struct span block, struct arena *a, struct mime_part *out, struct err *e);
bool mime_type_is(const struct mime_part *p, const char *type);	/* without regard to case and parameters */

/* Boundary of a multipart Content-Type: 1 to 70 characters of RFC 2046 5.1.1. */
int mime_boundary(const struct mime_value *type, struct span *boundary, struct err *e);

/* Whether the reference (a "cid:" URI, or a Content-ID) names that Content-ID: equal bytes after percent-decoding each
 * once, as OSCI clients write raw references and RFC 2392 encoded ones. */
bool mime_cid_is(struct span reference, struct span content_id);
/* The form in which ids are compared, appended to out: without "cid:", percent-decoded once. */
void mime_cid_key(struct buf *out, struct span reference);

/* multipart/form-data (RFC 7578): name and file name of a part. File names are data, never paths. */
struct mime_form {
	struct span name;
	bool is_file;		/* a file name was given (may be empty: nothing chosen) */
	struct span filename;
};
int mime_form_parse(const struct mime_part *p, struct arena *a, struct mime_form *out, struct err *e);

#endif
