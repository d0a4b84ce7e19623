/* SPDX-License-Identifier: EUPL-1.2 */
/* token - asks for access tokens with an assertion of our own, one request at a time, and keeps them. */
#include "dir/token.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/uri.h"
#include "dir/blame.h"
#include "pki/jws.h"

#define ASSERTION_SECONDS 60	/* from its issue: servers refuse a longer life */
#define CLOCK_APART_S 15	/* issued so long ago: a server whose clock is behind calls nothing "not yet valid" */
#define LIFE_MOST_S (7LL * 24 * 3600)
#define EARLY_MS 30000		/* a token is renewed this long before it ends */
#define ANSWER_MAX ((size_t)64 * 1024)
#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

struct dir_token {
	struct http_client *http;
	const struct pki_key *key;
	const char *url;
	unsigned timeout_ms;
	pthread_mutex_t lock;	/* held while asking: one request in flight */
	struct buf value;
	int64_t until;		/* clock_mono */
	int64_t failed_at;	/* clock_mono */
	struct err failed;
};

struct dir_token *dir_token_new(struct http_client *http, const struct pki_key *key, const char *url,
				unsigned timeout_ms)
{
	struct dir_token *t = mem_new(sizeof(*t));

	*t = (struct dir_token){ .http = http, .key = key, .url = mem_dup(url), .timeout_ms = timeout_ms };
	buf_init(&t->value, DIR_TOKEN_MAX);
	must(pthread_mutex_init(&t->lock, NULL) == 0);
	return t;
}

void dir_token_free(struct dir_token *t)
{
	if (t == NULL)
		return;
	(void)pthread_mutex_destroy(&t->lock);
	free((void *)(uintptr_t)t->url);
	buf_wipe(&t->value);
	free(t);
}

/* The subject is the SHA-1 fingerprint under which the certificate is registered: an identifier, not a proof. */
static void subject_of(const struct pki_cert *c, char out[3 + 40 + 1])
{
	struct digest *d = digest_new(DIGEST_SHA1);
	uint8_t sha1[20];

	digest_add(d, c->der.p, c->der.n);
	digest_end(d, sha1);
	digest_free(d);
	memcpy(out, "fp:", 3);	/* NOLINT(bugprone-not-null-terminated-result): hex_encode ends it */
	hex_encode(sha1, sizeof(sha1), out + 3);
}

/* RS256 is what the interface names; a key on a curve has its own algorithm. */
static int sign(const struct pki_key *key, struct span claims, struct buf *out, struct err *e)
{
	int rc = pki_jws_sign(out, key, key->cert->kind == PKI_RSA ? "RS256" : NULL, NULL, false, claims, e);

	if (rc != 0)
		e->reason = RSN_LOC_DIRECTORY;
	return rc;
}

int dir_key_check(const struct pki_key *key, struct err *e)
{
	struct buf out;
	int rc;

	buf_init(&out, ANSWER_MAX);
	rc = sign(key, SPAN_LIT("{}"), &out, e);
	buf_wipe(&out);
	return rc;
}

static int make_assertion(const struct dir_token *t, struct buf *out, struct err *e)
{
	char sub[3 + 40 + 1], jti[ID_TEXT_LEN];
	struct id id = id_new();
	json_int_t issued = clock_now() / 1000 - CLOCK_APART_S;
	json_t *claims;
	struct buf text;
	int rc;

	subject_of(t->key->cert, sub);
	claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s}", "iss", sub, "sub", sub, "aud", t->url, "iat", issued,
			   "nbf", issued, "exp", issued + ASSERTION_SECONDS, "jti", id_text(&id, jti));
	buf_init(&text, ANSWER_MAX);
	json_write(&text, claims);
	json_decref(claims);
	rc = sign(t->key, buf_view(&text), out, e);
	buf_fini(&text);
	return rc;
}

static int make_request(const struct dir_token *t, struct buf *body, struct err *e)
{
	struct buf assertion;
	int rc;

	buf_init(&assertion, ANSWER_MAX);
	rc = make_assertion(t, &assertion, e);
	if (rc == 0) {
		buf_puts(body, "grant_type=client_credentials&client_assertion_type=");
		uri_encode(body, SPAN_LIT(ASSERTION_TYPE));
		buf_puts(body, "&client_assertion=");
		uri_encode(body, buf_view(&assertion));
		rc = buf_check(body, "token request", e);
	}
	buf_wipe(&assertion);
	return rc;
}

/* The prose of the interface shows camelCase names, its schema snake_case: both are accepted. */
static int take_answer(struct dir_token *t, struct span text, struct err *e)
{
	struct err bad = ERR_INIT;
	json_t *o = NULL;
	const char *value;
	long long seconds;

	if (json_read(text, "token", &o, &bad) != 0)
		return err_reason(e, ERR_PEER, RSN_DIR_BAD_ANSWER, "%s", bad.text);
	value = json_opt_string(o, "access_token", json_opt_string(o, "accessToken", NULL));
	seconds = json_opt_int(o, "expires_in", json_opt_int(o, "expiresIn", 0));
	if (seconds > LIFE_MOST_S)
		seconds = LIFE_MOST_S;
	if (value == NULL || value[0] == '\0' || strlen(value) >= DIR_TOKEN_MAX) {
		json_decref(o);
		return err_reason(e, ERR_PEER, RSN_DIR_BAD_ANSWER, "token answer without access_token");
	}
	buf_wipe(&t->value);
	buf_reserve(&t->value, strlen(value));
	buf_puts(&t->value, value);
	/* A token without a term, or with a short one, serves the request at hand and is renewed for the next. */
	t->until = clock_mono() + (seconds > 0 ? seconds * 1000 - EARLY_MS : 0);
	json_decref(o);
	return 0;
}

/* A server that refuses us need not say why; an end of our certificate is a good reason. */
static int refused(const struct pki_cert *ours, unsigned status, struct err *e)
{
	char when[CLOCK_TEXT_LEN];

	if (clock_now() >= ours->not_after)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING,
				  "token refused: HTTP status %u; the certificate of directory.client_key has expired at %s", status,
				  clock_utc(ours->not_after, when));
	return err_reason(e, ERR_DENIED, RSN_DIR_DENIED, "token refused: HTTP status %u", status);
}

static int judge(struct dir_token *t, unsigned status, struct span answer, struct err *e)
{
	switch (status) {
	case 200:
		return take_answer(t, answer, e);
	case 400:
	case 401:
	case 403:
		return refused(t->key->cert, status, e);
	case 404:
	case 405:
	case 410:	/* there is a server, but no token service at this path */
		return err_reason(e, ERR_CONFIG, RSN_LOC_DIRECTORY, "%s: HTTP status %u; see directory.token_path", t->url, status);
	default:
		return err_reason(e, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE, "token: HTTP status %u", status);
	}
}

static int fetch(struct dir_token *t, struct err *e)
{
	static const struct http_pair headers[] = { { "Content-Type", "application/x-www-form-urlencoded" },
						    { "Accept", "application/json" },
						    { NULL, NULL } };
	struct http_call call = { .method = "POST", .url = t->url, .headers = headers, .total_ms = t->timeout_ms,
				  .fresh = true };	/* rare: no gamble on an idle connection */
	struct http_answer got = { .status = 0 };
	struct buf body, answer;
	int rc;

	buf_init(&body, ANSWER_MAX);
	buf_init(&answer, ANSWER_MAX);
	rc = make_request(t, &body, e);
	if (rc == 0) {
		call.body = src_of_mem(body.p, body.n);
		call.body_length = (int64_t)body.n;
		call.to = sink_to_buf(&answer);
		rc = http_client_do(t->http, &call, &got, e);
		if (rc != 0)
			dir_transport_blame(e);
		else if (got.status >= 400)
			rc = dir_clock_check(&got, e);
		src_close(call.body);
		sink_close(call.to);
		http_answer_fini(&got);
	}
	if (rc == 0)
		rc = judge(t, got.status, buf_view(&answer), e);
	buf_wipe(&body);
	buf_wipe(&answer);
	return rc;
}

/* asked: when the caller began to wait for the lock. What failed since then would only fail once more. */
static int fetch_once(struct dir_token *t, int64_t asked, struct err *e)
{
	int rc;

	if (t->failed_at > asked) {
		*e = t->failed;
		return (int)e->code;
	}
	rc = fetch(t, e);
	if (rc != 0) {
		t->failed = *e;
		t->failed_at = clock_mono();
	}
	return rc;
}

int dir_token_get(struct dir_token *t, struct buf *b, struct err *e)
{
	int64_t asked = clock_mono();
	int rc = 0;

	pthread_mutex_lock(&t->lock);
	if (t->value.n == 0 || clock_mono() >= t->until)
		rc = fetch_once(t, asked, e);
	if (rc == 0) {
		buf_reset(b);
		buf_reserve(b, t->value.n);
		buf_span(b, buf_view(&t->value));
	}
	pthread_mutex_unlock(&t->lock);
	return rc;
}

void dir_token_drop(struct dir_token *t, struct span token)
{
	pthread_mutex_lock(&t->lock);
	if (span_eq(buf_view(&t->value), token))
		t->until = 0;
	pthread_mutex_unlock(&t->lock);
}
