/* SPDX-License-Identifier: EUPL-1.2 */
/* How a draft is kept in the spool: its values as JSON, what stays readable after erasure, and for how long. */
#include "form/application/draft_meta.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/application/access.h"
#include "form/model/value.h"

#define DAY_MS INT64_C(86400000)
#define EMPTY_MS DAY_MS	/* a draft in which nothing was entered: who sits before its first page has 20 hours (WCAG 2.2.1) */

/* What stays readable after erasure: nothing about the person. */
int form_draft_put_open(struct buf *out, const struct form_definition *def, const struct form_recipient *to,
			char token[FORM_TOKEN_LEN], struct err *e)
{
	json_t *meta = json_object();

	form_access_add(meta, token);
	json_object_set_new(meta, "title", json_string(def->title));
	json_object_set_new(meta, "to", json_string(to->name));
	json_write(out, meta);
	json_decref(meta);
	return buf_check(out, "title and municipality", e);
}

int form_draft_put_meta(struct buf *out, const struct form_draft *d, struct err *e)
{
	json_t *meta, *uploads;

	if (json_dumpb(d->values, NULL, 0, JSON_COMPACT) > FORM_VALUES_MAX)
		return err_set(e, ERR_LIMIT, "the entries of the form: more than %d bytes", FORM_VALUES_MAX);
	meta = json_object();
	uploads = json_object();
	json_object_set(meta, "values", d->values);
	for (size_t i = 0; i < d->upload_count; i++)
		json_object_set_new(uploads, d->uploads[i].part, json_string(d->uploads[i].field));
	json_object_set_new(meta, "uploads", uploads);
	json_object_set_new(meta, "next", json_integer(d->next_upload));
	json_object_set_new(meta, "replaced", json_boolean(d->replaced));
	json_write(out, meta);
	json_decref(meta);
	return buf_check(out, "draft", e);	/* half of it could not be read again */
}

json_t *form_draft_defaults(const struct form_definition *def)
{
	json_t *values = json_object();

	for (size_t i = 0; i < def->count; i++) {
		const struct form_field *f = &def->fields[i];
		bool fits;
		json_t *value = f->default_value == NULL ? NULL : form_value_from_json(f, f->default_value, &fits);

		if (value != NULL)
			json_object_set_new(values, f->key, value);
	}
	return values;
}

bool form_draft_is_empty(const struct form_draft *d)
{
	json_t *fresh = form_draft_defaults(d->definition);
	bool empty = d->upload_count == 0 && json_equal(d->values, fresh) != 0;

	json_decref(fresh);
	return empty;
}

int64_t form_draft_end(const struct form_draft *d)
{
	return clock_now() + (form_draft_is_empty(d) ? EMPTY_MS : d->office->draft_days * DAY_MS);
}

static unsigned read_uploads(struct form_draft *d, const json_t *uploads)
{
	unsigned n = 0;

	/* Room for those that a request adds: refused ones must not each take a copy of the list. */
	d->uploads = arena_alloc(d->arena,
				 (d->message.part_count + d->office->upload_count + 1) * sizeof(*d->uploads));
	for (size_t i = 0; i < d->message.part_count; i++) {
		const struct spool_part *p = &d->message.parts[i];
		const char *field = json_opt_string(uploads, p->name, NULL);

		if (field == NULL)
			continue;
		d->uploads[n] = (struct form_upload){ .part = p->name, .field = arena_dup(d->arena, field),
			.name = p->label == NULL ? p->name : p->label, .type = p->type, .size = p->size };
		memcpy(d->uploads[n++].sha256, p->sha256, SHA256_LEN);
	}
	return n;
}

int form_draft_read_meta(struct form_draft *d, struct err *e)
{
	json_t *meta = NULL, *values;
	int rc = d->message.meta.n == 0 ? 0 : json_read(d->message.meta, "draft", &meta, e);

	if (rc != 0)
		return rc;
	values = json_object_get(meta, "values");
	d->values = json_is_object(values) ? json_incref(values) : json_object();
	d->next_upload = (unsigned)json_opt_int(meta, "next", 1);
	d->replaced = json_opt_bool(meta, "replaced", 0) != 0;
	d->upload_count = read_uploads(d, json_object_get(meta, "uploads"));
	json_decref(meta);
	return 0;
}
