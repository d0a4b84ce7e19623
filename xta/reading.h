/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reading - the inside of the reader: read.c (bytes and MIME) feeds read_envelope.c (SOAP by position), which hands
 * header entries to read_header.c and content to read_content.c. For these only. One thread per reading.
 */
#ifndef XTA_READING_H
#define XTA_READING_H

#include "base/stream.h"
#include "xml/c14n.h"
#include "xta/read.h"

struct xta_content;

struct xta_reading {
	const struct xta_read_options *o;
	struct xta_message_in *m;
	struct arena *a;
	enum xta_code code;		/* of the first thing that is wrong; XTA_OK while all is well */
	struct xml_push *push;
	const char *soap;		/* namespace of the envelope */
	bool has_header, has_body, has_child;
	bool wants_content, in_content;
	enum { R_ENVELOPE, R_HEADER, R_BODY } in; /* what the open element at depth 2 is */
	struct xml_build *build;	/* the element being built at depth 3 */
	bool in_entry;			/* an element at depth 3 is open */
	unsigned depth;			/* open elements */
	struct xta_content *content;
};

/* Sets the code, if it is the first. Returns the error's code: return xta_reading_refuse(r, XTA_9050, e). */
int xta_reading_refuse(struct xta_reading *r, enum xta_code code, const struct err *e);

extern const struct xml_events xta_envelope_events;	/* ctx: struct xta_reading */

/* A header entry begins: whether it is to be built. Notes what has to be understood. */
bool xta_header_begin(struct xta_reading *r, const struct xml_start *s);
/* It was built. */
int xta_header_take(struct xta_reading *r, const struct xml_node *n, struct err *e);

/* The content of the Body by events, from GenericContentContainer (depth 1 here) on. */
struct xta_content *xta_content_new(struct xta_reading *r);
void xta_content_free(struct xta_content *c);	/* closes what is open; NULL is allowed */
int xta_content_start(struct xta_content *c, const struct xml_start *s, struct err *e);
int xta_content_text(struct xta_content *c, struct span text, struct err *e);
int xta_content_end(struct xta_content *c, const struct xml_name *name, struct err *e);
/* A MIME part behind the root: begins, gets data, ends. Has to be one that an Include names, once. */
int xta_content_part_begin(struct xta_content *c, const struct mime_part *p, struct err *e);
int xta_content_part_data(struct xta_content *c, struct span data, struct err *e);
int xta_content_part_end(struct xta_content *c, struct err *e);
/* Everything was read: no Include is left open. */
int xta_content_over(struct xta_content *c, struct err *e);

#endif
