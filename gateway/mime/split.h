/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * split - streaming reader of multipart content in push form: memory is one header, never a part.
 *
 * Delimiter lines and headers end with CRLF, nothing else; a line that begins with the delimiter but goes on is
 * refused (ambiguous), as are a second part with the same Content-ID, a missing closing boundary and content without
 * any part. Nested multiparts are handed over as data. Part data is delivered raw, as transferred: see
 * mime_decoder() for base64. After an error every further call returns it again. One thread at a time.
 */
#ifndef MIME_SPLIT_H
#define MIME_SPLIT_H

#include "base/stream.h"
#include "mime/header.h"

struct mime_limits {
	uint64_t bytes;		/* the whole content */
	uint64_t part;		/* raw bytes of one part */
	unsigned parts;
	size_t head;		/* bytes of one header block; at most 32 fields anyway */
	size_t preamble;	/* bytes before the first boundary; 0: only empty lines */
	size_t epilogue;	/* bytes behind the closing boundary */
};

#define MIME_LIMITS_DEFAULT                                                                                            \
	{                                                                                                              \
		.bytes = UINT64_C(1) << 30, .part = UINT64_C(1) << 30, .parts = 256, .head = 16384, .preamble = 0,     \
		.epilogue = 4096,                                                                                      \
	}

/* NULL members are skipped. What a mime_part points to is valid until part_end of that part (of the entity: until the
 * splitter is freed). Errors end the reading. */
struct mime_events {
	/* The header of the whole entity, where the content begins with one. */
	int (*entity)(void *ctx, const struct mime_part *entity, struct err *e);
	int (*part_begin)(void *ctx, const struct mime_part *part, struct err *e);
	int (*part_data)(void *ctx, struct span data, struct err *e);	/* never empty */
	int (*part_end)(void *ctx, struct err *e);
};

struct mime_split;

/* Content that begins with its own MIME header (OSCI: it is inside the HTTP body). limits, events are copied. */
struct mime_split *mime_split_new(const struct mime_limits *limits, const struct mime_events *ev, void *ctx);
/* Content whose boundary came from elsewhere (HTTP header: form-data, MTOM); boundary is copied; take it from
 * mime_boundary(). Caller frees with mime_split_free. */
struct mime_split *mime_split_new_boundary(const struct mime_limits *limits, struct span boundary,
					   const struct mime_events *ev, void *ctx);
void mime_split_free(struct mime_split *s);	/* NULL is allowed */

int mime_split_feed(struct mime_split *s, const void *data, size_t n, struct err *e);
/* The content is over: ERR_SYNTAX if the closing boundary was not there. */
int mime_split_end(struct mime_split *s, struct err *e);

/* A sink that undoes the transfer encoding into below (borrowed): base64 is decoded, the rest passes. Caller finishes
 * and closes it; finish does not finish below. */
struct sink *mime_decoder(enum mime_encoding enc, struct sink *below);

#endif
