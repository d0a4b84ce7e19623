/* SPDX-License-Identifier: EUPL-1.2 */
/* request - what a handler asks of its request. */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/x509.h>

#include "base/uri.h"
#include "http/exchange.h"
#include "http/limits.h"
#include "http/server_priv.h"

const char *http_path(const struct http_request *rq)
{
	return rq->path;
}

const char *http_path_rest(const struct http_request *rq)
{
	return rq->rest;
}

const char *http_host(const struct http_request *rq)
{
	return rq->host;
}

const char *http_header_at(const struct http_request *rq, const char *name, unsigned i)
{
	struct span v = http_head_field(&rq->head, name, i);

	return v.p == NULL ? NULL : arena_dup_n(rq->arena, v.p, v.n);
}

const char *http_header(const struct http_request *rq, const char *name)
{
	return http_header_at(rq, name, 0);
}

static const char *decoded(struct http_request *rq, struct span text)
{
	struct err e = ERR_INIT;
	struct buf b;
	char *out = NULL;

	buf_init(&b, HTTP_HEAD_MAX);
	if (uri_decode(&b, text, true, &e) == 0 && buf_check(&b, "query", &e) == 0)
		out = arena_dup_n(rq->arena, buf_str(&b), b.n);
	buf_fini(&b);
	return out;
}

const char *http_query(struct http_request *rq, const char *name)
{
	struct span rest = span_of(rq->query), pair, key, value;

	while (rest.n > 0) {
		const char *k;

		(void)span_split(rest, '&', &pair, &rest);
		(void)span_split(pair, '=', &key, &value);
		k = decoded(rq, key);
		if (k != NULL && strcmp(k, name) == 0)
			return decoded(rq, value);
	}
	return NULL;
}

/* RFC 6265 4.2.1: name=value pairs apart by "; ". */
const char *http_cookie(struct http_request *rq, const char *name)
{
	struct span rest, pair, key, value;

	for (unsigned i = 0; (rest = http_head_field(&rq->head, "Cookie", i)).p != NULL; i++) {
		while (rest.n > 0) {
			(void)span_split(rest, ';', &pair, &rest);
			if (span_split(span_trim(pair), '=', &key, &value) && span_is(key, name))
				return arena_dup_n(rq->arena, value.p, value.n);
		}
	}
	return NULL;
}

const char *http_peer(const struct http_request *rq)
{
	char text[ADDR_TEXT_LEN];

	return arena_dup(rq->arena, addr_text(&rq->conn->peer, text));
}

const struct addr *http_caller(const struct http_request *rq)
{
	return &rq->conn->caller;
}

bool http_is_tls(const struct http_request *rq)
{
	return rq->conn->tls != NULL;
}

struct span http_peer_cert(const struct http_request *rq)
{
	X509 *cert = rq->conn->tls == NULL ? NULL : SSL_get0_peer_certificate(rq->conn->tls);
	unsigned char *der = NULL;
	struct span out;
	int n;

	if (cert == NULL || (n = i2d_X509(cert, &der)) <= 0)
		return SPAN_EMPTY;
	out = arena_span(rq->arena, (struct span){ (char *)der, (size_t)n });
	OPENSSL_free(der);
	return out;
}

struct arena *http_arena(struct http_request *rq)
{
	return rq->arena;
}

struct src *http_body(struct http_request *rq)
{
	return &rq->body.src;
}
