/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * c14n - canonical form of one element with all that is in it, made from events as they pass by.
 *
 * Canonical XML 1.0 (inclusive) and Exclusive XML Canonicalization 1.0, both without comments. Starts at any element:
 * hand over the scope that is in force there; inclusive C14N then renders all inherited namespaces and xml:*
 * attributes on that apex, as C14N 1.0 2.4 demands. Memory is the depth and the declarations, never the text.
 * Of a whole document it is the document element: instructions before and behind that are not rendered.
 * One thread at a time.
 */
#ifndef XML_C14N_H
#define XML_C14N_H

#include "base/stream.h"
#include "xml/event.h"
#include "xml/scope.h"

#define XML_C14N_URI "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define XML_C14N_EXC_URI "http://www.w3.org/2001/10/xml-exc-c14n#"

enum xml_c14n_alg { XML_C14N_INCLUSIVE, XML_C14N_EXCLUSIVE };

struct xml_c14n;

/* at: what is in force at the apex (with or without the apex itself), copied; NULL for the root of a document.
 * prefixes: PrefixList of InclusiveNamespaces ("a b #default"), only for exclusive; empty span for none; copied.
 * out is borrowed. Caller frees with xml_c14n_free. */
struct xml_c14n *xml_c14n_new(enum xml_c14n_alg alg, const struct xml_scope *at, struct span prefixes,
			      struct sink *out);
void xml_c14n_free(struct xml_c14n *c);	/* NULL is allowed */

/* The events of the apex and all below it. The output is complete in the sink when the end of the apex was taken
 * (the sink is not finished). ERR_SYNTAX for a relative namespace URI (C14N 1.0 1.1); else what the sink says. */
int xml_c14n_start(struct xml_c14n *c, const struct xml_start *s, struct err *e);
int xml_c14n_text(struct xml_c14n *c, struct span text, struct err *e);
int xml_c14n_end(struct xml_c14n *c, const struct xml_name *name, struct err *e);
int xml_c14n_pi(struct xml_c14n *c, struct span target, struct span data, struct err *e);
/* What the events so far came to is in the sink now, not only at the end. */
int xml_c14n_flush(struct xml_c14n *c, struct err *e);
bool xml_c14n_done(const struct xml_c14n *c);	/* the apex is closed */

/* The two algorithms by their URI; false for any other. */
bool xml_c14n_of_uri(struct span uri, enum xml_c14n_alg *alg);

#endif
