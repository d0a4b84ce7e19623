/* SPDX-License-Identifier: EUPL-1.2 */
/* One request on a draft: who asks, for which draft, from which page. */
#include <string.h>
#include <strings.h>

#include "form/web/page.h"

static void derive_csrf(const char *token, char out[FORM_CSRF_LEN])
{
	char text[FORM_TOKEN_LEN + 8];
	uint8_t sum[SHA256_LEN];

	(void)snprintf(text, sizeof(text), "csrf:%s", token);
	sha256(text, strlen(text), sum);
	hex_encode(sum, sizeof(sum), out);
}

static const char *bearer(struct http_request *rq)
{
	const char *h = http_header(rq, "Authorization");

	return h != NULL && strncasecmp(h, "Bearer ", 7) == 0 ? h + 7 : NULL;
}

static int begin(struct form_visit *v, struct form_service *s, struct http_request *rq, bool api, bool change,
		     struct err *e)
{
	struct span id, rest;
	int rc;

	memset(v, 0, sizeof(*v));
	v->s = s;
	v->rq = rq;
	v->a = http_arena(rq);
	span_split(span_of(http_path_rest(rq)), '/', &id, &rest);
	v->rest = rest.n == 0 ? "" : arena_dup_n(v->a, rest.p, rest.n);
	v->token = api ? bearer(rq) : http_cookie(rq, "antrag");
	if (!id_parse(id, &v->id) || v->token == NULL || strlen(v->token) != FORM_TOKEN_LEN - 1)
		return err_set(e, ERR_MISSING, "no draft of that number for this token");
	id_text(&v->id, v->id_text);
	derive_csrf(v->token, v->csrf);
	/* Only who may see it may wait for it: the token is checked before the lock, and the state read again after it. */
	form_guard_client(http_caller(rq), &v->client);
	rc = form_visit_reload(v, e);
	if (rc != 0 || !change)
		return rc;
	rc = form_lock_take(s->office.locks, &v->id, FORM_WAIT_MS, e);
	if (rc != 0)
		return rc;
	v->locked = true;
	return form_visit_reload(v, e);
}

int form_visit_reload(struct form_visit *v, struct err *e)
{
	int rc;

	form_draft_fini(&v->draft);
	rc = form_draft_load(&v->s->office, v->a, &v->id, v->token, &v->draft, e);
	v->draft.client = v->client.counted;
	return rc;
}

static void fini(struct form_visit *v)
{
	form_draft_fini(&v->draft);
	if (v->locked)
		form_lock_release(v->s->office.locks, &v->id);
	v->locked = false;
}

int form_visit_serve(struct form_service *s, struct http_request *rq, bool api, bool change, form_visit_fn *fn,
		     struct err *e)
{
	struct form_visit v;
	int rc;

	if (change && !form_may_change(s, rq, e))
		return 0;
	rc = begin(&v, s, rq, api, change, e);
	if (rc == 0)
		rc = fn(&v, e);
	fini(&v);
	return rc;
}

bool form_visit_csrf(const struct form_visit *v, const struct form_input *in)
{
	const char *sent = form_input_get(in, "_csrf");

	return sent != NULL && strlen(sent) == FORM_CSRF_LEN - 1 && bytes_equal(sent, v->csrf, FORM_CSRF_LEN - 1);
}

int form_visit_input(struct form_visit *v, struct form_input *in, const struct form_files *files, struct err *e)
{
	int rc = form_input_read(in, v->rq, files, e);

	if (rc == 0 && !form_visit_csrf(v, in))
		rc = err_set(e, ERR_DENIED, "the page's token is missing or wrong");
	return rc;
}

const char *form_visit_review(const struct form_visit *v)
{
	return http_query(v->rq, "pruefen") == NULL ? "" : "?pruefen=1";
}

void form_visit_remember(struct http_request *rq, const struct form_service *s, const struct id *id, const char *token)
{
	bool secure = http_is_tls(rq) || (s->o.public_url != NULL && strncmp(s->o.public_url, "https:", 6) == 0);
	char text[ID_TEXT_LEN];

	http_header_add(rq, "Set-Cookie",
			arena_printf(http_arena(rq), "antrag=%s; Path=/antrag/%s; HttpOnly; SameSite=Strict%s", token,
				     id_text(id, text), secure ? "; Secure" : ""));
}

void form_visit_forget(struct form_visit *v)
{
	http_header_add(v->rq, "Set-Cookie", arena_printf(v->a, "antrag=; Path=/antrag/%s; Max-Age=0", v->id_text));
}

int form_visit_go(struct form_visit *v, const char *where, struct err *e)
{
	form_frame_headers(v->rq, v->s);
	return http_reply_see_other(v->rq, arena_printf(v->a, "/antrag/%s/%s", v->id_text, where), e);
}
