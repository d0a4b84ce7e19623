/* SPDX-License-Identifier: EUPL-1.2 */
/* Which fields are shown. */
#include "form/model/condition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/date.h"
#include "form/model/value.h"

/* String(value) of JavaScript, for scalars; a value that is not there counts as the empty value of its type. */
static const char *as_text(const struct form_field *f, const json_t *v, char buf[48])
{
	if (v == NULL || json_is_null(v))
		return f != NULL && f->holds == FORM_HOLDS_BOOL ? "false" : "";
	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";
	if (!json_is_number(v))
		return "[object Object]";
	double d = json_number_value(v);
	snprintf(buf, 48, floor(d) == d && fabs(d) < 1e15 ? "%.0f" : "%.15g", d);
	return buf;
}

static bool legacy_shows(const struct form_condition *c, const json_t *value)
{
	const struct form_test *t = &c->tests[0];
	char a[48], b[48];
	const char *eq = as_text(NULL, t->value, b);
	const json_t *inner = json_object_get(value, eq);
	size_t i;
	json_t *one;

	if (inner != NULL)
		return json_is_true(inner) == c->show;
	json_array_foreach((json_t *)(uintptr_t)value, i, one) {
		if (strcmp(as_text(NULL, one, a), eq) == 0)
			return c->show;
	}
	return (strcmp(as_text(t->field, value, a), eq) == 0) == c->show;
}

static bool test_equal(const struct form_test *t, const json_t *v)
{
	char a[48], b[48];
	const char *wanted = as_text(NULL, t->value, b);

	if (json_is_object(v))
		return json_is_true(json_object_get(v, wanted));
	if (json_is_number(v)) {
		double n = 0;
		return json_is_number(t->value) ? json_number_value(v) == json_number_value(t->value)
						: form_number_parse(wanted, &n) && json_number_value(v) == n;
	}
	return strcmp(as_text(t->field, v, a), wanted) == 0;
}

static bool test_text(const struct form_test *t, const json_t *v)
{
	char a[48], b[48];
	const char *have = as_text(t->field, v, a), *wanted = as_text(NULL, t->value, b);
	size_t n = strlen(have), m = strlen(wanted);

	if (t->op == FORM_OP_STARTS)
		return strncmp(have, wanted, m) == 0;
	if (t->op == FORM_OP_ENDS)
		return n >= m && strcmp(have + n - m, wanted) == 0;
	return (strstr(have, wanted) != NULL) == (t->op == FORM_OP_INCLUDES);
}

static bool test_number(const struct form_test *t, const json_t *v)
{
	double wanted;
	char b[48];

	if (!json_is_number(v) || !form_number_parse(as_text(NULL, t->value, b), &wanted))
		return false;
	double have = json_number_value(v);
	switch (t->op) {
	case FORM_OP_LESS:
		return have < wanted;
	case FORM_OP_LESS_EQ:
		return have <= wanted;
	case FORM_OP_GREATER:
		return have > wanted;
	default:
		return have >= wanted;
	}
}

static bool test_date(const struct form_test *t, const json_t *v)
{
	struct form_date have, wanted;
	unsigned day = t->field->day_first ? FORM_DATE_DAY_FIRST : FORM_DATE_MONTH_FIRST;
	const char *value = json_string_value(v), *with = json_string_value(t->value);
	char a[FORM_DATE_LEN], b[FORM_DATE_LEN];

	if (value == NULL || with == NULL || !form_date_parse(value, FORM_DATE_ISO | FORM_DATE_MONTH | FORM_DATE_YEAR, &have) ||
	    !form_date_parse(with, FORM_DATE_ISO | day, &wanted))
		return false;
	int order = strcmp(form_date_iso(&have, a), form_date_iso(&wanted, b));
	switch (t->op) {
	case FORM_OP_DATE_LESS:
		return order < 0;
	case FORM_OP_DATE_LESS_EQ:
		return order <= 0;
	case FORM_OP_DATE_GREATER:
		return order > 0;
	case FORM_OP_DATE_GREATER_EQ:
		return order >= 0;
	case FORM_OP_DATE_EQUAL:
		return order == 0;
	default:
		return order != 0;
	}
}

static bool test_one(const struct form_test *t, const json_t *v)
{
	if (t->op == FORM_OP_EQUAL)
		return test_equal(t, v);
	if (t->op == FORM_OP_NOT_EQUAL)
		return !test_equal(t, v);
	if (t->op <= FORM_OP_NOT_EMPTY)
		return form_value_is_empty(v) == (t->op == FORM_OP_EMPTY);
	if (t->op <= FORM_OP_ENDS)
		return test_text(t, v);
	return t->op <= FORM_OP_GREATER_EQ ? test_number(t, v) : test_date(t, v);
}

/* Several chosen values: one that passes is enough, even for the negative operators (as Form.io does). */
static bool test_passes(const struct form_test *t, const json_t *v)
{
	size_t i;
	json_t *one;

	if (!json_is_array(v) || t->op == FORM_OP_EMPTY || t->op == FORM_OP_NOT_EMPTY)
		return test_one(t, v);
	json_array_foreach((json_t *)(uintptr_t)v, i, one) {
		if (test_one(t, one))
			return true;
	}
	return false;
}

static bool condition_shows(const struct form_condition *c, const json_t *values)
{
	if (c->legacy)
		return legacy_shows(c, json_object_get(values, c->tests[0].field->key));
	bool result = !c->any;
	for (size_t i = 0; i < c->count; i++) {
		bool passes = test_passes(&c->tests[i], json_object_get(values, c->tests[i].field->key));
		result = c->any ? result || passes : result && passes;
	}
	return result == c->show;
}

void form_condition_show(const struct form_definition *d, const json_t *values, bool *shown)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct form_field *f = &d->fields[i];
		shown[i] = !f->hidden && (f->parent == NULL || shown[f->parent->index]) &&
			   (!f->condition.is_set || condition_shows(&f->condition, values));
	}
}

static void drop_unknown(const struct form_definition *d, json_t *values)
{
	const char *key;
	json_t *v;
	void *next;

	json_object_foreach_safe(values, next, key, v) {
		const struct form_field *f = form_field_find(d, key);
		if (f == NULL || f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES)
			json_object_del(values, key);
	}
}

void form_condition_settle(const struct form_definition *d, json_t *values, bool *shown)
{
	bool changed = true;

	drop_unknown(d, values);
	while (changed) { /* each round but the last removes a value */
		changed = false;
		form_condition_show(d, values, shown);
		for (size_t i = 0; i < d->count; i++) {
			const struct form_field *f = &d->fields[i];
			if (!shown[i] && !f->keep_hidden && f->holds != FORM_HOLDS_NOTHING &&
			    json_object_get(values, f->key) != NULL) {
				json_object_del(values, f->key);
				changed = true;
			}
		}
	}
}
