/* SPDX-License-Identifier: EUPL-1.2 */
/* The walk through an application in the order of the form. */
#include "form/application/walk.h"

#include <string.h>

#include "form/model/value.h"

static bool is_input(const struct form_field *f, const bool *shown)
{
	return shown[f->index] && f->holds != FORM_HOLDS_NOTHING && !f->transient;
}

static bool has_input(const struct form_definition *d, size_t first, size_t end, const bool *shown)
{
	for (size_t i = first; i < end; i++) {
		if (is_input(&d->fields[i], shown))
			return true;
	}
	return false;
}

bool form_page_shown(const struct form_definition *d, const struct form_page *page, const bool *shown)
{
	if (page->panel != NULL && !shown[page->panel->index])
		return false;
	for (size_t i = page->first; i < page->end; i++) {
		if (shown[i] && (d->fields[i].holds != FORM_HOLDS_NOTHING || d->fields[i].text != NULL))
			return true;
	}
	return false;
}

void form_walk_show(const struct form_values *v, const struct form_field *f, const json_t *value, struct buf *out)
{
	size_t before = out->n;

	if (f->holds != FORM_HOLDS_FILES) {
		form_value_show(f, value, out);
		return;
	}
	for (size_t i = 0; i < v->upload_count; i++) {
		if (strcmp(v->uploads[i].field, f->key) == 0)
			buf_printf(out, "%s%s", out->n > before ? "\n" : "", v->uploads[i].name);
	}
}

static void walk_range(const struct form_application *app, size_t first, size_t end, const struct form_walk *walk,
		       void *ctx)
{
	const struct form_definition *d = app->definition;

	for (size_t i = first; i < end;) {
		const struct form_field *f = &d->fields[i];
		bool grouped = f->holds == FORM_HOLDS_NOTHING && f->end > i + 1 && *f->label != '\0' &&
			       f->type != FORM_COLUMNS && has_input(d, i, f->end, app->shown);
		if (is_input(f, app->shown) && walk->field != NULL)
			walk->field(ctx, f, json_object_get(app->values.values, f->key));
		if (grouped && walk->group != NULL)
			walk->group(ctx, f);
		walk_range(app, i + 1, f->end, walk, ctx);
		if (grouped && walk->group_end != NULL)
			walk->group_end(ctx);
		i = f->end;
	}
}

void form_walk_through(const struct form_application *app, const struct form_walk *walk, void *ctx)
{
	const struct form_definition *d = app->definition;

	for (size_t i = 0; i < d->page_count; i++) {
		if (!has_input(d, d->pages[i].first, d->pages[i].end, app->shown))
			continue;
		if (walk->page != NULL)
			walk->page(ctx, &d->pages[i], i);
		walk_range(app, d->pages[i].first, d->pages[i].end, walk, ctx);
		if (walk->page_end != NULL)
			walk->page_end(ctx);
	}
}
