/* SPDX-License-Identifier: EUPL-1.2 */
/* Going on later or elsewhere: the code of a draft, the page to enter it, and leaving a device. */
#include "form/application/resume.h"
#include "base/log.h"
#include "form/web/page.h"

/* --- the code of this draft ---------------------------------------------------------------------------------------- */

static void put_code(struct buf *b, const struct form_visit *v)
{
	char code[FORM_CODE_LEN];

	form_resume_code(&v->draft, code);
	form_html(b,
		  "<p>Mit diesem Code kommen Sie auf jedem Gerät wieder hierher, auch wenn der Browser geschlossen war:</p>\n"
		  "<p class=\"code\" id=\"code\">%s</p>\n"
		  "<p>Schreiben Sie ihn auf oder drucken Sie diese Seite. Sie geben ihn ein auf: <a href=\"/fortsetzen\">%s/fortsetzen</a></p>\n"
		  "<p class=\"meldung\">Wer den Code hat, kann alles lesen und %s. Geben Sie ihn nicht weiter.</p>\n",
		  code, v->s->o.public_url == NULL ? "" : v->s->o.public_url,
		  form_draft_is_open(&v->draft) ? "ändern" : "herunterladen");
	if (form_draft_is_open(&v->draft))
		form_html(b, "<p>Der Entwurf wird %u Tage nach der letzten Änderung gelöscht; dann führt der Code nirgendwohin.</p>\n",
			  v->s->office.draft_days);
}

static void put_offer(struct buf *b, const struct form_visit *v)
{
	form_html(b,
		  "<p>Sie bekommen einen Code zum Aufschreiben. Damit kommen Sie auf jedem Gerät wieder hierher, auch wenn der Browser "
		  "geschlossen war. Wer den Code hat, kann Ihre Angaben lesen.</p>\n"
		  "<form method=\"post\" action=\"/antrag/%s/code\">\n<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n"
		  "<div class=\"knoepfe\"><button type=\"submit\">Code anzeigen</button></div>\n</form>\n",
		  v->id_text, v->csrf);
}

int form_code_show(struct form_visit *v, struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, "Später weitermachen", NULL);
	form_html(&b, "<p class=\"schritt\">%s für %s</p>\n<h1>Später weitermachen</h1>\n", v->draft.title, v->draft.recipient_name);
	if (form_resume_is_kept(&v->draft))
		put_code(&b, v);
	else
		put_offer(&b, v);
	form_html(&b, "<p><a href=\"/antrag/%s/\">Zurück zum Antrag</a></p>\n", v->id_text);
	return form_frame_reply(v->rq, v->s, 200, &b, e);
}

int form_code_keep(struct form_visit *v, struct err *e)
{
	struct form_input in = { .arena = v->a };
	int rc = form_visit_input(v, &in, NULL, e);

	if (rc == 0)
		rc = form_resume_keep(&v->draft, e);
	return rc != 0 ? rc : form_visit_go(v, "code", e);
}

void form_leave_links(struct buf *b, const struct form_visit *v)
{
	form_html(b, "<a href=\"/antrag/%s/code\">Später oder auf einem anderen Gerät weitermachen</a> · "
		     "<a href=\"/antrag/%s/verlassen\">Auf diesem Gerät beenden</a>", v->id_text, v->id_text);
}

/* --- leaving -------------------------------------------------------------------------------------------------------- */

int form_leave_ask(struct form_visit *v, struct err *e)
{
	bool kept = form_resume_is_kept(&v->draft);
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, "Auf diesem Gerät beenden?", NULL);
	buf_puts(&b, "<h1>Auf diesem Gerät beenden?</h1>\n<p>Danach zeigt dieser Browser Ihre Angaben nicht mehr; gespeichert bleiben sie. "
		     "Auf fremden Geräten ist das der richtige Schluss.</p>\n");
	if (kept)
		buf_puts(&b, "<p>Mit Ihrem Code kommen Sie wieder hierher.</p>\n");
	else
		form_html(&b, "<p class=\"meldung\">Sie haben noch keinen Code: Ohne ihn kommen Sie nicht wieder hierher. "
			      "<a href=\"/antrag/%s/code\">Code anzeigen</a></p>\n", v->id_text);
	form_html(&b,
		  "<form method=\"post\" action=\"/antrag/%s/verlassen\">\n<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n"
		  "<div class=\"knoepfe\"><button type=\"submit\">Auf diesem Gerät beenden</button></div>\n</form>\n"
		  "<p><a href=\"/antrag/%s/\">Nicht beenden, zurück zum Antrag</a></p>\n",
		  v->id_text, v->csrf, v->id_text);
	return form_frame_reply(v->rq, v->s, 200, &b, e);
}

int form_leave(struct form_visit *v, struct err *e)
{
	struct form_input in = { .arena = v->a };
	int rc = form_visit_input(v, &in, NULL, e);

	if (rc == 0)
		rc = form_resume_leave(&v->draft, v->token, e);
	if (rc != 0)
		return rc;
	form_frame_headers(v->rq, v->s);
	form_visit_forget(v);
	return http_reply_see_other(v->rq, "/?beendet=1", e);
}

/* --- coming back ---------------------------------------------------------------------------------------------------- */

static int show(struct http_request *rq, const struct form_service *s, const char *problem, unsigned status, struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, s, "Antrag fortsetzen", problem != NULL ? "Fehler" : NULL);
	if (problem != NULL)
		form_html(&b,
			  "<div class=\"fehler\" role=\"alert\" tabindex=\"-1\" autofocus aria-labelledby=\"fehler-titel\">\n"
			  "<h2 id=\"fehler-titel\">Bitte prüfen Sie den Code</h2>\n<ul>\n<li><a href=\"#f-code\">%s</a></li>\n</ul>\n</div>\n",
			  problem);
	form_html(&b,
		  "<h1>Antrag fortsetzen</h1>\n<form method=\"post\" action=\"/fortsetzen\" novalidate>\n<div class=\"feld%S\">\n"
		  "<label for=\"f-code\">Ihr Code</label>\n<p class=\"hinweis\" id=\"h-code\">20 Zeichen, zum Beispiel "
		  "7Q2M-XK4D-9WPR-A3TV-C8HJ. Sie haben ihn bekommen, als Sie „Später weitermachen“ gewählt haben.</p>\n",
		  problem != NULL ? " falsch" : "");
	if (problem != NULL)
		form_html(&b, "<p class=\"problem\" id=\"e-code\">%s</p>\n", problem);
	form_html(&b,
		  "<input type=\"text\" id=\"f-code\" name=\"code\" required autocomplete=\"off\" autocapitalize=\"characters\" "
		  "spellcheck=\"false\" maxlength=\"60\" aria-describedby=\"h-code%S>\n</div>\n"
		  "<div class=\"knoepfe\"><button type=\"submit\">Fortsetzen</button></div>\n</form>\n"
		  "<p><a href=\"/\">Zur Startseite</a></p>\n",
		  problem != NULL ? " e-code\" aria-invalid=\"true\"" : "\"");
	return form_frame_reply(rq, s, status, &b, e);
}

int form_page_resume(struct http_request *rq, void *ctx, struct err *e)
{
	return show(rq, ctx, NULL, 200, e);
}

/* What a person reads; both ways the code is not shown again: it may be nearly right, and somebody may look over a shoulder. */
static int say_wrong(struct http_request *rq, const struct form_service *s, int rc, struct err *e)
{
	struct form_client client;

	if (rc == ERR_SYNTAX)
		return show(rq, s, "Das ist kein Code. Er hat 20 Buchstaben und Ziffern.", 422, e);
	form_guard_client(http_caller(rq), &client);
	log_event(LOG_WARN, "form.code-unknown", LOG_STR("network", client.logged));
	return show(rq, s, "Zu diesem Code gibt es keinen Antrag, oder der Entwurf wurde inzwischen gelöscht.", 422, e);
}

int form_page_resume_post(struct http_request *rq, void *ctx, struct err *e)
{
	struct form_service *s = ctx;
	struct form_input in = { .arena = http_arena(rq) };
	char token[FORM_TOKEN_LEN], text[ID_TEXT_LEN];
	struct err ignored = ERR_INIT;
	struct id id;
	int rc;

	if (!form_may_change(s, rq, e))
		return 0;
	rc = form_input_read(&in, rq, NULL, e);
	if (rc != 0)
		return form_fail(rq, rc, e);
	rc = form_resume_open(&s->office, http_arena(rq), form_input_get(&in, "code"), FORM_WAIT_MS, token, &id, &ignored);
	if (rc == ERR_SYNTAX || rc == ERR_MISSING)
		return say_wrong(rq, s, rc, e);
	if (rc != 0) {
		*e = ignored;
		return form_fail(rq, rc, e);
	}
	form_visit_remember(rq, s, &id, token);
	form_frame_headers(rq, s);
	return http_reply_see_other(rq, arena_printf(http_arena(rq), "/antrag/%s/", id_text(&id, text)), e);
}
