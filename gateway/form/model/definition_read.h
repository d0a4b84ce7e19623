/* SPDX-License-Identifier: EUPL-1.2 */
/* definition_read - inside of definition.c, shared by its helpers only. */
#ifndef FORM_DEFINITION_READ_H
#define FORM_DEFINITION_READ_H

#include "base/buf.h"
#include "form/model/definition.h"
#include "form/model/markup.h"

#define FORM_DEPTH_MAX 12

struct form_source {
	const json_t *comp;
	const char *path;
};

struct form_reader {
	struct form_definition *d;
	form_problem_fn *problem;
	void *ctx;
	struct buf first;	/* the first findings, for the error text */
	size_t findings;
	struct form_source *sources;	/* of each field, for the second round */
};

/* Reports one finding about the component (or the form itself, comp NULL). path: "kontakt.telefon". */
void form_reader_find(struct form_reader *r, const char *path, const char *property, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* definition_allow.c: every property against the table of what a component, and a form, may have. */
void form_check_properties(struct form_reader *r, const char *path, const json_t *comp, enum form_type type);
void form_check_form(struct form_reader *r, const json_t *form);
size_t form_property_count(void);	/* rows of the table, for the test of docs/forms.md */
const char *form_property_name(size_t i);

/* definition_check.c: the properties, and values that contradict each other. */
void form_check_component(struct form_reader *r, const char *path, const json_t *comp, enum form_type type);

/* definition_field.c: everything of one component but its condition. */
void form_read_field(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
/* definition_rules.c: limits, dates, patterns; call after the messages are read. */
void form_read_rules(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
/* definition_text.c: labels, hints, content; the form's own messages; choices. */
void form_read_texts(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
void form_read_messages(struct form_reader *r, const char *path, const json_t *comp, struct form_rules *u);
void form_read_choices(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
/* HTML of the author; what is lost is a finding. False if there is nothing (source NULL or nothing left). */
bool form_read_markup(struct form_reader *r, const char *path, const char *property, const char *source, bool block,
		      struct form_markup *out);
/* The same for a text without markup: NULL if there is none. */
const char *form_read_plain(struct form_reader *r, const char *path, const json_t *obj, const char *property);
/* definition_condition.c: after all fields are known. */
void form_read_condition(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
/* Names that are members of every object in JavaScript, where definition and values may be read too. */
bool form_key_is_reserved(const char *key);

/* Text at "a.b" of an object, NULL if absent, empty or not a string. */
const char *form_json_text(const json_t *obj, const char *dotted);
const json_t *form_json_at(const json_t *obj, const char *dotted);
bool form_json_true(const json_t *obj, const char *dotted);
/* A Form.io setting as number: number or numeric string; false if absent or empty. */
bool form_json_number(const json_t *obj, const char *dotted, double *out);

#endif
