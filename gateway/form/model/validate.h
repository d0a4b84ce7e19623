/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * validate - the rules of a form applied to values, with Form.io's meaning; texts are German, for the person.
 *
 * Hidden fields, layout and fields with persistent false are not checked. Of each field the first broken rule is
 * reported. rules.c has the table. Any thread.
 */
#ifndef FORM_VALIDATE_H
#define FORM_VALIDATE_H

#include "form/model/model.h"

struct form_problem {
	const char *field;	/* key */
	const char *rule;	/* "required", "pattern", ... */
	const char *message;
};

#define FORM_PROBLEMS_MAX 50	/* what a person, or a program, can make use of at once */
#define FORM_PROBLEM_KEY_MAX 200	/* bytes of a key that comes from outside */

struct form_problems {
	struct arena *arena;	/* texts and array live here; the caller's */
	struct form_problem *list;
	size_t count;
	size_t left_out;	/* found behind the last one that is listed */
};

/* One uploaded file of a draft. */
struct form_upload {
	const char *part;	/* "upload-3" */
	const char *field;	/* key of the file field */
	const char *name;	/* safe file name */
	const char *type;	/* media type by content */
	uint64_t size;
	uint8_t sha256[32];
};

struct form_values {
	const json_t *values;
	const struct form_upload *uploads;
	size_t upload_count;
};

/* Checks the fields of [first, end) that are shown and appends to *out, as form_problem_add does. */
void form_validate(const struct form_definition *d, size_t first, size_t end, const struct form_values *v,
		   const bool *shown, struct form_problems *out);
/* Copies field (its first FORM_PROBLEM_KEY_MAX bytes) and message; rule is borrowed. Behind FORM_PROBLEMS_MAX problems they
 * are only counted and take no memory. */
void form_problem_add(struct form_problems *p, const char *field, const char *rule, const char *message);
const struct form_problem *form_problem_of(const struct form_problems *p, const char *field);	/* NULL if none */

#endif
