/* SPDX-License-Identifier: EUPL-1.2 */
#include "form/model/validate.h"

#include <string.h>

#include "form/model/rules.h"
#include "form/model/value.h"

void form_problem_add(struct form_problems *p, const char *field, const char *rule, const char *message)
{
	struct form_problem *list = arena_alloc(p->arena, (p->count + 1) * sizeof(*list));
	if (p->count > 0)
		memcpy(list, p->list, p->count * sizeof(*list));
	list[p->count++] = (struct form_problem){ arena_dup(p->arena, field), rule, arena_dup(p->arena, message) };
	p->list = list;
}

const struct form_problem *form_problem_of(const struct form_problems *p, const char *field)
{
	for (size_t i = 0; p != NULL && i < p->count; i++) {
		if (strcmp(p->list[i].field, field) == 0)
			return &p->list[i];
	}
	return NULL;
}

static void check_field(const struct form_field *f, const struct form_values *all, struct form_problems *out)
{
	const json_t *v = json_object_get(all->values, f->key);
	bool empty = f->holds != FORM_HOLDS_FILES && form_value_is_empty(v);
	for (size_t i = 0; i < form_rule_count; i++) {
		/* An empty value is the business of "required" only, which is the first rule. */
		if ((i > 0 && empty) || !form_rules[i].breaks(f, all, v))
			continue;
		const char *text = f->rules.message != NULL ? f->rules.message : form_rules[i].text(out->arena, f, v);
		form_problem_add(out, f->key, form_rules[i].name, text);
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
