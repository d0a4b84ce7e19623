/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules applied to fields, and the bounded list of what they find. */
#include "form/model/validate.h"

#include <string.h>

#include "form/model/rules.h"
#include "form/model/value.h"

/* The key without half a character at its end. */
static const char *key_copy(struct arena *a, const char *key)
{
	size_t n = strnlen(key, FORM_PROBLEM_KEY_MAX + 1);

	if (n <= FORM_PROBLEM_KEY_MAX)
		return arena_dup_n(a, key, n);
	n = FORM_PROBLEM_KEY_MAX;
	while (n > 0 && ((unsigned char)key[n] & 0xC0) == 0x80)
		n--;
	return arena_dup_n(a, key, n);
}

void form_problem_add(struct form_problems *p, const char *field, const char *rule, const char *message)
{
	if (p->count == FORM_PROBLEMS_MAX) {
		p->left_out++;
		return;
	}
	if (p->list == NULL)
		p->list = arena_alloc(p->arena, FORM_PROBLEMS_MAX * sizeof(*p->list));
	p->list[p->count++] = (struct form_problem){ key_copy(p->arena, field), rule, arena_dup(p->arena, message) };
}

const struct form_problem *form_problem_of(const struct form_problems *p, const char *field)
{
	for (size_t i = 0; p != NULL && i < p->count; i++) {
		if (strcmp(p->list[i].field, field) == 0)
			return &p->list[i];
	}
	return NULL;
}

/* The form's own words for the rule, else ours. */
static const char *text_of(struct arena *a, const struct form_field *f, const struct form_rule *rule, const json_t *v)
{
	if (f->rules.message != NULL)
		return f->rules.message;
	for (size_t i = 0; i < f->rules.message_count; i++) {
		if (strcmp(f->rules.messages[i].rule, rule->name) == 0)
			return f->rules.messages[i].text;
	}
	return rule->text(a, f, v);
}

static void check_field(const struct form_field *f, const struct form_values *all, struct form_problems *out)
{
	const json_t *v = json_object_get(all->values, f->key);
	bool empty = f->holds != FORM_HOLDS_FILES && form_value_is_empty(v);

	for (size_t i = 0; i < form_rule_count; i++) {
		/* An empty value is the business of "required" only, which is the first rule. */
		if ((i > 0 && empty) || !form_rules[i].breaks(f, all, v))
			continue;
		if (out->count == FORM_PROBLEMS_MAX)	/* its text would only be thrown away */
			form_problem_add(out, f->key, form_rules[i].name, "");
		else
			form_problem_add(out, f->key, form_rules[i].name,
					 text_of(out->arena, f, &form_rules[i], v));
		return;
	}
}

void form_validate(const struct form_definition *d, size_t first, size_t end, const struct form_values *v,
		   const bool *shown, struct form_problems *out)
{
	for (size_t i = first; i < end; i++) {
		const struct form_field *f = &d->fields[i];
		if (shown[i] && f->holds != FORM_HOLDS_NOTHING && !f->transient)
			check_field(f, v, out);
	}
}
