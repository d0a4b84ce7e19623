/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write - writes XML that is in canonical form (C14N 1.0) already, streaming.
 *
 * Declarations and attributes of a tag may be given in any order: they come out sorted; a declaration that repeats
 * what is in force is left out. Errors stick: the first one is kept, further calls do nothing, and
 * xml_write_end() reports it. Prefixes must be declared; text and values must be UTF-8 of characters XML allows.
 * Names (qname, prefix) are literals of the program: they are not checked. One thread at a time.
 */
#ifndef XML_WRITE_H
#define XML_WRITE_H

#include "base/buf.h"
#include "base/stream.h"

struct xml_write;

struct xml_write *xml_write_new(struct sink *out);	/* out is borrowed and not finished */
void xml_write_free(struct xml_write *w);		/* NULL is allowed */

/* <?xml version="1.0" encoding="UTF-8"?> and a newline; not part of the canonical form. First thing, if at all. */
void xml_write_declaration(struct xml_write *w);
void xml_write_open(struct xml_write *w, const char *qname);
void xml_write_ns(struct xml_write *w, const char *prefix, const char *uri);	/* after open; "" for the default */
void xml_write_attr(struct xml_write *w, const char *qname, const char *value);
void xml_write_attr_span(struct xml_write *w, const char *qname, struct span value);
void xml_write_text(struct xml_write *w, struct span text);	/* pieces may be cut anywhere */
void xml_write_str(struct xml_write *w, const char *text);
/* Bytes that are canonical XML themselves (a signature, a block kept as received): goes out unchanged. */
void xml_write_raw(struct xml_write *w, struct span xml);
void xml_write_close(struct xml_write *w);			/* the innermost open element */
/* open, text, close */
void xml_write_element(struct xml_write *w, const char *qname, const char *text);

/* A sink whose bytes become text of the open element (for base64 streams). Valid until the element is closed; belongs
 * to w: sink_close on it does nothing. Writes report errors at once. */
struct sink *xml_write_text_sink(struct xml_write *w);
/* The same for xml_write_raw(). */
struct sink *xml_write_raw_sink(struct xml_write *w);

/* The first error, or ERR_INTERNAL if an element is still open; writes what is held back to the sink. */
int xml_write_end(struct xml_write *w, struct err *e);

/* Escaping as C14N 1.0 2.3 writes attribute values (without the quotes). */
void xml_escape_attr(struct buf *out, struct span value);

#endif
