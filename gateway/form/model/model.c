/* SPDX-License-Identifier: EUPL-1.2 */
/* Looking things up in a definition. */
#include "form/model/model.h"

#include <string.h>

static const struct {
	const char *name;
	enum form_holds holds;
} types[FORM_TYPE_COUNT] = {
#define X(sym, name, holds) [sym] = { name, holds },
	FORM_TYPES(X)
#undef X
};

const struct form_field *form_field_find(const struct form_definition *d, const char *key)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->fields[i].key != NULL && strcmp(d->fields[i].key, key) == 0)
			return &d->fields[i];
	}
	return NULL;
}

const char *form_type_name(enum form_type type)
{
	return types[type].name;
}

bool form_type_parse(const char *name, enum form_type *out)
{
	for (int i = 0; i < FORM_TYPE_COUNT; i++) {
		if (strcmp(types[i].name, name) == 0) {
			*out = (enum form_type)i;
			return true;
		}
	}
	return false;
}

enum form_holds form_type_holds(enum form_type type)
{
	return types[type].holds;
}

static const struct form_choice *choice_find(const struct form_field *f, const char *value)
{
	for (size_t i = 0; i < f->choice_count; i++) {
		if (strcmp(f->choices[i].value, value) == 0)
			return &f->choices[i];
	}
	return NULL;
}

bool form_choice_has(const struct form_field *f, const char *value)
{
	return choice_find(f, value) != NULL;
}
