/* SPDX-License-Identifier: EUPL-1.2 */
/* A tagged PDF: headings, paragraphs, lists. */
#include "form/application/pdf.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define PAGE_W 595.276
#define PAGE_H 841.89
#define MARGIN 56.0
#define FOOT 40.0
#define LABEL_W 175.0
#define GAP 12.0
#define FONTS "DejaVu Sans, Liberation Sans, sans-serif"
#define PDF_MAX 33554432

struct form_pdf {
	struct buf raw;
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoFontMap *fonts;	/* NULL once given back */
	PangoContext *context;
	double y;		/* top of what comes next */
	unsigned page;
	bool in_list;
	char *title, *author, *footer;
	int64_t created;
};

/*
 * Pango's own font map is one per thread, and each maps and shapes the fonts anew: some 4 MB for every worker that ever
 * made a document. These few are lent out instead, one document at a time each.
 */
#define FONT_MAPS 2

static struct {
	pthread_mutex_t lock;
	pthread_cond_t back;
	PangoFontMap *free[FONT_MAPS];
	int free_count, made;
} fonts = { .lock = PTHREAD_MUTEX_INITIALIZER, .back = PTHREAD_COND_INITIALIZER };

static PangoFontMap *fonts_borrow(void)
{
	PangoFontMap *map = NULL;

	must(pthread_mutex_lock(&fonts.lock) == 0);
	while (fonts.free_count == 0 && fonts.made == FONT_MAPS)
		must(pthread_cond_wait(&fonts.back, &fonts.lock) == 0);
	if (fonts.free_count > 0)
		map = fonts.free[--fonts.free_count];
	else
		fonts.made++;
	must(pthread_mutex_unlock(&fonts.lock) == 0);
	/* Not under our lock: the first one registers its type with GLib, which has locks of its own. */
	return map != NULL ? map : pango_cairo_font_map_new();
}

/* With the context goes whatever of the document still refers to the map. */
static void fonts_return(struct form_pdf *p)
{
	if (p->fonts == NULL)
		return;
	g_object_unref(p->context);
	must(pthread_mutex_lock(&fonts.lock) == 0);
	fonts.free[fonts.free_count++] = p->fonts;
	must(pthread_cond_signal(&fonts.back) == 0);
	must(pthread_mutex_unlock(&fonts.lock) == 0);
	p->fonts = NULL;
}

static cairo_status_t take(void *closure, const unsigned char *data, unsigned int n)
{
	struct buf *b = closure;
	buf_put(b, data, n);
	return b->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

struct form_pdf *form_pdf_new(const char *title, const char *author, const char *footer, int64_t created)
{
	struct form_pdf *p = mem_new(sizeof(*p));
	char date[CLOCK_TEXT_LEN];
	buf_init(&p->raw, PDF_MAX);
	p->title = mem_dup(title);
	p->author = mem_dup(author);
	p->footer = mem_dup(footer);
	p->created = created;
	p->surface = cairo_pdf_surface_create_for_stream(take, &p->raw, PAGE_W, PAGE_H);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, author);
	clock_utc(created, date);
	memcpy(date + 19, "Z", 2);	/* cairo wants whole seconds */
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_MOD_DATE, date);
	p->cr = cairo_create(p->surface);
	p->fonts = fonts_borrow();
	p->context = pango_font_map_create_context(p->fonts);
	pango_cairo_update_context(p->cr, p->context);
	pango_context_set_language(p->context, pango_language_from_string("de"));
	p->page = 1;
	p->y = MARGIN;
	cairo_tag_begin(p->cr, "Document", NULL);
	return p;
}

void form_pdf_free(struct form_pdf *p)
{
	if (p == NULL)
		return;
	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
	fonts_return(p);
	buf_wipe(&p->raw);
	free(p->title);
	free(p->author);
	free(p->footer);
	free(p);
}

static PangoLayout *layout_new(struct form_pdf *p, const char *text, double width, double size, bool bold)
{
	PangoLayout *l = pango_layout_new(p->context);
	PangoFontDescription *f = pango_font_description_from_string(FONTS);
	PangoAttrList *attrs = pango_attr_list_new();

	/* A digest or a message id that is broken must not gain a sign. */
	pango_attr_list_insert(attrs, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_font_description_set_weight(f, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(l, f);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_spacing(l, (int)(size * 0.2 * PANGO_SCALE));
	pango_layout_set_text(l, text, -1);
	pango_font_description_free(f);
	return l;
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
	char *text = mem_printf("%s · Seite %u", p->footer, p->page);
	PangoLayout *l = layout_new(p, text, PAGE_W - 2 * MARGIN, 8, false);
	cairo_move_to(p->cr, MARGIN, PAGE_H - FOOT);
	pango_cairo_show_layout(p->cr, l);
	g_object_unref(l);
	free(text);
}

static void next_page(struct form_pdf *p)
{
	draw_footer(p);
	cairo_show_page(p->cr);
	p->page++;
	p->y = MARGIN;
}

static bool fits(const struct form_pdf *p, double height)
{
	return p->y + height <= PAGE_H - MARGIN - FOOT / 2;
}

/* Shows the lines from *i on that fit on the page at x, in one tag; *y becomes their end. A tag must not cross pages.
 */
static void show_lines(struct form_pdf *p, PangoLayout *l, int *i, double x, const char *tag, double *y)
{
	int n = pango_layout_get_line_count(l), first = *i;
	*y = p->y;
	cairo_tag_begin(p->cr, tag, NULL);
	for (; *i < n; (*i)++) {
		PangoRectangle r;
		PangoLayoutLine *line = pango_layout_get_line_readonly(l, *i);
		pango_layout_line_get_extents(line, NULL, &r);
		double height = (double)r.height / PANGO_SCALE;
		if (*y + height > PAGE_H - MARGIN - FOOT / 2 && *i > first)
			break;
		cairo_move_to(p->cr, x, *y + (double)PANGO_ASCENT(r) / PANGO_SCALE);
		pango_cairo_show_layout_line(p->cr, line);
		*y += height + (double)pango_layout_get_spacing(l) / PANGO_SCALE;
	}
	cairo_tag_end(p->cr, tag);
}

static void block(struct form_pdf *p, PangoLayout *l, const char *tag, double keep)
{
	int i = 0, n = pango_layout_get_line_count(l);
	double y;
	if (!fits(p, layout_height(l) < 200 ? layout_height(l) + keep : 30))
		next_page(p);
	while (i < n) {
		show_lines(p, l, &i, MARGIN, tag, &y);
		p->y = y;
		if (i < n)
			next_page(p);
	}
}

void form_pdf_heading(struct form_pdf *p, int level, const char *text)
{
	static const double sizes[] = { 18, 13, 11 }, before[] = { 0, 14, 8 };
	char tag[3] = { 'H', (char)('0' + level), '\0' };
	PangoLayout *l = layout_new(p, text, PAGE_W - 2 * MARGIN, sizes[level - 1], true);
	if (p->y > MARGIN)
		p->y += before[level - 1];
	block(p, l, tag, 60); /* a heading stays with what it heads */
	p->y += 6;
	g_object_unref(l);
}

void form_pdf_text(struct form_pdf *p, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char *line = mem_dup_n(text, n);
		PangoLayout *l = layout_new(p, line, PAGE_W - 2 * MARGIN, 10, false);
		block(p, l, "P", 0);
		p->y += 5;
		g_object_unref(l);
		free(line);
		text += n + (text[n] != '\0');
	}
}

void form_pdf_list(struct form_pdf *p)
{
	/* A list that begins at the very end of a page would be an empty tag there, which cairo writes wrongly. */
	if (!fits(p, 40))
		next_page(p);
	cairo_tag_begin(p->cr, "L", NULL);
	p->in_list = true;
}

void form_pdf_pair(struct form_pdf *p, const char *label, const char *value)
{
	PangoLayout *l = layout_new(p, label, LABEL_W, 9.5, true);
	PangoLayout *v = layout_new(p, value, PAGE_W - 2 * MARGIN - LABEL_W - GAP, 10, false);
	int i = 0, j = 0, n = pango_layout_get_line_count(l), m = pango_layout_get_line_count(v);
	double height = layout_height(l) > layout_height(v) ? layout_height(l) : layout_height(v);
	if (!fits(p, height < 200 ? height : 60))
		next_page(p);
	cairo_tag_begin(p->cr, "LI", NULL);
	while (i < n || j < m) {
		double y = p->y, y2 = p->y;
		if (i < n)
			show_lines(p, l, &i, MARGIN, "Lbl", &y);
		if (j < m)
			show_lines(p, v, &j, MARGIN + LABEL_W + GAP, "LBody", &y2);
		p->y = y > y2 ? y : y2;
		if (i < n || j < m)
			next_page(p);
	}
	cairo_tag_end(p->cr, "LI");
	p->y += 4;
	g_object_unref(l);
	g_object_unref(v);
}

void form_pdf_list_end(struct form_pdf *p)
{
	cairo_tag_end(p->cr, "L");
	p->in_list = false;
	p->y += 4;
}

int form_pdf_end(struct form_pdf *p, struct sink *to, struct err *e)
{
	draw_footer(p);
	cairo_tag_end(p->cr, "Document");
	cairo_surface_finish(p->surface);
	cairo_status_t st = cairo_status(p->cr) != CAIRO_STATUS_SUCCESS ? cairo_status(p->cr)
									: cairo_surface_status(p->surface);
	fonts_return(p);	/* before to, which may be slow */
	if (buf_check(&p->raw, "PDF", e) != 0)
		return e->code;
	if (st != CAIRO_STATUS_SUCCESS)
		return err_set(e, ERR_INTERNAL, "make a PDF: %s", cairo_status_to_string(st));
	return form_pdf_post(buf_view(&p->raw), p->title, p->author, p->created, to, e);
}
