/* SPDX-License-Identifier: EUPL-1.2 */
/* The forms and municipalities of a service, loaded and looked up. */
#include "form/application/office.h"

#include <string.h>

#include "form/application/receipt.h"
#include "form/model/definition.h"

static int load_definition(struct form_office *o, const char *path, struct err *e)
{
	struct form_definition *d;
	int rc = form_definition_load(path, NULL, NULL, &d, e);

	if (rc != 0)
		return rc;
	if (form_office_definition(o, d->id) != NULL) {
		rc = err_set(e, ERR_CONFIG, "%s: path \"%s\" belongs to another form already", path, d->id);
		form_definition_free(d);
		return rc;
	}
	o->definitions[o->definition_count++] = d;
	return 0;
}

int form_office_open(struct form_office *o, const char *const *files, size_t n, const char *recipients_file,
		     struct arena *a, struct err *e)
{
	o->locks = form_locks_new();
	o->receipts = form_receipts_new();
	o->definitions = arena_alloc(a, (n + 1) * sizeof(*o->definitions));
	if (n == 0)
		return err_set(e, ERR_CONFIG, "no form definition");
	for (size_t i = 0; i < n; i++) {
		int rc = load_definition(o, files[i], e);

		if (rc != 0)
			return rc;
	}
	return form_recipients_load(recipients_file, a, &o->recipients, &o->recipient_count, e);
}

void form_office_close(struct form_office *o)
{
	for (size_t i = 0; i < o->definition_count; i++)
		form_definition_free(o->definitions[i]);
	o->definition_count = 0;
	form_locks_free(o->locks);
	form_receipts_free(o->receipts);
	o->locks = NULL;
	o->receipts = NULL;
}

const struct form_definition *form_office_definition(const struct form_office *o, const char *id)
{
	for (size_t i = 0; i < o->definition_count && id != NULL; i++) {
		if (strcmp(o->definitions[i]->id, id) == 0)
			return o->definitions[i];
	}
	return NULL;
}

const struct form_recipient *form_office_recipient(const struct form_office *o, const char *ags)
{
	for (size_t i = 0; i < o->recipient_count && ags != NULL; i++) {
		if (strcmp(o->recipients[i].ags, ags) == 0)
			return &o->recipients[i];
	}
	return NULL;
}
