/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages of the form: shown, posted, with files on the way. */
#include <stdlib.h>
#include <string.h>

#include "form/web/page.h"
#include "form/application/upload.h"
#include "form/model/value.h"

struct fill {
	struct form_visit *v;
	const struct form_page *page;
	size_t nr;
	struct form_input in;
	struct form_problems problems;	/* refused files first, then the rules */
	struct form_receiver *receiver;	/* the file on its way, or NULL: its bytes are dropped */
	const char *field;		/* of that file */
};

/* The neighbour of page nr that is shown; page_count if there is none. */
static size_t next_page(const struct form_draft *d, size_t nr)
{
	do
		nr++;
	while (nr < d->definition->page_count && !form_page_shown(d->definition, &d->definition->pages[nr], d->shown));
	return nr;
}

static size_t page_before(const struct form_draft *d, size_t nr)
{
	size_t i = nr;
	while (i-- > 0) {
		if (form_page_shown(d->definition, &d->definition->pages[i], d->shown))
			return i;
	}
	return d->definition->page_count;
}

static void put_progress(struct buf *b, const struct form_draft *d, size_t nr)
{
	size_t shown = 0, here = 0;
	for (size_t i = 0; i < d->definition->page_count; i++) {
		if (!form_page_shown(d->definition, &d->definition->pages[i], d->shown))
			continue;
		shown++;
		here = i <= nr ? shown : here;
	}
	form_html(b, "<p class=\"schritt\">%s für %s · Schritt %z von %z</p>\n", d->title, d->recipient_name, here,
		  shown + 1);
}

static int show(struct form_visit *v, size_t nr, const struct form_problems *problems, const char *notice,
		unsigned status, struct err *e)
{
	const struct form_draft *d = &v->draft;
	const struct form_page *page = &d->definition->pages[nr];
	const char *check = http_query(v->rq, "pruefen");
	struct buf b;
	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, page->title, problems->count > 0);
	form_frame_problems(&b, v, problems, true);
	put_progress(&b, d, nr);
	form_html(&b, "<h1>%s</h1>\n", page->title);
	if (notice != NULL)
		form_html(&b, "<p class=\"meldung\" role=\"status\">%s</p>\n", notice);
	form_html(&b, "<form method=\"post\" action=\"/antrag/%s/seite/%z%S\" novalidate%S>\n"
		      "<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n",
		  v->id_text, nr + 1, check != NULL ? "?pruefen=1" : "",
		  d->definition->has_files ? " enctype=\"multipart/form-data\"" : "", v->csrf);
	/* What the enter key presses; without it, that would be the first "remove". */
	buf_puts(&b, "<button class=\"vh\" type=\"submit\" name=\"_aktion\" value=\"weiter\" tabindex=\"-1\" "
		     "aria-hidden=\"true\">Weiter</button>\n");
	form_fields_show(&b, v, page, problems);
	form_html(&b,
		  "<div class=\"knoepfe\"><button type=\"submit\" name=\"_aktion\" value=\"weiter\">Weiter</button>\n");
	if (page_before(d, nr) < d->definition->page_count)
		buf_puts(
			&b,
			"<button class=\"zweit\" type=\"submit\" name=\"_aktion\" value=\"zurueck\">Zurück</button>\n");
	form_html(&b,
		  "</div>\n</form>\n<p class=\"klein\">Ihre Angaben werden bei jedem Schritt gespeichert und %u Tage "
		  "nach der "
		  "letzten Änderung gelöscht. <a href=\"/antrag/%s/loeschen\">Entwurf jetzt löschen</a></p>\n",
		  v->s->office.draft_days, v->id_text);
	return form_frame_reply(v->rq, v->s, status, &b, e);
}

int form_fill_show(struct form_visit *v, size_t nr, struct err *e)
{
	const struct form_draft *d = &v->draft;
	struct form_problems none = { .arena = v->a };
	if (nr >= d->definition->page_count || !form_page_shown(d->definition, &d->definition->pages[nr], d->shown))
		return err_set(e, ERR_MISSING, "no such page");
	/* Coming from a problem on the review page, the page shows its problems. */
	if (http_query(v->rq, "pruefen") != NULL) {
		struct form_values all = { d->values, d->uploads, d->upload_count };
		form_validate(d->definition, d->definition->pages[nr].first, d->definition->pages[nr].end, &all,
			      d->shown, &none);
	}
	return show(v, nr, &none, NULL, 200, e);
}

static int file_begin(void *ctx, const char *field, const char *filename, struct err *e)
{
	struct fill *w = ctx;
	const struct form_draft *d = &w->v->draft;
	const struct form_field *f = form_field_find(d->definition, field);
	w->receiver = NULL;
	if (!form_visit_csrf(w->v, &w->in))
		return err_set(e, ERR_DENIED, "upload without the page's token before it");
	if (f == NULL || f->holds != FORM_HOLDS_FILES || !d->shown[f->index] || f->disabled ||
	    f->index < w->page->first || f->index >= w->page->end)
		return 0;
	w->field = f->key;
	w->receiver = form_upload_begin(&w->v->draft, f, filename);
	return 0;
}

static int file_data(void *ctx, struct span data, struct err *e)
{
	struct fill *w = ctx;
	return w->receiver == NULL ? 0 : form_upload_data(w->receiver, data, e);
}

static int file_end(void *ctx, struct err *e)
{
	struct fill *w = ctx;
	const char *part, *why;
	struct form_receiver *r = w->receiver;
	w->receiver = NULL;
	if (r == NULL)
		return 0;
	if (form_upload_end(r, &part, &why, e) != 0)
		return e->code;
	if (why != NULL)
		form_problem_add(&w->problems, w->field, "file", why);
	return 0;
}

static void take_values(struct fill *w)
{
	struct form_draft *d = &w->v->draft;
	const char *texts[FORM_FIELDS_MAX];
	for (size_t i = w->page->first; i < w->page->end; i++) {
		const struct form_field *f = &d->definition->fields[i];
		if (!d->shown[i] || f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES || f->disabled)
			continue;
		size_t n = form_input_all(&w->in, f->key, texts, FORM_FIELDS_MAX);
		json_t *value = form_value_from_text(f, texts, n, &d->replaced);
		if (value == NULL)
			json_object_del(d->values, f->key);
		else
			json_object_set_new(d->values, f->key, value);
	}
}

/* Whether settling the values has brought up a field on this page that the person has not seen yet. */
static bool has_grown(const struct fill *w, const bool *before)
{
	const struct form_draft *d = &w->v->draft;
	for (size_t i = w->page->first; i < w->page->end; i++) {
		if (d->shown[i] && !before[i] && d->definition->fields[i].holds != FORM_HOLDS_NOTHING)
			return true;
	}
	return false;
}

static int save(struct fill *w, const char *action, struct err *e)
{
	if (strncmp(action, "entfernen:", 10) == 0)
		return form_draft_drop_upload(&w->v->draft, action + 10, e);
	return form_draft_save(&w->v->draft, e);
}

static int go_on(struct fill *w, const char *action, bool grown, struct err *e)
{
	struct form_visit *v = w->v;
	const struct form_draft *d = &v->draft;
	struct form_values all = { d->values, d->uploads, d->upload_count };
	if (strcmp(action, "zurueck") == 0 && page_before(d, w->nr) < d->definition->page_count)
		return form_visit_go(v, arena_printf(v->a, "seite/%zu", page_before(d, w->nr) + 1), e);
	if (w->problems.count > 0)
		return show(v, w->nr, &w->problems, NULL, 422, e);
	if (grown)
		return show(v, w->nr, &w->problems, "Aufgrund Ihrer Angaben gibt es auf dieser Seite weitere Felder.",
			    200, e);
	if (strcmp(action, "weiter") != 0)
		return form_visit_go(v, arena_printf(v->a, "seite/%zu", w->nr + 1), e);
	form_validate(d->definition, w->page->first, w->page->end, &all, d->shown, &w->problems);
	if (w->problems.count > 0)
		return show(v, w->nr, &w->problems, NULL, 422, e);
	size_t next = next_page(d, w->nr);
	if (http_query(v->rq, "pruefen") != NULL || next == d->definition->page_count)
		return form_visit_go(v, "pruefen", e);
	return form_visit_go(v, arena_printf(v->a, "seite/%zu", next + 1), e);
}

int form_fill_save(struct form_visit *v, size_t nr, struct err *e)
{
	struct form_draft *d = &v->draft;
	if (nr >= d->definition->page_count || !form_page_shown(d->definition, &d->definition->pages[nr], d->shown))
		return err_set(e, ERR_MISSING, "no such page");
	struct fill w = { .v = v, .page = &d->definition->pages[nr], .nr = nr, .in = { .arena = v->a },
			  .problems = { .arena = v->a } };
	struct form_files files = { file_begin, file_data, file_end, &w };
	int rc = form_input_read(&w.in, v->rq, &files, e);
	form_upload_free(w.receiver);
	if (rc != 0)
		return rc;
	if (!form_visit_csrf(v, &w.in))
		return err_set(e, ERR_DENIED, "the page's token is missing or wrong");
	bool *before = arena_alloc(v->a, d->definition->count * sizeof(*before));
	memcpy(before, d->shown, d->definition->count * sizeof(*before));
	const char *action = form_input_get(&w.in, "_aktion");
	action = action == NULL ? "weiter" : action;
	take_values(&w);
	form_draft_settle(d);
	if (save(&w, action, e) != 0 || form_visit_reload(v, e) != 0)
		return e->code;
	return go_on(&w, action, has_grown(&w, before), e);
}
