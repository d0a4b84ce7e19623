/* SPDX-License-Identifier: EUPL-1.2 */
/* body - a request's body as a stream. */
#include <stddef.h>

#include "base/mem.h"
#include "http/exchange.h"

static int broken(struct body *b, int rc, const struct err *e)
{
	b->broken = true;
	b->failure = *e;
	return rc;
}

static struct http_request *of_body(struct body *b)
{
	return (struct http_request *)(void *)((char *)b - offsetof(struct http_request, body));
}

int http_body_check(const struct http_request *rq, struct err *e)
{
	if (!rq->body.broken || rq->body.failure.code == ERR_OK)
		return 0;
	*e = rq->body.failure;
	return (int)e->code;
}

static int read_length(struct body *b, void *data, size_t cap, size_t *got, struct err *e)
{
	int rc;

	if (cap > b->left)
		cap = (size_t)b->left;
	rc = http_conn_read(b->conn, data, cap, got, e);
	if (rc != 0)
		return broken(b, rc, e);
	if (*got == 0)
		return broken(b, err_spec(e, ERR_PEER, "RFC 9112 8", "the client closed %llu bytes before the end",
					  (unsigned long long)b->left), e);
	b->left -= *got;
	b->at_end = b->left == 0;
	return 0;
}

static int read_chunked(struct body *b, void *data, size_t cap, size_t *got, struct err *e)
{
	size_t used;
	bool end;
	int rc;

	while (*got == 0 && !b->at_end) {
		rc = http_conn_need(b->conn, &end, e);
		if (rc != 0)
			return broken(b, rc, e);
		if (end)
			return broken(b, err_spec(e, ERR_PEER, "RFC 9112 8", "the client closed before the last chunk"), e);
		rc = http_chunked_decode(&b->chunked, b->conn->in, b->conn->in_n, &used, data, cap, got, e);
		if (rc != 0)
			return broken(b, rc, e);
		http_conn_consume(b->conn, used);
		b->at_end = b->chunked.state == CHUNK_END;
	}
	b->total += *got;
	if (b->total > b->max)
		return broken(b, err_spec(e, ERR_LIMIT, "RFC 9110 15.5.14", "body of more than %llu bytes",
					  (unsigned long long)b->max), e);
	return 0;
}

static int body_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct body *b = (struct body *)s;
	int rc;

	*got = 0;
	if (b->broken)
		return http_body_check(of_body(b), e);
	if (b->at_end || cap == 0)
		return 0;
	rc = arena_check(b->arena, "request", e);
	if (rc != 0)
		return broken(b, rc, e);
	if (b->want_continue) {
		b->want_continue = false;
		/* RFC 9110 10.1.1: not needed when the body is arriving already. */
		if (b->conn->in_n == 0 && (rc = http_conn_write(b->conn, go_on, sizeof(go_on) - 1, e)) != 0)
			return broken(b, rc, e);
	}
	return b->kind == BODY_LENGTH ? read_length(b, data, cap, got, e) : read_chunked(b, data, cap, got, e);
}

void http_body_init(struct body *b, const struct arena *a, struct conn *c, const struct http_head *head, uint64_t max)
{
	*b = (struct body){ .src = { .read = body_read }, .arena = a, .conn = c, .max = max };
	b->kind = head->chunked ? BODY_CHUNKED : head->length > 0 ? BODY_LENGTH : BODY_NONE;
	b->left = head->length;
	b->at_end = b->kind == BODY_NONE;
	b->want_continue = head->expect_continue;
	http_chunked_init(&b->chunked);
}

bool http_body_settle(struct body *b)
{
	MEM_UNFILLED char waste[16384];
	size_t got;

	if (b->at_end && !b->broken)
		return true;
	/* Of a client that waits for "100 Continue" nobody knows whether the body comes after the refusal. */
	if (b->broken || b->want_continue || b->kind != BODY_LENGTH || b->left > HTTP_DRAIN_MAX)
		return false;
	while (b->left > 0) {
		size_t cap = b->left < sizeof(waste) ? (size_t)b->left : sizeof(waste);

		if (b->conn->in_n > 0) {
			got = cap < b->conn->in_n ? cap : b->conn->in_n;
			http_conn_consume(b->conn, got);
		} else if (http_conn_try_read(b->conn, waste, cap, &got) != IO_OK) {
			return false;
		}
		b->left -= got;
	}
	b->at_end = true;
	return true;
}
