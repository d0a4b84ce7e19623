/* SPDX-License-Identifier: EUPL-1.2 */
/* The application as a PDF. */
#include <stdlib.h>

#include "base/digest.h"
#include "base/clock.h"
#include "base/mem.h"
#include "form/application/pdf.h"
#include "form/model/value.h"

struct pdf_walk {
	struct form_pdf *p;
	const struct form_application *app;
	bool listing;
};

static void list_stop(struct pdf_walk *w)
{
	if (w->listing)
		form_pdf_list_end(w->p);
	w->listing = false;
}

static void pair(struct pdf_walk *w, const char *label, const char *value)
{
	if (!w->listing)
		form_pdf_list(w->p);
	w->listing = true;
	form_pdf_pair(w->p, label, value);
}

static void on_page(void *ctx, const struct form_page *page, size_t nr)
{
	struct pdf_walk *w = ctx;

	(void)nr;
	list_stop(w);
	form_pdf_heading(w->p, 2, page->title);
}

static void on_group(void *ctx, const struct form_field *group)
{
	struct pdf_walk *w = ctx;

	list_stop(w);
	form_pdf_heading(w->p, 3, group->label);
}

static void on_group_end(void *ctx)
{
	list_stop(ctx);
}

static void on_field(void *ctx, const struct form_field *f, const json_t *value)
{
	struct pdf_walk *w = ctx;
	struct buf text;

	buf_init(&text, FORM_SHOWN_MAX);
	form_walk_show(&w->app->values, f, value, &text);
	pair(w, f->label, text.n == 0 ? "keine Angabe" : buf_str(&text));
	buf_fini(&text);
}

static void put_attachments(struct pdf_walk *w)
{
	const struct form_values *v = &w->app->values;

	if (v->upload_count == 0)
		return;
	form_pdf_heading(w->p, 2, "Anlagen");
	for (size_t i = 0; i < v->upload_count; i++) {
		char hex[2 * SHA256_LEN + 1];
		hex_encode(v->uploads[i].sha256, SHA256_LEN, hex);
		char *text = mem_printf("%s, %llu Bytes\nSHA-256: %s", v->uploads[i].type,
					(unsigned long long)v->uploads[i].size, hex);
		pair(w, v->uploads[i].name, text);
		free(text);
	}
	list_stop(w);
}

static void put_head(struct pdf_walk *w)
{
	const struct form_application *app = w->app;
	char id[ID_TEXT_LEN], at[CLOCK_TEXT_LEN];

	form_pdf_heading(w->p, 1, app->definition->title);
	if (app->test_message)
		form_pdf_text(w->p, "Testnachricht: nicht bearbeiten.");
	pair(w, "Empfänger", app->recipient->name);
	pair(w, "Abgesendet", clock_german(app->submitted, at));
	pair(w, "Vorgangsnummer", id_text(&app->id, id));
	pair(w, "Fassung des Formulars", app->definition->version);
	list_stop(w);
}

int form_pdf_application(const struct form_application *app, struct sink *to, struct err *e)
{
	static const struct form_walk walk = { .page = on_page, .group = on_group, .group_end = on_group_end,
					       .field = on_field };
	char id[ID_TEXT_LEN];
	char *footer = mem_printf("%s · Vorgang %s", app->definition->title, id_text(&app->id, id));
	struct pdf_walk w = { form_pdf_new(app->definition->title, app->operator_name, footer, app->submitted), app,
			      false };

	put_head(&w);
	form_walk_through(app, &walk, &w);
	list_stop(&w);
	put_attachments(&w);
	int rc = form_pdf_end(w.p, to, e);
	form_pdf_free(w.p);
	free(footer);
	return rc == 0 ? 0 : err_wrap(e, "make the application's PDF");
}
