/* SPDX-License-Identifier: EUPL-1.2 */
/* rules - the table behind validate.c, in the order in which rules are tried. */
#ifndef FORM_RULES_H
#define FORM_RULES_H

#include "form/model/validate.h"

struct form_rule {
	const char *name;
	/* Whether a value that is not empty (files: any) breaks the rule; the value has the type of the field unless
	 * the rule "type" says otherwise before. */
	bool (*breaks)(const struct form_field *f, const struct form_values *all, const json_t *v);
	/* The text for the person. */
	const char *(*text)(struct arena *a, const struct form_field *f, const json_t *v);
};

extern const struct form_rule form_rules[];
extern const size_t form_rule_count;

/* rules_string.c */
bool form_breaks_email(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_chars(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_min_length(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_max_length(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_min_words(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_max_words(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_mask(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_pattern(const struct form_field *f, const struct form_values *all, const json_t *v);
bool form_breaks_iban(const struct form_field *f, const struct form_values *all, const json_t *v);

/* rules_text.c, rules_text_choice.c: one text for each rule. */
const char *form_text_required(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_choice(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_number(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_decimals(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_email(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_date(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_chars(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_min(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_max(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_min_date(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_max_date(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_min_length(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_max_length(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_min_words(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_max_words(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_mask(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_pattern(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_min_selected(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_max_selected(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_iban(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_weekday(struct arena *a, const struct form_field *f, const json_t *v);
const char *form_text_one_file(struct arena *a, const struct form_field *f, const json_t *v);

#endif
