/* SPDX-License-Identifier: EUPL-1.2 */
/* When a component is shown, as Form.io writes it. */
#include <string.h>

#include "base/mem.h"
#include "form/model/definition_read.h"

static const struct {
	const char *name;
	enum form_operator op;
	bool needs_value, of_dates;
} operators[] = {
	{ "isEqual", FORM_OP_EQUAL, true, false },
	{ "isNotEqual", FORM_OP_NOT_EQUAL, true, false },
	{ "isEmpty", FORM_OP_EMPTY, false, false },
	{ "isNotEmpty", FORM_OP_NOT_EMPTY, false, false },
	{ "includes", FORM_OP_INCLUDES, true, false },
	{ "notIncludes", FORM_OP_NOT_INCLUDES, true, false },
	{ "startsWith", FORM_OP_STARTS, true, false },
	{ "endsWith", FORM_OP_ENDS, true, false },
	{ "lessThan", FORM_OP_LESS, true, false },
	{ "lessThanOrEqual", FORM_OP_LESS_EQ, true, false },
	{ "greaterThan", FORM_OP_GREATER, true, false },
	{ "greaterThanOrEqual", FORM_OP_GREATER_EQ, true, false },
	{ "dateLessThan", FORM_OP_DATE_LESS, true, true },
	{ "dateLessThanOrEqual", FORM_OP_DATE_LESS_EQ, true, true },
	{ "dateGreaterThan", FORM_OP_DATE_GREATER, true, true },
	{ "dateGreaterThanOrEqual", FORM_OP_DATE_GREATER_EQ, true, true },
	{ "isDateEqual", FORM_OP_DATE_EQUAL, true, true },
	{ "isNotDateEqual", FORM_OP_DATE_NOT_EQUAL, true, true },
};

/* The last part of "panel.group.key": keys are unique in a form, and values are not nested here. */
static const struct form_field *named_field(struct form_reader *r, const char *path, const char *property,
					    const char *name)
{
	const char *dot = strrchr(name, '.');
	const struct form_field *f = form_field_find(r->d, dot == NULL ? name : dot + 1);

	if (f == NULL || f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES) {
		form_reader_find(r, path, property, "\"%s\" is not a field with a value", name);
		return NULL;
	}
	return f;
}

static void read_legacy(struct form_reader *r, const char *path, const json_t *cond, struct form_condition *c)
{
	const json_t *show = json_object_get(cond, "show");

	c->tests = arena_alloc(r->d->arena, sizeof(*c->tests));
	c->tests[0].field = named_field(r, path, "conditional.when", form_json_text(cond, "when"));
	c->tests[0].value = json_object_get(cond, "eq");
	c->count = 1;
	c->legacy = true;
	c->show = json_is_true(show) || (json_is_string(show) && strcmp(json_string_value(show), "true") == 0);
	c->is_set = c->tests[0].field != NULL;
}

static void read_test(struct form_reader *r, const char *path, const json_t *entry, struct form_condition *c)
{
	const char *name = form_json_text(entry, "component"), *op = json_opt_string(entry, "operator", "");

	if (name == NULL)
		return; /* Form.io ignores a line without a component */
	struct form_test *t = &c->tests[c->count];
	t->field = named_field(r, path, "conditional.conditions", name);
	t->value = json_object_get(entry, "value");
	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		if (strcmp(operators[i].name, op) != 0)
			continue;
		t->op = operators[i].op;
		if (operators[i].needs_value && t->value == NULL)
			form_reader_find(r, path, "conditional.conditions", "%s needs a value", op);
		if (t->field != NULL && t->field->holds == FORM_HOLDS_SET && t->op > FORM_OP_NOT_EMPTY)
			form_reader_find(r, path, "conditional.conditions", "%s cannot be used on selectboxes", op);
		if (t->field != NULL)
			c->count++;
		return;
	}
	form_reader_find(r, path, "conditional.conditions", "operator \"%s\" is not known", op);
}

static void read_simple(struct form_reader *r, const char *path, const json_t *cond, struct form_condition *c)
{
	json_t *list = json_object_get(cond, "conditions"), *entry;
	const json_t *show = json_object_get(cond, "show");
	size_t i;

	c->tests = arena_alloc(r->d->arena, (json_array_size(list) + 1) * sizeof(*c->tests));
	json_array_foreach(list, i, entry) {
		read_test(r, path, entry, c);
	}
	c->any = strcmp(json_opt_string(cond, "conjunction", "all"), "any") == 0;
	c->show = show == NULL || json_is_true(show) ||
		  (json_is_string(show) && strcmp(json_string_value(show), "true") == 0);
	c->is_set = json_array_size(list) > 0;
}

void form_read_condition(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	const json_t *cond = json_object_get(comp, "conditional");

	if (cond == NULL || json_is_null(cond))
		return;
	/* Form.io looks at the newer form first. */
	if (json_array_size(json_object_get(cond, "conditions")) > 0)
		read_simple(r, path, cond, &f->condition);
	else if (form_json_text(cond, "when") != NULL)
		read_legacy(r, path, cond, &f->condition);
}
