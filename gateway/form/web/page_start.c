/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "form/web/page.h"

static bool is_chosen(const char *value, const char *chosen)
{
	return chosen != NULL && strcmp(value, chosen) == 0;
}

static void put_forms(struct buf *b, const struct form_service *s, const char *chosen, bool problem)
{
	buf_puts(b, problem ? "<fieldset role=\"radiogroup\" aria-required=\"true\" aria-invalid=\"true\" "
			      "aria-describedby=\"e-formular\">\n"
			    : "<fieldset role=\"radiogroup\" aria-required=\"true\">\n");
	buf_puts(b, "<legend>Was möchten Sie beantragen?</legend>\n");
	if (problem)
		buf_puts(b, "<p class=\"problem\" id=\"e-formular\">Bitte wählen Sie einen Antrag aus.</p>\n");
	for (size_t i = 0; i < s->office.definition_count; i++) {
		const struct form_definition *d = s->office.definitions[i];
		bool on = is_chosen(d->id, chosen) || s->office.definition_count == 1;
		form_html(b,
			  "<div class=\"wahl\"><input type=\"radio\" id=\"f-formular%S%S\" name=\"formular\" "
			  "value=\"%s\"%S> "
			  "<label for=\"f-formular%S%S\">%s</label></div>\n",
			  i == 0 ? "" : "-", i == 0 ? "" : d->id, d->id, on ? " checked" : "", i == 0 ? "" : "-",
			  i == 0 ? "" : d->id, d->title);
		if (d->description != NULL)
			form_html(b, "<p class=\"hinweis\">%s</p>\n", d->description);
	}
	buf_puts(b, "</fieldset>\n");
}

static void put_places(struct buf *b, const struct form_service *s, const char *chosen, bool problem)
{
	form_html(b,
		  "<div class=\"feld%S\">\n<label for=\"f-ags\">Für welche Gemeinde?</label>\n"
		  "<p class=\"hinweis\" id=\"h-ags\">Zuständig ist in der Regel die Gemeinde, in der Sie wohnen.</p>\n",
		  problem ? " falsch" : "");
	if (problem)
		buf_puts(b, "<p class=\"problem\" id=\"e-ags\">Bitte wählen Sie eine Gemeinde aus.</p>\n");
	form_html(b, "<select id=\"f-ags\" name=\"ags\" required aria-describedby=\"h-ags%S\">\n"
		     "<option value=\"\">Bitte wählen</option>\n", problem ? " e-ags\" aria-invalid=\"true" : "");
	for (size_t i = 0; i < s->office.recipient_count; i++)
		form_html(b, "<option value=\"%s\"%S>%s</option>\n", s->office.recipients[i].ags,
			  is_chosen(s->office.recipients[i].ags, chosen) ? " selected" : "", s->office.recipients[i].name);
	buf_puts(b, "</select>\n</div>\n");
}

static int show(struct http_request *rq, const struct form_service *s, const char *form, const char *ags, bool posted,
		struct err *e)
{
	bool no_form = posted && form_office_definition(&s->office, form) == NULL;
	bool no_ags = posted && form_office_recipient(&s->office, ags) == NULL;
	struct buf b;
	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, s, "Antrag stellen", posted);
	if (posted) {
		buf_puts(&b, "<div class=\"fehler\" role=\"alert\" tabindex=\"-1\" autofocus "
			     "aria-labelledby=\"fehler-titel\">\n"
			     "<h2 id=\"fehler-titel\">Bitte prüfen Sie Ihre Auswahl</h2>\n<ul>\n");
		if (no_form)
			buf_puts(&b, "<li><a href=\"#f-formular\">Bitte wählen Sie einen Antrag aus.</a></li>\n");
		if (no_ags)
			buf_puts(&b, "<li><a href=\"#f-ags\">Bitte wählen Sie eine Gemeinde aus.</a></li>\n");
		buf_puts(&b, "</ul>\n</div>\n");
	}
	form_html(&b,
		  "<h1>Antrag stellen</h1>\n<p>Sie füllen den Antrag hier aus, prüfen ihn und senden ihn ab. Er geht "
		  "verschlüsselt an die Behörde. Danach können Sie ihn als PDF herunterladen, zusammen mit einer "
		  "Sendebestätigung.</p>\n<form method=\"post\" action=\"/antrag\" novalidate>\n");
	put_forms(&b, s, form, no_form);
	put_places(&b, s, ags, no_ags);
	form_html(&b,
		  "<div class=\"knoepfe\"><button type=\"submit\">Antrag beginnen</button></div>\n</form>\n"
		  "<p class=\"klein\">Damit Sie zu Ihrem Entwurf zurückfinden, speichert Ihr Browser ein Cookie, bis "
		  "Sie ihn "
		  "schließen. Entwürfe werden %u Tage nach der letzten Änderung gelöscht.</p>\n",
		  s->office.draft_days);
	return form_frame_reply(rq, s, posted ? 422 : 200, &b, e);
}

/* A portal may link to "/?formular=...&ags=..." (Portalverbund, Serviceportale): both are chosen then. */
int form_page_start(struct http_request *rq, void *ctx, struct err *e)
{
	return show(rq, ctx, http_query(rq, "formular"), http_query(rq, "ags"), false, e);
}

static int begin(struct http_request *rq, struct form_service *s, const struct form_definition *d,
		 const struct form_recipient *to, struct err *e)
{
	char token[FORM_TOKEN_LEN], id[ID_TEXT_LEN];
	struct arena *a = http_arena(rq);
	struct id draft;
	bool secure = http_is_tls(rq) || (s->o.public_url != NULL && strncmp(s->o.public_url, "https:", 6) == 0);
	if (form_draft_create(&s->office, a, d, to, token, &draft, e) != 0)
		return form_fail(rq, e);
	id_text(&draft, id);
	http_header_add(rq, "Set-Cookie",
			arena_printf(a, "antrag=%s; Path=/antrag/%s; HttpOnly; SameSite=Strict%s", token, id,
				     secure ? "; Secure" : ""));
	form_frame_headers(rq, s);
	return http_reply_see_other(rq, arena_printf(a, "/antrag/%s/seite/1", id), e);
}

int form_page_create(struct http_request *rq, void *ctx, struct err *e)
{
	struct form_service *s = ctx;
	struct form_input in = { .arena = http_arena(rq) };
	if (!form_may_change(s, rq, e))
		return (int)e->code;
	if (form_input_read(&in, rq, NULL, e) != 0)
		return form_fail(rq, e);
	const char *form = form_input_get(&in, "formular"), *ags = form_input_get(&in, "ags");
	const struct form_definition *d = form_office_definition(&s->office, form);
	const struct form_recipient *to = form_office_recipient(&s->office, ags);
	if (d == NULL || to == NULL)
		return show(rq, s, form, ags, true, e);
	return begin(rq, s, d, to, e);
}
