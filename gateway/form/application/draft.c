/* SPDX-License-Identifier: EUPL-1.2 */
/* A draft in the spool: made, read for one request, changed in one commit. */
#include "form/application/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/application/access.h"
#include "form/application/draft_meta.h"
#include "form/application/owner.h"
#include "form/model/condition.h"

#define OPEN_META_MAX 8192

int form_draft_room(const struct form_office *o, enum form_budget_answer answer, struct err *e)
{
	struct spool_stats now;
	int rc;

	if (answer == FORM_BUDGET_CLIENT_FULL)
		return err_set(e, ERR_BUSY, "one client has as many drafts as it may have");
	if (answer == FORM_BUDGET_FULL)
		return err_set(e, ERR_FULL, "drafts have all the space that they may have");
	rc = spool_stats_get(o->spool, &now, e);
	if (rc != 0)
		return rc;
	if (now.disk_free < o->draft_reserve)
		return err_set(e, ERR_FULL, "the rest of the disk is for what is accepted");
	return 0;
}

/* By what is on its way, and by what the spool has: that counts for whom it did before the start. */
static int may_begin(const struct form_office *o, const char *client, const struct spool_box *owner, struct err *e)
{
	enum form_budget_answer answer = form_budget_begin(o->budget, client);
	int rc = answer == FORM_BUDGET_FITS ? form_owner_room(o, owner, &answer, e) : 0;

	return rc == 0 ? form_draft_room(o, answer, e) : rc;
}

int form_draft_create(struct form_office *o, struct arena *a, const struct form_offer *f, const struct form_recipient *to,
		      const char *client, char token[FORM_TOKEN_LEN], struct id *id, struct err *e)
{
	struct form_draft fresh = { .office = o, .definition = f->definition, .values = form_draft_defaults(f->definition),
				    .next_upload = 1 };
	struct spool_edit *ed = NULL;
	struct spool_message *m;
	struct spool_box owner;
	struct buf open, meta;
	int64_t end = form_draft_end(&fresh);
	int rc;

	buf_init(&open, OPEN_META_MAX);
	buf_init(&meta, DRAFT_META_MAX);
	form_owner_of(o, client, &owner);
	rc = may_begin(o, client, &owner, e);
	if (rc == 0)
		rc = form_draft_put_open(&open, f->definition, to, token, e);
	if (rc == 0)
		rc = form_draft_put_meta(&meta, &fresh, e);
	if (rc == 0)
		rc = spool_edit_begin(o->spool, NULL, &ed, &m, e);
	if (rc != 0)
		goto out;
	m->kind = SPOOL_DRAFT;
	m->from = owner;
	m->service = f->definition->id;
	m->recipient = arena_printf(a, "ags:%s", to->ags);
	m->expires = end;
	m->meta = buf_view(&meta);
	m->open_meta = buf_view(&open);
	*id = m->id;
	rc = spool_edit_commit(ed, NULL, e);
	if (rc == 0)
		(void)form_budget_set(o->budget, id, client, meta.n, end);
out:
	json_decref(fresh.values);
	buf_wipe(&meta);
	buf_fini(&open);
	return rc == 0 ? 0 : err_wrap(e, "create a draft");
}

static int check_token(const struct form_draft *d, const json_t *open, const char *token, struct err *e)
{
	if (d->message.kind == SPOOL_MAIL || !form_access_check(open, token))
		return err_set(e, ERR_MISSING, "no draft of that number for this token");
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
		rc = form_draft_read_meta(d, e);
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

static int take_budget(const struct form_draft *d, size_t meta, int64_t end, struct err *e)
{
	enum form_budget_answer answer;
	uint64_t bytes = meta;

	for (size_t i = 0; i < d->upload_count; i++)
		bytes += d->uploads[i].size;
	answer = form_budget_set(d->office->budget, &d->message.id, d->client, bytes, end);
	return answer == FORM_BUDGET_FITS ? 0 : form_draft_room(d->office, answer, e);
}

int form_draft_edit(struct form_draft *d, struct spool_edit **ed, struct spool_message **m, struct buf *json,
		    struct err *e)
{
	int64_t end = form_draft_end(d);
	int rc = spool_edit_begin(d->office->spool, &d->message.id, ed, m, e);

	buf_init(json, DRAFT_META_MAX);
	if (rc != 0)
		return rc;
	rc = drop_hidden_uploads(d, *ed, e);
	if (rc == 0)
		rc = form_draft_put_meta(json, d, e);
	if (rc == 0)
		rc = take_budget(d, json->n, end, e);
	if (rc != 0) {
		spool_edit_abort(*ed);
		*ed = NULL;
		buf_wipe(json);
		return rc;
	}
	(*m)->meta = buf_view(json);
	(*m)->expires = form_draft_is_empty(d) ? end : 0;	/* otherwise the spool knows how long it stays */
	(*m)->modified = clock_now();
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
	int rc;

	if (!form_draft_is_open(d))
		return err_set(e, ERR_WRONG_STATE, "sent already");
	rc = spool_erase(d->office->spool, &d->message.id, clock_now(), e);
	if (rc == 0)
		form_budget_forget(d->office->budget, &d->message.id);
	return rc;
}
