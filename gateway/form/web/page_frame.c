/* SPDX-License-Identifier: EUPL-1.2 */
/* What all pages share: headers, head and foot, the list of problems, the pages of errors. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "form/web/page.h"

void form_frame_headers(struct http_request *rq, const struct form_service *s)
{
	const char *ancestors = s->o.frame_ancestors;
	http_header_add(rq, "Content-Security-Policy",
			arena_printf(http_arena(rq),
				     "default-src 'none'; style-src 'self'; img-src 'self'; form-action "
				     "'self'; base-uri 'none'; frame-ancestors %s",
				     ancestors));
	if (strcmp(ancestors, "'none'") == 0)
		http_header_add(rq, "X-Frame-Options", "DENY");
	http_header_add(rq, "X-Content-Type-Options", "nosniff");
	http_header_add(rq, "Referrer-Policy", "same-origin");
	http_header_add(rq, "Cross-Origin-Opener-Policy", "same-origin");
	http_header_add(rq, "Cross-Origin-Resource-Policy", "same-origin");
	http_header_add(rq, "Permissions-Policy", "camera=(), microphone=(), geolocation=()");
	http_header_add(rq, "Cache-Control", "no-store");
	if (s->o.public_url != NULL && strncmp(s->o.public_url, "https:", 6) == 0)
		http_header_add(rq, "Strict-Transport-Security", "max-age=31536000");
}

void form_frame_begin(struct buf *b, const struct form_service *s, const char *title, const char *notice)
{
	form_html(b,
		  "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s%S%s – %s</title>\n"
		  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		  "<link rel=\"stylesheet\" href=\"/form.css\">\n</head>\n<body>\n"
		  "<a class=\"skip\" href=\"#inhalt\">Zum Inhalt springen</a>\n"
		  "<header><p class=\"wrap\">%s</p></header>\n<main id=\"inhalt\" class=\"wrap\" tabindex=\"-1\">\n",
		  notice, notice != NULL ? ": " : "", title, s->office.operator_name, s->office.operator_name);
}

static void frame_end(struct buf *b, const struct form_service *s)
{
	buf_puts(b, "</main>\n<footer><div class=\"wrap\">\n");
	if (s->o.imprint_url != NULL || s->o.privacy_url != NULL || s->o.link_count > 0) {
		buf_puts(b, "<nav aria-label=\"Rechtliches\"><ul>");
		if (s->o.imprint_url != NULL)
			form_html(b, "<li><a href=\"%s\">Impressum</a></li>", s->o.imprint_url);
		if (s->o.privacy_url != NULL)
			form_html(b, "<li><a href=\"%s\">Datenschutz</a></li>", s->o.privacy_url);
		for (size_t i = 0; i < s->o.link_count; i++)
			form_html(b, "<li><a href=\"%s\">%s</a></li>", s->o.links[i].url, s->o.links[i].title);
		buf_puts(b, "</ul></nav>\n");
	}
	form_html(b, "<p>Ein Angebot von %s.</p>\n</div></footer>\n</body>\n</html>\n", s->office.operator_name);
}

int form_frame_reply(struct http_request *rq, const struct form_service *s, unsigned status, struct buf *b,
		     struct err *e)
{
	int rc;

	frame_end(b, s);
	if (b->over) {
		rc = err_set(e, ERR_INTERNAL, "page: more than %zu bytes", b->max);
	} else {
		form_frame_headers(rq, s);
		rc = http_reply(rq, status, "text/html; charset=utf-8", b->p, b->n, e);
	}
	buf_wipe(b); /* it shows what a person entered */
	return rc;
}

void form_frame_problems(struct buf *b, const struct form_visit *v, const struct form_problems *p, bool in_page)
{
	if (p->count == 0)
		return;
	form_html(b,
		  "<div class=\"fehler\" role=\"alert\" tabindex=\"-1\" autofocus aria-labelledby=\"fehler-titel\">\n"
		  "<h2 id=\"fehler-titel\">%s</h2>\n<ul>\n",
		  p->count == 1 ? "Bitte prüfen Sie eine Angabe" : "Bitte prüfen Sie diese Angaben");
	for (size_t i = 0; i < p->count; i++) {
		const struct form_field *f = form_field_find(v->draft.definition, p->list[i].field);
		if (in_page)
			form_html(b, "<li><a href=\"#f-%s\">%s</a></li>\n", p->list[i].field, p->list[i].message);
		else
			form_html(b, "<li><a href=\"/antrag/%s/seite/%z?pruefen=1#f-%s\">%s</a></li>\n", v->id_text,
				  f == NULL ? (size_t)1 : f->page + 1, p->list[i].field, p->list[i].message);
	}
	if (p->left_out > 0)
		form_html(b, "<li>und %z weitere</li>\n", p->left_out);
	buf_puts(b, "</ul>\n</div>\n");
}

/* What a person reads for a status; the listener's own refusals come here too. */
static const struct {
	unsigned status;
	const char *title, *text;
	const char *rule;	/* for programs: docs/form-api.md */
} errors[] = {
	{ 400, "Die Anfrage war nicht verständlich", "Bitte gehen Sie zurück und versuchen Sie es erneut.", "syntax" },
	{ 403, "Nicht möglich",
	  "Diese Eingabe kam nicht von einer Seite dieses Angebots, oder die Seite war zu lange "
	  "geöffnet. Bitte gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es erneut.",
	  "origin" },
	{ 404, "Nicht gefunden",
	  "Diese Seite gibt es nicht. Vielleicht wurde der Entwurf gelöscht, oder Sie haben ihn in einem "
	  "anderen Browser begonnen.", "missing" },
	{ 405, "Nicht möglich", "Das ist auf dieser Seite nicht vorgesehen.", "method" },
	{ 408, "Zeit abgelaufen", "Die Übertragung dauerte zu lange. Bitte versuchen Sie es erneut.", "timeout" },
	{ 409, "Nicht mehr möglich", "Der Antrag ist schon abgesendet.", "state" },
	{ 413, "Zu groß", "Was Sie gesendet haben, ist zu groß. Bitte verkleinern oder teilen Sie die Dateien.", "limit" },
	{ 415, "Nicht möglich", "Diese Art von Daten wird hier nicht angenommen.", "type" },
	{ 429, "Zu viele Anfragen",
	  "Bitte warten Sie einen Augenblick und versuchen Sie es dann erneut. Ihre gespeicherten "
	  "Angaben bleiben erhalten.", "rate" },
	{ 503, "Im Augenblick nicht möglich",
	  "Es wurde nichts abgesendet. Ihre gespeicherten Angaben bleiben erhalten. Bitte "
	  "versuchen Sie es in einigen Minuten erneut. Müssen Sie eine Frist wahren, wenden Sie sich direkt an die Behörde.",
	  "busy" },
	{ 500, "Ein Fehler ist aufgetreten",
	  "Es wurde nichts abgesendet. Bitte versuchen Sie es in einigen Minuten erneut.", "internal" },
};

/* To the page that was refused, or to the review of its draft. */
static void put_way_back(struct buf *out, struct http_request *rq)
{
	struct span id, rest, path = span_of(http_path(rq));
	uint64_t page = 0;
	struct id draft;

	if (!span_starts(path, "/antrag/"))
		return;
	span_split((struct span){ path.p + 8, path.n - 8 }, '/', &id, &rest);
	if (!id_parse(id, &draft))
		return;
	if (!span_starts(rest, "seite/") || !span_u64((struct span){ rest.p + 6, rest.n - 6 }, FORM_FIELDS_MAX, &page))
		rest = span_of("pruefen");
	form_html(out, "<p><a id=\"zurueck\" href=\"/antrag/%s/%s\">Zurück zum Antrag</a></p>\n",
		  arena_dup_n(http_arena(rq), id.p, id.n), arena_dup_n(http_arena(rq), rest.p, rest.n));
}

const char *form_error_page(struct http_request *rq, unsigned status, struct buf *out, void *ctx)
{
	const struct form_service *s = ctx;
	size_t i = 0;
	while (errors[i].status != status && errors[i].status != 500)
		i++;
	if (errors[i].status == 500 && status < 500)
		i = 0;
	if (rq != NULL)
		form_frame_headers(rq, s);
	if (rq != NULL && strncmp(http_path(rq), "/api/", 5) == 0) {
		json_t *body = json_pack("{s:[{s:n, s:s, s:s}]}", "errors", "field", "rule", errors[i].rule, "message",
					 errors[i].text);

		json_write(out, body);
		json_decref(body);
		return "application/json";
	}
	form_frame_begin(out, s, errors[i].title, NULL);
	form_html(out, "<h1>%s</h1>\n<p>%s</p>\n", errors[i].title, errors[i].text);
	if (rq != NULL)
		put_way_back(out, rq);
	buf_puts(out, "<p><a href=\"/\">Zur Startseite</a></p>\n");
	frame_end(out, s);
	return "text/html; charset=utf-8";
}

int form_fail(struct http_request *rq, int rc, struct err *e)
{
	unsigned status = rc == ERR_WRONG_STATE ? 409 : rc == ERR_UNSUPPORTED ? 415 : http_status_of((enum err_code)rc);

	if (rc == 0 || http_replied(rq) || status >= 500)
		return rc; /* the server answers, and logs */
	return http_reply_error(rq, status, e);
}

void form_note_many_drafts(struct http_request *rq, const struct form_client *client)
{
	log_event(LOG_WARN, "form.many-drafts", LOG_STR("network", client->logged));
	http_header_add(rq, "Retry-After", "3600");
}

bool form_may_cost(struct form_service *s, struct http_request *rq, struct err *e)
{
	struct form_client client;

	form_guard_client(http_caller(rq), &client);
	if (form_guard_take(s, &client, clock_mono()))
		return true;
	log_event(LOG_WARN, "form.too-fast", LOG_STR("network", client.logged));
	http_header_add(rq, "Retry-After", "10");
	(void)http_reply_error(rq, 429, e);
	return false;
}

bool form_may_change(struct form_service *s, struct http_request *rq, struct err *e)
{
	if (!form_may_cost(s, rq, e))
		return false;
	if (form_guard_same_origin(s, rq))
		return true;
	(void)http_reply_error(rq, 403, e);
	return false;
}
