/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules that look at text. */
#include <ctype.h>
#include <glib.h>
#include <string.h>

#include "form/model/chars.h"
#include "form/model/iban.h"
#include "form/model/regex.h"
#include "form/model/rules.h"
#include "form/model/value.h"

static bool is_domain(const char *s)
{
	const char *dot = strrchr(s, '.');

	if (dot == NULL || *s == '.')
		return false;
	for (const char *p = s; p < dot; p++) {
		if (!(isalnum((unsigned char)*p) || *p == '-' || (*p == '.' && p[1] != '.')))
			return false;
	}
	const char *top = dot + 1;
	while (isalpha((unsigned char)*top))
		top++;
	return *top == '\0' && top - dot > 2;
}

/* Form.io's expression, without its alternatives for quoted names and addresses in brackets, which no office's mail
 * gateway takes either: (parts of anything but blanks and <>()[]\.,;:@")@(labels.)+[a-zA-Z]{2,} */
static bool is_email(const char *s)
{
	const char *at = strrchr(s, '@');

	if (at == NULL || at == s || strlen(s) > 254 || at[-1] == '.' || *s == '.')
		return false;
	for (const char *p = s; p < at; p++) {
		if (strchr("<>()[]\\,;:@\" \t\r\n", *p) != NULL || (*p == '.' && p[1] == '.'))
			return false;
	}
	return is_domain(at + 1);
}

bool form_breaks_email(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->type == FORM_EMAIL && !is_email(json_string_value(v));
}

bool form_breaks_chars(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return json_is_string(v) && form_chars_check(json_string_value(v), f->type == FORM_TEXTAREA) != NULL;
}

bool form_breaks_min_length(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.min_length > 0 && f->holds == FORM_HOLDS_TEXT &&
	       form_text_length(json_string_value(v)) < (size_t)f->rules.min_length;
}

bool form_breaks_max_length(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	size_t max = f->rules.max_length > 0 ? (size_t)f->rules.max_length : FORM_TEXT_MAX;

	(void)all;
	return json_is_string(v) && form_text_length(json_string_value(v)) > max;
}

static long words(const char *s)
{
	long n = 0;
	bool in_word = false;

	for (; *s != '\0'; s = g_utf8_next_char(s)) {
		bool blank = g_unichar_isspace(g_utf8_get_char(s)) != 0;
		n += !blank && !in_word;
		in_word = !blank;
	}
	return n;
}

bool form_breaks_min_words(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.min_words > 0 && f->holds == FORM_HOLDS_TEXT &&
	       words(json_string_value(v)) < f->rules.min_words;
}

bool form_breaks_max_words(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.max_words > 0 && f->holds == FORM_HOLDS_TEXT &&
	       words(json_string_value(v)) > f->rules.max_words;
}

static bool mask_fits(const char *mask, const char *s)
{
	for (; *mask != '\0'; mask++, s++) {
		unsigned char c = (unsigned char)*s;
		bool fits = *mask == '9'   ? isdigit(c) != 0
			    : *mask == 'A' ? isalpha(c) != 0
			    : *mask == 'a' ? islower(c) != 0
			    : *mask == '*' ? isalnum(c) != 0
					   : *mask == *s;
		if (c == '\0' || !fits)
			return false;
	}
	return *s == '\0';
}

bool form_breaks_mask(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.mask != NULL && json_is_string(v) && !mask_fits(f->rules.mask, json_string_value(v));
}

bool form_breaks_pattern(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.regex != NULL && json_is_string(v) && !form_regex_matches(f->rules.regex, json_string_value(v));
}

bool form_breaks_iban(const struct form_field *f, const struct form_values *all, const json_t *v)
{
	(void)all;
	return f->rules.iban && json_is_string(v) && form_iban_check(json_string_value(v)) != FORM_IBAN_GOOD;
}
