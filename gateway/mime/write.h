/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write - writes multipart content to a sink, in the form OSCI libraries read: every part with type, transfer encoding
 * and Content-ID in this order, CRLF everywhere, also behind the closing boundary. One thread at a time.
 */
#ifndef MIME_WRITE_H
#define MIME_WRITE_H

#include "base/stream.h"
#include "mime/header.h"

struct mime_write;

/* boundary NULL: a fresh random one ("MIME_boundary_" and 32 letters or digits). out is borrowed and not finished. Caller frees with mime_write_free. */
struct mime_write *mime_write_new(struct sink *out, const char *boundary);
void mime_write_free(struct mime_write *w);	/* NULL is allowed */

/* MIME-Version and Content-Type: Multipart/Related; boundary=...; type=ROOT, and the empty line. Leave it out where
 * the Content-Type is in the HTTP header. */
int mime_write_entity(struct mime_write *w, const char *root_type, struct err *e);

/* Begins a part; the part before it is ended. id: Content-ID without < >, NULL or "" for none; printable characters
 * only (ERR_SYNTAX else). length: Content-Length, or MIME_NO_LENGTH for none. */
#define MIME_NO_LENGTH UINT64_MAX
int mime_write_part(struct mime_write *w, const char *type, enum mime_encoding enc, struct span id, uint64_t length,
		    struct err *e);
/* The sink for the data of the current part, already in its transfer encoding (put sink_b64_encode() above for
 * MIME_BASE64). Belongs to w: sink_close on it does nothing. */
struct sink *mime_write_body(struct mime_write *w);
/* Closing boundary with its CRLF; does not finish out. */
int mime_write_end(struct mime_write *w, struct err *e);

#endif
