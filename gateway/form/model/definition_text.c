/* SPDX-License-Identifier: EUPL-1.2 */
/* The texts of a component: labels, hints, content, choices, messages. */
#include <string.h>

#include "base/mem.h"
#include "form/model/definition_read.h"
#include "form/model/markup.h"

#define CHOICE_MAX 200	/* bytes of a value */

/* Of Form.io, and the rules of this service that they belong to. */
static const struct {
	const char *key, *rule;
} errors[] = {
	{ "required", "required" },
	{ "requiredDayEmpty", "required" },
	{ "min", "min" },
	{ "max", "max" },
	{ "minLength", "minLength" },
	{ "maxLength", "maxLength" },
	{ "minWords", "minWords" },
	{ "maxWords", "maxWords" },
	{ "pattern", "pattern" },
	{ "mask", "mask" },
	{ "number", "number" },
	{ "email", "email" },
	{ "invalid_email", "email" },
	{ "invalid_date", "date" },
	{ "invalidDay", "date" },
	{ "invalidOption", "onlyAvailableItems" },
	{ "minDate", "minDate" },
	{ "maxDate", "maxDate" },
	{ "minYear", "minDate" },
	{ "maxYear", "maxDate" },
	{ "minSelectedCount", "minSelectedCount" },
	{ "maxSelectedCount", "maxSelectedCount" },
};

struct place {
	struct form_reader *r;
	const char *path, *property;
};

static void lost(void *ctx, const char *why)
{
	const struct place *p = ctx;

	form_reader_find(p->r, p->path, p->property, "%s", why);
}

bool form_read_markup(struct form_reader *r, const char *path, const char *property, const char *source, bool block,
		      struct form_markup *out)
{
	struct place p = { r, path, property };

	if (source == NULL)
		return false;
	form_markup_read(r->d->arena, source, block ? FORM_MARKUP_BLOCK : FORM_MARKUP_INLINE, lost, &p, out);
	if (*out->text == '\0' && source[strspn(source, " \t\r\n")] != '\0')
		form_reader_find(r, path, property, "nothing to read is left of it");
	return *out->text != '\0';
}

const char *form_read_plain(struct form_reader *r, const char *path, const json_t *obj, const char *property)
{
	struct form_markup m;

	return form_read_markup(r, path, property, form_json_text(obj, property), false, &m) ? m.text : NULL;
}

static void read_label(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *property = f->type == FORM_FIELDSET ? "legend" : f->type == FORM_PANEL ? "title" : "label";
	struct form_markup m;

	if (form_json_text(comp, property) == NULL)
		property = "label";
	f->label = f->label_html = "";
	if (f->type == FORM_BUTTON || f->type == FORM_CONTENT || f->type == FORM_HTML)
		return;
	if (form_read_markup(r, path, property, form_json_text(comp, property), false, &m)) {
		f->label = m.text;
		f->label_html = m.html;
	} else if (f->holds != FORM_HOLDS_NOTHING) {
		form_reader_find(r, path, "label", "missing (a person, or a screen reader, cannot know what to enter)");
	}
}

/* Description and tooltip; a date without either shows how it is written. */
static void read_hint(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	static const char *const dates[] = { NULL, "Zum Beispiel 1980", "Zum Beispiel 01.1980", "Zum Beispiel 31.01.1980" };
	struct arena *a = r->d->arena;
	struct form_markup d, t;
	bool described = form_read_markup(r, path, "description", form_json_text(comp, "description"), false, &d);
	bool tip = form_read_markup(r, path, "tooltip", form_json_text(comp, "tooltip"), false, &t);

	if (described && tip) {
		f->hint = arena_printf(a, "%s %s", d.text, t.text);
		f->hint_html = arena_printf(a, "%s<br>%s", d.html, t.html);
	} else if (described || tip) {
		f->hint = described ? d.text : t.text;
		f->hint_html = described ? d.html : t.html;
	} else if (f->holds == FORM_HOLDS_DATE) {
		f->hint = f->hint_html = dates[f->date_parts];
	}
}

/* Form.io writes <tag attr="value">content</tag>. */
static const char *element_html(struct form_reader *r, const json_t *comp)
{
	const char *tag = json_opt_string(comp, "tag", "p"), *content = json_opt_string(comp, "content", "");
	struct buf b;
	json_t *one;
	size_t i;

	buf_init(&b, FORM_DEFINITION_MAX);
	buf_printf(&b, "<%s", *tag == '\0' ? "p" : tag);
	json_array_foreach(json_object_get(comp, "attrs"), i, one) {
		const char *name = json_opt_string(one, "attr", "");

		if (*name != '\0' && strpbrk(name, " <>=/\"'") == NULL)
			buf_printf(&b, " %s=\"%s\"", name, json_opt_string(one, "value", ""));
	}
	buf_printf(&b, ">%s</%s>", content, *tag == '\0' ? "p" : tag);
	content = arena_dup(r->d->arena, buf_str(&b));
	buf_fini(&b);
	return content;
}

static void read_content(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *source = f->type == FORM_HTML ? element_html(r, comp) : json_opt_string(comp, "html", "");
	struct form_markup m = { "", "" };

	form_read_markup(r, path, f->type == FORM_HTML ? "content" : "html", source, true, &m);
	f->text = m.text;
	f->text_html = m.html;
}

void form_read_texts(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *label;

	read_label(r, path, comp, f);
	label = form_read_plain(r, path, comp, "errorLabel");
	f->problem_label = label != NULL ? label : f->label;
	if (f->holds != FORM_HOLDS_NOTHING)
		read_hint(r, path, comp, f);
	if (f->type == FORM_CONTENT || f->type == FORM_HTML)
		read_content(r, path, comp, f);
	f->placeholder = form_json_text(comp, "placeholder");
	f->autocomplete = form_json_text(comp, "autocomplete");
	if (f->holds == FORM_HOLDS_TEXT || f->holds == FORM_HOLDS_NUMBER) {
		f->prefix = form_read_plain(r, path, comp, "prefix");
		f->suffix = form_read_plain(r, path, comp, "suffix");
	}
}

static void add_message(struct form_reader *r, const char *path, const char *property, struct form_rules *u,
			const char *rule, const char *source)
{
	struct form_markup m;

	if (form_read_markup(r, path, property, source, false, &m))
		u->messages[u->message_count++] = (struct form_message){ rule, m.text };
}

static void read_errors(struct form_reader *r, const char *path, const json_t *list, struct form_rules *u)
{
	const char *key;
	json_t *text;

	json_object_foreach((json_t *)(uintptr_t)list, key, text) {
		const char *property = arena_printf(r->d->arena, "errors.%s", key), *source = json_string_value(text);
		size_t i = 0;

		while (i < ARRAY_LEN(errors) && strcmp(errors[i].key, key) != 0)
			i++;
		if (i == ARRAY_LEN(errors))
			form_reader_find(r, path, property, "no rule of that name");
		else if (source == NULL || strstr(source, "{{") != NULL)
			form_reader_find(r, path, property, "only a plain text, without {{ }}");
		else
			add_message(r, path, property, u, errors[i].rule, source);
	}
}

void form_read_messages(struct form_reader *r, const char *path, const json_t *comp, struct form_rules *u)
{
	const json_t *list = json_object_get(comp, "errors");

	u->message = form_read_plain(r, path, comp, "validate.customMessage");
	u->messages = arena_alloc(r->d->arena, (json_object_size(list) + 3) * sizeof(*u->messages));
	if (json_is_object(list))
		read_errors(r, path, list, u);
	else if (list != NULL && !json_is_null(list) && json_is_string(list) && *json_string_value(list) != '\0')
		form_reader_find(r, path, "errors", "not an object");
	add_message(r, path, "validate.patternMessage", u, "pattern", form_json_text(comp, "validate.patternMessage"));
	add_message(r, path, "minSelectedCountMessage", u, "minSelectedCount",
		    form_json_text(comp, "minSelectedCountMessage"));
	add_message(r, path, "maxSelectedCountMessage", u, "maxSelectedCount",
		    form_json_text(comp, "maxSelectedCountMessage"));
}

void form_read_choices(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *where = f->type == FORM_SELECT ? "data.values" : "values";
	json_t *list = (json_t *)(uintptr_t)form_json_at(comp, where), *entry;
	size_t i, n = json_array_size(list);

	f->choices = arena_alloc(r->d->arena, (n + 1) * sizeof(*f->choices));
	json_array_foreach(list, i, entry) {
		const char *label = form_json_text(entry, "label"), *value = form_json_text(entry, "value");
		struct form_markup m;

		if (label == NULL && value == NULL)
			continue; /* the builder leaves an empty line behind */
		if (label == NULL || value == NULL || strlen(value) > CHOICE_MAX || form_choice_has(f, value) ||
		    form_key_is_reserved(value)) {
			form_reader_find(r, path, where, "entry %zu: label and value are needed, values only once", i);
			continue;
		}
		if (form_read_markup(r, path, where, label, false, &m))
			f->choices[f->choice_count++] = (struct form_choice){ value, m.text, m.html };
	}
	if (f->choice_count == 0)
		form_reader_find(r, path, where, "no values");
}
