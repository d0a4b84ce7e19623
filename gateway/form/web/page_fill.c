/* SPDX-License-Identifier: EUPL-1.2 */
/* A page of the form: what it says, its fields, the way on. */
#include <string.h>

#include "form/model/value.h"
#include "form/web/page.h"

static bool is_shown(const struct form_draft *d, size_t nr)
{
	return form_page_shown(d->definition, &d->definition->pages[nr], d->shown);
}

size_t form_fill_next(const struct form_draft *d, size_t nr)
{
	do
		nr++;
	while (nr < d->definition->page_count && !is_shown(d, nr));
	return nr;
}

size_t form_fill_before(const struct form_draft *d, size_t nr)
{
	while (nr-- > 0) {
		if (is_shown(d, nr))
			return nr;
	}
	return d->definition->page_count;
}

static void put_progress(struct buf *b, const struct form_draft *d, size_t nr)
{
	size_t shown = 0, here = 0;

	for (size_t i = 0; i < d->definition->page_count; i++) {
		if (!is_shown(d, i))
			continue;
		shown++;
		here = i <= nr ? shown : here;
	}
	form_html(b, "<p class=\"schritt\">%s für %s · Schritt %z von %z</p>\n", d->title, d->recipient_name, here,
		  shown + 1);
}

static bool is_new(const struct form_draft *d, const bool *before, size_t i)
{
	return before != NULL && d->shown[i] && !before[i] && d->definition->fields[i].holds != FORM_HOLDS_NOTHING;
}

static bool has_grown(const struct form_draft *d, const struct form_page *page, const bool *before)
{
	for (size_t i = page->first; i < page->end; i++) {
		if (is_new(d, before, i))
			return true;
	}
	return false;
}

/* Problems have the focus if there are any; what is new follows. */
static void put_grown(struct buf *b, const struct form_draft *d, const struct form_page *page,
		      const struct form_fill_note *note)
{
	if (!has_grown(d, page, note->before))
		return;
	form_html(b, "<div class=\"meldung\" role=\"status\" tabindex=\"-1\"%S>\n"
		     "<p>Aufgrund Ihrer Angaben gibt es auf dieser Seite weitere Felder:</p>\n<ul>\n",
		  note->problems != NULL && note->problems->count > 0 ? "" : " autofocus");
	for (size_t i = page->first; i < page->end; i++) {
		const struct form_field *f = &d->definition->fields[i];

		if (is_new(d, note->before, i))
			form_html(b, "<li><a href=\"#f-%s\">%s</a></li>\n", f->key, f->label);
	}
	buf_puts(b, "</ul>\n</div>\n");
}

static void put_saved_value(struct buf *b, const struct form_field *f, const json_t *value)
{
	struct buf text;

	buf_init(&text, FORM_PAGE_MAX);
	form_value_show(f, value, &text);
	form_html(b, "%s</li>\n", text.n == 0 ? "nichts" : buf_str(&text));
	buf_wipe(&text);
}

/* Two windows: what this one has is shown and not saved; what the other one has saved is named. */
static void put_conflict(struct buf *b, const struct form_visit *v, size_t nr, const struct form_conflict *c)
{
	const struct form_definition *d = v->draft.definition;

	form_html(b, "<div class=\"fehler\" role=\"alert\" tabindex=\"-1\" autofocus aria-labelledby=\"konflikt-titel\">\n"
		     "<h2 id=\"konflikt-titel\">Der Antrag wurde inzwischen an anderer Stelle geändert</h2>\n"
		     "<p>Vielleicht ist er in einem zweiten Fenster geöffnet. Was Sie hier eingegeben haben, steht unten und ist noch "
		     "nicht gespeichert. Gespeichert ist bisher:</p>\n<ul>\n");
	for (size_t i = d->pages[nr].first; i < d->pages[nr].end; i++) {
		const struct form_field *f = &d->fields[i];
		const json_t *old = f->key == NULL ? NULL : json_object_get(c->saved, f->key);
		const json_t *new = f->key == NULL ? NULL : json_object_get(v->draft.values, f->key);

		if (f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES || json_equal(old, new) || old == new)
			continue;
		form_html(b, v->draft.shown[i] ? "<li><a href=\"#f-%s\">%s</a>: " : "<li>%S%s: ",
			  v->draft.shown[i] ? f->key : "", f->label);
		put_saved_value(b, f, old);
	}
	if (*c->dropped != '\0')
		form_html(b, "<li>Nicht mehr gefragt wird: %s</li>\n", c->dropped);
	form_html(b, "</ul>\n<p>Mit „Weiter“ speichern Sie, was unten steht. Oder: <a href=\"/antrag/%s/seite/%z%S\">Was ich hier "
		     "eingegeben habe, verwerfen</a></p>\n</div>\n", v->id_text, nr + 1, form_visit_review(v));
}

static const char *notice_of(const struct form_draft *d, const struct form_page *page, const struct form_fill_note *note)
{
	bool wrong = note->problems != NULL && note->problems->count > 0, grown = has_grown(d, page, note->before);

	if (note->conflict != NULL)
		return "Nicht gespeichert";
	return wrong ? (grown ? "Fehler und weitere Felder" : "Fehler") : grown ? "Weitere Felder" : NULL;
}

static void put_head(struct buf *b, const struct form_visit *v, size_t nr, const struct form_fill_note *note)
{
	const struct form_draft *d = &v->draft;
	const struct form_page *page = &d->definition->pages[nr];

	form_frame_begin(b, v->s, page->title, notice_of(d, page, note));
	if (note->conflict != NULL)
		put_conflict(b, v, nr, note->conflict);
	if (note->problems != NULL)
		form_frame_problems(b, v, note->problems, true);
	put_grown(b, d, page, note);
	put_progress(b, d, nr);
	form_html(b, "<h1>%s</h1>\n", page->title);
}

static void put_form(struct buf *b, const struct form_visit *v, size_t nr, const struct form_fill_note *note)
{
	const struct form_draft *d = &v->draft;
	const struct form_page *page = &d->definition->pages[nr];
	char version[FORM_VERSION_LEN];

	form_draft_version(d, page->first, page->end, false, version);
	form_html(b, "<form method=\"post\" action=\"/antrag/%s/seite/%z%S\" novalidate%S>\n"
		     "<input type=\"hidden\" name=\"_csrf\" value=\"%s\">\n",
		  v->id_text, nr + 1, form_visit_review(v),
		  d->definition->has_files ? " enctype=\"multipart/form-data\"" : "", v->csrf);
	/* Of what is saved, not of what is shown: saving this page is then a decision about both. */
	form_html(b, "<input type=\"hidden\" name=\"_stand\" value=\"%s\">\n",
		  note->conflict != NULL ? note->conflict->version : version);
	/* What the enter key presses; without it, that would be the first "remove". */
	buf_puts(b, "<button class=\"vh\" type=\"submit\" name=\"_aktion\" value=\"weiter\" tabindex=\"-1\" "
		    "aria-hidden=\"true\">Weiter</button>\n");
	form_fields_show(b, v, page, note->problems);
	buf_puts(b, "<div class=\"knoepfe\"><button type=\"submit\" name=\"_aktion\" value=\"weiter\">Weiter</button>\n");
	if (form_fill_before(d, nr) < d->definition->page_count)
		buf_puts(b, "<button class=\"zweit\" type=\"submit\" name=\"_aktion\" value=\"zurueck\">Zurück</button>\n");
	buf_puts(b, "</div>\n</form>\n");
}

int form_fill_reply(struct form_visit *v, size_t nr, const struct form_fill_note *note, struct err *e)
{
	struct buf b;

	buf_init(&b, FORM_PAGE_MAX);
	put_head(&b, v, nr, note);
	put_form(&b, v, nr, note);
	form_html(&b,
		  "<p class=\"klein\">Ihre Angaben werden bei jedem Schritt gespeichert und %u Tage nach der letzten Änderung "
		  "gelöscht. <a href=\"/antrag/%s/loeschen\">Entwurf löschen</a> · ",
		  v->s->office.draft_days, v->id_text);
	form_leave_links(&b, v);
	buf_puts(&b, "</p>\n");
	return form_frame_reply(v->rq, v->s, note->status, &b, e);
}

int form_fill_show(struct form_visit *v, size_t nr, struct err *e)
{
	const struct form_draft *d = &v->draft;
	struct form_problems found = { .arena = v->a };
	const struct form_fill_note note = { .problems = &found, .status = 200 };

	if (nr >= d->definition->page_count || !is_shown(d, nr))
		return err_set(e, ERR_MISSING, "no such page");
	/* Coming from a problem on the review page, the page shows its problems. */
	if (*form_visit_review(v) != '\0')
		form_validate(d->definition, d->definition->pages[nr].first, d->definition->pages[nr].end,
			      &(struct form_values){ d->values, d->uploads, d->upload_count }, d->shown, &found);
	return form_fill_reply(v, nr, &note, e);
}
