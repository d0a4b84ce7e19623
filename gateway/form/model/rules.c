/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of rules, and those that look at numbers, dates, choices and files. */
#include "form/model/rules.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/date.h"
#include "form/model/value.h"

static size_t files_of(const struct form_field *f, const struct form_values *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->upload_count; i++)
		n += strcmp(all->uploads[i].field, f->key) == 0;
	return n;
}

static bool breaks_required(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	if (!f->rules.required)
		return false;
	return f->holds == FORM_HOLDS_FILES ? files_of(f, all) == 0 : form_value_is_empty(v);
}

static bool breaks_one_file(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)v;
	return f->holds == FORM_HOLDS_FILES && !f->multiple && files_of(f, all) > 1;
}

/* Stricter than Form.io, which checks this only with onlyAvailableItems: nothing outside the list reaches an office. */
static bool breaks_choice(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	const char *key;
	json_t *one;
	size_t i;

	(void)all;
	if (f->holds == FORM_HOLDS_SET) {
		json_object_foreach((json_t *)(uintptr_t)v, key, one) {
			if (!form_choice_has(f, key))
				return true;
		}
		return false;
	}
	if (f->holds != FORM_HOLDS_CHOICE)
		return false;
	json_array_foreach((json_t *)(uintptr_t)v, i, one) {
		if (!json_is_string(one) || !form_choice_has(f, json_string_value(one)))
			return true;
	}
	return json_is_string(v) && !form_choice_has(f, json_string_value(v));
}

static bool breaks_number(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->holds == FORM_HOLDS_NUMBER && !json_is_number(v);
}

/* The tolerance is for sums such as 0.1 + 0.2 that a program sends. */
static bool breaks_decimals(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	if (f->decimals < 0 || !json_is_real(v))
		return false;
	double shifted = json_real_value(v) * pow(10, f->decimals);
	return fabs(shifted - round(shifted)) > 1e-6;
}

static bool breaks_date(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	static const unsigned spellings[] = { 0, FORM_DATE_YEAR, FORM_DATE_MONTH, FORM_DATE_ISO };
	struct form_date d;

	(void)all;
	return f->holds == FORM_HOLDS_DATE && !form_date_parse(json_string_value(v), spellings[f->date_parts], &d);
}

static bool breaks_min(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.has_min && json_is_number(v) && json_number_value(v) < f->rules.min;
}

static bool breaks_max(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.has_max && json_is_number(v) && json_number_value(v) > f->rules.max;
}

/* A date without day is compared by its month, one without month by its year. */
static int compare(const json_t *v, const char *limit)
{
	return strncmp(json_string_value(v), limit, strlen(json_string_value(v)));
}

static bool breaks_min_date(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	char today[FORM_DATE_LEN];

	(void)all;
	return f->holds == FORM_HOLDS_DATE && ((f->rules.min_date != NULL && compare(v, f->rules.min_date) < 0) ||
					       (f->rules.min_today && compare(v, form_date_today(today)) < 0));
}

static bool breaks_max_date(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	char today[FORM_DATE_LEN];

	(void)all;
	return f->holds == FORM_HOLDS_DATE && ((f->rules.max_date != NULL && compare(v, f->rules.max_date) > 0) ||
					       (f->rules.max_today && compare(v, form_date_today(today)) > 0));
}

static bool breaks_weekday(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	struct form_date d;

	(void)all;
	if (f->holds != FORM_HOLDS_DATE || (!f->rules.no_weekends && !f->rules.no_weekdays) ||
	    !form_date_parse(json_string_value(v), FORM_DATE_ISO, &d))
		return false;
	return form_date_is_weekend(&d) ? f->rules.no_weekends : f->rules.no_weekdays;
}

static long picked(const json_t *v)
{
	long n = 0;
	const char *key;
	json_t *one;

	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		n += json_is_true(one);
	}
	return n;
}

/* Not for nothing at all: that is the business of "required". */
static bool breaks_min_selected(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.min_selected > 0 && f->holds == FORM_HOLDS_SET && picked(v) < f->rules.min_selected;
}

static bool breaks_max_selected(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.max_selected > 0 && f->holds == FORM_HOLDS_SET && picked(v) > f->rules.max_selected;
}

const struct form_rule form_rules[] = {
	{ "required", breaks_required, form_text_required },
	{ "multiple", breaks_one_file, form_text_one_file },
	{ "onlyAvailableItems", breaks_choice, form_text_choice },
	{ "number", breaks_number, form_text_number },
	{ "decimalLimit", breaks_decimals, form_text_decimals },
	{ "date", breaks_date, form_text_date },
	{ "maxLength", form_breaks_max_length, form_text_max_length },
	{ "characters", form_breaks_chars, form_text_chars },
	{ "email", form_breaks_email, form_text_email },
	{ "mask", form_breaks_mask, form_text_mask },
	{ "pattern", form_breaks_pattern, form_text_pattern },
	{ "iban", form_breaks_iban, form_text_iban },
	{ "minLength", form_breaks_min_length, form_text_min_length },
	{ "min", breaks_min, form_text_min },
	{ "max", breaks_max, form_text_max },
	{ "minDate", breaks_min_date, form_text_min_date },
	{ "maxDate", breaks_max_date, form_text_max_date },
	{ "weekday", breaks_weekday, form_text_weekday },
	{ "minWords", form_breaks_min_words, form_text_min_words },
	{ "maxWords", form_breaks_max_words, form_text_max_words },
	{ "minSelectedCount", breaks_min_selected, form_text_min_selected },
	{ "maxSelectedCount", breaks_max_selected, form_text_max_selected },
};

const size_t form_rule_count = ARRAY_LEN(form_rules);
