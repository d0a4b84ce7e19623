/* SPDX-License-Identifier: EUPL-1.2 */
/* pdf_set - inside of pdf.c: what a document consists of, and its setting on pages. */
#ifndef FORM_PDF_SET_H
#define FORM_PDF_SET_H

#include <pango/pangocairo.h>

#include "form/application/pdf.h"

#define PDF_PAGE_W 595.276
#define PDF_PAGE_H 841.89
#define PDF_MARGIN 56.0
#define PDF_FOOT 40.0
#define PDF_LABEL_W 175.0
#define PDF_GAP 12.0

enum pdf_kind { PDF_HEADING, PDF_PARAGRAPH, PDF_LIST, PDF_PAIR, PDF_LIST_END };

struct pdf_item {
	enum pdf_kind kind;
	int level;		/* of a heading */
	PangoLayout *text;	/* or the label of a pair */
	PangoLayout *value;	/* of a pair, or NULL */
};

struct form_pdf {
	struct buf raw;
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoFontMap *fonts;	/* NULL once given back */
	PangoContext *context;
	PangoAttrList *attrs;	/* of every text */
	struct pdf_item *items;	/* what the document consists of */
	size_t count, space;
	/* while it is set, twice: without drawing, for the number of pages, and in earnest */
	bool drawing;
	double y;		/* top of what comes next */
	unsigned page, pages;
	char *title, *author, *footer;
	int64_t created;
};

/* A text of the document, size in points. */
PangoLayout *form_pdf_layout(struct form_pdf *p, const char *text, double width, double size, bool bold);
/* Sets all items on pages and counts these; draws them if drawing is set. */
void form_pdf_set(struct form_pdf *p, bool drawing);

#endif
