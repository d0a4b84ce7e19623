/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * b64 - base64 (RFC 4648 section 4), strict: XML white space is allowed between characters when asked for, nothing
 * else; padding is required, non-zero trailing bits are refused. One thread per stream.
 */
#ifndef BASE_B64_H
#define BASE_B64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/stream.h"

#define B64_LEN(n) (((size_t)(n) + 2) / 3 * 4)

void b64_encode(struct buf *out, const void *data, size_t n);
void b64url_encode(struct buf *out, const void *data, size_t n);	/* RFC 4648 section 5, no padding */
/* ERR_SYNTAX with the offset of the first bad character. blanks: XML white space is skipped. */
int b64_decode(struct buf *out, struct span text, bool blanks, struct err *e);
int b64url_decode(struct buf *out, struct span text, struct err *e);
size_t b64_run(struct span text);	/* how many characters of the alphabet it begins with; "=" is none */

/* Streams; below is borrowed; finish writes the last group and checks the padding, and does not finish below.
 * width: characters per line with LF between lines, 0 for one line. */
struct sink *sink_b64_encode(struct sink *below, unsigned width);
struct sink *sink_b64_decode(struct sink *below, bool blanks);
struct src *src_b64_encode(struct src *below);

#endif
