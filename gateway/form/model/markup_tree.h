/* SPDX-License-Identifier: EUPL-1.2 */
/* markup_tree - inside of markup*.c: tokens of the input and nodes of the tree. */
#ifndef FORM_MARKUP_TREE_H
#define FORM_MARKUP_TREE_H

#include <stdbool.h>

#include "base/buf.h"
#include "form/model/markup.h"

#define MARKUP_DEPTH_MAX 12

enum markup_tag {
	MARKUP_ROOT,
	MARKUP_TEXT,
	MARKUP_BREAK,
	/* blocks */
	MARKUP_P,
	MARKUP_H2,
	MARKUP_H3,
	MARKUP_H4,
	MARKUP_UL,
	MARKUP_OL,
	MARKUP_LI,
	MARKUP_QUOTE,
	/* within a line */
	MARKUP_STRONG,
	MARKUP_EM,
	MARKUP_SUB,
	MARKUP_SUP,
	MARKUP_LINK,
};

struct markup_node {
	enum markup_tag tag;
	const char *text;	/* MARKUP_TEXT; the address of a MARKUP_LINK */
	struct markup_node *first, *last, *next;
};

enum markup_kind { MARKUP_END, MARKUP_WORDS, MARKUP_OPENS, MARKUP_CLOSES };

struct markup_token {
	enum markup_kind kind;
	struct span words;	/* with entities */
	char name[16];		/* of the element, lower case; cut */
	struct span href;	/* raw */
	bool handler;		/* has an attribute that begins with "on" */
};

struct markup_input {
	const char *s;
	bool words_only;	/* the rest has an unfinished tag: it is text */
};

/* markup_token.c */
void form_markup_next(struct markup_input *in, struct markup_token *t);
/* Passes over everything up to and including the end tag of name, or to the end. */
void form_markup_skip(struct markup_input *in, const char *name);
/* Decodes entities; what is no entity stays as it is, and control characters go. */
void form_markup_decode(struct buf *out, struct span raw);
/* The address as it may go into a page, or NULL. */
const char *form_markup_link(struct arena *a, struct span raw);

/* markup_write.c */
void form_markup_write_html(struct buf *out, const struct markup_node *root);
void form_markup_write_text(struct buf *out, const struct markup_node *root, bool addresses);

#endif
