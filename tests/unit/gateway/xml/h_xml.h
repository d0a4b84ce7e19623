/* SPDX-License-Identifier: EUPL-1.2 */
/* h_xml - what the tests of gateway/xml share: events as text, canonical form by us and by libxml2. */
#ifndef TESTS_H_XML_H
#define TESTS_H_XML_H

#include <libxml/c14n.h>
#include <libxml/parser.h>

#include "base/buf.h"
#include "base/stream.h"
#include "xml/c14n.h"
#include "xml/push.h"
#include "xml/tree.h"

/* Writes the events of a document, fed in pieces of step bytes (0: at once), as one line of text; neighbouring text
 * events as one. */
int h_events(struct span doc, const struct xml_limits *limits, size_t step, struct buf *out, struct err *e);
/* The same, cut in two at one place. */
int h_events_cut(struct span doc, const struct xml_limits *limits, size_t cut, struct buf *out, struct err *e);

/* Canonical form of the apex-th element (0: root) by push + c14n, fed in pieces. */
int h_c14n(struct span doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, size_t step, struct buf *out,
	   struct err *e);
/* The same by tree: whole document parsed, then the apex-th element. */
int h_c14n_tree(struct span doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, struct buf *out,
		struct err *e);
/* The same by a tree that was built from the apex-th element on, out of the running document. */
int h_c14n_built(struct span doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, struct buf *out,
		 struct err *e);

/* libxml2's DOM and canonicaliser: the oracle. The document is parsed once. -1 if libxml2 refuses. */
xmlDocPtr h_oracle_parse(struct span doc);
size_t h_oracle_elements(xmlDocPtr doc);
int h_oracle_c14n(xmlDocPtr doc, enum xml_c14n_alg alg, const char *prefixes, size_t apex, struct buf *out);

/* A file, whole; fails the test if it cannot be read. Caller frees. */
struct span h_file(const char *path);

#endif
