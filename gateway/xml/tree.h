/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tree - a small read-only tree of a bounded piece of XML: a header block, a ds:Signature, a whole small document.
 *
 * Lives in an arena; built from events, either by a reader that has decided that this element is small enough, or by
 * xml_tree_parse() for a document at hand. Never for message bodies. A finished tree may be read by any thread.
 */
#ifndef XML_TREE_H
#define XML_TREE_H

#include "base/arena.h"
#include "base/stream.h"
#include "xml/c14n.h"
#include "xml/event.h"
#include "xml/push.h"

/* What is in force around the root of a tree that was taken out of a document. */
struct xml_outer {
	const struct xml_decl *decls;
	size_t decls_n;
	const struct xml_attr *attrs;	/* xml:* */
	size_t attrs_n;
};

struct xml_node {
	struct xml_name name;		/* local.n == 0: a text node */
	struct span text;		/* of a text node; neighbouring pieces are one node */
	const struct xml_attr *attrs;
	size_t attrs_n;
	const struct xml_decl *decls;
	size_t decls_n;
	const struct xml_node *parent;	/* NULL for the root of the tree */
	const struct xml_node *first;	/* children, text included */
	const struct xml_node *next;	/* sibling */
	const struct xml_outer *outer;	/* root only; NULL for a whole document */
	unsigned line;
};

/* Building. max: bytes the tree may take (ERR_LIMIT). outer: xml_push_scope() when the tree starts in the middle of a
 * document, else NULL; copied. The arena must outlive the tree. Caller frees with xml_build_free; the tree stays. */
struct xml_build;
struct xml_build *xml_build_new(struct arena *a, size_t max, const struct xml_scope *outer);
void xml_build_free(struct xml_build *b);	/* NULL is allowed */
int xml_build_start(struct xml_build *b, const struct xml_start *s, struct err *e);
int xml_build_text(struct xml_build *b, struct span text, struct err *e);
int xml_build_end(struct xml_build *b, const struct xml_name *name, struct err *e);
/* The root once its end was taken, NULL before. */
const struct xml_node *xml_build_root(const struct xml_build *b);

/* Parses a whole document (hardened as push is). *root lives in the arena. */
int xml_tree_parse(struct span doc, const struct xml_limits *limits, struct arena *a, const struct xml_node **root,
		   struct err *e);

/* Looking. ns NULL or "": no namespace; local NULL: any local name (both NULL: any element). NULL when there is none;
 * n of xml_child may be NULL. */
const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *local);
const struct xml_node *xml_next(const struct xml_node *n, const char *ns, const char *local); /* later sibling */
/* The way "a/b/c" of local names in one namespace, first match each. */
const struct xml_node *xml_descend(const struct xml_node *n, const char *ns, const char *way);
bool xml_node_is(const struct xml_node *n, const char *ns, const char *local);
/* False (and the empty span) when there is no such attribute. */
bool xml_attr_get(const struct xml_node *n, const char *ns, const char *local, struct span *value);
/* All text directly in n (pieces between elements joined, in the arena if they have to be). */
struct span xml_text(const struct xml_node *n, struct arena *a);
/* The namespace URI a prefix has at n (for QNames in content); false if it has none. */
bool xml_node_uri(const struct xml_node *n, struct span prefix, struct span *uri);

/* Canonical form of n in its context (see c14n.h); out is borrowed and not finished. */
int xml_tree_c14n(const struct xml_node *n, enum xml_c14n_alg alg, struct span prefixes, struct sink *out,
		  struct err *e);

#define XML_PATH_LEN 200
/* "/soap:Envelope/soap:Body" for messages; long ones are cut on the left. Returns out. */
char *xml_node_path(const struct xml_node *n, char out[XML_PATH_LEN]);

#endif
