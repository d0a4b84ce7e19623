/* SPDX-License-Identifier: EUPL-1.2 */
/* definition_read - inside of definition.c, shared by its helpers only. */
#ifndef FORM_DEFINITION_READ_H
#define FORM_DEFINITION_READ_H

#include "base/buf.h"
#include "form/model/definition.h"

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

/* definition_check.c: everything a component must not have. */
void form_check_component(struct form_reader *r, const char *path, const json_t *comp, enum form_type type);
/* definition_field.c: label, choices, rules of one component. */
void form_read_field(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
/* definition_condition.c: after all fields are known. */
void form_read_condition(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f);
/* Text of an HTML fragment: tags dropped, paragraphs parted by LF, the common entities decoded. */
char *form_html_to_text(struct arena *a, const char *html);

/* Text at "a.b" of an object, NULL if absent, empty or not a string. */
const char *form_json_text(const json_t *obj, const char *dotted);
const json_t *form_json_at(const json_t *obj, const char *dotted);
/* A Form.io setting as number: number or numeric string; false if absent or empty. */
bool form_json_number(const json_t *obj, const char *dotted, double *out);

#endif
