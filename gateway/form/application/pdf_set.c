/* SPDX-License-Identifier: EUPL-1.2 */
/* Headings, paragraphs and pairs on pages, with their tags; done twice, because the first page names the number of pages. */
#include "form/application/pdf_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void tag_begin(struct form_pdf *p, const char *tag)
{
	if (p->drawing)
		cairo_tag_begin(p->cr, tag, NULL);
}

static void tag_end(struct form_pdf *p, const char *tag)
{
	if (p->drawing)
		cairo_tag_end(p->cr, tag);
}

static double layout_height(PangoLayout *l)
{
	int h;

	pango_layout_get_size(l, NULL, &h);
	return (double)h / PANGO_SCALE;
}

/* Outside every tag: pdf_post.c marks it as an artifact. */
static void draw_footer(struct form_pdf *p)
{
	char *text;
	PangoLayout *l;

	if (!p->drawing)
		return;
	text = mem_printf("%s · Seite %u von %u", p->footer, p->page, p->pages);
	l = form_pdf_layout(p, text, PDF_PAGE_W - 2 * PDF_MARGIN, 8, false);
	cairo_move_to(p->cr, PDF_MARGIN, PDF_PAGE_H - PDF_FOOT);
	pango_cairo_show_layout(p->cr, l);
	g_object_unref(l);
	free(text);
}

static void next_page(struct form_pdf *p)
{
	draw_footer(p);
	if (p->drawing)
		cairo_show_page(p->cr);
	p->page++;
	p->y = PDF_MARGIN;
}

static bool fits(const struct form_pdf *p, double height)
{
	return p->y + height <= PDF_PAGE_H - PDF_MARGIN - PDF_FOOT / 2;
}

/* Pango leaves out the glyph of a blank at which a line is broken, and a reader of the tags would join the words. The
 * glyph of another blank of the same font takes its place, without width. */
static void keep_blank(PangoLayoutLine *line)
{
	const char *text = pango_layout_get_text(line->layout);
	int end = line->start_index + line->length;
	PangoGlyph blank = PANGO_GLYPH_EMPTY;
	PangoLayoutRun *last = NULL;

	for (GSList *r = line->runs; r != NULL; r = r->next)
		last = r->data;
	if (last == NULL || line->length == 0 || text[end - 1] != ' ' || last->glyphs->num_glyphs == 0)
		return;
	for (int i = 0; i < last->glyphs->num_glyphs; i++) {
		if (text[last->item->offset + last->glyphs->log_clusters[i]] == ' ' &&
		    last->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY)
			blank = last->glyphs->glyphs[i].glyph;
	}
	if (last->glyphs->glyphs[last->glyphs->num_glyphs - 1].glyph == PANGO_GLYPH_EMPTY)
		last->glyphs->glyphs[last->glyphs->num_glyphs - 1].glyph = blank;
}

static void draw_line(struct form_pdf *p, PangoLayoutLine *line, double x, double y)
{
	keep_blank(line);
	cairo_move_to(p->cr, x, y);
	pango_cairo_show_layout_line(p->cr, line);
}

static bool has_paragraphs(PangoLayout *l)
{
	return strchr(pango_layout_get_text(l), '\n') != NULL;
}

/* Shows the lines from *i on that fit on the page at x, in one tag, each paragraph of several in one of its own; *y
 * becomes their end. A tag must not cross pages, nor be empty. */
static void show_lines(struct form_pdf *p, PangoLayout *l, int *i, double x, const char *tag, double *y)
{
	int n = pango_layout_get_line_count(l), first = *i;
	bool several = has_paragraphs(l), open = false;

	*y = p->y;
	tag_begin(p, tag);
	for (; *i < n; (*i)++) {
		PangoLayoutLine *line = pango_layout_get_line(l, *i);
		PangoRectangle r;
		double height;

		pango_layout_line_get_extents(line, NULL, &r);
		height = (double)r.height / PANGO_SCALE;
		if (*y + height > PDF_PAGE_H - PDF_MARGIN - PDF_FOOT / 2 && *i > first)
			break;
		if (open && line->is_paragraph_start) {
			tag_end(p, "P");
			open = false;
		}
		if (several && !open && line->length > 0) {
			tag_begin(p, "P");
			open = true;
		}
		if (p->drawing && line->length > 0)
			draw_line(p, line, x, *y + (double)PANGO_ASCENT(r) / PANGO_SCALE);
		*y += height + (double)pango_layout_get_spacing(l) / PANGO_SCALE;
	}
	if (open)
		tag_end(p, "P");
	tag_end(p, tag);
}

static void set_block(struct form_pdf *p, PangoLayout *l, const char *tag, double keep)
{
	int i = 0, n = pango_layout_get_line_count(l);
	double y;

	if (!fits(p, layout_height(l) < 200 ? layout_height(l) + keep : 30))
		next_page(p);
	while (i < n) {
		show_lines(p, l, &i, PDF_MARGIN, tag, &y);
		p->y = y;
		if (i < n)
			next_page(p);
	}
}

static void set_heading(struct form_pdf *p, const struct pdf_item *item)
{
	static const double before[] = { 0, 14, 8 };
	char tag[3] = { 'H', (char)('0' + item->level), '\0' };

	if (p->y > PDF_MARGIN)
		p->y += before[item->level - 1];
	set_block(p, item->text, tag, 60); /* a heading stays with what it heads */
	p->y += 6;
}

/* Says again what the value belongs to; outside every tag, because for a reader of the tags nothing was interrupted. */
static void repeat_label(struct form_pdf *p, const struct pdf_item *item, double *y)
{
	char *text = mem_printf("%s (Fortsetzung)", pango_layout_get_text(item->text));
	PangoLayout *l = form_pdf_layout(p, text, PDF_LABEL_W, 9.5, true);

	if (p->drawing) {
		cairo_move_to(p->cr, PDF_MARGIN, p->y);
		pango_cairo_show_layout(p->cr, l);
	}
	*y = p->y + layout_height(l);
	g_object_unref(l);
	free(text);
}

static void set_pair(struct form_pdf *p, const struct pdf_item *item)
{
	int i = 0, j = 0, n = pango_layout_get_line_count(item->text), m = pango_layout_get_line_count(item->value);
	double label = layout_height(item->text), value = layout_height(item->value), height = label > value ? label : value;

	if (!fits(p, height < 200 ? height : 60))
		next_page(p);
	tag_begin(p, "LI");
	while (i < n || j < m) {
		double y = p->y, y2 = p->y;

		if (i < n)
			show_lines(p, item->text, &i, PDF_MARGIN, "Lbl", &y);
		else if (j > 0)
			repeat_label(p, item, &y);
		if (j < m)
			show_lines(p, item->value, &j, PDF_MARGIN + PDF_LABEL_W + PDF_GAP, "LBody", &y2);
		p->y = y > y2 ? y : y2;
		if (i < n || j < m)
			next_page(p);
	}
	tag_end(p, "LI");
	p->y += 4;
}

static void set_item(struct form_pdf *p, const struct pdf_item *item)
{
	switch (item->kind) {
	case PDF_HEADING:
		set_heading(p, item);
		break;
	case PDF_PARAGRAPH:
		set_block(p, item->text, "P", 0);
		p->y += 5;
		break;
	case PDF_LIST:
		/* A list that begins at the very end of a page would be an empty tag there, which cairo writes wrongly. */
		if (!fits(p, 40))
			next_page(p);
		tag_begin(p, "L");
		break;
	case PDF_PAIR:
		set_pair(p, item);
		break;
	case PDF_LIST_END:
		tag_end(p, "L");
		p->y += 4;
		break;
	}
}

void form_pdf_set(struct form_pdf *p, bool drawing)
{
	p->drawing = drawing;
	p->page = 1;
	p->y = PDF_MARGIN;
	tag_begin(p, "Document");
	for (size_t i = 0; i < p->count; i++)
		set_item(p, &p->items[i]);
	draw_footer(p);
	tag_end(p, "Document");
	p->pages = p->page;
}
