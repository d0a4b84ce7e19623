/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chunked - decodes the chunked transfer coding (RFC 9112 7.1), strictly and byte by byte where it is not data.
 *
 * Extensions and trailers are checked and dropped. One thread at a time.
 */
#ifndef HTTP_CHUNKED_H
#define HTTP_CHUNKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "http/limits.h"

enum chunk_state {
	CHUNK_SIZE,		/* hexadecimal digits */
	CHUNK_EXT,		/* behind ";", up to CR */
	CHUNK_SIZE_LF,		/* the LF behind the size */
	CHUNK_DATA,		/* left bytes of data */
	CHUNK_DATA_CR,		/* the CR behind the data */
	CHUNK_DATA_LF,
	CHUNK_TRAILER,		/* a trailer line, or the empty line */
	CHUNK_TRAILER_LF,
	CHUNK_END
};

struct chunked {
	enum chunk_state state;
	uint64_t left;		/* value of the size so far, then bytes of data to come */
	unsigned digits;
	unsigned ext;		/* bytes of this chunk's extensions */
	unsigned trailer;	/* bytes of the trailer section */
	unsigned line_n;
	char line[512];		/* the trailer line being read */
};

void http_chunked_init(struct chunked *c);
/* Decodes from the n bytes at in, at most cap bytes to out: *used bytes were consumed, *got produced. Stops at the end
 * (CHUNK_END), when in is used up or out is full. ERR_SYNTAX or ERR_LIMIT, for good. */
int http_chunked_decode(struct chunked *c, const char *in, size_t n, size_t *used, char *out, size_t cap, size_t *got,
		   struct err *e);

#endif
