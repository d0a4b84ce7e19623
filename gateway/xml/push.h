/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * push - the one way XML from outside gets in: a hardened push parser with constant memory.
 *
 * Refused: DOCTYPE (at once, before anything is read for it), entities other than the five of XML and character
 * references, encodings other than UTF-8 and US-ASCII, XML 1.1, everything beyond the limits. Nothing is ever fetched.
 * Comments are skipped without an event; processing instructions within the document element are refused unless the
 * reader takes them (both are refused everywhere with the limit skipped = 0). CDATA is text. Text of any size arrives
 * in pieces, nothing of it is kept.
 *
 * Errors: ERR_SYNTAX or ERR_LIMIT "line:column: /path/of/elements: what"; an error of an event handler comes back with
 * "line:column: " in front. After an error every further call returns the same error. One thread at a time.
 */
#ifndef XML_PUSH_H
#define XML_PUSH_H

#include <stdint.h>

#include "xml/event.h"
#include "xml/scope.h"

struct xml_limits {
	uint64_t bytes;		/* whole document */
	unsigned depth;		/* at most 250 */
	unsigned attrs;		/* per element, without declarations */
	unsigned decls;		/* namespace declarations per element */
	unsigned name;		/* bytes of a prefix, local name or namespace URI */
	unsigned tag;		/* bytes of one start tag with its attributes, as written */
	unsigned names;		/* memory for all different names (about three times their bytes) */
	unsigned skipped;	/* bytes of comments and processing instructions; 0: refused */
};

/* Fits every OSCI, XTA and XÖV message seen; bytes is what callers usually change. */
#define XML_LIMITS_DEFAULT                                                                                             \
	{                                                                                                              \
		.bytes = UINT64_C(1) << 20, .depth = 64, .attrs = 64, .decls = 64, .name = 512, .tag = 65536,          \
		.names = 1048576, .skipped = 65536,                                                                    \
	}

struct xml_push;

/* limits and events are copied; ctx goes to the events. Caller frees with xml_push_free. Not to be freed or fed from
 * within an event. */
struct xml_push *xml_push_new(const struct xml_limits *limits, const struct xml_events *ev, void *ctx);
void xml_push_free(struct xml_push *p);	/* NULL is allowed */

/* Processing instructions within the document element are part of the canonical form: a reader that takes them gives
 * its event here before the first byte; for all others they are refused. Those before and behind the document element
 * are always skipped. */
typedef int xml_pi_fn(void *ctx, struct span target, struct span data, struct err *e);
void xml_push_take_pi(struct xml_push *p, xml_pi_fn *pi);

int xml_push_feed(struct xml_push *p, const void *data, size_t n, struct err *e);
/* Says that the document is over: ERR_SYNTAX if it is not. */
int xml_push_end(struct xml_push *p, struct err *e);
/* Feeds the whole document and ends. */
int xml_push_span(struct xml_push *p, struct span doc, struct err *e);

/* For use within events: what is in force at the current element (in a start event: including the element). */
const struct xml_scope *xml_push_scope(const struct xml_push *p);
/* "/soap:Envelope/soap:Body" (prefixes as written) and the line; valid until the next event. */
const char *xml_push_path(const struct xml_push *p);
unsigned xml_push_line(const struct xml_push *p);

#endif
