/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything before sending (SGB I section 36a(2b), OZG section 9a(2)), and the sending itself. */
#include <string.h>

#include "form/web/page.h"

struct review {
	struct form_visit *v;
	struct buf *b;
	bool listing;
};

static void list_stop(struct review *r)
{
	buf_puts(r->b, r->listing ? "</dl>\n" : "");
	r->listing = false;
}

static void on_page(void *ctx, const struct form_page *page, size_t nr)
{
	struct review *r = ctx;
	list_stop(r);
	form_html(r->b, "<div class=\"abschnitt\"><h2>%s</h2> <a href=\"/antrag/%s/seite/%z?pruefen=1\">Ändern<span "
			"class=\"vh\">: %s</span></a></div>\n", page->title, r->v->id_text, nr + 1, page->title);
}

static void on_group(void *ctx, const struct form_field *group)
{
	struct review *r = ctx;
	list_stop(r);
	form_html(r->b, "<h3>%S</h3>\n", group->label_html);
}

static void on_group_end(void *ctx)
{
	list_stop(ctx);
}

static void put_lines(struct buf *b, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char line[512];
		while (n > 0) {
			size_t m = n < sizeof(line) - 1 ? n : sizeof(line) - 1;
			while (m < n && ((unsigned char)text[m] & 0xC0) == 0x80)
				m--;
			memcpy(line, text, m);
			line[m] = '\0';
			form_html_escape(b, line);
			text += m;
			n -= m;
		}
		if (*text == '\n') {
			buf_puts(b, "<br>");
			text++;
		}
	}
}

static void on_field(void *ctx, const struct form_field *f, const json_t *value)
{
	struct review *r = ctx;
	const struct form_draft *d = &r->v->draft;
	struct buf text;
	buf_init(&text, FORM_PAGE_MAX);
	form_walk_show(&(struct form_values){ d->values, d->uploads, d->upload_count }, f, value, &text);
	buf_puts(r->b, r->listing ? "" : "<dl>\n");
	r->listing = true;
	form_html(r->b, "<div><dt>%S</dt><dd>", f->label_html);
	if (text.n == 0)
		buf_puts(r->b, "<span class=\"frei\">keine Angabe</span>");
	put_lines(r->b, buf_str(&text));
	buf_puts(r->b, "</dd></div>\n");
	buf_wipe(&text);
}

static void put_send(struct review *r, const struct form_problems *p)
{
	struct form_visit *v = r->v;
	const char *declaration = v->draft.definition->declaration_html;
	char version[FORM_VERSION_LEN];

	form_draft_version(&v->draft, 0, v->draft.definition->count, true, version);
	if (p->count > 0) {
		buf_puts(r->b, "<p>Sie können absenden, sobald die oben genannten Angaben stimmen.</p>\n");
		return;
	}
	form_html(r->b, "<h2>Absenden</h2>\n<p>%S</p>\n<p>Der Antrag geht an: <strong>%s</strong></p>\n",
		  declaration != NULL ? declaration
				      : "Bitte prüfen Sie, ob alles stimmt. Nach dem Absenden können Sie hier nichts "
					"mehr ändern.",
		  v->draft.recipient_name);
	form_html(r->b,
		  "<form method=\"post\" action=\"/antrag/%s/senden\">\n<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n"
		  "<input type=\"hidden\" name=\"_stand\" value=\"%s\">\n"
		  "<div class=\"knoepfe\"><button type=\"submit\">Antrag absenden</button></div>\n</form>\n",
		  v->id_text, v->csrf, version);
}

#define CHANGED "<div class=\"fehler\" role=\"alert\" tabindex=\"-1\" autofocus>\n<p>Der Antrag wurde inzwischen an anderer " \
		"Stelle geändert, vielleicht in einem zweiten Fenster. Abgesendet ist noch nichts. Bitte prüfen Sie die Angaben " \
		"noch einmal.</p>\n</div>\n"

/* changed: the person wanted to send what another window has changed since. */
static int show(struct form_visit *v, const struct form_problems *problems, bool changed, unsigned status, struct err *e)
{
	static const struct form_walk walk = { .page = on_page, .group = on_group, .group_end = on_group_end,
					       .field = on_field };
	struct form_application app;
	struct buf b;
	struct review r = { v, &b, false };
	buf_init(&b, FORM_PAGE_MAX);
	form_draft_application(&v->draft, &app);
	form_frame_begin(&b, v->s, "Angaben prüfen", changed ? "Nicht abgesendet" : problems->count > 0 ? "Fehler" : NULL);
	if (changed)
		buf_puts(&b, CHANGED);
	form_frame_problems(&b, v, problems, false);
	form_html(&b, "<p class=\"schritt\">%s für %s · Letzter Schritt</p>\n<h1>Angaben prüfen</h1>\n", v->draft.title,
		  v->draft.recipient_name);
	if (v->draft.replaced)
		buf_puts(&b,
			 "<p class=\"meldung\">Einige Schriftzeichen, zum Beispiel geschwungene Anführungszeichen oder "
			 "lange Striche, wurden durch einfache ersetzt. Bitte prüfen Sie, ob Ihre Texte noch "
			 "stimmen.</p>\n");
	form_walk_through(&app, &walk, &r);
	list_stop(&r);
	put_send(&r, problems);
	return form_frame_reply(v->rq, v->s, status, &b, e);
}

static int review(struct form_visit *v, bool changed, unsigned status, struct err *e)
{
	struct form_problems p = { .arena = v->a };
	const struct form_draft *d = &v->draft;

	form_validate(d->definition, 0, d->definition->count,
		      &(struct form_values){ d->values, d->uploads, d->upload_count }, d->shown, &p);
	return show(v, &p, changed, status, e);
}

int form_review_show(struct form_visit *v, struct err *e)
{
	return review(v, false, 200, e);
}

int form_review_send(struct form_visit *v, struct err *e)
{
	struct form_input in = { .arena = v->a };
	struct form_problems p = { .arena = v->a };
	char version[FORM_VERSION_LEN];
	const char *seen;
	int rc = form_visit_input(v, &in, NULL, e);

	if (rc != 0)
		return rc;
	seen = form_input_get(&in, "_stand");
	form_draft_version(&v->draft, 0, v->draft.definition->count, true, version);
	if (seen != NULL && strcmp(seen, version) != 0)
		return review(v, true, 409, e);
	rc = form_draft_submit(&v->draft, &p, e);
	if (rc != 0)
		return rc;
	return p.count > 0 ? show(v, &p, false, 422, e) : form_visit_go(v, "fertig", e);
}
