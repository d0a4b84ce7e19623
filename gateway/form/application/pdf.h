/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pdf - a small accessible document writer: headings, paragraphs, lists of label and value; A4, German, tagged.
 *
 * Same calls, same time, same fonts: same bytes. Errors stick and form_pdf_end() reports them. Fonts are embedded;
 * fontconfig chooses DejaVu Sans or what is there in its place. One thread per document,
 * and at most one unfinished document per thread: two are made at once, others wait for their fonts in form_pdf_new().
 */
#ifndef FORM_PDF_H
#define FORM_PDF_H

#include <stdint.h>

#include "base/err.h"
#include "base/stream.h"
#include "form/application/walk.h"

struct form_pdf;

/* footer is repeated on every page, with the page number. created: ms, the document's date. */
struct form_pdf *form_pdf_new(const char *title, const char *author, const char *footer, int64_t created);
void form_pdf_free(struct form_pdf *p);	/* NULL is allowed */

void form_pdf_heading(struct form_pdf *p, int level, const char *text);	/* 1 to 3 */
void form_pdf_text(struct form_pdf *p, const char *text);	/* a paragraph for each line */
void form_pdf_list(struct form_pdf *p);				/* pairs follow ... */
void form_pdf_pair(struct form_pdf *p, const char *label, const char *value);
void form_pdf_list_end(struct form_pdf *p);
/* Finishes the document and writes it; the sink is not finished. */
int form_pdf_end(struct form_pdf *p, struct sink *to, struct err *e);

/* pdf_post.c: title, language, tag marks and XMP that cairo 1.16 cannot write. */
int form_pdf_post(struct span raw, const char *title, const char *author, int64_t created, struct sink *to,
		  struct err *e);

/* pdf_application.c: the application with the same content as the XML. */
int form_pdf_application(const struct form_application *app, struct sink *to, struct err *e);

#endif
