/* SPDX-License-Identifier: EUPL-1.2 */
/* From what is typed, or sent as JSON, to the value of a field. */
#include "form/model/value.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/chars.h"
#include "form/model/date.h"

size_t form_text_length(const char *utf8)
{
	size_t n = 0;

	for (const unsigned char *p = (const unsigned char *)utf8; *p != '\0'; p++) {
		if ((*p & 0xC0) != 0x80)
			n += *p >= 0xF0 ? 2 : 1;
	}
	return n;
}

static json_t *number_json(double v)
{
	return floor(v) == v ? json_integer((json_int_t)v) : json_real(v);
}

static json_t *date_from(const struct form_field *f, const char *text)
{
	unsigned spellings = f->date_parts == 3	 ? FORM_DATE_ISO | FORM_DATE_GERMAN
			     : f->date_parts == 2 ? FORM_DATE_MONTH
						  : FORM_DATE_YEAR;
	char *clean = form_chars_clean(text, NULL), *bare = g_strstrip(clean);
	char iso[FORM_DATE_LEN];
	struct form_date d;
	json_t *v;

	if (f->type == FORM_DAY && f->date_parts == 3)
		spellings |= f->day_first ? FORM_DATE_DAY_FIRST : FORM_DATE_MONTH_FIRST;
	v = *bare == '\0'			    ? NULL
	    : form_date_parse(bare, spellings, &d) ? json_string(form_date_iso(&d, iso))
						   : json_string(bare);
	free(clean);
	return v;
}

static json_t *set_from(const struct form_field *f, const char *const *texts, size_t n)
{
	json_t *set = json_object();

	for (size_t i = 0; i < f->choice_count; i++)
		json_object_set_new(set, f->choices[i].value, json_false());
	for (size_t i = 0; i < n; i++) {
		if (*texts[i] != '\0')
			json_object_set_new(set, texts[i], json_true());
	}
	return set;
}

static json_t *list_from(const char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if (*texts[i] != '\0')
			json_array_append_new(list, json_string(texts[i]));
	}
	return list;
}

json_t *form_value_from_text(const struct form_field *f, const char *const *texts, size_t n, bool *replaced)
{
	const char *first = n > 0 ? texts[0] : "";
	double number;

	switch (f->holds) {
	case FORM_HOLDS_TEXT:
		return form_text_from(f, first, replaced);
	case FORM_HOLDS_NUMBER:
		return form_number_from(f, first, &number) ? number_json(number) : form_text_from(f, first, replaced);
	case FORM_HOLDS_BOOL:
		return json_boolean(*first != '\0');
	case FORM_HOLDS_SET:
		return set_from(f, texts, n);
	case FORM_HOLDS_CHOICE:
		return f->multiple ? list_from(texts, n) : *first == '\0' ? NULL : json_string(first);
	case FORM_HOLDS_DATE:
		return date_from(f, first);
	default:
		return NULL;
	}
}

static json_t *set_from_json(const json_t *v, bool *fits)
{
	json_t *set = json_object(), *one;
	const char *key;

	*fits = json_is_object(v);
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		if (!json_is_boolean(one))
			*fits = false;
		else if (*key != '\0')
			json_object_set_new(set, key, json_boolean(json_is_true(one)));
	}
	return set;
}

static json_t *list_from_json(const json_t *v, bool *fits)
{
	json_t *list = json_array(), *one;
	size_t i;

	*fits = json_is_array(v) && json_array_size(v) <= FORM_FIELDS_MAX;
	json_array_foreach((json_t *)(uintptr_t)v, i, one) {
		if (json_is_string(one))
			json_array_append(list, one);
		else
			*fits = false;
	}
	return list;
}

static json_t *string_from_json(const struct form_field *f, const json_t *v, bool *fits)
{
	*fits = json_is_string(v);
	if (!*fits)
		return NULL;
	if (f->holds == FORM_HOLDS_CHOICE)
		return json_string_length(v) == 0 ? NULL : json_incref((json_t *)(uintptr_t)v);
	return f->holds == FORM_HOLDS_DATE ? date_from(f, json_string_value(v))
					   : form_text_from(f, json_string_value(v), NULL);
}

json_t *form_value_from_json(const struct form_field *f, const json_t *v, bool *fits)
{
	json_t *out = NULL;

	*fits = true;
	if (v == NULL || json_is_null(v))
		return NULL;
	if (f->holds == FORM_HOLDS_SET) {
		out = set_from_json(v, fits);
	} else if (f->holds == FORM_HOLDS_CHOICE && f->multiple) {
		out = list_from_json(v, fits);
	} else if (f->holds == FORM_HOLDS_BOOL) {
		*fits = json_is_boolean(v);
		out = json_boolean(json_is_true(v));
	} else if (f->holds == FORM_HOLDS_NUMBER && json_is_number(v)) {
		*fits = fabs(json_number_value(v)) < 1e15;
		out = *fits ? number_json(json_number_value(v)) : NULL;
	} else {
		out = string_from_json(f, v, fits);
	}
	if (*fits)
		return out;
	json_decref(out);
	return NULL;
}

static bool is_blank(const char *s)
{
	for (; *s != '\0'; s = g_utf8_next_char(s)) {
		if (!g_unichar_isspace(g_utf8_get_char(s)))
			return false;
	}
	return true;
}

bool form_value_is_empty(const json_t *v)
{
	const char *key;
	json_t *one;

	if (v == NULL || json_is_null(v) || json_is_false(v))
		return true;
	if (json_is_string(v))
		return is_blank(json_string_value(v));
	if (json_is_array(v))
		return json_array_size(v) == 0;
	if (!json_is_object(v))
		return false;
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		if (json_is_true(one))
			return false;
	}
	return true;
}

bool form_value_has(const struct form_field *f, const json_t *v, const char *choice)
{
	size_t i;
	json_t *one;

	if (f->holds == FORM_HOLDS_SET)
		return json_is_true(json_object_get(v, choice));
	if (json_is_string(v))
		return strcmp(json_string_value(v), choice) == 0;
	json_array_foreach((json_t *)(uintptr_t)v, i, one) {
		if (json_is_string(one) && strcmp(json_string_value(one), choice) == 0)
			return true;
	}
	return false;
}
