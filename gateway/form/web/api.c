/* SPDX-License-Identifier: EUPL-1.2 */
/* The JSON API: docs/form-api.md. Access by bearer token; cookies mean nothing here, so no other site can use it. */
#include "form/web/api.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parts.h"
#include "form/application/progress.h"

int form_api_reply(struct http_request *rq, const struct form_service *s, unsigned status, json_t *body, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, FORM_PAGE_MAX);
	json_write(&b, body);
	json_decref(body);
	buf_putc(&b, '\n');
	form_frame_headers(rq, s);
	if (b.over)
		rc = err_set(e, ERR_INTERNAL, "answer: more than %zu bytes", b.max);
	else
		rc = http_reply(rq, status, "application/json", b.p, b.n, e);
	buf_wipe(&b);
	return rc;
}

static json_t *one_error(const char *field, const char *rule, const char *message)
{
	return json_pack("{s:s?, s:s, s:s}", "field", field, "rule", rule, "message", message);
}

json_t *form_api_problems(const struct form_problems *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->count; i++)
		json_array_append_new(list, one_error(p->list[i].field, p->list[i].rule, p->list[i].message));
	if (p->left_out > 0) {
		char more[64];

		(void)snprintf(more, sizeof(more), "%zu weitere Fehler werden nicht aufgezählt.", p->left_out);
		json_array_append_new(list, one_error(NULL, "more", more));
	}
	return list;
}

int form_api_refuse(struct http_request *rq, const struct form_service *s, unsigned status, const char *field,
		    const char *rule, const char *message, struct err *e)
{
	return form_api_reply(rq, s, status, json_pack("{s:[o]}", "errors", one_error(field, rule, message)), e);
}

int form_api_fail(struct http_request *rq, const struct form_service *s, int rc, struct err *e)
{
	static const struct {
		enum err_code code;
		unsigned status;
		const char *rule, *message;
	} texts[] = {
		{ ERR_MISSING, 404, "missing", "Das gibt es nicht, oder das Token passt nicht dazu." },
		{ ERR_SYNTAX, 400, "syntax", "Die Anfrage ist nicht verständlich: JSON in UTF-8 wird erwartet." },
		{ ERR_LIMIT, 413, "limit", "Die Anfrage ist zu groß." },
		{ ERR_WRONG_STATE, 409, "state", "Der Antrag ist schon abgesendet." },
		{ ERR_BUSY, 503, "busy", "Eine andere Änderung ist im Gang. Bitte später erneut versuchen." },
		{ ERR_FULL, 503, "full",
		  "Im Augenblick kann nichts angenommen werden. Bitte später erneut versuchen." },
		{ ERR_UNSUPPORTED, 415, "type", "Diese Art von Daten wird hier nicht angenommen." },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts) && rc != 0 && !http_replied(rq); i++) {
		if ((int)texts[i].code != rc)
			continue;
		if (texts[i].status == 503)
			http_header_add(rq, "Retry-After", "60");
		return form_api_refuse(rq, s, texts[i].status, NULL, texts[i].rule, texts[i].message, e);
	}
	return rc;
}

static json_t *places(const struct form_recipients *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->count; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "ags", r->list[i].ags, "name", r->list[i].name));
	return list;
}

int form_api_forms(struct http_request *rq, void *ctx, struct err *e)
{
	const struct form_service *s = ctx;
	json_t *forms = json_array();

	for (size_t i = 0; i < s->office.offer_count; i++) {
		const struct form_offer *f = &s->office.offers[i];
		json_t *one = json_pack("{s:s, s:s, s:s?}", "id", f->definition->id, "title", f->definition->title,
					"description", f->definition->description);

		if (f->own)
			json_object_set_new(one, "municipalities", places(&f->to));
		json_array_append_new(forms, one);
	}
	return form_api_reply(rq, s, 200,
			      json_pack("{s:o, s:o}", "forms", forms, "municipalities", places(&s->office.recipients)), e);
}

int form_api_body(struct http_request *rq, json_t **out, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, FORM_INPUT_MAX);
	rc = stream_to_buf(http_body(rq), &b, "request", e);
	if (rc == 0)
		rc = json_read(buf_view(&b), "request", out, e);
	buf_wipe(&b);
	return rc;
}

int form_api_create(struct http_request *rq, void *ctx, struct err *e)
{
	struct form_service *s = ctx;
	char token[FORM_TOKEN_LEN], text[ID_TEXT_LEN];
	struct form_client client;
	const struct form_offer *f;
	const struct form_recipient *to;
	json_t *body = NULL;
	struct id id;
	int rc;

	if (!form_may_change(s, rq, e))
		return 0;
	rc = form_api_body(rq, &body, e);
	if (rc != 0)
		return form_api_fail(rq, s, rc, e);
	f = form_office_offer(&s->office, json_opt_string(body, "form", NULL));
	to = form_offer_recipient(f, json_opt_string(body, "ags", NULL));
	json_decref(body);
	if (f == NULL)
		return form_api_refuse(rq, s, 422, "form", "onlyAvailableItems", "Dieses Formular gibt es nicht.", e);
	if (to == NULL)
		return form_api_refuse(rq, s, 422, "ags", "onlyAvailableItems",
				       "Für diese Gemeinde gibt es das Formular nicht.", e);
	form_guard_client(http_caller(rq), &client);
	rc = form_draft_create(&s->office, http_arena(rq), f, to, client.counted, token, &id, e);
	if (rc == ERR_BUSY) {
		form_note_many_drafts(rq, &client);
		return form_api_refuse(rq, s, 429, NULL, "rate", "Von dieser Adresse aus sind zu viele Entwürfe offen.", e);
	}
	if (rc != 0)
		return form_api_fail(rq, s, rc, e);
	return form_api_reply(rq, s, 201, json_pack("{s:s, s:s}", "id", id_text(&id, text), "token", token), e);
}

static json_t *instant(int64_t ms)
{
	char at[CLOCK_TEXT_LEN];

	return ms == 0 ? json_null() : json_string(clock_utc(ms, at));
}

static json_t *uploads_json(const struct form_draft *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->upload_count; i++) {
		const struct form_upload *u = &d->uploads[i];
		char hex[2 * SHA256_LEN + 1];

		hex_encode(u->sha256, SHA256_LEN, hex);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "id", u->part, "field",
						      u->field, "name", u->name, "type", u->type, "size",
						      (json_int_t)u->size, "sha256", hex));
	}
	return list;
}

static void put_progress(json_t *o, const struct form_progress *p)
{
	static const char *const keys[FORM_INSTANTS] = { "submitted", "accepted", "stored", "fetched" };

	for (size_t i = 0; i < FORM_INSTANTS; i++)
		json_object_set_new(o, keys[i], instant(p->instants[i].at));
	json_object_set_new(o, "messageId", p->message_id == NULL ? json_null() : json_string(p->message_id));
	json_object_set_new(o, "progress", p->name == NULL ? json_null() :
			    json_pack("{s:s, s:o, s:s, s:s, s:s?}", "stage", p->name, "since", instant(p->since), "title",
				      p->title, "text", p->text, "advice", p->advice));
}

static json_t *state_json(const struct form_visit *v, const struct form_progress *p)
{
	const struct form_draft *d = &v->draft;
	const struct spool_message *m = &d->message;
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O, s:o}", "id", v->id_text, "state",
			      form_draft_is_open(d) ? "draft" : "sent", "form", m->service, "ags", m->recipient + 4,
			      "municipality", d->recipient_name, "values", d->values, "uploads", uploads_json(d));

	put_progress(o, p);
	json_object_set_new(o, "expires", instant(m->expires));
	return o;
}

static int get_state(struct form_visit *v, struct err *e)
{
	struct form_progress p = { .name = NULL };
	int rc = form_draft_is_open(&v->draft) ? 0 : form_progress_get(&v->draft, clock_now(), &p, e);

	return rc != 0 ? rc : form_api_reply(v->rq, v->s, 200, state_json(v, &p), e);
}

static int get(struct form_visit *v, struct err *e)
{
	if (*v->rest == '\0')
		return get_state(v, e);
	if (form_draft_is_open(&v->draft))
		return err_set(e, ERR_MISSING, "not sent yet");
	if (strcmp(v->rest, PART_PDF) == 0 || strcmp(v->rest, PART_XML) == 0)
		return form_download_part(v, v->rest, e);
	if (strcmp(v->rest, "receipt.pdf") == 0)
		return form_download_receipt(v, e);
	return err_set(e, ERR_MISSING, "no such thing");
}

int form_api_get(struct http_request *rq, void *ctx, struct err *e)
{
	return form_api_fail(rq, ctx, form_visit_serve(ctx, rq, true, false, get, e), e);
}
