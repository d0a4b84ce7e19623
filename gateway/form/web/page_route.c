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

static int get_draft(struct form_visit *v, struct err *e)
{
	size_t nr;

	if (page_number(v->rest, &nr))
		return form_fill_show(v, nr, e);
	if (strcmp(v->rest, "pruefen") == 0)
		return form_review_show(v, e);
	if (strcmp(v->rest, "loeschen") == 0)
		return form_ask_delete(v, e);
	if (strncmp(v->rest, "entfernen/", 10) == 0)
		return form_ask_remove(v, v->rest + 10, e);
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

static int get(struct form_visit *v, struct err *e)
{
	if (strcmp(v->rest, "code") == 0)
		return form_code_show(v, e);
	if (strcmp(v->rest, "verlassen") == 0)
		return form_leave_ask(v, e);
	return form_draft_is_open(&v->draft) ? get_draft(v, e) : get_application(v, e);
}

int form_page_get(struct http_request *rq, void *ctx, struct err *e)
{
	return form_fail(rq, form_visit_serve(ctx, rq, false, false, get, e), e);
}

static int post(struct form_visit *v, struct err *e)
{
	size_t nr;

	if (strcmp(v->rest, "code") == 0)
		return form_code_keep(v, e);
	if (strcmp(v->rest, "verlassen") == 0)
		return form_leave(v, e);
	/* Whatever was posted to something that is sent already (double click, reload, second tab): here is its state. */
	if (!form_draft_is_open(&v->draft))
		return form_visit_go(v, "fertig", e);
	if (page_number(v->rest, &nr))
		return form_fill_save(v, nr, e);
	if (strcmp(v->rest, "senden") == 0)
		return form_review_send(v, e);
	if (strcmp(v->rest, "loeschen") == 0)
		return form_delete(v, e);
	if (strncmp(v->rest, "entfernen/", 10) == 0)
		return form_remove(v, v->rest + 10, e);
	return err_set(e, ERR_MISSING, "no such page");
}

int form_page_post(struct http_request *rq, void *ctx, struct err *e)
{
	return form_fail(rq, form_visit_serve(ctx, rq, false, true, post, e), e);
}
