/* SPDX-License-Identifier: EUPL-1.2 */
/* client - the client's life, and its handles: which one a call takes, and which are kept. */
#include "http/client.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/uri.h"
#include "http/client_priv.h"
#include "http/head.h"

int http_client_check(struct err *e)
{
	const curl_version_info_data *v;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_CONFIG, "libcurl cannot be initialised");
	v = curl_version_info(CURLVERSION_NOW);
	if (v->ssl_version == NULL || strncmp(v->ssl_version, "OpenSSL/", 8) != 0)
		return err_set(e, ERR_CONFIG, "libcurl uses %s; expected the OpenSSL flavour (package libcurl4)",
			       v->ssl_version == NULL ? "no TLS" : v->ssl_version);
	return 0;
}

static void share_lock(CURL *handle, curl_lock_data data, curl_lock_access access, void *ctx)
{
	struct http_client *c = ctx;

	(void)handle;
	(void)access;
	must(pthread_mutex_lock(&c->share_lock[data]) == 0);
}

static void share_unlock(CURL *handle, curl_lock_data data, void *ctx)
{
	struct http_client *c = ctx;

	(void)handle;
	must(pthread_mutex_unlock(&c->share_lock[data]) == 0);
}

static unsigned or_default(unsigned value, unsigned fallback)
{
	return value == 0 ? fallback : value;
}

int http_client_new(const struct http_client_settings *settings, struct http_client **out, struct err *e)
{
	struct http_client *c = mem_new(sizeof(*c));

	c->settings = *settings;
	c->settings.connect_ms = or_default(settings->connect_ms, 10000);
	c->settings.total_ms = or_default(settings->total_ms, 60000);
	c->settings.stall_s = or_default(settings->stall_s, 30);
	c->settings.min_rate = or_default(settings->min_rate, 100);
	if (c->settings.max_answer == 0)
		c->settings.max_answer = 16 << 20;
	atomic_store(&c->stop_at, INT64_MAX);
	must(pthread_mutex_init(&c->lock, NULL) == 0);
	for (size_t i = 0; i < ARRAY_LEN(c->share_lock); i++)
		must(pthread_mutex_init(&c->share_lock[i], NULL) == 0);
	c->share = curl_share_init();
	/* TLS sessions are shared between the handles; connections cannot be (not safe between threads). */
	if (c->share == NULL || curl_share_setopt(c->share, CURLSHOPT_LOCKFUNC, share_lock) != CURLSHE_OK ||
	    curl_share_setopt(c->share, CURLSHOPT_UNLOCKFUNC, share_unlock) != CURLSHE_OK ||
	    curl_share_setopt(c->share, CURLSHOPT_USERDATA, c) != CURLSHE_OK ||
	    curl_share_setopt(c->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK) {
		http_client_free(c);
		return err_set(e, ERR_CONFIG, "libcurl cannot share TLS sessions");
	}
	*out = c;
	return 0;
}

void http_client_free(struct http_client *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < c->idle_count; i++)
		curl_easy_cleanup(c->idle[i].curl);
	if (c->share != NULL)
		(void)curl_share_cleanup(c->share);
	for (size_t i = 0; i < ARRAY_LEN(c->share_lock); i++)
		(void)pthread_mutex_destroy(&c->share_lock[i]);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

void http_client_stop(struct http_client *c, int64_t at)
{
	atomic_store(&c->stop_at, at);
}

bool http_client_is_over(const struct http_client *c)
{
	return clock_mono() >= atomic_load(&c->stop_at);
}

/* The handle that last spoke to this place, if one is idle: its connection may still be open. */
static CURL *take_handle(struct http_client *c, const char *place)
{
	CURL *curl = NULL;
	unsigned pick;

	must(pthread_mutex_lock(&c->lock) == 0);
	pick = c->idle_count;
	for (unsigned i = 0; i < c->idle_count; i++)
		if (strcmp(c->idle[i].place, place) == 0)
			pick = i;
	if (pick == c->idle_count && c->idle_count == HANDLES_MAX)
		pick = 0;
	if (pick < c->idle_count) {
		curl = c->idle[pick].curl;
		c->idle[pick] = c->idle[--c->idle_count];
	}
	must(pthread_mutex_unlock(&c->lock) == 0);
	if (curl == NULL)
		curl = curl_easy_init();
	must(curl != NULL);
	return curl;
}

/* Only a handle whose call went well is kept: libcurl 7.88.1 leaves one whose resolve failed in a state that refuses
 * options for good, reset or not, and what an error left of a connection is nothing to go on with either. */
static void put_handle(struct http_client *c, CURL *curl, const char *place, bool good)
{
	if (!good) {
		curl_easy_cleanup(curl);
		return;
	}
	/* Options go, connections stay. */
	curl_easy_reset(curl);
	must(pthread_mutex_lock(&c->lock) == 0);
	if (c->idle_count < HANDLES_MAX) {
		struct idle_handle *h = &c->idle[c->idle_count++];

		h->curl = curl;
		(void)snprintf(h->place, sizeof(h->place), "%s", place);
		curl = NULL;
	}
	must(pthread_mutex_unlock(&c->lock) == 0);
	if (curl != NULL)
		curl_easy_cleanup(curl);
}

/* Names and values that could break out of their line never get to libcurl, which would send them. */
static int add_header(const struct http_pair *h, struct curl_slist **list, struct err *e)
{
	static const char *const ours[] = { "Content-Length", "Transfer-Encoding", "Connection", "Expect" };
	char *line;

	if (!http_is_token(span_of(h->name)) || !http_is_value(span_of(h->value)))
		return err_set(e, ERR_SYNTAX, "header %s is not allowed", h->name);
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (span_is_nocase(span_of(h->name), ours[i]))
			return err_set(e, ERR_SYNTAX, "header %s is the client's", h->name);
	/* "Name;" is libcurl's way to send an empty value. */
	line = h->value == NULL || h->value[0] == '\0' ? mem_printf("%s;", h->name) :
							  mem_printf("%s: %s", h->name, h->value);
	*list = curl_slist_append(*list, line);
	free(line);
	return 0;
}

static int make_headers(const struct http_call *call, struct curl_slist **list, struct err *e)
{
	bool typed = false;

	*list = curl_slist_append(NULL, "Expect:");	/* libcurl would wait a second for servers that do not know it */
	if (call->body != NULL && call->body_length < 0)
		*list = curl_slist_append(*list, "Transfer-Encoding: chunked");
	for (const struct http_pair *h = call->headers; h != NULL && h->name != NULL; h++) {
		int rc = add_header(h, list, e);

		if (rc != 0)
			return rc;
		typed = typed || span_is_nocase(span_of(h->name), "Content-Type");
	}
	if (!typed)
		*list = curl_slist_append(*list, "Content-Type:");	/* libcurl would call it a form */
	return 0;
}

int http_client_do(struct http_client *c, const struct http_call *call, struct http_answer *answer, struct err *e)
{
	struct exchange x = { .client = c, .call = call, .answer = answer, .err = ERR_INIT };
	struct curl_slist *headers = NULL;
	char place[300];
	struct uri uri;
	int rc;

	memset(answer, 0, sizeof(*answer));
	if (http_client_is_over(c))
		return err_set(e, ERR_STOPPING, "no more calls: shutting down");
	rc = uri_parse(span_of(call->url), &uri, e);
	if (rc != 0)
		return rc;
	(void)snprintf(place, sizeof(place), "%d %s %u", uri.tls, uri.host, (unsigned)uri.port);
	answer->head = mem_new(sizeof(*answer->head));
	buf_init(&answer->head->lines, HEAD_MAX);
	x.max_answer = call->max_answer != 0 ? call->max_answer : c->settings.max_answer;
	x.curl = take_handle(c, place);
	rc = make_headers(call, &headers, e);
	if (rc == 0)
		rc = http_exchange_run(&x, headers, e);
	curl_slist_free_all(headers);
	put_handle(c, x.curl, place, rc == 0);
	return rc == 0 ? 0 : err_wrap(e, "%s://%s:%u", uri.tls ? "https" : "http", uri.host, (unsigned)uri.port);
}

const char *http_answer_header(const struct http_answer *answer, const char *name)
{
	const struct buf *lines = answer->head == NULL ? NULL : &answer->head->lines;
	size_t n = strlen(name);

	/* Each line: name, NUL, value, NUL. */
	for (size_t i = 0; lines != NULL && i < lines->n;) {
		const char *line = lines->p + i, *value = line + strlen(line) + 1;

		if (span_is_nocase((struct span){ line, strlen(line) }, name) && strlen(line) == n)
			return value;
		i = (size_t)(value - lines->p) + strlen(value) + 1;
	}
	return NULL;
}

void http_answer_fini(struct http_answer *answer)
{
	if (answer->head == NULL)
		return;
	buf_fini(&answer->head->lines);
	free(answer->head);
	answer->head = NULL;
}
