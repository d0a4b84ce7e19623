/* SPDX-License-Identifier: EUPL-1.2 */
/* h_form - definitions and values for the tests of gateway/form, written as JSON with ' in place of ". */
#ifndef H_FORM_H
#define H_FORM_H

#include "base/json.h"
#include "form/model/definition.h"

/* Components only; the head is added (display "form", or "wizard" if wizard). Fails the test if it does not load. */
struct form_definition *h_form(const char *components);
struct form_definition *h_wizard(const char *components);
/* The findings, one a line; "" if it loads. Caller frees. */
char *h_form_findings(const char *components);
json_t *h_json(const char *text);

#endif
