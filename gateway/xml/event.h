/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * event - the three events XML consists of here: start tag, piece of text, end tag.
 *
 * push makes them; c14n, tree and the readers of the protocols take them. Everything an event points to is valid only
 * during the call: copy what is kept. Prefix and ns are empty spans (n == 0) where there is none.
 */
#ifndef XML_EVENT_H
#define XML_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

#define XML_NS_XML "http://www.w3.org/XML/1998/namespace"

struct xml_name {
	struct span prefix;	/* as written; only for output, never to be compared */
	struct span local;
	struct span ns;
};

struct xml_attr {
	struct xml_name name;
	struct span value;	/* references decoded, white space normalised (XML 1.0 3.3.3) */
};

struct xml_decl {
	struct span prefix;	/* empty: default namespace */
	struct span uri;	/* empty: xmlns="" */
};

struct xml_start {
	struct xml_name name;
	const struct xml_attr *attrs;	/* in document order, without namespace declarations */
	size_t attrs_n;
	const struct xml_decl *decls;	/* declarations made on this very element, in document order */
	size_t decls_n;
	unsigned depth;			/* 1 for the root element */
	unsigned line;			/* where the tag ends; 0 if not known */
};

/* Each returns 0 or the error it set; an error ends the parsing. NULL members are skipped. */
struct xml_events {
	int (*start)(void *ctx, const struct xml_start *s, struct err *e);
	/* A piece: text comes in any number of pieces, cut anywhere, even inside a character. Never empty. */
	int (*text)(void *ctx, struct span text, struct err *e);
	int (*end)(void *ctx, const struct xml_name *name, struct err *e);
};

/* ns "" or NULL: in no namespace. */
bool xml_name_is(const struct xml_name *n, const char *ns, const char *local);
/* The attribute of that name, or NULL. */
const struct xml_attr *xml_start_attr(const struct xml_start *s, const char *ns, const char *local);
/* Only XML white space (SP, HTAB, CR, LF), or empty. */
bool xml_is_blank(struct span s);

#endif
