/* SPDX-License-Identifier: EUPL-1.2 */
/* From tokens to a tree of allowed elements, whose shape is always right whatever came in. */
#include "form/model/markup.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/markup_tree.h"

enum what { LOST, PASSED, DROPPED, KEPT };

/* PASSED: without meaning of its own, its content stays. DROPPED: its content is not for readers. */
static const struct {
	const char *name;
	enum what what;
	enum markup_tag tag;
} known[] = {
	{ "p", KEPT, MARKUP_P },	  { "div", KEPT, MARKUP_P },	   { "h1", KEPT, MARKUP_H2 },
	{ "h2", KEPT, MARKUP_H2 },	  { "h3", KEPT, MARKUP_H3 },	   { "h4", KEPT, MARKUP_H4 },
	{ "h5", KEPT, MARKUP_H4 },	  { "h6", KEPT, MARKUP_H4 },	   { "ul", KEPT, MARKUP_UL },
	{ "ol", KEPT, MARKUP_OL },	  { "li", KEPT, MARKUP_LI },	   { "blockquote", KEPT, MARKUP_QUOTE },
	{ "strong", KEPT, MARKUP_STRONG }, { "b", KEPT, MARKUP_STRONG },   { "em", KEPT, MARKUP_EM },
	{ "i", KEPT, MARKUP_EM },	  { "sub", KEPT, MARKUP_SUB },	   { "sup", KEPT, MARKUP_SUP },
	{ "a", KEPT, MARKUP_LINK },	  { "br", KEPT, MARKUP_BREAK },	   { "span", PASSED, MARKUP_ROOT },
	{ "u", PASSED, MARKUP_ROOT },	  { "small", PASSED, MARKUP_ROOT }, { "script", DROPPED, MARKUP_ROOT },
	{ "style", DROPPED, MARKUP_ROOT }, { "iframe", DROPPED, MARKUP_ROOT }, { "object", DROPPED, MARKUP_ROOT },
	{ "svg", DROPPED, MARKUP_ROOT },  { "math", DROPPED, MARKUP_ROOT }, { "template", DROPPED, MARKUP_ROOT },
	{ "noscript", DROPPED, MARKUP_ROOT }, { "textarea", DROPPED, MARKUP_ROOT }, { "select", DROPPED, MARKUP_ROOT },
	{ "title", DROPPED, MARKUP_ROOT },
};

#define LOST_MAX 8

struct builder {
	struct arena *a;
	enum form_markup_kind kind;
	struct markup_node *open[MARKUP_DEPTH_MAX];	/* the root first */
	size_t depth;
	bool blank;		/* the line has a blank at its end already, or nothing */
	struct buf words;	/* of the text node under way */
	form_markup_fn *lost;
	void *ctx;
	char said[LOST_MAX][16];
	size_t said_count;
};

static void lose(struct builder *b, const char *what, const char *why)
{
	char text[80];

	for (size_t i = 0; i < b->said_count; i++) {
		if (strncmp(b->said[i], what, sizeof(b->said[0]) - 1) == 0)
			return;
	}
	if (b->said_count == LOST_MAX || b->lost == NULL)
		return;
	(void)snprintf(b->said[b->said_count++], sizeof(b->said[0]), "%s", what);
	(void)snprintf(text, sizeof(text), "<%.16s>: %s", what, why);
	b->lost(b->ctx, text);
}

static struct markup_node *top(const struct builder *b)
{
	return b->open[b->depth - 1];
}

static struct markup_node *append(struct builder *b, enum markup_tag tag, const char *text)
{
	struct markup_node *n = arena_alloc(b->a, sizeof(*n)), *parent = top(b);

	n->tag = tag;
	n->text = text;
	if (parent->last == NULL)
		parent->first = n;
	else
		parent->last->next = n;
	parent->last = n;
	return n;
}

static void flush(struct builder *b)
{
	if (b->words.n > 0)
		append(b, MARKUP_TEXT, arena_dup(b->a, buf_str(&b->words)));
	buf_reset(&b->words);
}

static bool is_inline(enum markup_tag tag)
{
	return tag >= MARKUP_STRONG;
}

static bool is_list(enum markup_tag tag)
{
	return tag == MARKUP_UL || tag == MARKUP_OL;
}

static void push(struct builder *b, enum markup_tag tag, const char *text)
{
	if (b->depth == MARKUP_DEPTH_MAX) {
		lose(b, "...", "nested too deep");
		return;
	}
	b->open[b->depth] = append(b, tag, text);
	b->depth++;
	b->blank = b->blank || !is_inline(tag);
}

/* Ends emphasis, paragraphs and headings, so that a block may begin. */
static void end_line(struct builder *b)
{
	flush(b);
	while (top(b)->tag >= MARKUP_P && !is_list(top(b)->tag) && top(b)->tag != MARKUP_LI && top(b)->tag != MARKUP_QUOTE)
		b->depth--;
	b->blank = true;
}

/* Text and emphasis stand in a paragraph or an item, never bare in a list or beside paragraphs. */
static void begin_line(struct builder *b)
{
	if (b->kind == FORM_MARKUP_INLINE)
		return;
	if (is_list(top(b)->tag))
		push(b, MARKUP_LI, NULL);
	else if (top(b)->tag == MARKUP_ROOT || top(b)->tag == MARKUP_QUOTE)
		push(b, MARKUP_P, NULL);
}

static void put_words(struct builder *b, struct span raw)
{
	struct buf plain;

	buf_init(&plain, FORM_MARKUP_MAX + 16);
	form_markup_decode(&plain, raw);
	for (size_t i = 0; i < plain.n; i++) {
		char c = plain.p[i];
		bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';

		if (blank && b->blank)
			continue;
		if (!blank && b->words.n == 0)
			begin_line(b);
		buf_putc(&b->words, blank ? ' ' : c);
		b->blank = blank;
	}
	buf_fini(&plain);
}

/* An item belongs to the innermost list; without one it begins its own. */
static void begin_item(struct builder *b)
{
	size_t i = b->depth;

	end_line(b);
	while (i > 0 && !is_list(b->open[i - 1]->tag))
		i--;
	if (i > 0)
		b->depth = i;
	else
		push(b, MARKUP_UL, NULL);
	push(b, MARKUP_LI, NULL);
}

static void begin_block(struct builder *b, enum markup_tag tag, const char *name)
{
	if (b->kind == FORM_MARKUP_INLINE) {
		if (tag != MARKUP_P)
			lose(b, name, "not within a line; emphasis and links only");
		put_words(b, SPAN_LIT(" "));
		return;
	}
	if (tag == MARKUP_LI) {
		begin_item(b);
		return;
	}
	end_line(b);
	if (is_list(top(b)->tag))
		push(b, MARKUP_LI, NULL);
	push(b, tag, NULL);
}

static void begin_link(struct builder *b, const struct markup_token *t)
{
	const char *address;

	if (t->href.p == NULL)
		return;
	address = form_markup_link(b->a, t->href);
	if (address == NULL) {
		lose(b, "a href", "only http, https and mailto, with a full address");
		return;
	}
	for (size_t i = 0; i < b->depth; i++) {
		if (b->open[i]->tag == MARKUP_LINK)
			b->depth = i;
	}
	push(b, MARKUP_LINK, address);
}

static void begin(struct builder *b, const struct markup_token *t, enum markup_tag tag)
{
	if (tag == MARKUP_BREAK && b->kind == FORM_MARKUP_INLINE) {
		put_words(b, SPAN_LIT(" "));
	} else if (tag == MARKUP_BREAK) {
		begin_line(b);
		flush(b);
		append(b, MARKUP_BREAK, NULL);
		b->blank = true;
	} else if (!is_inline(tag)) {
		begin_block(b, tag, t->name);
	} else {
		flush(b);
		begin_line(b);
		if (tag == MARKUP_LINK)
			begin_link(b, t);
		else
			push(b, tag, NULL);
	}
}

/* Ends the innermost open element of the kind; one within a line does not reach beyond its line. */
static void end(struct builder *b, enum markup_tag tag)
{
	size_t i = b->depth;

	if (b->kind == FORM_MARKUP_INLINE && !is_inline(tag)) {
		put_words(b, SPAN_LIT(" "));
		return;
	}
	flush(b);
	while (i > 1 && b->open[i - 1]->tag != tag) {
		if (is_inline(tag) && !is_inline(b->open[i - 1]->tag))
			return;
		i--;
	}
	if (i > 1)
		b->depth = i - 1;
	b->blank = b->blank || !is_inline(tag);
}

static void take_tag(struct builder *b, struct markup_input *in, const struct markup_token *t)
{
	size_t i = 0;

	while (i < ARRAY_LEN(known) && strcmp(known[i].name, t->name) != 0)
		i++;
	if (i == ARRAY_LEN(known)) {
		lose(b, t->name, "not possible in a text");
		put_words(b, SPAN_LIT(" "));
		return;
	}
	if (t->handler)
		lose(b, t->name, "an attribute with JavaScript");
	if (known[i].what == DROPPED && t->kind == MARKUP_OPENS) {
		lose(b, t->name, "not possible in a text");
		form_markup_skip(in, t->name);
	} else if (known[i].what == KEPT && t->kind == MARKUP_OPENS) {
		begin(b, t, known[i].tag);
	} else if (known[i].what == KEPT && known[i].tag != MARKUP_BREAK) {
		end(b, known[i].tag);
	}
}

static const char *result(struct arena *a, struct buf *b)
{
	const char *text;

	while (b->n > 0 && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == ' '))
		b->p[--b->n] = '\0';
	text = arena_dup(a, buf_str(b));
	buf_fini(b);
	return text;
}

void form_markup_read(struct arena *a, const char *source, enum form_markup_kind kind, form_markup_fn *lost, void *ctx,
		      struct form_markup *out)
{
	struct markup_node root = { .tag = MARKUP_ROOT };
	struct builder b = { .a = a, .kind = kind, .depth = 1, .blank = true, .lost = lost, .ctx = ctx };
	struct markup_input in = { .s = source };
	struct markup_token t;
	struct buf html, text;

	b.open[0] = &root;
	buf_init(&b.words, FORM_MARKUP_MAX + 16);
	if (strlen(source) > FORM_MARKUP_MAX) {
		lose(&b, "text", "longer than 64 KB");
		in.s = "";
	}
	for (form_markup_next(&in, &t); t.kind != MARKUP_END; form_markup_next(&in, &t)) {
		if (t.kind == MARKUP_WORDS)
			put_words(&b, t.words);
		else
			take_tag(&b, &in, &t);
	}
	flush(&b);
	/* The longest that one byte becomes is "&quot;"; the longest tag is that of "<a>". */
	buf_init(&html, (size_t)FORM_MARKUP_MAX * 32);
	buf_init(&text, (size_t)FORM_MARKUP_MAX * 4);
	form_markup_write_html(&html, &root);
	form_markup_write_text(&text, &root, kind == FORM_MARKUP_BLOCK);
	out->html = result(a, &html);
	out->text = result(a, &text);
	buf_fini(&b.words);
}
