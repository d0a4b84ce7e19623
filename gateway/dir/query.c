/* SPDX-License-Identifier: EUPL-1.2 */
/* query - one call after the other: which server, with which token, and what its answer means. */
#include "dir/query.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uri.h"
#include "dir/blame.h"
#include "dir/token.h"
#include "dir/warning.h"

#define STICKY_MS 180000	/* then the first server is tried again */
#define DOWN_MS 5000		/* a server that did not answer is left alone: whoever waits would only queue up behind it */
#define DOWN_MOST_MS 300000	/* as long as Retry-After is believed */
#define URL_MAX 16384

struct server {
	char *base;	/* without "/" at its end */
	struct dir_token *token;
	int64_t down_until;	/* clock_mono */
	struct err down;	/* why it was left alone */
};

struct dir_query {
	const struct dir_options *o;
	struct server *servers;
	size_t n;
	pthread_mutex_t lock;	/* for preferred, until and the servers' down_until and down */
	size_t preferred;
	int64_t until;	/* clock_mono: then the first is preferred again */
};

static char *join(const char *base, const char *path)
{
	size_t n = strlen(base);

	return mem_printf("%s%s%s", base, n > 0 && base[n - 1] == '/' ? "" : "/", path);
}

int dir_query_new(const struct dir_options *o, struct dir_query **out, struct err *e)
{
	struct dir_query *q;

	if (o->server_count == 0)
		return err_set(e, ERR_CONFIG, "directory: no server is configured");
	q = mem_new(sizeof(*q));
	q->o = o;
	q->n = o->server_count;
	q->servers = mem_new_array(q->n, sizeof(*q->servers));
	must(pthread_mutex_init(&q->lock, NULL) == 0);
	for (size_t i = 0; i < q->n; i++) {
		char *token_url = join(o->servers[i], o->token_path);

		q->servers[i].base = join(o->servers[i], o->entry_path);
		q->servers[i].token = dir_token_new(o->http, o->client_key, token_url, (unsigned)o->timeout);
		free(token_url);
	}
	*out = q;
	return 0;
}

void dir_query_free(struct dir_query *q)
{
	if (q == NULL)
		return;
	for (size_t i = 0; i < q->n; i++) {
		dir_token_free(q->servers[i].token);
		free(q->servers[i].base);
	}
	(void)pthread_mutex_destroy(&q->lock);
	free(q->servers);
	free(q);
}

static size_t first_choice(struct dir_query *q)
{
	size_t i;

	pthread_mutex_lock(&q->lock);
	if (q->preferred != 0 && clock_mono() >= q->until)
		q->preferred = 0;
	i = q->preferred;
	pthread_mutex_unlock(&q->lock);
	return i;
}

static void prefer(struct dir_query *q, size_t i)
{
	pthread_mutex_lock(&q->lock);
	if (q->preferred != i) {
		q->preferred = i;
		q->until = clock_mono() + STICKY_MS;
	}
	pthread_mutex_unlock(&q->lock);
}

/* One call of the interface: its name and its only parameter. */
struct question {
	const char *name;
	json_t *parameter;
};

static int make_url(const struct server *s, const struct question *ask, struct buf *url, struct err *e)
{
	struct buf text;

	buf_init(&text, 4096);
	json_write(&text, ask->parameter);
	buf_printf(url, "%s/v2/%s?request_json=", s->base, ask->name);
	uri_encode(url, buf_view(&text));
	buf_fini(&text);
	return buf_check(url, "directory request", e);
}

/* A 404 of the directory itself names its cause; one without comes from a proxy, a wrong path or a server without the
 * directory, and says nothing about the entry. */
static bool is_no_entry(const json_t *problem)
{
	const char *type = json_opt_string(problem, "type", ""), *detail = json_opt_string(problem, "detail", "");

	return strstr(type, "ENTITY_NOT_FOUND") != NULL || strncmp(detail, "5005", 4) == 0 || strncmp(detail, "5009", 4) == 0;
}

/* Functional answers of the DVDV 2 API: 200, 204, 404, 400, 401; the rest is a technical fault. */
static int judge(const struct http_answer *got, struct span body, struct err *e)
{
	const char *warning = http_answer_header(got, "dvdv-warning-msg");
	struct err none = ERR_INIT;
	json_t *problem = NULL;
	char detail[120] = "";
	bool no_entry;

	if (got->status == 200)
		return body.n > 0 ? 0 : err_reason(e, ERR_PEER, RSN_DIR_BAD_ANSWER, "empty answer");
	if (got->status == 204)
		return warning == NULL ? err_reason(e, ERR_MISSING, RSN_DIR_NO_ENTRY, "no valid entry") :
					 dir_warning_err(warning, e);
	if (json_read(body, "problem", &problem, &none) == 0)
		(void)snprintf(detail, sizeof(detail), "%.100s", json_opt_string(problem, "detail", ""));
	no_entry = got->status == 404 && is_no_entry(problem);
	json_decref(problem);
	if (no_entry)
		return err_reason(e, ERR_MISSING, RSN_DIR_NO_ENTRY, "not in the directory: %s", detail);
	switch (got->status) {
	case 404:
		return err_reason(e, ERR_PEER, RSN_DIR_BAD_ANSWER, "HTTP status 404 without the directory's word for it "
				  "(is directory.entry_path right?): %s", detail);
	case 400:
		return err_reason(e, ERR_PEER, RSN_DIR_BAD_ANSWER, "the directory calls our request wrong: %s", detail);
	case 401:
	case 403:
		return err_reason(e, ERR_DENIED, RSN_DIR_DENIED, "HTTP status %u: %s", got->status, detail);
	default:
		return err_reason(e, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE, "HTTP status %u: %s", got->status, detail);
	}
}

/* How long a server that answered so wants to be left alone; 0: not at all. */
static int64_t pause_of(const struct http_answer *got)
{
	int64_t ms;

	if (got->status != 429 && got->status != 503)
		return 0;
	ms = http_answer_retry_after(got, DOWN_MOST_MS);
	return ms > 0 ? ms : DOWN_MS;
}

static void leave_alone(struct dir_query *q, struct server *s, int64_t ms, const struct err *e)
{
	pthread_mutex_lock(&q->lock);
	s->down_until = clock_mono() + ms;
	s->down = *e;
	pthread_mutex_unlock(&q->lock);
}

static int check_alone(struct dir_query *q, const struct server *s, struct err *e)
{
	bool down;

	pthread_mutex_lock(&q->lock);
	down = clock_mono() < s->down_until;
	if (down)
		*e = s->down;
	pthread_mutex_unlock(&q->lock);
	return down ? (int)e->code : 0;
}

static int call(struct dir_query *q, struct server *s, const char *url, struct span token, struct buf *b, struct err *e)
{
	struct http_pair headers[] = { { "Authorization", NULL }, { "Accept", "application/json" }, { NULL, NULL } };
	struct http_call c = { .method = "GET", .url = url, .headers = headers, .to = sink_to_buf(b),
			       .total_ms = (unsigned)q->o->timeout, .max_answer = DIR_ANSWER_MAX };
	struct http_answer got;
	struct buf bearer;
	int64_t pause;
	int rc;

	buf_init(&bearer, token.n + 32);
	buf_reserve(&bearer, token.n + 31);
	buf_puts(&bearer, "EmbeddedBearer ");	/* the DVDV's own word for Bearer */
	buf_span(&bearer, token);
	headers[0].value = buf_str(&bearer);
	buf_reset(b);
	rc = http_client_do(q->o->http, &c, &got, e);
	if (rc != 0 && rc != ERR_TIMEOUT && got.reused) {	/* a server may close an idle connection at any time */
		c.fresh = true;
		buf_reset(b);
		http_answer_fini(&got);
		*e = (struct err)ERR_INIT;
		rc = http_client_do(q->o->http, &c, &got, e);
	}
	if (rc != 0)
		dir_transport_blame(e);
	else if (got.status >= 400 && dir_clock_check(&got, e) != 0)
		rc = (int)e->code;
	else
		rc = judge(&got, buf_view(b), e);
	pause = got.status == 0 ? DOWN_MS : pause_of(&got);
	if (rc != 0 && pause > 0)
		leave_alone(q, s, pause, e);
	sink_close(c.to);
	http_answer_fini(&got);
	buf_wipe(&bearer);
	return rc;
}

/* One server: with a fresh token a second time if it calls the first one stale. */
static int ask(struct dir_query *q, struct server *s, const struct question *what, struct buf *b, struct err *e)
{
	struct buf url, token;
	int rc;

	buf_init(&url, URL_MAX);
	buf_init(&token, DIR_TOKEN_MAX);
	rc = make_url(s, what, &url, e);
	for (int round = 0; rc == 0 && round < 2; round++) {
		rc = dir_token_get(s->token, &token, e);
		if (rc != 0 && e->reason == RSN_DIR_UNREACHABLE)
			leave_alone(q, s, DOWN_MS, e);
		if (rc != 0)
			break;
		rc = call(q, s, buf_str(&url), buf_view(&token), b, e);
		if (rc != ERR_DENIED)
			break;
		dir_token_drop(s->token, buf_view(&token));
		rc = round == 0 ? 0 : rc;
	}
	buf_wipe(&token);
	buf_fini(&url);
	return rc;
}

bool dir_is_technical(const struct err *e)
{
	switch (e->reason) {
	case RSN_DIR_UNREACHABLE:
	case RSN_DIR_BAD_ANSWER:
	case RSN_DIR_OTHER_ENTRY:
	case RSN_DIR_DENIED:
	case RSN_DIR_TLS:
	case RSN_LOC_CLOCK:
	case RSN_LOC_DIRECTORY:
	case RSN_LOC_KEY_MISSING:
	case RSN_INTERNAL:
		return true;
	default:
		return false;
	}
}

static int ask_all(struct dir_query *q, const struct question *what, struct buf *b, struct err *e)
{
	size_t first = first_choice(q);
	int rc = 0;

	for (size_t k = 0; k < q->n; k++) {
		size_t i = (first + k) % q->n;

		*e = (struct err)ERR_INIT;
		rc = check_alone(q, &q->servers[i], e);
		if (rc != 0)
			continue;
		rc = ask(q, &q->servers[i], what, b, e);
		if (rc == 0 || !dir_is_technical(e)) {
			prefer(q, i);
			return rc;
		}
		log_event(LOG_WARN, "directory.server-failed", LOG_STR("server", q->servers[i].base), LOG_ERR(e));
	}
	return rc;
}

int dir_query_find(struct dir_query *q, const char *key, const char *service, struct buf *b, struct err *e)
{
	struct question what = { "findservicedescription",
				 json_pack("{s:s, s:s}", "organizationKey", key, "serviceSpecificationUri", service) };
	int rc = ask_all(q, &what, b, e);

	json_decref(what.parameter);
	return rc;
}

int dir_query_organisations(struct dir_query *q, const char *key, struct buf *b, struct err *e)
{
	struct question what = { "findauthoritydescriptions", json_pack("{s:s}", "organizationKey", key) };
	int rc = ask_all(q, &what, b, e);

	json_decref(what.parameter);
	return rc;
}
