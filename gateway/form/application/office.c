/* SPDX-License-Identifier: EUPL-1.2 */
/* The forms and municipalities of a service, loaded and looked up. */
#include "form/application/office.h"

#include <string.h>

#include "form/application/receipt.h"
#include "form/model/definition.h"

static int load_form(struct form_office *o, const struct form_source *from, struct arena *a, struct err *e)
{
	struct form_offer *f = &o->offers[o->offer_count];
	int rc = form_definition_load(from->file, NULL, NULL, &f->definition, e);

	if (rc != 0)
		return rc;
	if (form_office_offer(o, f->definition->id) != NULL)
		rc = err_set(e, ERR_CONFIG, "%s: path \"%s\" belongs to another form already", from->file, f->definition->id);
	o->offer_count++;
	f->own = from->recipients_file != NULL;
	f->to = o->recipients;
	if (rc == 0 && f->own)
		rc = form_recipients_load(from->recipients_file, a, &f->to, e);
	if (rc == 0 && f->to.count == 0)
		rc = err_set(e, ERR_CONFIG, "%s: no list of recipients, neither of its own nor for all forms", from->file);
	return rc;
}

int form_office_open(struct form_office *o, const struct form_source *forms, size_t n, const char *recipients_file,
		     const struct form_budget_limits *limits, struct arena *a, struct err *e)
{
	int rc = 0;

	o->locks = form_locks_new();
	o->receipts = form_receipts_new();
	o->budget = form_budget_new(limits);
	o->draft_limits = *limits;
	o->offers = arena_alloc(a, (n + 1) * sizeof(struct form_offer));
	if (n == 0)
		return err_set(e, ERR_CONFIG, "no form definition");
	if (recipients_file != NULL)
		rc = form_recipients_load(recipients_file, a, &o->recipients, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = load_form(o, &forms[i], a, e);
	if (rc == 0)
		rc = spool_secret(o->spool, "draft-owner", o->owner_key, e);
	return rc == 0 ? spool_secret(o->spool, "resume-code", o->resume_key, e) : rc;
}

void form_office_close(struct form_office *o)
{
	for (size_t i = 0; i < o->offer_count; i++)
		form_definition_free(o->offers[i].definition);
	o->offer_count = 0;
	form_locks_free(o->locks);
	form_receipts_free(o->receipts);
	form_budget_free(o->budget);
	o->budget = NULL;
	o->locks = NULL;
	o->receipts = NULL;
}

const struct form_offer *form_office_offer(const struct form_office *o, const char *id)
{
	for (size_t i = 0; i < o->offer_count && id != NULL; i++) {
		if (strcmp(o->offers[i].definition->id, id) == 0)
			return &o->offers[i];
	}
	return NULL;
}

const struct form_recipient *form_offer_recipient(const struct form_offer *f, const char *ags)
{
	for (size_t i = 0; f != NULL && i < f->to.count && ags != NULL; i++) {
		if (strcmp(f->to.list[i].ags, ags) == 0)
			return &f->to.list[i];
	}
	return NULL;
}
