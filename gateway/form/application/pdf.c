/* SPDX-License-Identifier: EUPL-1.2 */
/* A tagged PDF: headings, paragraphs, lists. */
#include "form/application/pdf_set.h"

#include <cairo-pdf.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define FONTS "DejaVu Sans, Liberation Sans, sans-serif"
#define PDF_MAX 33554432

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
	for (size_t i = 0; i < p->count; i++) {
		g_clear_object(&p->items[i].text);
		g_clear_object(&p->items[i].value);
	}
	pango_attr_list_unref(p->attrs);
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
	p->surface = cairo_pdf_surface_create_for_stream(take, &p->raw, PDF_PAGE_W, PDF_PAGE_H);
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
	/* A digest or a message id that is broken must not gain a sign. */
	p->attrs = pango_attr_list_new();
	pango_attr_list_insert(p->attrs, pango_attr_insert_hyphens_new(FALSE));
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
	free(p->items);
	free(p->title);
	free(p->author);
	free(p->footer);
	free(p);
}

PangoLayout *form_pdf_layout(struct form_pdf *p, const char *text, double width, double size, bool bold)
{
	PangoLayout *l = pango_layout_new(p->context);
	PangoFontDescription *f = pango_font_description_from_string(FONTS);

	pango_layout_set_attributes(l, p->attrs);
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

static struct pdf_item *add(struct form_pdf *p, enum pdf_kind kind)
{
	if (p->count == p->space) {
		p->space = p->space == 0 ? 64 : 2 * p->space;
		p->items = mem_grow(p->items, p->space, sizeof(*p->items));
	}
	p->items[p->count] = (struct pdf_item){ .kind = kind };
	return &p->items[p->count++];
}

void form_pdf_heading(struct form_pdf *p, int level, const char *text)
{
	static const double sizes[] = { 18, 13, 11 };
	struct pdf_item *i = add(p, PDF_HEADING);

	i->level = level;
	i->text = form_pdf_layout(p, text, PDF_PAGE_W - 2 * PDF_MARGIN, sizes[level - 1], true);
}

void form_pdf_text(struct form_pdf *p, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char *line = mem_dup_n(text, n);

		add(p, PDF_PARAGRAPH)->text = form_pdf_layout(p, line, PDF_PAGE_W - 2 * PDF_MARGIN, 10, false);
		free(line);
		text += n + (text[n] != '\0');
	}
}

void form_pdf_list(struct form_pdf *p)
{
	add(p, PDF_LIST);
}

void form_pdf_pair(struct form_pdf *p, const char *label, const char *value)
{
	struct pdf_item *i = add(p, PDF_PAIR);

	i->text = form_pdf_layout(p, label, PDF_LABEL_W, 9.5, true);
	i->value = form_pdf_layout(p, value, PDF_PAGE_W - 2 * PDF_MARGIN - PDF_LABEL_W - PDF_GAP, 10, false);
}

void form_pdf_list_end(struct form_pdf *p)
{
	add(p, PDF_LIST_END);
}

int form_pdf_end(struct form_pdf *p, struct sink *to, struct err *e)
{
	cairo_status_t st;
	int rc;

	form_pdf_set(p, false);
	form_pdf_set(p, true);
	cairo_surface_finish(p->surface);
	st = cairo_status(p->cr) != CAIRO_STATUS_SUCCESS ? cairo_status(p->cr) : cairo_surface_status(p->surface);
	fonts_return(p);	/* before to, which may be slow */
	rc = buf_check(&p->raw, "PDF", e);
	if (rc == 0 && st != CAIRO_STATUS_SUCCESS)
		rc = err_set(e, ERR_INTERNAL, "make a PDF: %s", cairo_status_to_string(st));
	return rc == 0 ? form_pdf_post(buf_view(&p->raw), p->title, p->author, p->created, to, e) : rc;
}
