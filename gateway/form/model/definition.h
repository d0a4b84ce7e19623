/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * definition - Form.io JSON to struct form_definition, or the complete list of what stands against it.
 *
 * docs/forms.md is the page for the authors of forms. What this service cannot do exactly as Form.io does is refused
 * and never skipped: JavaScript and JsonLogic rules, unknown components, conditions on fields that do not exist.
 */
#ifndef FORM_DEFINITION_H
#define FORM_DEFINITION_H

#include "base/err.h"
#include "form/model/model.h"

#define FORM_DEFINITION_MAX 4194304	/* bytes */

/* Called for each finding with "component path: property: what is wrong". */
typedef void form_problem_fn(void *ctx, const char *text);

/* *out is released with form_definition_free. ERR_SYNTAX for what is not a form, ERR_UNSUPPORTED for what a form may
 * have but not here; problem (may be NULL) is called for every finding, the error text names the first ones. */
int form_definition_read(struct span text, const char *what, form_problem_fn *problem, void *ctx,
			 struct form_definition **out, struct err *e);
int form_definition_load(const char *path, form_problem_fn *problem, void *ctx, struct form_definition **out,
			 struct err *e);
/* Only its path, which is the id of the form and the service of its messages. The caller frees *id. */
int form_definition_id(const char *path, char **id, struct err *e);
void form_definition_free(struct form_definition *d);	/* NULL is allowed */

#endif
