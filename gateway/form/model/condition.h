/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * condition - which fields of a form are shown for given values, with Form.io's meaning of its simple conditions.
 * Any thread; the values belong to the caller.
 */
#ifndef FORM_CONDITION_H
#define FORM_CONDITION_H

#include "form/model/model.h"

/* Fills shown[definition->count]: false for hidden fields and everything inside hidden layout. */
void form_condition_show(const struct form_definition *d, const json_t *values, bool *shown);
/* The same, and removes the values of hidden fields (unless clearOnHide is false), again and again until nothing
 * changes, since a removed value may hide more. Also removes keys that are not fields. */
void form_condition_settle(const struct form_definition *d, json_t *values, bool *shown);

#endif
