/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands behind /antrag/<id>/. */
#include <string.h>

#include "base/parts.h"
#include "form/web/page.h"

static bool page_number(const char *rest, size_t *nr)
{
	uint64_t n;
	if (strncmp(rest, "seite/", 6) != 0 || !span_u64(span_of(rest + 6), FORM_FIELDS_MAX, &n) || n == 0)
		return false;
	*nr = (size_t)n - 1;
	return true;
}

static int delete_show(struct form_visit *v, struct err *e)
{
	struct buf b;
	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, "Entwurf löschen", false);
	form_html(&b,
		  "<h1>Entwurf löschen</h1>\n<p>Alle Angaben und Dateien dieses Entwurfs werden gelöscht. Das lässt "
		  "sich nicht "
		  "rückgängig machen.</p>\n<form method=\"post\" action=\"/antrag/%s/loeschen\">\n"
		  "<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n<div class=\"knoepfe\"><button "
		  "type=\"submit\">Entwurf "
		  "löschen</button></div>\n</form>\n<p><a href=\"/antrag/%s/seite/1\">Zurück zum Antrag</a></p>\n",
		  v->id_text, v->csrf, v->id_text);
	return form_frame_reply(v->rq, v->s, 200, &b, e);
}

static int delete_now(struct form_visit *v, struct err *e)
{
	struct form_input in = { .arena = v->a };
	if (form_input_read(&in, v->rq, NULL, e) != 0)
		return (int)e->code;
	if (!form_visit_csrf(v, &in))
		return err_set(e, ERR_DENIED, "the page's token is missing or wrong");
	if (form_draft_delete(&v->draft, e) != 0)
		return (int)e->code;
	form_frame_headers(v->rq, v->s);
	http_header_add(v->rq, "Set-Cookie", arena_printf(v->a, "antrag=; Path=/antrag/%s; Max-Age=0", v->id_text));
	return http_reply_see_other(v->rq, "/", e);
}

static int get_draft(struct form_visit *v, struct err *e)
{
	size_t nr;
	if (page_number(v->rest, &nr))
		return form_fill_show(v, nr, e);
	if (strcmp(v->rest, "pruefen") == 0)
		return form_review_show(v, e);
	if (strcmp(v->rest, "loeschen") == 0)
		return delete_show(v, e);
	if (strcmp(v->rest, "fertig") == 0 || *v->rest == '\0')
		return form_visit_go(v, "pruefen", e);
	return err_set(e, ERR_MISSING, "no such page");
}

static int get_application(struct form_visit *v, struct err *e)
{
	size_t nr;
	if (strcmp(v->rest, "fertig") == 0)
		return form_done_show(v, e);
	if (strcmp(v->rest, "antrag.pdf") == 0)
		return form_download_part(v, PART_PDF, e);
	if (strcmp(v->rest, "antrag.xml") == 0)
		return form_download_part(v, PART_XML, e);
	if (strcmp(v->rest, "bestaetigung.pdf") == 0)
		return form_download_receipt(v, e);
	if (page_number(v->rest, &nr) || strcmp(v->rest, "pruefen") == 0 || *v->rest == '\0')
		return form_visit_go(v, "fertig", e);
	return err_set(e, ERR_MISSING, "no such page");
}

int form_page_get(struct http_request *rq, void *ctx, struct err *e)
{
	struct form_visit v;
	int rc = form_visit_begin(&v, ctx, rq, false, false, e);
	if (rc == 0)
		rc = form_draft_is_open(&v.draft) ? get_draft(&v, e) : get_application(&v, e);
	form_visit_fini(&v);
	return rc == 0 ? 0 : form_fail(rq, e);
}

static int post(struct form_visit *v, struct err *e)
{
	size_t nr;
	/* Whatever was posted to something that is sent already (double click, reload, second tab): here is its state.
	 */
	if (!form_draft_is_open(&v->draft))
		return form_visit_go(v, "fertig", e);
	if (page_number(v->rest, &nr))
		return form_fill_save(v, nr, e);
	if (strcmp(v->rest, "senden") == 0)
		return form_review_send(v, e);
	if (strcmp(v->rest, "loeschen") == 0)
		return delete_now(v, e);
	return err_set(e, ERR_MISSING, "no such page");
}

int form_page_post(struct http_request *rq, void *ctx, struct err *e)
{
	struct form_visit v;
	if (!form_may_change(ctx, rq, e))
		return (int)e->code;
	int rc = form_visit_begin(&v, ctx, rq, false, true, e);
	if (rc == 0)
		rc = post(&v, e);
	form_visit_fini(&v);
	return rc == 0 ? 0 : form_fail(rq, e);
}
