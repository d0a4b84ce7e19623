/* SPDX-License-Identifier: EUPL-1.2 */
/* The start: which form, then for which municipality. With one form both are one page. */
#include <string.h>

#include "base/mem.h"
#include "form/web/page.h"

/* What was chosen so far; offer NULL: no form yet. */
struct choice {
	const struct form_offer *offer;
	const char *ags;
	bool no_form, no_place;		/* posted or asked for, and wrong */
};

static const struct form_offer *find_offer(const struct form_service *s, const char *id)
{
	const struct form_offer *f = form_office_offer(&s->office, id);

	must(s->office.offers != NULL);
	return f == NULL && s->office.offer_count == 1 ? &s->office.offers[0] : f;
}

static void put_problems(struct buf *b, const struct choice *c)
{
	if (!c->no_form && !c->no_place)
		return;
	buf_puts(b, "<div class=\"fehler\" role=\"alert\" tabindex=\"-1\" autofocus aria-labelledby=\"fehler-titel\">\n"
		    "<h2 id=\"fehler-titel\">Bitte prüfen Sie Ihre Auswahl</h2>\n<ul>\n");
	if (c->no_form && c->offer == NULL)
		buf_puts(b, "<li><a href=\"#f-formular\">Bitte wählen Sie einen Antrag aus.</a></li>\n");
	else if (c->no_form)
		buf_puts(b, "<li>Den gewünschten Antrag gibt es hier nicht, nur diesen.</li>\n");
	if (c->no_place)
		buf_puts(b, "<li><a href=\"#f-ags\">Bitte wählen Sie eine Gemeinde aus.</a></li>\n");
	buf_puts(b, "</ul>\n</div>\n");
}

static void put_forms(struct buf *b, const struct form_service *s, const struct choice *c)
{
	buf_puts(b, "<form method=\"get\" action=\"/\">\n");
	if (c->ags != NULL)
		form_html(b, "<input type=\"hidden\" name=\"ags\" value=\"%s\">\n", c->ags);
	form_html(b, "<fieldset role=\"radiogroup\" aria-required=\"true\"%S>\n<legend>Was möchten Sie beantragen?</legend>\n",
		  c->no_form ? " aria-invalid=\"true\" aria-describedby=\"e-formular\"" : "");
	if (c->no_form)
		buf_puts(b, "<p class=\"problem\" id=\"e-formular\">Bitte wählen Sie einen Antrag aus.</p>\n");
	for (size_t i = 0; i < s->office.offer_count; i++) {
		const struct form_definition *d = s->office.offers[i].definition;
		const char *dash = i == 0 ? "" : "-", *nr = i == 0 ? "" : d->id;	/* a problem's link leads to the first */

		form_html(b,
			  "<div class=\"wahl\"><input type=\"radio\" id=\"f-formular%S%S\" name=\"formular\" value=\"%s\"> "
			  "<label for=\"f-formular%S%S\">%s</label></div>\n", dash, nr, d->id, dash, nr, d->title);
		if (d->description_html != NULL)
			form_html(b, "<p class=\"hinweis\">%S</p>\n", d->description_html);
	}
	buf_puts(b, "</fieldset>\n<div class=\"knoepfe\"><button type=\"submit\">Weiter</button></div>\n</form>\n");
}

static void put_places(struct buf *b, const struct choice *c)
{
	const struct form_recipients *to = &c->offer->to;

	form_html(b,
		  "<div class=\"feld%S\">\n<label for=\"f-ags\">Für welche Gemeinde?</label>\n"
		  "<p class=\"hinweis\" id=\"h-ags\">Zuständig ist in der Regel die Gemeinde, in der Sie wohnen.</p>\n",
		  c->no_place ? " falsch" : "");
	if (c->no_place)
		buf_puts(b, "<p class=\"problem\" id=\"e-ags\">Bitte wählen Sie eine Gemeinde aus.</p>\n");
	form_html(b, "<select id=\"f-ags\" name=\"ags\" required aria-describedby=\"h-ags%S\">\n"
		     "<option value=\"\">Bitte wählen</option>\n", c->no_place ? " e-ags\" aria-invalid=\"true" : "");
	for (size_t i = 0; i < to->count; i++)
		form_html(b, "<option value=\"%s\"%S>%s</option>\n", to->list[i].ags,
			  c->ags != NULL && strcmp(to->list[i].ags, c->ags) == 0 ? " selected" : "", to->list[i].name);
	buf_puts(b, "</select>\n</div>\n");
}

static void put_begin(struct buf *b, const struct form_service *s, const struct choice *c)
{
	const struct form_definition *d = c->offer->definition;

	form_html(b, "<h2>%s</h2>\n", d->title);
	if (d->description_html != NULL)
		form_html(b, "<p>%S</p>\n", d->description_html);
	if (s->office.offer_count > 1)
		buf_puts(b, "<p><a href=\"/\">Einen anderen Antrag wählen</a></p>\n");
	form_html(b, "<form method=\"post\" action=\"/antrag\" novalidate>\n"
		     "<input type=\"hidden\" name=\"formular\" value=\"%s\">\n", d->id);
	put_places(b, c);
	form_html(b,
		  "<div class=\"knoepfe\"><button type=\"submit\">Antrag beginnen</button></div>\n</form>\n"
		  "<p class=\"klein\">Damit Sie zu Ihrem Entwurf zurückfinden, speichert Ihr Browser ein Cookie, bis "
		  "Sie ihn schließen. Mit einem Code können Sie auch später oder auf einem anderen Gerät weitermachen. Entwürfe werden %u Tage nach der letzten Änderung gelöscht.</p>\n",
		  s->office.draft_days);
}

static int show(struct http_request *rq, const struct form_service *s, const struct choice *c, unsigned status,
		struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, s, "Antrag stellen", c->no_form || c->no_place ? "Fehler" : NULL);
	put_problems(&b, c);
	if (http_query(rq, "geloescht") != NULL)
		buf_puts(&b, "<p class=\"meldung\" role=\"status\">Ihr Entwurf ist gelöscht.</p>\n");
	if (http_query(rq, "beendet") != NULL)
		buf_puts(&b, "<p class=\"meldung\" role=\"status\">Dieser Browser zeigt Ihren Antrag nicht mehr. Mit Ihrem Code können Sie ihn "
			     "fortsetzen.</p>\n");
	buf_puts(&b, "<h1>Antrag stellen</h1>\n<p>Sie füllen den Antrag hier aus, prüfen ihn und senden ihn ab. Er geht "
		     "verschlüsselt an die Behörde. Danach können Sie ihn als PDF herunterladen, zusammen mit einer "
		     "Sendebestätigung.</p>\n<p><a href=\"/fortsetzen\">Einen angefangenen oder abgesendeten Antrag fortsetzen</a></p>\n");
	if (c->offer == NULL)
		put_forms(&b, s, c);
	else
		put_begin(&b, s, c);
	return form_frame_reply(rq, s, status, &b, e);
}

/* A portal may link to "/?formular=...&ags=..." (Portalverbund, Serviceportale): both are chosen then. */
int form_page_start(struct http_request *rq, void *ctx, struct err *e)
{
	const struct form_service *s = ctx;
	const char *form = http_query(rq, "formular");
	const struct choice c = { .offer = find_offer(s, form), .ags = http_query(rq, "ags"),
				  .no_form = form != NULL && form_office_offer(&s->office, form) == NULL };

	return show(rq, s, &c, 200, e);
}

static int say_many_drafts(struct http_request *rq, const struct form_service *s, struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, s, "Zu viele offene Entwürfe", NULL);
	buf_puts(&b, "<h1>Zu viele offene Entwürfe</h1>\n<p>Von Ihrem Internetanschluss aus sind schon viele Anträge begonnen und nicht "
		     "abgesendet. Bitte senden Sie angefangene Anträge ab oder löschen Sie die Entwürfe. Oder versuchen Sie es später "
		     "noch einmal: Entwürfe ohne Angaben werden nach einem Tag gelöscht. Müssen Sie eine Frist wahren, wenden Sie "
		     "sich direkt an die Behörde.</p>\n<p><a href=\"/\">Zur Startseite</a></p>\n");
	return form_frame_reply(rq, s, 429, &b, e);
}

static int begin(struct http_request *rq, struct form_service *s, const struct form_offer *f,
		 const struct form_recipient *to, struct err *e)
{
	struct form_client client;
	char token[FORM_TOKEN_LEN], id[ID_TEXT_LEN];
	struct arena *a = http_arena(rq);
	struct id draft;
	int rc;

	form_guard_client(http_caller(rq), &client);
	rc = form_draft_create(&s->office, a, f, to, client.counted, token, &draft, e);
	if (rc == ERR_BUSY) {
		form_note_many_drafts(rq, &client);
		return say_many_drafts(rq, s, e);
	}
	if (rc != 0)
		return form_fail(rq, rc, e);
	form_visit_remember(rq, s, &draft, token);
	form_frame_headers(rq, s);
	return http_reply_see_other(rq, arena_printf(a, "/antrag/%s/seite/1", id_text(&draft, id)), e);
}

int form_page_create(struct http_request *rq, void *ctx, struct err *e)
{
	struct form_service *s = ctx;
	struct form_input in = { .arena = http_arena(rq) };
	struct choice c = { .no_form = true };
	const struct form_offer *f;
	const struct form_recipient *to;
	int rc;

	if (!form_may_change(s, rq, e))
		return 0;
	rc = form_input_read(&in, rq, NULL, e);
	if (rc != 0)
		return form_fail(rq, rc, e);
	f = form_office_offer(&s->office, form_input_get(&in, "formular"));
	c.ags = form_input_get(&in, "ags");
	to = form_offer_recipient(f, c.ags);
	if (to != NULL)
		return begin(rq, s, f, to, e);
	c.offer = find_offer(s, form_input_get(&in, "formular"));
	c.no_form = f == NULL;
	c.no_place = c.offer != NULL;
	return show(rq, s, &c, 422, e);
}
