/* SPDX-License-Identifier: EUPL-1.2 */
/* What was posted from a page of the form: files on the way, values, and where it goes on. */
#include <string.h>

#include "form/application/upload.h"
#include "form/model/value.h"
#include "form/web/page.h"

struct save {
	struct form_visit *v;
	const struct form_page *page;
	size_t nr;
	struct form_input in;
	struct form_problems problems;	/* refused files first, then the rules */
	struct form_receiver *receiver;	/* the file on its way, or NULL: its bytes are dropped */
	const char *field;		/* of that file */
	const bool *before;		/* which fields the person has seen */
};

static int file_begin(void *ctx, const char *field, const char *filename, struct err *e)
{
	struct save *w = ctx;
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
	struct save *w = ctx;

	return w->receiver == NULL ? 0 : form_upload_data(w->receiver, data, e);
}

static int file_end(void *ctx, struct err *e)
{
	struct save *w = ctx;
	const char *part, *why;
	struct form_receiver *r = w->receiver;
	int rc;

	w->receiver = NULL;
	if (r == NULL)
		return 0;
	rc = form_upload_end(r, &part, &why, e);
	if (rc == 0 && why != NULL)
		form_problem_add(&w->problems, w->field, "file", why);
	return rc;
}

static bool is_typed(const struct form_field *f)
{
	return f->holds != FORM_HOLDS_NOTHING && f->holds != FORM_HOLDS_FILES && !f->disabled;
}

static void take_values(struct save *w)
{
	struct form_draft *d = &w->v->draft;
	const char *texts[FORM_FIELDS_MAX];

	for (size_t i = w->page->first; i < w->page->end; i++) {
		const struct form_field *f = &d->definition->fields[i];
		json_t *value;
		size_t n;

		if (!d->shown[i] || !is_typed(f))
			continue;
		n = form_input_all(&w->in, f->key, texts, FORM_FIELDS_MAX);
		value = form_value_from_text(f, texts, n, &d->replaced);
		if (value == NULL)
			json_object_del(d->values, f->key);
		else
			json_object_set_new(d->values, f->key, value);
	}
	form_draft_settle(d);
}

/* What is filled in here and cannot be taken, because the other window has hidden it. */
static const char *find_dropped(const struct save *w)
{
	const struct form_draft *d = &w->v->draft;
	const char *list = "";

	for (size_t i = w->page->first; i < w->page->end; i++) {
		const struct form_field *f = &d->definition->fields[i];
		const char *text = is_typed(f) && !d->shown[i] ? form_input_get(&w->in, f->key) : NULL;

		if (text != NULL && *text != '\0')
			list = arena_printf(w->v->a, "%s%s„%s“", list, *list == '\0' ? "" : ", ", f->label);
	}
	return list;
}

/* Takes the values. False: the page was made before another window saved, and one of both would be lost; c says what. */
static bool take_or_conflict(struct save *w, struct form_conflict *c)
{
	struct form_draft *d = &w->v->draft;
	const char *seen = form_input_get(&w->in, "_stand");
	json_t *saved = json_copy(d->values);
	bool stale;

	form_draft_version(d, w->page->first, w->page->end, false, c->version);
	stale = seen != NULL && strcmp(seen, c->version) != 0;
	c->dropped = stale ? find_dropped(w) : "";
	take_values(w);
	stale = stale && (*c->dropped != '\0' || !json_equal(saved, d->values));
	c->saved = saved;
	return !stale;
}

static int store(struct save *w, struct err *e)
{
	int rc = form_draft_save(&w->v->draft, e);

	return rc != 0 ? rc : form_visit_reload(w->v, e);
}

/* A field that has just appeared is not yet wrong: nobody has seen it. */
static void check(struct save *w)
{
	const struct form_draft *d = &w->v->draft;
	bool *seen = arena_alloc(w->v->a, d->definition->count * sizeof(*seen));

	for (size_t i = 0; i < d->definition->count; i++)
		seen[i] = d->shown[i] && w->before[i];
	form_validate(d->definition, w->page->first, w->page->end,
		      &(struct form_values){ d->values, d->uploads, d->upload_count }, seen, &w->problems);
}

static bool has_grown(const struct save *w)
{
	const struct form_draft *d = &w->v->draft;

	for (size_t i = w->page->first; i < w->page->end; i++) {
		if (d->shown[i] && !w->before[i] && d->definition->fields[i].holds != FORM_HOLDS_NOTHING)
			return true;
	}
	return false;
}

static int go_forward(struct save *w, struct err *e)
{
	struct form_visit *v = w->v;
	size_t next = form_fill_next(&v->draft, w->nr);

	if (*form_visit_review(v) != '\0' || next == v->draft.definition->page_count)
		return form_visit_go(v, "pruefen", e);
	return form_visit_go(v, arena_printf(v->a, "seite/%zu", next + 1), e);
}

static int go_on(struct save *w, const char *action, struct err *e)
{
	struct form_visit *v = w->v;
	const struct form_fill_note wrong = { .problems = &w->problems, .before = w->before, .status = 422 };
	const struct form_fill_note grown = { .before = w->before, .status = 200 };
	size_t back = form_fill_before(&v->draft, w->nr);
	bool forward = strcmp(action, "weiter") == 0;

	if (strcmp(action, "zurueck") == 0 && w->problems.count == 0 && back < v->draft.definition->page_count)
		return form_visit_go(v, arena_printf(v->a, "seite/%zu%s", back + 1, form_visit_review(v)), e);
	if (strncmp(action, "entfernen:", 10) == 0 && w->problems.count == 0)
		return form_visit_go(v, arena_printf(v->a, "entfernen/%s%s", action + 10, form_visit_review(v)), e);
	if (forward)
		check(w);
	if (w->problems.count > 0)
		return form_fill_reply(v, w->nr, &wrong, e);
	if (has_grown(w))
		return form_fill_reply(v, w->nr, &grown, e);
	return forward ? go_forward(w, e)
		       : form_visit_go(v, arena_printf(v->a, "seite/%zu%s", w->nr + 1, form_visit_review(v)), e);
}

static int save(struct save *w, struct err *e)
{
	struct form_draft *d = &w->v->draft;
	bool *before = arena_alloc(w->v->a, d->definition->count * sizeof(*before));
	const char *action = form_input_get(&w->in, "_aktion");
	struct form_conflict conflict;
	const struct form_fill_note note = { .problems = &w->problems, .conflict = &conflict, .status = 409 };
	int rc;

	memcpy(before, d->shown, d->definition->count * sizeof(*before));
	w->before = before;
	if (!take_or_conflict(w, &conflict)) {
		rc = form_fill_reply(w->v, w->nr, &note, e);
	} else {
		rc = store(w, e);
		if (rc == 0)
			rc = go_on(w, action == NULL ? "weiter" : action, e);
	}
	json_decref((json_t *)(uintptr_t)conflict.saved);
	return rc;
}

int form_fill_save(struct form_visit *v, size_t nr, struct err *e)
{
	const struct form_definition *d = v->draft.definition;
	struct save w = { .v = v, .nr = nr, .in = { .arena = v->a }, .problems = { .arena = v->a } };
	const struct form_files files = { file_begin, file_data, file_end, &w };
	int rc;

	if (nr >= d->page_count)
		return err_set(e, ERR_MISSING, "no such page");
	if (!form_page_shown(d, &d->pages[nr], v->draft.shown))
		return form_say_gone(v, e);
	w.page = &d->pages[nr];
	rc = form_visit_input(v, &w.in, &files, e);
	form_upload_free(w.receiver);
	return rc != 0 ? rc : save(&w, e);
}
