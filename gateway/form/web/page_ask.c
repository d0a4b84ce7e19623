/* SPDX-License-Identifier: EUPL-1.2 */
/* What cannot be undone is asked for first: deleting the draft, removing a file. And what to say when a page is gone. */
#include <string.h>

#include "form/web/page.h"

/* One question, one button, one way back. */
struct question {
	const char *title, *text, *button;
	const char *action, *back;	/* below /antrag/<id>/ */
	const char *back_text;
};

static int ask(struct form_visit *v, const struct question *q, struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, q->title, NULL);
	form_html(&b,
		  "<h1>%s</h1>\n<p>%s Das lässt sich nicht rückgängig machen.</p>\n"
		  "<form method=\"post\" action=\"/antrag/%s/%s\">\n<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n"
		  "<div class=\"knoepfe\"><button type=\"submit\">%s</button></div>\n</form>\n"
		  "<p><a href=\"/antrag/%s/%s\">%s</a></p>\n",
		  q->title, q->text, v->id_text, q->action, v->csrf, q->button, v->id_text, q->back, q->back_text);
	return form_frame_reply(v->rq, v->s, 200, &b, e);
}

int form_ask_delete(struct form_visit *v, struct err *e)
{
	const struct question q = {
		.title = "Entwurf löschen?",
		.text = arena_printf(v->a, "„%s“ für %s: Alle Angaben und Dateien dieses Entwurfs werden gelöscht.",
				     v->draft.title, v->draft.recipient_name),
		.button = "Entwurf löschen", .action = "loeschen", .back = "seite/1", .back_text = "Nicht löschen, zurück zum Antrag",
	};

	return ask(v, &q, e);
}

int form_delete(struct form_visit *v, struct err *e)
{
	struct form_input in = { .arena = v->a };
	int rc = form_visit_input(v, &in, NULL, e);

	if (rc == 0)
		rc = form_draft_delete(&v->draft, e);
	if (rc != 0)
		return rc;
	form_frame_headers(v->rq, v->s);
	form_visit_forget(v);
	return http_reply_see_other(v->rq, "/?geloescht=1", e);
}

static const struct form_upload *find_upload(const struct form_draft *d, const char *part)
{
	for (size_t i = 0; i < d->upload_count; i++) {
		if (strcmp(d->uploads[i].part, part) == 0)
			return &d->uploads[i];
	}
	return NULL;
}

static const char *page_of(const struct form_visit *v, const struct form_upload *u)
{
	const struct form_field *f = u == NULL ? NULL : form_field_find(v->draft.definition, u->field);

	return f == NULL ? "pruefen" : arena_printf(v->a, "seite/%zu%s", f->page + 1, form_visit_review(v));
}

int form_ask_remove(struct form_visit *v, const char *part, struct err *e)
{
	const struct form_upload *u = find_upload(&v->draft, part);
	const struct question q = {
		.title = "Datei entfernen?",
		.text = u == NULL ? "" : arena_printf(v->a, "Die Datei „%s“ wird aus dem Antrag gelöscht.", u->name),
		.button = "Datei entfernen", .action = arena_printf(v->a, "entfernen/%s%s", part, form_visit_review(v)),
		.back = page_of(v, u), .back_text = "Datei behalten",
	};

	return u == NULL ? form_visit_go(v, "pruefen", e) : ask(v, &q, e); /* removed in another window */
}

int form_remove(struct form_visit *v, const char *part, struct err *e)
{
	struct form_input in = { .arena = v->a };
	const char *page = page_of(v, find_upload(&v->draft, part));
	int rc = form_visit_input(v, &in, NULL, e);

	if (rc == 0)
		rc = form_draft_drop_upload(&v->draft, part, e);
	return rc != 0 ? rc : form_visit_go(v, page, e);
}

int form_say_gone(struct form_visit *v, struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, "Diese Seite wird nicht mehr gebraucht", "Nicht gespeichert");
	form_html(&b,
		  "<h1>Diese Seite wird nicht mehr gebraucht</h1>\n<p>Der Antrag wurde inzwischen an anderer Stelle geändert, vielleicht "
		  "in einem zweiten Fenster. Nach den Angaben dort entfällt diese Seite; was Sie hier eingegeben haben, ist nicht "
		  "gespeichert.</p>\n<p><a href=\"/antrag/%s/pruefen\">Zum Antrag, wie er jetzt gespeichert ist</a></p>\n",
		  v->id_text);
	return form_frame_reply(v->rq, v->s, 409, &b, e);
}
