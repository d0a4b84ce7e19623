/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * markup - what an author of forms writes as HTML, made safe: paragraphs, headings, lists, emphasis and links.
 *
 * The text is read into a tree of the few elements that are allowed, with no attribute but a link's address (http, https,
 * mailto), and the tree is written anew: nothing of the original markup goes out as it came. What is not allowed is
 * left out and reported, so that a definition is refused instead of losing something. Any thread; linear in the input.
 */
#ifndef FORM_MARKUP_H
#define FORM_MARKUP_H

#include "base/arena.h"

#define FORM_MARKUP_MAX 65536	/* bytes of one text */

/* BLOCK: a text of its own. INLINE: part of a line (a label): emphasis and links only, paragraphs become blanks. */
enum form_markup_kind { FORM_MARKUP_BLOCK, FORM_MARKUP_INLINE };

/* Called with what is left out and why, at most once for each kind of element. */
typedef void form_markup_fn(void *ctx, const char *why);

struct form_markup {
	const char *html;	/* goes into a page as it is; "" if nothing is left */
	const char *text;	/* the same for paper: paragraphs and items parted by LF, links of a BLOCK with address */
};

/* source: UTF-8. Both results live in the arena and are never NULL. lost may be NULL. */
void form_markup_read(struct arena *a, const char *source, enum form_markup_kind kind, form_markup_fn *lost, void *ctx,
		      struct form_markup *out);

#endif
