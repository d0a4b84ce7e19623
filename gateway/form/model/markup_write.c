/* SPDX-License-Identifier: EUPL-1.2 */
/* The tree of a text as markup of our own, and as plain text. */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "form/model/html.h"
#include "form/model/markup_tree.h"

static const struct {
	const char *begin, *end;
} written[] = {
	[MARKUP_ROOT] = { "", "" },
	[MARKUP_TEXT] = { "", "" },
	[MARKUP_BREAK] = { "<br>", "" },
	[MARKUP_P] = { "<p>", "</p>\n" },
	[MARKUP_H2] = { "<h2>", "</h2>\n" },
	[MARKUP_H3] = { "<h3>", "</h3>\n" },
	[MARKUP_H4] = { "<h4>", "</h4>\n" },
	[MARKUP_UL] = { "<ul>\n", "</ul>\n" },
	[MARKUP_OL] = { "<ol>\n", "</ol>\n" },
	[MARKUP_LI] = { "<li>", "</li>\n" },
	[MARKUP_QUOTE] = { "<blockquote>", "</blockquote>\n" },
	[MARKUP_STRONG] = { "<strong>", "</strong>" },
	[MARKUP_EM] = { "<em>", "</em>" },
	[MARKUP_SUB] = { "<sub>", "</sub>" },
	[MARKUP_SUP] = { "<sup>", "</sup>" },
	[MARKUP_LINK] = { "", "</a>" },
};

/* An element without anything to read is no element. */
static bool is_empty(const struct markup_node *n)
{
	if (n->tag == MARKUP_BREAK)
		return false;
	if (n->tag == MARKUP_TEXT)
		return n->text[strspn(n->text, " ")] == '\0';
	for (const struct markup_node *c = n->first; c != NULL; c = c->next) {
		if (!is_empty(c))
			return false;
	}
	return true;
}

/* A new window, because what was typed on the page would be lost; and it is said. */
static void begin_link(struct buf *out, const char *address)
{
	if (strncasecmp(address, "mailto:", 7) == 0)
		form_html(out, "<a href=\"%s\" rel=\"noopener noreferrer\">", address);
	else
		form_html(out, "<a href=\"%s\" rel=\"noopener noreferrer\" target=\"_blank\">", address);
}

void form_markup_write_html(struct buf *out, const struct markup_node *root)
{
	if (root->tag == MARKUP_TEXT) {
		form_html_escape(out, root->text);
		return;
	}
	if (root->tag != MARKUP_ROOT && is_empty(root))
		return;
	if (root->tag == MARKUP_LINK)
		begin_link(out, root->text);
	buf_puts(out, written[root->tag].begin);
	for (const struct markup_node *c = root->first; c != NULL; c = c->next)
		form_markup_write_html(out, c);
	if (root->tag == MARKUP_LINK && strncasecmp(root->text, "mailto:", 7) != 0)
		buf_puts(out, "<span class=\"vh\"> (neues Fenster)</span>");
	buf_puts(out, written[root->tag].end);
}

struct paper {
	struct buf *out;
	bool addresses;
	size_t marker;	/* where the marker of an item ends: its first paragraph stands beside it */
};

static void end_line(struct paper *p)
{
	struct buf *out = p->out;

	if (out->n == p->marker)
		return;
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buf_putc(out, '\n');
}

static void put_address(struct buf *out, const struct markup_node *link, size_t begin)
{
	const char *shown = strncasecmp(link->text, "mailto:", 7) == 0 ? link->text + 7 : link->text;
	size_t n = strlen(shown);

	if (out->n - begin != n || memcmp(out->p + begin, shown, n) != 0)
		buf_printf(out, " (%s)", shown);
}

static void put_marker(struct paper *p, enum markup_tag list, unsigned item)
{
	end_line(p);
	if (list == MARKUP_OL)
		buf_printf(p->out, "%u. ", item);
	else
		buf_puts(p->out, "- ");
	p->marker = p->out->n;
}

static void write_text(struct paper *p, const struct markup_node *node)
{
	bool block = node->tag >= MARKUP_P && node->tag <= MARKUP_QUOTE;
	unsigned item = 0;
	size_t begin;

	if (node->tag == MARKUP_TEXT)
		buf_puts(p->out, node->text);
	if (node->tag == MARKUP_BREAK || block)
		end_line(p);
	begin = p->out->n;
	for (const struct markup_node *c = node->first; c != NULL; c = c->next) {
		if (c->tag == MARKUP_LI && is_empty(c))
			continue;
		if (c->tag == MARKUP_LI)
			put_marker(p, node->tag, ++item);
		write_text(p, c);
	}
	if (node->tag == MARKUP_LINK && p->addresses)
		put_address(p->out, node, begin);
	if (block)
		end_line(p);
}

void form_markup_write_text(struct buf *out, const struct markup_node *root, bool addresses)
{
	write_text(&(struct paper){ out, addresses, SIZE_MAX }, root);
}
