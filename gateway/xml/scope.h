/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scope - which namespace prefixes and xml:* attributes are in force at a place of a document.
 *
 * push keeps one for its reader; c14n and tree copy from it where they start in the middle of a document. Owns copies
 * of all it holds. One thread at a time.
 */
#ifndef XML_SCOPE_H
#define XML_SCOPE_H

#include "xml/event.h"

struct xml_scope;

struct xml_scope *xml_scope_new(void);
struct xml_scope *xml_scope_dup(const struct xml_scope *s);	/* NULL gives an empty one */
void xml_scope_free(struct xml_scope *s);	/* NULL is allowed */

/* Enters an element: its declarations and xml:* attributes are in force until the matching xml_scope_leave(). */
void xml_scope_enter(struct xml_scope *s, const struct xml_start *start);
/* The same with what is at hand: used to rebuild the scope of a tree node. */
void xml_scope_enter_parts(struct xml_scope *s, const struct xml_decl *decls, size_t decls_n,
			   const struct xml_attr *attrs, size_t attrs_n);
void xml_scope_leave(struct xml_scope *s);

/* The URI bound to a prefix ("" for the default): false if none or undeclared by xmlns="". "xml" is always bound. */
bool xml_scope_uri(const struct xml_scope *s, struct span prefix, struct span *uri);

/* Walks what is in force, inner declarations hiding outer ones: *i starts at 0. False at the end. Spans are valid until
 * the next enter or leave. Bindings undone by xmlns="" do not appear, nor does the prefix xml. */
bool xml_scope_next(const struct xml_scope *s, size_t *i, struct xml_decl *out);
/* The same for xml:* attributes (xml:lang, xml:space, xml:base, xml:id). */
bool xml_scope_next_attr(const struct xml_scope *s, size_t *i, struct xml_attr *out);

#endif
