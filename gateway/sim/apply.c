/* SPDX-License-Identifier: EUPL-1.2 */
/* An application, step by step, as a program sends it. */
#include "apply.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

#define ANSWER_MAX ((size_t)8 * 1024 * 1024)
#define FORM "hilfe-zum-lebensunterhalt"

/* One call. path is below /api/v1. */
static int call(struct apply *a, const char *method, const char *path, const char *type, const void *data, size_t n,
		struct buf *answer, struct err *e)
{
	char url[600], bearer[160];
	struct http_pair headers[] = { { "Authorization", bearer }, { "Content-Type", type }, { NULL, NULL } };
	struct http_call c = { .method = method, .url = url, .headers = headers, .to = sink_to_buf(answer),
			       .max_answer = ANSWER_MAX };
	struct http_answer got;
	int rc;

	(void)snprintf(url, sizeof(url), "%s/api/v1%s", a->url, path);
	(void)snprintf(bearer, sizeof(bearer), "Bearer %s", a->token);
	if (type == NULL)
		headers[1] = (struct http_pair){ NULL, NULL };
	if (a->token[0] == '\0')	/* the first call has none */
		headers[0] = (struct http_pair){ "Accept", "application/json" };
	if (data != NULL) {
		c.body = src_of_mem(data, n);
		c.body_length = (int64_t)n;
	}
	rc = http_client_do(a->http, &c, &got, e);
	a->status = got.status;
	http_answer_fini(&got);
	src_close(c.body);
	sink_close(c.to);
	if (rc == 0 && a->status >= 400)
		rc = err_set(e, ERR_REFUSED, "%s %s: HTTP status %u: %.200s", method, path, a->status, buf_str(answer));
	return rc;
}

static int take(struct apply *a, struct span answer, struct err *e)
{
	json_t *o = NULL;
	const char *id, *token;
	int rc = json_read(answer, "answer", &o, e);

	if (rc == 0)
		rc = json_need_string(o, "id", &id, e);
	if (rc == 0)
		rc = json_need_string(o, "token", &token, e);
	if (rc == 0) {
		(void)snprintf(a->id, sizeof(a->id), "%s", id);
		(void)snprintf(a->token, sizeof(a->token), "%s", token);
	}
	json_decref(o);
	return rc;
}

int apply_create(struct apply *a, const char *ags, struct err *e)
{
	struct buf answer;
	char body[200];
	int n = snprintf(body, sizeof(body), "{\"form\": \"" FORM "\", \"ags\": \"%s\"}", ags), rc;

	a->token[0] = '\0';
	buf_init(&answer, ANSWER_MAX);
	rc = call(a, "POST", "/drafts", "application/json", body, (size_t)n, &answer, e);
	if (rc == 0)
		rc = take(a, buf_view(&answer), e);
	buf_fini(&answer);
	return rc;
}

json_t *apply_sample(const char *surname)
{
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:f, s:s, s:s, s:b, s:b, s:b, s:b}",
			      "fuerWen", "selbst", "vorname", "Änne", "nachname", surname, "geburtsdatum", "14.03.1979",
			      "familienstand", "ledig", "staatsangehoerigkeit", "deutsch", "strasse", "Große Straße 5", "plz",
			      "50667", "ort", "Köln", "personenAnzahl", 1, "wohnform", "miete", "kaltmiete", 412.5,
			      "vermoegen", "nein", "andereLeistungen", "nein", "ohneKonto", 1, "erklaerungRichtig", 1,
			      "erklaerungMitwirkung", 1, "datenschutz", 1);

	must(v != NULL);
	return v;
}

int apply_values(struct apply *a, const char *surname, struct err *e)
{
	json_t *v = apply_sample(surname);
	char path[100];
	struct buf text, answer;
	int rc;

	(void)snprintf(path, sizeof(path), "/drafts/%s/values", a->id);
	buf_init(&text, (size_t)64 * 1024);
	buf_init(&answer, ANSWER_MAX);
	json_write(&text, v);
	json_decref(v);
	rc = call(a, "PUT", path, "application/json", text.p, text.n, &answer, e);
	buf_fini(&text);
	buf_fini(&answer);
	return rc;
}

int apply_upload(struct apply *a, const char *name, const void *data, size_t n, struct err *e)
{
	struct buf answer;
	char path[300];
	int rc;

	(void)snprintf(path, sizeof(path), "/drafts/%s/uploads/nachweise?name=%s", a->id, name);
	buf_init(&answer, ANSWER_MAX);
	rc = call(a, "POST", path, "application/octet-stream", data, n, &answer, e);
	buf_fini(&answer);
	return rc;
}

int apply_submit(struct apply *a, struct err *e)
{
	struct buf answer;
	char path[100];
	int rc;

	(void)snprintf(path, sizeof(path), "/drafts/%s/submit", a->id);
	buf_init(&answer, ANSWER_MAX);
	rc = call(a, "POST", path, "application/json", "{}", 2, &answer, e);
	buf_fini(&answer);
	return rc;
}

int apply_get(struct apply *a, const char *what, struct buf *out, struct err *e)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "/drafts/%s%s%s", a->id, what[0] == '\0' ? "" : "/", what);
	return call(a, "GET", path, NULL, NULL, 0, out, e);
}
