/* SPDX-License-Identifier: EUPL-1.2 */
/* The JSON interface: what changes something. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/web/api.h"
#include "form/model/condition.h"
#include "form/application/upload.h"
#include "form/model/value.h"

/* All values or none: a key that is no field, or JSON of the wrong type, is the program's fault and changes nothing. */
static json_t *take_values(const struct form_definition *d, const json_t *body, struct form_problems *p)
{
	json_t *values = json_object(), *one;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)body, key, one) {
		const struct form_field *f = form_field_find(d, key);
		json_t *value;
		bool fits = true;

		if (f == NULL || f->holds == FORM_HOLDS_NOTHING || f->holds == FORM_HOLDS_FILES) {
			form_problem_add(p, key, "unknown", "Dieses Feld gibt es nicht, oder es hat keinen Wert.");
			continue;
		}
		value = form_value_from_json(f, one, &fits);
		if (!fits)
			form_problem_add(p, key, "type", "Der Wert hat nicht den Typ des Feldes.");
		else if (value != NULL)
			json_object_set_new(values, key, value);
	}
	return values;
}

static int put_values(struct form_visit *v, const json_t *body, struct err *e)
{
	struct form_draft *d = &v->draft;
	struct form_problems p = { .arena = v->a };
	json_t *values = take_values(d->definition, body, &p);
	int rc;

	if (p.count > 0) {
		json_decref(values);
		return form_api_reply(v->rq, v->s, 422, json_pack("{s:o}", "errors", form_api_problems(&p)), e);
	}
	json_decref(d->values);
	d->values = values;
	form_draft_settle(d);
	rc = form_draft_save(d, e);
	if (rc != 0)
		return rc;
	form_validate(d->definition, 0, d->definition->count,
		      &(struct form_values){ d->values, d->uploads, d->upload_count }, d->shown, &p);
	return form_api_reply(v->rq, v->s, 200,
			      json_pack("{s:O, s:o}", "values", d->values, "errors", form_api_problems(&p)), e);
}

static int put(struct form_visit *v, struct err *e)
{
	json_t *body = NULL;
	int rc;

	if (strcmp(v->rest, "values") != 0)
		return err_set(e, ERR_MISSING, "no such thing");
	if (!form_draft_is_open(&v->draft))
		return err_set(e, ERR_WRONG_STATE, "sent already");
	rc = form_api_body(v->rq, &body, e);
	if (rc == 0 && !json_is_object(body))
		rc = err_set(e, ERR_SYNTAX, "values: not an object");
	if (rc == 0)
		rc = put_values(v, body, e);
	json_decref(body);
	return rc;
}

int form_api_put(struct http_request *rq, void *ctx, struct err *e)
{
	return form_api_fail(rq, ctx, form_visit_serve(ctx, rq, true, true, put, e), e);
}

#define RECEIVE_BLOCK 65536

static int receive(struct form_visit *v, const struct form_field *f, const char **part, const char **why, struct err *e)
{
	const char *name = http_query(v->rq, "name");
	struct form_receiver *r = form_upload_begin(&v->draft, f, name == NULL ? "" : name);
	char *block = mem_new(RECEIVE_BLOCK);
	size_t n = 1;
	int rc = 0;

	while (rc == 0 && n > 0) {
		rc = src_read(http_body(v->rq), block, RECEIVE_BLOCK, &n, e);
		if (rc == 0 && n > 0)
			rc = form_upload_data(r, (struct span){ block, n }, e);
	}
	free(block);
	if (rc == 0)
		return form_upload_end(r, part, why, e);
	form_upload_free(r);
	return rc;
}

static int post_upload(struct form_visit *v, const char *field, struct err *e)
{
	const struct form_draft *d = &v->draft;
	const struct form_field *f = form_field_find(d->definition, field);
	const struct form_upload *u;
	const char *part, *why;
	int rc;

	if (f == NULL || f->holds != FORM_HOLDS_FILES)
		return err_set(e, ERR_MISSING, "no such file field");
	if (!d->shown[f->index])
		return form_api_refuse(v->rq, v->s, 422, field, "hidden",
				       "Dieses Feld ist bei diesen Angaben ausgeblendet.", e);
	rc = receive(v, f, &part, &why, e);
	if (rc != 0)
		return rc;
	if (part == NULL && why == form_upload_no_room)
		return err_set(e, ERR_FULL, "no room for a file");
	if (part == NULL)
		return form_api_refuse(v->rq, v->s, 422, field, "file", why, e);
	u = &d->uploads[d->upload_count - 1];
	return form_api_reply(
		v->rq, v->s, 201,
		json_pack("{s:s, s:s, s:s, s:s}", "id", part, "field", field, "name", u->name, "type", u->type), e);
}

static int post_submit(struct form_visit *v, struct err *e)
{
	struct form_problems p = { .arena = v->a };
	int rc = form_draft_submit(&v->draft, &p, e);

	if (rc != 0)
		return rc;
	if (p.count > 0)
		return form_api_reply(v->rq, v->s, 422, json_pack("{s:o}", "errors", form_api_problems(&p)), e);
	return form_api_reply(v->rq, v->s, 200, json_pack("{s:s, s:s}", "id", v->id_text, "state", "sent"), e);
}

static int post(struct form_visit *v, struct err *e)
{
	if (strcmp(v->rest, "submit") == 0)
		return post_submit(v, e);
	if (strncmp(v->rest, "uploads/", 8) != 0)
		return err_set(e, ERR_MISSING, "no such thing");
	if (!form_draft_is_open(&v->draft))
		return err_set(e, ERR_WRONG_STATE, "sent already");
	return post_upload(v, v->rest + 8, e);
}

int form_api_post(struct http_request *rq, void *ctx, struct err *e)
{
	return form_api_fail(rq, ctx, form_visit_serve(ctx, rq, true, true, post, e), e);
}

static int delete(struct form_visit *v, struct err *e)
{
	int rc;

	if (!form_draft_is_open(&v->draft))
		return err_set(e, ERR_WRONG_STATE, "sent already");
	if (*v->rest == '\0')
		rc = form_draft_delete(&v->draft, e);
	else if (strncmp(v->rest, "uploads/", 8) == 0)
		rc = form_draft_drop_upload(&v->draft, v->rest + 8, e);
	else
		rc = err_set(e, ERR_MISSING, "no such thing");
	if (rc != 0)
		return rc;
	form_frame_headers(v->rq, v->s);
	return http_reply(v->rq, 204, NULL, "", 0, e);
}

int form_api_delete(struct http_request *rq, void *ctx, struct err *e)
{
	return form_api_fail(rq, ctx, form_visit_serve(ctx, rq, true, true, delete, e), e);
}
