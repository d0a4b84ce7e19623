/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * value - single values out of elements: texts, instants, URIs, code list entries, each checked so that writing it
 * again conforms to the schema. For this folder only. Errors are ERR_SYNTAX "line N: /path: what". Any thread.
 */
#ifndef XTA_VALUE_H
#define XTA_VALUE_H

#include "base/arena.h"
#include "xml/tree.h"
#include "xta/message.h"
#include "xta/warning.h"

struct xta_take {
	struct arena *a;
	unsigned *warnings;	/* NULL: strict */
};

/* Whether it is let through: then the warning is noted. */
bool xta_take_may(const struct xta_take *t, enum xta_warning w);

/* The text of n without blanks around it, inner ones as SP (xs:token and what is compared). n NULL: NULL. Empty: NULL
 * when that is let through, else refused. */
int xta_take_text(const struct xta_take *t, const struct xml_node *n, const char **out, struct err *e);
/* The same, and xs:dateTime; 0 when there is none. */
int xta_take_instant(const struct xta_take *t, const struct xml_node *n, int64_t *ms, struct err *e);
/* The same, and xs:positiveInteger; what is none is let through as 0. */
int xta_take_size(const struct xta_take *t, const struct xml_node *n, uint64_t *size, struct err *e);
/* Has to be there and to be a URI. */
int xta_take_uri(const struct xta_take *t, const struct xml_node *n, const char **out, struct err *e);
/* The children of n of one name, as URIs. */
int xta_take_uris(const struct xta_take *t, const struct xml_node *n, const char *ns, const char *local,
		  const char *const **out, size_t *count, struct err *e);
/* An attribute; empty is like absent where that is let through. */
int xta_take_attr(const struct xta_take *t, const struct xml_node *n, const char *local, bool required,
		  const char **out, struct err *e);
/* oscimeta:KeyCodeType */
int xta_take_key(const struct xta_take *t, const struct xml_node *n, struct xta_key *out, struct err *e);
/* xsi:nil is true. */
bool xta_is_nil(const struct xml_node *n);
bool xta_take_bool(struct span text, bool *out);	/* xs:boolean */

/* A reference as xs:anyURI and RFC 3986 both take it, not empty; letters beyond ASCII are allowed. */
bool xta_is_uri(struct span s);
bool xta_is_language(struct span s);	/* xs:language */

#endif
