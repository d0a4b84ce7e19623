/* SPDX-License-Identifier: EUPL-1.2 */
/* Every field: label, hint and problem tied to it by id; groups of choices in a fieldset with a legend. */
#include <stdlib.h>
#include <string.h>

#include "form/application/upload.h"
#include "form/web/page.h"
#include "form/model/value.h"

struct fields {
	struct buf *b;
	const struct form_visit *v;
	const struct form_problems *problems;
};

/* What is limited, said before anybody meets the limit; NULL if nothing is. */
static const char *limit_of(const struct fields *s, const struct form_field *f)
{
	if (f->holds == FORM_HOLDS_FILES)
		return form_upload_limits(&s->v->draft, f);
	if (f->type == FORM_TEXTAREA && f->rules.max_length > 0)
		return arena_printf(s->v->a, "Höchstens %ld Zeichen.", f->rules.max_length);
	return NULL;
}

/* Hint, limit and problem, and the describedby attribute that names what is there. */
static void put_described(struct fields *s, const struct form_field *f, const struct form_problem *p)
{
	const char *begin = " aria-describedby=\"";

	if (f->hint_html != NULL) {
		form_html(s->b, "%Sh-%s", begin, f->key);
		begin = " ";
	}
	if (limit_of(s, f) != NULL) {
		form_html(s->b, "%Sg-%s", begin, f->key);
		begin = " ";
	}
	if (p != NULL) {
		form_html(s->b, "%Se-%s", begin, f->key);
		begin = " ";
	}
	if (begin[1] == '\0')
		buf_puts(s->b, "\"");
}

static void put_notes(struct fields *s, const struct form_field *f, const struct form_problem *p)
{
	struct buf *b = s->b;
	const char *limit = limit_of(s, f);

	if (f->hint_html != NULL)
		form_html(b, "<p class=\"hinweis\" id=\"h-%s\">%S</p>\n", f->key, f->hint_html);
	if (limit != NULL)
		form_html(b, "<p class=\"hinweis\" id=\"g-%s\">%s</p>\n", f->key, limit);
	if (p != NULL)
		form_html(b, "<p class=\"problem\" id=\"e-%s\">%s</p>\n", f->key, p->message);
}

static const char *optional_mark(const struct form_field *f)
{
	return f->rules.required ? "" : " <span class=\"frei\">(freiwillig)</span>";
}

static void put_common(struct fields *s, const struct form_field *f, const struct form_problem *p)
{
	struct buf *b = s->b;

	put_described(s, f, p);
	if (f->rules.required)
		buf_puts(b, " required");
	if (p != NULL)
		buf_puts(b, " aria-invalid=\"true\"");
	if (f->disabled)
		buf_puts(b, " disabled");
	if (f->autocomplete != NULL)
		form_html(b, " autocomplete=\"%s\"", f->autocomplete);
	if (f->placeholder != NULL && f->type != FORM_SELECT)
		form_html(b, " placeholder=\"%s\"", f->placeholder);
}

static const char *input_type(const struct form_field *f)
{
	switch (f->type) {
	case FORM_EMAIL:
		return "type=\"email\"";
	case FORM_PHONE:
		return "type=\"tel\"";
	case FORM_NUMBER:
	case FORM_CURRENCY:
		return "type=\"text\" inputmode=\"decimal\" class=\"kurz\"";
	case FORM_DATETIME:
	case FORM_DAY:
		return "type=\"text\" inputmode=\"numeric\" class=\"kurz\"";
	default:
		return "type=\"text\"";
	}
}

/* What stands before and behind the field is part of its name; a unit alone is "in m²". */
static void put_text_label(struct buf *b, const struct form_field *f)
{
	const char *unit = f->currency != NULL		   ? (strcmp(f->currency, "EUR") == 0 ? "Euro" : f->currency)
			   : f->holds == FORM_HOLDS_NUMBER ? f->suffix
							   : NULL;

	form_html(b, "<label for=\"f-%s\">%S", f->key, f->label_html);
	if (unit != NULL)
		form_html(b, " in %s", unit);
	if (f->prefix != NULL || (f->suffix != NULL && f->suffix != unit))
		form_html(b, " (%s … %s)", f->prefix, f->suffix == unit ? NULL : f->suffix);
	form_html(b, "%S</label>\n", optional_mark(f));
}

static void put_text(struct fields *s, const struct form_field *f, const json_t *value, const struct form_problem *p)
{
	struct buf text;
	buf_init(&text, FORM_PAGE_MAX);
	form_value_edit(f, value, &text);
	put_text_label(s->b, f);
	put_notes(s, f, p);
	if (f->type == FORM_TEXTAREA) {
		form_html(s->b, "<textarea id=\"f-%s\" name=\"%s\" rows=\"5\"", f->key, f->key);
		put_common(s, f, p);
		form_html(s->b, ">\n%s</textarea>\n", buf_str(&text));
	} else {
		form_html(s->b, "<input %S id=\"f-%s\" name=\"%s\" value=\"%s\"", input_type(f), f->key, f->key,
			  buf_str(&text));
		put_common(s, f, p);
		buf_puts(s->b, ">\n");
	}
	buf_wipe(&text);
}

static void put_select(struct fields *s, const struct form_field *f, const json_t *value, const struct form_problem *p)
{
	form_html(s->b, "<label for=\"f-%s\">%S%S</label>\n", f->key, f->label_html, optional_mark(f));
	put_notes(s, f, p);
	form_html(s->b, "<select id=\"f-%s\" name=\"%s\"%S", f->key, f->key, f->multiple ? " multiple" : "");
	put_common(s, f, p);
	buf_puts(s->b, ">\n");
	if (!f->multiple)
		form_html(s->b, "<option value=\"\">%s</option>\n", f->placeholder != NULL ? f->placeholder : "Bitte wählen");
	for (size_t i = 0; i < f->choice_count; i++)
		form_html(s->b, "<option value=\"%s\"%S>%s</option>\n", f->choices[i].value,
			  form_value_has(f, value, f->choices[i].value) ? " selected" : "", f->choices[i].label);
	buf_puts(s->b, "</select>\n");
}

/* The first one has the field's own id: that is where a problem's link leads. */
static void put_choice(struct buf *b, const struct form_field *f, size_t i, bool picked, bool wrong)
{
	const char *kind = f->type == FORM_RADIO ? "radio" : "checkbox";
	char nr[24] = "";
	if (i > 0)
		snprintf(nr, sizeof(nr), "-%zu", i);
	form_html(b,
		  "<div class=\"wahl\"><input type=\"%S\" id=\"f-%s%S\" name=\"%s\" value=\"%s\"%S%S%S> "
		  "<label for=\"f-%s%S\">%S</label></div>\n",
		  kind, f->key, nr, f->key, f->choices[i].value, picked ? " checked" : "",
		  wrong ? " aria-invalid=\"true\"" : "", f->disabled ? " disabled" : "", f->key, nr,
		  f->choices[i].label_html);
}

static void put_choices(struct fields *s, const struct form_field *f, const json_t *value, const struct form_problem *p)
{
	bool radio = f->type == FORM_RADIO;
	buf_puts(s->b, radio ? "<fieldset role=\"radiogroup\"" : "<fieldset");
	if (radio && p != NULL)
		buf_puts(s->b, " aria-invalid=\"true\"");
	if (radio && f->rules.required)
		buf_puts(s->b, " aria-required=\"true\"");
	put_described(s, f, p);
	form_html(s->b, ">\n<legend>%S%S</legend>\n", f->label_html, radio ? optional_mark(f) : "");
	put_notes(s, f, p);
	for (size_t i = 0; i < f->choice_count; i++)
		put_choice(s->b, f, i, form_value_has(f, value, f->choices[i].value), !radio && p != NULL);
	buf_puts(s->b, "</fieldset>\n");
}

static void put_checkbox(struct fields *s, const struct form_field *f, const json_t *value,
			 const struct form_problem *p)
{
	put_notes(s, f, p);
	form_html(s->b, "<div class=\"wahl\"><input type=\"checkbox\" id=\"f-%s\" name=\"%s\" value=\"ja\"%S", f->key,
		  f->key, json_is_true(value) ? " checked" : "");
	put_common(s, f, p);
	form_html(s->b, "> <label for=\"f-%s\">%S</label></div>\n", f->key, f->label_html);
}

static const char *size_text(struct arena *a, uint64_t bytes)
{
	if (bytes < 10240)
		return arena_printf(a, "%llu Bytes", (unsigned long long)bytes);
	return arena_printf(a, "%llu KB", (unsigned long long)(bytes / 1024));
}

static void put_file(struct fields *s, const struct form_field *f, const struct form_problem *p)
{
	const struct form_draft *d = &s->v->draft;
	bool any = false;
	form_html(s->b, "<label for=\"f-%s\">%S%S</label>\n", f->key, f->label_html, optional_mark(f));
	put_notes(s, f, p);
	for (size_t i = 0; i < d->upload_count; i++) {
		const struct form_upload *u = &d->uploads[i];
		if (strcmp(u->field, f->key) != 0)
			continue;
		form_html(s->b,
			  "%S<li><span>%s (%s)</span> <button class=\"klein\" type=\"submit\" name=\"_aktion\" "
			  "value=\"entfernen:%s\">Entfernen<span class=\"vh\"> von %s</span></button></li>\n",
			  any ? "" : "<ul class=\"dateien\">\n", u->name, size_text(d->arena, u->size), u->part,
			  u->name);
		any = true;
	}
	buf_puts(s->b, any ? "</ul>\n" : "");
	form_html(s->b, "<div class=\"datei\"><input type=\"file\" id=\"f-%s\" name=\"%s\"%S", f->key, f->key,
		  f->multiple ? " multiple" : "");
	if (f->rules.file_pattern != NULL)
		form_html(s->b, " accept=\"%s\"", f->rules.file_pattern);
	put_described(s, f, p);
	form_html(s->b,
		  "%S> <button class=\"klein\" type=\"submit\" name=\"_aktion\" value=\"hochladen:%s\">Hochladen"
		  "<span class=\"vh\">: %s</span></button></div>\n",
		  p != NULL ? " aria-invalid=\"true\"" : "", f->key, f->label);
}

static void put_input(struct fields *s, const struct form_field *f)
{
	const json_t *value = json_object_get(s->v->draft.values, f->key);
	const struct form_problem *p = form_problem_of(s->problems, f->key);
	form_html(s->b, "<div class=\"feld%S\">\n", p != NULL ? " falsch" : "");
	if (f->holds == FORM_HOLDS_FILES)
		put_file(s, f, p);
	else if (f->type == FORM_RADIO || f->holds == FORM_HOLDS_SET)
		put_choices(s, f, value, p);
	else if (f->type == FORM_SELECT)
		put_select(s, f, value, p);
	else if (f->type == FORM_CHECKBOX)
		put_checkbox(s, f, value, p);
	else
		put_text(s, f, value, p);
	buf_puts(s->b, "</div>\n");
}

static void put_range(struct fields *s, size_t first, size_t end)
{
	const struct form_definition *d = s->v->draft.definition;
	for (size_t i = first; i < end; i = d->fields[i].end) {
		const struct form_field *f = &d->fields[i];
		bool group = (f->type == FORM_FIELDSET || f->type == FORM_PANEL || f->type == FORM_WELL) &&
			     *f->label != '\0';
		if (!s->v->draft.shown[i] || f->type == FORM_BUTTON)
			continue;
		if (f->text_html != NULL)
			buf_puts(s->b, f->text_html);
		if (f->holds != FORM_HOLDS_NOTHING)
			put_input(s, f);
		if (group)
			form_html(s->b, "<fieldset class=\"gruppe\">\n<legend>%S</legend>\n", f->label_html);
		put_range(s, i + 1, f->end);
		if (group)
			buf_puts(s->b, "</fieldset>\n");
	}
}

void form_fields_show(struct buf *b, const struct form_visit *v, const struct form_page *page,
		      const struct form_problems *problems)
{
	struct fields s = { b, v, problems };
	put_range(&s, page->first, page->end);
}
