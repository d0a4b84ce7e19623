/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * walk - an application as it is read: pages, groups, fields with label and value, in the order of the form.
 *
 * The review page, the XML and the PDF are all made by this walk, so they cannot differ in what they contain. Hidden
 * fields, fields with persistent false, content and groups without a field are left out.
 */
#ifndef FORM_WALK_H
#define FORM_WALK_H

#include "base/id.h"
#include "form/model/validate.h"

struct form_recipient {
	const char *name, *ags;
};

/* Everything a document says about an application. Borrowed for the call. */
struct form_application {
	const struct form_definition *definition;
	const struct form_recipient *recipient;
	struct form_values values;
	const bool *shown;
	struct id id;
	int64_t submitted;		/* ms */
	const char *operator_name, *operator_key;
	bool test_message;
};

/* NULL members are skipped. */
struct form_walk {
	void (*page)(void *ctx, const struct form_page *page, size_t nr);
	void (*page_end)(void *ctx);
	void (*group)(void *ctx, const struct form_field *group);	/* panel, fieldset or well with a label */
	void (*group_end)(void *ctx);
	void (*field)(void *ctx, const struct form_field *f, const json_t *value);
};

void form_walk_through(const struct form_application *app, const struct form_walk *walk, void *ctx);
/* Appends what a person reads as the value of a field: the names of its files, a line each, or form_value_show(). */
void form_walk_show(const struct form_values *v, const struct form_field *f, const json_t *value, struct buf *out);
/* Whether anything of the page is shown: a page that is not is passed over. */
bool form_page_shown(const struct form_definition *d, const struct form_page *page, const bool *shown);

#endif
