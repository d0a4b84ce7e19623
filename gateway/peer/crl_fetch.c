/* SPDX-License-Identifier: EUPL-1.2 */
/* Revocation lists from where they are published. */
#include "peer/crl_fetch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uri.h"

#define SOONEST_MS 60000
#define RETRY_MOST_MS (3600 * 1000LL)

struct place {
	char *url;
	char name[2 * 16 + 5];		/* of its file */
	uint8_t sha[SHA256_LEN];	/* of what was kept last */
	int64_t due;
	unsigned failures;		/* in a row */
	char error[200];		/* of the last one */
};

struct peer_crl_fetch {
	struct peer_crl_rules rules;
	struct uri *below;
	bool is_full;			/* PEER_CRLS_MAX was reached, and that was said */
	pthread_mutex_t lock;		/* for the rest; places change on the thread of run alone */
	struct place places[PEER_CRLS_MAX];
	size_t n;
	uint64_t fetched, failed;
};

static struct place *find(struct peer_crl_fetch *f, const char *url)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->places[i].url, url) == 0)
			return &f->places[i];
	return NULL;
}

static void add(struct peer_crl_fetch *f, const char *url)
{
	struct place p = { .url = mem_dup(url) };
	uint8_t sha[SHA256_LEN];

	sha256(url, strlen(url), sha);
	hex_encode(sha, 16, p.name);
	memcpy(p.name + 32, ".crl", 5);
	(void)pthread_mutex_lock(&f->lock);
	f->places[f->n++] = p;
	(void)pthread_mutex_unlock(&f->lock);
}

static bool is_allowed(const struct peer_crl_fetch *f, const char *url)
{
	struct err ignored = ERR_INIT;
	struct uri u;

	if (uri_parse(span_of(url), &u, &ignored) != 0)
		return false;
	for (size_t i = 0; i < f->rules.below_count; i++)
		if (uri_is_below(&u, &f->below[i]))
			return true;
	return false;
}

/* What certificates have named since the last round. */
static void discover(struct peer_crl_fetch *f)
{
	struct arena *a = arena_new();
	const char *const *urls;
	size_t n = f->rules.below_count == 0 ? 0 : pki_trust_crl_points(f->rules.trust, a, &urls);

	for (size_t i = 0; i < n; i++) {
		if (!is_allowed(f, urls[i]) || find(f, urls[i]) != NULL)
			continue;
		if (f->n < PEER_CRLS_MAX) {
			add(f, urls[i]);
		} else if (!f->is_full) {
			f->is_full = true;
			log_event(LOG_WARN, "crl.too-many", LOG_STR("url", urls[i]), LOG_INT("most", PEER_CRLS_MAX));
		}
	}
	arena_free(a);
}

/* 0: the file holds what the address gives; *next: until when it counts, *is_new: it did not before. */
static int fetch(struct peer_crl_fetch *f, struct place *p, int64_t now, int64_t *next, bool *is_new, struct err *e)
{
	struct http_call call = { .url = p->url, .max_answer = PKI_CRL_FILE_MAX };
	struct http_answer answer;
	uint8_t sha[SHA256_LEN];
	struct buf body;
	int rc;

	buf_init(&body, PKI_CRL_FILE_MAX);
	call.to = sink_to_buf(&body);
	rc = http_client_do(f->rules.http, &call, &answer, e);
	if (rc == 0 && answer.status != 200)
		rc = err_reason(e, ERR_PEER, RSN_NET_BAD_ANSWER, "HTTP status %u", answer.status);
	http_answer_fini(&answer);
	sink_close(call.to);
	if (rc == 0)
		rc = pki_trust_check_crl(f->rules.trust, buf_view(&body), next, e);
	if (rc == 0 && *next < now)
		rc = err_set(e, ERR_TRUST, "the list that is published there is out of date");
	if (rc == 0) {
		sha256(body.p, body.n, sha);
		*is_new = memcmp(sha, p->sha, sizeof(sha)) != 0;
		if (*is_new && (rc = dir_make(f->rules.folder, 0700, e)) == 0)
			rc = file_replace(f->rules.folder, p->name, body.p, body.n, 0600, e);
		if (rc == 0)
			memcpy(p->sha, sha, sizeof(sha));
	}
	buf_fini(&body);
	return rc;
}

static int64_t wait_after(const struct peer_crl_fetch *f, const struct place *p, int64_t left)
{
	int64_t wait = p->failures > 0 ? (int64_t)SOONEST_MS << (p->failures < 7 ? p->failures - 1 : 6) : left / 2;
	int64_t most = p->failures > 0 ? RETRY_MOST_MS : f->rules.every_ms;

	wait = wait < most ? wait : most;
	return wait > SOONEST_MS || f->rules.every_ms < SOONEST_MS ? wait : SOONEST_MS;
}

static bool ask(struct peer_crl_fetch *f, struct place *p, int64_t now)
{
	struct err e = ERR_INIT;
	int64_t next = 0;
	bool is_new = false;
	int rc = fetch(f, p, now, &next, &is_new, &e);

	if (rc == ERR_STOPPING)
		return false;
	if (rc == 0 && is_new)
		log_event(LOG_INFO, "crl.fetched", LOG_STR("url", p->url), LOG_INT("hours_left", (next - now) / 3600000));
	if (rc != 0)
		log_event(LOG_WARN, "crl.fetch-failed", LOG_STR("url", p->url), LOG_ERR(&e));
	(void)pthread_mutex_lock(&f->lock);
	p->failures = rc == 0 ? 0 : p->failures + 1;
	(void)snprintf(p->error, sizeof(p->error), "%.199s", rc == 0 ? "" : e.text);
	p->due = now + wait_after(f, p, next - now);
	f->fetched += rc == 0;
	f->failed += rc != 0;
	(void)pthread_mutex_unlock(&f->lock);
	return is_new;
}

int peer_crl_fetch_run(void *fetcher, int64_t now, struct err *e)
{
	struct peer_crl_fetch *f = fetcher;
	bool is_new = false;

	(void)e;
	discover(f);
	for (size_t i = 0; i < f->n; i++) {
		struct place *p = &f->places[i];

		/* A clock that was ahead must not keep a list from being fetched. */
		if (p->due <= now || p->due > now + f->rules.every_ms + RETRY_MOST_MS)
			is_new |= ask(f, p, now);
	}
	if (is_new)
		(void)pki_trust_reload_crls(f->rules.trust);
	return 0;
}

void peer_crl_fetch_stats(struct peer_crl_fetch *f, struct peer_crl_stats *out)
{
	*out = (struct peer_crl_stats){ .detail = "" };
	(void)pthread_mutex_lock(&f->lock);
	out->addresses = f->n;
	out->fetched = f->fetched;
	out->failures = f->failed;
	for (size_t i = 0; i < f->n; i++) {
		const struct place *p = &f->places[i];

		out->failing += p->failures > 0;
		if (p->failures > 0 && out->detail[0] == '\0')
			(void)snprintf(out->detail, sizeof(out->detail), "%.100s: %.190s", p->url, p->error);
	}
	(void)pthread_mutex_unlock(&f->lock);
}

int peer_crl_fetch_new(const struct peer_crl_rules *rules, struct peer_crl_fetch **out, struct err *e)
{
	struct peer_crl_fetch *f = mem_new(sizeof(*f));

	f->rules = *rules;
	f->below = mem_new_array(rules->below_count + 1, sizeof(*f->below));
	must(pthread_mutex_init(&f->lock, NULL) == 0);
	for (size_t i = 0; i < rules->below_count; i++)
		if (uri_parse(span_of(rules->below[i]), &f->below[i], e) != 0) {
			peer_crl_fetch_free(f);
			return err_wrap(e, "%s", rules->below[i]);
		}
	for (size_t i = 0; i < rules->url_count && f->n < PEER_CRLS_MAX; i++)
		if (find(f, rules->urls[i]) == NULL)
			add(f, rules->urls[i]);
	*out = f;
	return 0;
}

void peer_crl_fetch_free(struct peer_crl_fetch *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->places[i].url);
	(void)pthread_mutex_destroy(&f->lock);
	free(f->below);
	free(f);
}
