/* SPDX-License-Identifier: EUPL-1.2 */
/* Settings, rules and choices of one component. */
#include <ctype.h>
#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/date.h"
#include "form/model/definition_read.h"
#include "form/model/value.h"

#define DECIMALS_MAX 12

bool form_json_number(const json_t *obj, const char *dotted, double *out)
{
	const json_t *v = form_json_at(obj, dotted);
	if (json_is_number(v)) {
		*out = json_number_value(v);
		return true;
	}
	const char *s = json_string_value(v);
	if (s == NULL || *s == '\0')
		return false;
	char *end;
	*out = strtod(s, &end);
	return end != s && isfinite(*out);
}

static long whole_setting(struct form_reader *r, const char *path, const json_t *comp, const char *dotted)
{
	double v;
	if (!form_json_number(comp, dotted, &v))
		return 0;
	if (v < 0 || v > 1e9) {
		form_reader_find(r, path, dotted, "out of range");
		return 0;
	}
	return (long)v;
}

static const char *date_setting(struct form_reader *r, const char *path, const json_t *comp, const char *dotted)
{
	const char *s = form_json_text(comp, dotted);
	if (s == NULL)
		return NULL;
	struct form_date day;
	char *iso = arena_alloc(r->d->arena, FORM_DATE_LEN);
	if (!form_date_parse(s, FORM_DATE_ISO, &day)) {
		form_reader_find(r, path, dotted, "only a date like 2026-11-24, no expression");
		return NULL;
	}
	return form_date_iso(&day, iso);
}

/* 20MB, 512KB, 1GB or plain bytes, as Form.io writes them. */
static uint64_t size_setting(struct form_reader *r, const char *path, const json_t *comp, const char *key)
{
	double v, unit = 1;
	const json_t *j = json_object_get(comp, key);
	if (j == NULL || json_is_null(j) || !form_json_number(comp, key, &v))
		return 0;
	const char *s = json_string_value(j);
	if (s != NULL) {
		s += strspn(s, "0123456789. ");
		unit = toupper((unsigned char)*s) == 'K'   ? 1024.0
		       : toupper((unsigned char)*s) == 'M' ? 1048576.0
		       : toupper((unsigned char)*s) == 'G' ? 1073741824.0
							   : 1;
	}
	if (v < 0 || v * unit > 1e15) {
		form_reader_find(r, path, key, "out of range");
		return 0;
	}
	return (uint64_t)(v * unit);
}

static void read_pattern(struct form_reader *r, const char *path, struct form_rules *rules)
{
	GError *bad = NULL;
	/* JavaScript's $ means the very end, and it has no options here; the pattern is wrapped without a group. */
	char *whole = mem_printf("^%s$", rules->pattern);
	rules->regex = g_regex_new(whole, G_REGEX_DOLLAR_ENDONLY | G_REGEX_OPTIMIZE, 0, &bad);
	if (rules->regex == NULL) {
		form_reader_find(r, path, "validate.pattern", "%s", bad->message);
		g_error_free(bad);
	}
	free(whole);
}

static void read_rules(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	struct form_rules *u = &f->rules;
	const bool day = f->type == FORM_DAY;
	u->required = json_opt_bool(json_object_get(comp, "validate"), "required", 0) != 0;
	if (day && json_is_true(form_json_at(comp, "fields.day.required")))
		u->required = true;
	u->has_min = form_json_number(comp, "validate.min", &u->min);
	u->has_max = form_json_number(comp, "validate.max", &u->max);
	u->min_length = whole_setting(r, path, comp, "validate.minLength");
	u->max_length = whole_setting(r, path, comp, "validate.maxLength");
	u->min_words = whole_setting(r, path, comp, "validate.minWords");
	u->max_words = whole_setting(r, path, comp, "validate.maxWords");
	u->min_selected = whole_setting(r, path, comp, "validate.minSelectedCount");
	u->max_selected = whole_setting(r, path, comp, "validate.maxSelectedCount");
	u->min_date = date_setting(r, path, comp, day ? "minDate" : "datePicker.minDate");
	u->max_date = date_setting(r, path, comp, day ? "maxDate" : "datePicker.maxDate");
	u->pattern = form_json_text(comp, "validate.pattern");
	u->mask = form_json_text(comp, "inputMask");
	if (json_is_true(form_json_at(comp, "validate.skipMaskValidation")))
		u->mask = NULL;
	u->message = form_json_text(comp, "validate.customMessage");
	u->pattern_message = form_json_text(comp, "validate.patternMessage");
	u->min_selected_message = form_json_text(comp, "minSelectedCountMessage");
	u->max_selected_message = form_json_text(comp, "maxSelectedCountMessage");
	u->file_min = size_setting(r, path, comp, "fileMinSize");
	u->file_max = size_setting(r, path, comp, "fileMaxSize");
	u->file_pattern = form_json_text(comp, "filePattern");
	if (u->pattern != NULL)
		read_pattern(r, path, u);
}

static void read_choices(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *where = f->type == FORM_SELECT ? "data.values" : "values";
	json_t *list = (json_t *)(uintptr_t)form_json_at(comp, where), *entry;
	size_t i, n = json_array_size(list);
	f->choices = arena_alloc(r->d->arena, (n + 1) * sizeof(*f->choices));
	json_array_foreach(list, i, entry) {
		const char *label = form_json_text(entry, "label"), *value = form_json_text(entry, "value");
		if (label == NULL && value == NULL)
			continue; /* the builder leaves an empty line behind */
		if (label == NULL || value == NULL || strlen(value) > 200 || form_choice_has(f, value)) {
			form_reader_find(r, path, where, "entry %zu: label and value are needed, values only once", i);
			continue;
		}
		f->choices[f->choice_count++] = (struct form_choice){ value, label };
	}
	if (f->choice_count == 0)
		form_reader_find(r, path, where, "no values");
}

static void read_default(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	bool fits;
	const json_t *v = json_object_get(comp, "defaultValue");
	if (f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES || v == NULL || json_is_null(v) ||
	    (json_is_string(v) && json_string_length(v) == 0))
		return;
	json_decref(form_value_from_json(f, v, &fits));
	if (!fits)
		form_reader_find(r, path, "defaultValue", "not a value for this type");
	f->default_value = v;
}

static void read_flags(const json_t *comp, struct form_field *f)
{
	const json_t *persistent = json_object_get(comp, "persistent");
	double limit;
	f->multiple = json_opt_bool(comp, "multiple", 0) != 0;
	f->hidden = json_opt_bool(comp, "hidden", 0) != 0;
	f->disabled = json_opt_bool(comp, "disabled", 0) != 0;
	f->transient = json_is_false(persistent) || json_is_string(persistent);
	f->keep_hidden = json_is_false(json_object_get(comp, "clearOnHide"));
	f->day_first = json_opt_bool(comp, "dayFirst", 0) != 0;
	f->decimals = form_json_number(comp, "decimalLimit", &limit) && limit <= DECIMALS_MAX ? (int)fmax(limit, 0) : -1;
	/* More than what is shown of an amount of money would be rounded in the PDF and not in the XML. */
	if (f->type == FORM_CURRENCY && (f->decimals < 0 || f->decimals > 2))
		f->decimals = 2;
}

static void read_texts(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	struct arena *a = r->d->arena;
	const char *label = form_json_text(comp, f->type == FORM_FIELDSET ? "legend"
						 : f->type == FORM_PANEL  ? "title"
									  : "label");
	if (label == NULL)
		label = form_json_text(comp, "label");
	if (label == NULL && f->holds != FORM_HOLDS_NOTHING)
		form_reader_find(r, path, "label", "missing (a person, or a screen reader, cannot know what to enter)");
	f->label = label != NULL ? label : "";
	f->hint = form_json_text(comp, "description");
	if (f->hint == NULL)
		f->hint = form_json_text(comp, "tooltip");
	if (f->hint != NULL)
		f->hint = form_html_to_text(a, f->hint);
	if (f->type == FORM_CONTENT || f->type == FORM_HTML) {
		const char *html = form_json_text(comp, f->type == FORM_HTML ? "content" : "html");
		f->text = html == NULL ? "" : form_html_to_text(a, html);
	}
	f->placeholder = form_json_text(comp, "placeholder");
	f->autocomplete = form_json_text(comp, "autocomplete");
	f->suffix = form_json_text(comp, "suffix");
	f->currency = f->type == FORM_CURRENCY ? json_opt_string(comp, "currency", "EUR") : NULL;
}

void form_read_field(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	read_texts(r, path, comp, f);
	read_flags(comp, f);
	if (f->holds == FORM_HOLDS_SET || f->holds == FORM_HOLDS_CHOICE)
		read_choices(r, path, comp, f);
	read_rules(r, path, comp, f);
	read_default(r, path, comp, f);
}
