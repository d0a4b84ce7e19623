/* SPDX-License-Identifier: EUPL-1.2 */
/* One component becomes one field. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/definition_read.h"
#include "form/model/rules.h"
#include "form/model/value.h"

#define DECIMALS_MAX 12

static void read_decimals(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *currency = json_opt_string(comp, "currency", "");
	double limit;

	f->decimals = -1;
	if (form_json_number(comp, "decimalLimit", &limit)) {
		if (limit < 0 || limit > DECIMALS_MAX || limit != floor(limit))
			form_reader_find(r, path, "decimalLimit", "not a whole number from 0 to %d", DECIMALS_MAX);
		else
			f->decimals = (int)limit;
	}
	f->grouped = form_json_true(comp, "delimiter");
	if (f->type != FORM_CURRENCY)
		return;
	f->currency = *currency == '\0' ? "EUR" : currency;
	if (strlen(f->currency) != 3 || strspn(f->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		form_reader_find(r, path, "currency", "not a code of three letters");
	/* More than what is shown of an amount of money would be rounded in the PDF and not in the XML. */
	if (f->decimals < 0 || f->decimals > 2)
		f->decimals = 2;
	f->grouped = true;
}

static void read_case(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const char *s = json_opt_string(comp, "case", "");

	if (strcmp(s, "uppercase") == 0)
		f->letter_case = 'U';
	else if (strcmp(s, "lowercase") == 0)
		f->letter_case = 'L';
	else if (*s != '\0' && strcmp(s, "mixed") != 0)
		form_reader_find(r, path, "case", "only uppercase, lowercase, mixed");
	f->squeeze = form_json_true(comp, "truncateMultipleSpaces");
}

static void read_flags(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const json_t *persistent = json_object_get(comp, "persistent");

	f->multiple = form_json_true(comp, "multiple");
	f->hidden = form_json_true(comp, "hidden");
	f->disabled = form_json_true(comp, "disabled");
	f->transient = json_is_false(persistent) || json_is_string(persistent);
	f->keep_hidden = json_is_false(json_object_get(comp, "clearOnHide"));
	f->day_first = form_json_true(comp, "dayFirst");
	f->date_parts = f->type != FORM_DAY || !form_json_true(comp, "fields.day.hide") ? 3
			: form_json_true(comp, "fields.month.hide")			? 1
											: 2;
	if (f->holds == FORM_HOLDS_NUMBER)
		read_decimals(r, path, comp, f);
	if (f->holds == FORM_HOLDS_TEXT)
		read_case(r, path, comp, f);
}

/* Values that the builder writes for "nothing". */
static bool is_no_default(const struct form_field *f, const json_t *v)
{
	return v == NULL || json_is_null(v) ||
	       (json_is_string(v) && strspn(json_string_value(v), "0/") == json_string_length(v) &&
		json_string_length(v) != 1) ||
	       (json_is_array(v) && json_array_size(v) == 0) || (f->holds == FORM_HOLDS_SET && form_value_is_empty(v));
}

/* What a person could not enter must not stand there before. */
static void read_default(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const json_t *v = json_object_get(comp, "defaultValue");
	const struct form_values none = { .values = NULL };
	json_t *value;
	bool fits;

	if (is_no_default(f, v))
		return;
	if (f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES) {
		form_reader_find(r, path, "defaultValue", "not for %s", form_type_name(f->type));
		return;
	}
	value = form_value_from_json(f, v, &fits);
	if (!fits)
		form_reader_find(r, path, "defaultValue", "not a value for this type");
	for (size_t i = 1; fits && value != NULL && i < form_rule_count; i++) {
		if (!form_rules[i].breaks(f, &none, value))
			continue;
		form_reader_find(r, path, "defaultValue", "breaks the rule %s", form_rules[i].name);
		break;
	}
	json_decref(value);
	f->default_value = v;
}

void form_read_field(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	read_flags(r, path, comp, f);
	form_read_texts(r, path, comp, f);
	if (f->holds == FORM_HOLDS_SET || f->holds == FORM_HOLDS_CHOICE)
		form_read_choices(r, path, comp, f);
	if (f->holds == FORM_HOLDS_NOTHING)
		return;
	form_read_messages(r, path, comp, &f->rules);
	form_read_rules(r, path, comp, f);
	read_default(r, path, comp, f);
}
