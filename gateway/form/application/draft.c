/* SPDX-License-Identifier: EUPL-1.2 */
/* A draft in the spool: made, read for one request, changed in one commit. */
#include "form/application/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/model/condition.h"
#include "form/model/value.h"

#define OPEN_META_MAX 8192
#define META_MAX (FORM_VALUES_MAX + 131072)	/* with the list of uploads */
#define DAY_MS INT64_C(86400000)

static void token_digest(const char *token, char hex[2 * SHA256_LEN + 1])
{
	uint8_t sum[SHA256_LEN];

	sha256(token, strlen(token), sum);
	hex_encode(sum, sizeof(sum), hex);
}

/* What stays readable after erasure: nothing about the person. */
static int put_open_meta(struct buf *out, const struct form_definition *def, const struct form_recipient *to,
			 const char *token, struct err *e)
{
	char hex[2 * SHA256_LEN + 1];
	json_t *meta = json_object();

	token_digest(token, hex);
	json_object_set_new(meta, "token", json_string(hex));
	json_object_set_new(meta, "title", json_string(def->title));
	json_object_set_new(meta, "to", json_string(to->name));
	json_write(out, meta);
	json_decref(meta);
	return buf_check(out, "title and municipality", e);
}

static int put_meta(struct buf *out, const struct form_draft *d, struct err *e)
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

static json_t *default_values(const struct form_definition *def)
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

int form_draft_create(struct form_office *o, struct arena *a, const struct form_definition *def,
		      const struct form_recipient *to, char token[FORM_TOKEN_LEN], struct id *id, struct err *e)
{
	struct form_draft fresh = { .values = default_values(def), .next_upload = 1 };
	struct spool_edit *ed = NULL;
	struct spool_message *m;
	struct buf open, meta;
	uint8_t raw[FORM_TOKEN_BYTES];
	int rc;

	buf_init(&open, OPEN_META_MAX);
	buf_init(&meta, META_MAX);
	random_bytes(raw, sizeof(raw));
	hex_encode(raw, sizeof(raw), token);
	rc = put_open_meta(&open, def, to, token, e);
	if (rc == 0)
		rc = put_meta(&meta, &fresh, e);
	if (rc == 0)
		rc = spool_edit_begin(o->spool, NULL, &ed, &m, e);
	if (rc != 0)
		goto out;
	m->kind = SPOOL_DRAFT;
	m->service = def->id;
	m->recipient = arena_printf(a, "ags:%s", to->ags);
	m->expires = clock_now() + o->draft_days * DAY_MS;
	m->meta = buf_view(&meta);
	m->open_meta = buf_view(&open);
	*id = m->id;
	rc = spool_edit_commit(ed, NULL, e);
out:
	json_decref(fresh.values);
	buf_wipe(&meta);
	buf_fini(&open);
	return rc == 0 ? 0 : err_wrap(e, "create a draft");
}

static int check_token(const struct form_draft *d, const json_t *open, const char *token, struct err *e)
{
	char hex[2 * SHA256_LEN + 1];
	const char *kept = json_opt_string(open, "token", "");

	token_digest(token == NULL ? "" : token, hex);
	if (d->message.kind == SPOOL_MAIL || strlen(kept) != sizeof(hex) - 1 || token == NULL ||
	    !bytes_equal(kept, hex, sizeof(hex) - 1))
		return err_set(e, ERR_MISSING, "no draft of that number for this token");
	return 0;
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

static int read_meta(struct form_draft *d, struct err *e)
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

static void name_parties(struct form_draft *d, const json_t *open)
{
	const struct form_offer *offer = form_office_offer(d->office, d->message.service);
	const char *to = d->message.recipient;

	d->title = arena_dup(d->arena, json_opt_string(open, "title", ""));
	d->recipient_name = arena_dup(d->arena, json_opt_string(open, "to", ""));
	d->definition = offer == NULL ? NULL : offer->definition;
	d->recipient = form_offer_recipient(offer, to != NULL && strncmp(to, "ags:", 4) == 0 ? to + 4 : "");
	if (d->definition != NULL)
		form_draft_settle(d);
}

static int read_draft(struct form_draft *d, const char *token, struct err *e)
{
	json_t *open = NULL;
	int rc;

	if (d->message.open_meta.n == 0)
		return err_set(e, ERR_MISSING, "not a draft");
	rc = json_read(d->message.open_meta, "draft", &open, e);
	if (rc == 0)
		rc = check_token(d, open, token, e);
	if (rc == 0)
		rc = read_meta(d, e);
	if (rc == 0)
		name_parties(d, open);
	json_decref(open);
	if (rc == 0 && form_draft_is_open(d) && (d->definition == NULL || d->recipient == NULL))
		rc = err_set(e, ERR_MISSING, "the form or the municipality of this draft is no longer served");
	return rc;
}

int form_draft_load(struct form_office *o, struct arena *a, const struct id *id, const char *token,
		    struct form_draft *out, struct err *e)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->office = o;
	out->arena = a;
	rc = spool_message_get(o->spool, a, id, &out->message, e);
	if (rc == 0)
		rc = read_draft(out, token, e);
	if (rc != 0)
		form_draft_fini(out);
	return rc;
}

void form_draft_fini(struct form_draft *d)
{
	json_decref(d->values);
	d->values = NULL;
}

bool form_draft_is_open(const struct form_draft *d)
{
	return d->message.kind == SPOOL_DRAFT;
}

void form_draft_settle(struct form_draft *d)
{
	if (d->shown == NULL)
		d->shown = arena_alloc(d->arena, (d->definition->count + 1) * sizeof(*d->shown));
	form_condition_settle(d->definition, d->values, d->shown);
}

/* Uploads of fields that are no longer shown are values of hidden fields: cleared. */
static int drop_hidden_uploads(struct form_draft *d, struct spool_edit *ed, struct err *e)
{
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; i < d->upload_count; i++) {
		const struct form_field *f = form_field_find(d->definition, d->uploads[i].field);

		if (f != NULL && d->shown[f->index])
			d->uploads[kept++] = d->uploads[i];
		else if (rc == 0)
			rc = spool_edit_drop(ed, d->uploads[i].part, e);
	}
	d->upload_count = kept;
	return rc;
}

int form_draft_edit(struct form_draft *d, struct spool_edit **ed, struct spool_message **m, struct buf *json,
		    struct err *e)
{
	int rc = spool_edit_begin(d->office->spool, &d->message.id, ed, m, e);

	buf_init(json, META_MAX);
	if (rc != 0)
		return rc;
	rc = drop_hidden_uploads(d, *ed, e);
	if (rc == 0)
		rc = put_meta(json, d, e);
	if (rc != 0) {
		spool_edit_abort(*ed);
		*ed = NULL;
		buf_wipe(json);
		return rc;
	}
	(*m)->meta = buf_view(json);
	(*m)->expires = clock_now() + d->office->draft_days * DAY_MS;
	return 0;
}

/* part: taken out of the spool with the same commit; NULL: none. */
static int save(struct form_draft *d, const char *part, struct err *e)
{
	struct spool_edit *ed;
	struct spool_message *m;
	struct buf json;
	int rc = arena_check(d->arena, "application", e);

	if (rc != 0 || (rc = form_draft_edit(d, &ed, &m, &json, e)) != 0)
		return rc;
	if (part != NULL)
		rc = spool_edit_drop(ed, part, e);
	if (rc == 0)
		rc = spool_edit_commit(ed, NULL, e);
	else
		spool_edit_abort(ed);
	buf_wipe(&json);
	return rc;
}

int form_draft_save(struct form_draft *d, struct err *e)
{
	return save(d, NULL, e);
}

int form_draft_drop_upload(struct form_draft *d, const char *part, struct err *e)
{
	size_t i = 0;

	while (i < d->upload_count && strcmp(d->uploads[i].part, part) != 0)
		i++;
	if (i == d->upload_count)
		return save(d, NULL, e);
	memmove(&d->uploads[i], &d->uploads[i + 1], (d->upload_count - i - 1) * sizeof(*d->uploads));
	d->upload_count--;
	return save(d, part, e);
}

int form_draft_delete(struct form_draft *d, struct err *e)
{
	if (!form_draft_is_open(d))
		return err_set(e, ERR_WRONG_STATE, "sent already");
	return spool_erase(d->office->spool, &d->message.id, clock_now(), e);
}
