/* SPDX-License-Identifier: EUPL-1.2 */
/* reply - the answer: whole in one write, or as a stream. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/exchange.h"
#include "http/server_priv.h"

#define HEADERS_MAX 16384	/* what a handler may add */
#define FLUSH_AT 16384		/* bytes that are gathered before a write */
#define ONE_WRITE_MAX 65536	/* a body up to this goes out together with its head */

static int reply_write(struct sink *s, const void *data, size_t n, struct err *e);
static int reply_finish(struct sink *s, struct err *e);

static struct http_request *of_sink(struct sink *s)
{
	return (struct http_request *)(void *)((char *)s - offsetof(struct http_request, reply.sink));
}

void http_reply_init(struct http_request *rq)
{
	struct reply *r = &rq->reply;

	*r = (struct reply){ .sink = { .write = reply_write, .finish = reply_finish } };
	buf_init(&r->extra, HEADERS_MAX);
	buf_init(&r->out, HEADERS_MAX + ONE_WRITE_MAX + 4096);
	buf_init(&r->pending, FLUSH_AT);
}

void http_reply_fini(struct http_request *rq)
{
	buf_fini(&rq->reply.extra);
	buf_fini(&rq->reply.out);
	buf_fini(&rq->reply.pending);
}

void http_reply_reset_headers(struct http_request *rq)
{
	buf_reset(&rq->reply.extra);
	rq->reply.extra.over = false;
	rq->reply.bad_header = false;
}

void http_header_add(struct http_request *rq, const char *name, const char *value)
{
	struct reply *r = &rq->reply;

	if (!http_is_token(span_of(name)) || value == NULL || !http_is_value(span_of(value)))
		r->bad_header = true;
	else
		buf_printf(&r->extra, "%s: %s\r\n", name, value);
}

bool http_replied(const struct http_request *rq)
{
	return rq->reply.state != REPLY_NONE;
}

static int broken(struct http_request *rq, int rc)
{
	rq->reply.state = REPLY_BROKEN;
	return rc;
}

static int flush(struct http_request *rq, struct err *e)
{
	struct buf *out = &rq->reply.out;
	int rc = 0;

	if (out->n > 0)
		rc = http_conn_write(rq->conn, out->p, out->n, e);
	buf_reset(out);
	return rc == 0 ? 0 : broken(rq, rc);
}

/* Whether the connection ends after this answer, as far as that is known when its head is written. A handler that reads
 * the body while it answers may still get to the body's end. */
static bool must_close(struct http_request *rq, bool whole)
{
	return rq->close || rq->head.close || rq->stopping || rq->body.broken || rq->body.want_continue ||
	       (whole && !http_body_settle(&rq->body));
}

static void write_head(struct http_request *rq, const char *type, int64_t length)
{
	struct reply *r = &rq->reply;
	char date[CLOCK_TEXT_LEN];

	buf_printf(&r->out, "HTTP/1.1 %u %s\r\nDate: %s\r\n", r->status, http_status_phrase(r->status),
		   clock_http(clock_now(), date));
	if (type != NULL)
		buf_printf(&r->out, "Content-Type: %s\r\n", type);
	/* RFC 9110 8.6: no length where there can be no body. */
	if (r->chunked && r->status != 204 && r->status != 304)
		buf_puts(&r->out, "Transfer-Encoding: chunked\r\n");
	else if (!r->open_ended && r->status != 204 && r->status != 304)
		buf_printf(&r->out, "Content-Length: %lld\r\n", (long long)length);
	if (rq->close)
		buf_puts(&r->out, "Connection: close\r\n");
	buf_span(&r->out, buf_view(&r->extra));
	buf_puts(&r->out, "\r\n");
}

/* whole: nothing more of the body will be read. */
static int begin(struct http_request *rq, unsigned status, const char *type, int64_t length, bool whole, struct err *e)
{
	struct http_server *s = rq->listener->server;
	struct reply *r = &rq->reply;

	must(status >= 200 && status < 600);
	if (r->state != REPLY_NONE)
		return err_set(e, ERR_WRONG_STATE, "answered twice");
	if (r->bad_header || r->extra.over || (type != NULL && !http_is_value(span_of(type))))
		return err_set(e, ERR_INTERNAL, "a header of the answer is not allowed or too long");
	rq->close = must_close(rq, whole);
	rq->body.want_continue = false;		/* too late for an interim answer */
	r->status = status;
	r->no_body = status == 204 || status == 304 || strcmp(rq->method, "HEAD") == 0;
	r->open_ended = length < 0;
	r->chunked = r->open_ended && !rq->head.old;
	r->left = length < 0 ? 0 : (uint64_t)length;
	write_head(rq, type, length);
	r->state = REPLY_OPEN;
	atomic_fetch_add(&s->requests, 1);
	atomic_fetch_add(&s->by_class[status / 100], 1);
	return 0;
}

int http_reply(struct http_request *rq, unsigned status, const char *type, const void *body, size_t n, struct err *e)
{
	int rc = begin(rq, status, type, (int64_t)n, true, e);

	if (rc != 0)
		return rc;
	if (!rq->reply.no_body && n <= ONE_WRITE_MAX) {
		buf_put(&rq->reply.out, body, n);
		n = 0;
	}
	rc = flush(rq, e);
	if (rc == 0 && !rq->reply.no_body && n > 0)
		rc = http_conn_write(rq->conn, body, n, e);
	if (rc != 0)
		return broken(rq, rc);
	rq->reply.state = REPLY_DONE;
	return 0;
}

int http_reply_text(struct http_request *rq, unsigned status, const char *text, struct err *e)
{
	return http_reply(rq, status, "text/plain; charset=utf-8", text, strlen(text), e);
}

int http_reply_begin(struct http_request *rq, unsigned status, const char *type, int64_t length, struct sink **out,
		     struct err *e)
{
	int rc = begin(rq, status, type, length, false, e);

	if (rc == 0)
		*out = &rq->reply.sink;
	return rc;
}

/* Puts what was gathered into out, as a chunk if there are chunks (RFC 9112 7.1). */
static void frame_pending(struct reply *r)
{
	if (r->pending.n == 0)
		return;
	if (r->chunked)
		buf_printf(&r->out, "%zx\r\n", r->pending.n);
	buf_span(&r->out, buf_view(&r->pending));
	if (r->chunked)
		buf_puts(&r->out, "\r\n");
	buf_reset(&r->pending);
}

static int write_open_ended(struct http_request *rq, const char *p, size_t n, struct err *e)
{
	struct reply *r = &rq->reply;
	int rc;

	while (n > 0) {
		size_t room = FLUSH_AT - r->pending.n, take = n < room ? n : room;

		buf_put(&r->pending, p, take);
		p += take;
		n -= take;
		if (r->pending.n < FLUSH_AT)
			return 0;
		frame_pending(r);
		rc = flush(rq, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int write_length(struct http_request *rq, const char *p, size_t n, struct err *e)
{
	struct reply *r = &rq->reply;
	int rc;

	r->left -= n;
	if (r->out.n + n <= FLUSH_AT) {
		buf_put(&r->out, p, n);
		return 0;
	}
	rc = flush(rq, e);
	if (rc == 0 && n < FLUSH_AT) {
		buf_put(&r->out, p, n);
		return 0;
	}
	if (rc == 0)
		rc = http_conn_write(rq->conn, p, n, e);
	return rc == 0 ? 0 : broken(rq, rc);
}

static int reply_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct http_request *rq = of_sink(s);
	struct reply *r = &rq->reply;

	if (r->state != REPLY_OPEN)
		return err_set(e, ERR_WRONG_STATE, "the answer is over");
	if (!r->open_ended && n > r->left)
		return broken(rq, err_set(e, ERR_WRONG_STATE, "more bytes than the announced length"));
	if (r->no_body) {
		r->left -= r->open_ended ? 0 : n;
		return 0;
	}
	return r->open_ended ? write_open_ended(rq, data, n, e) : write_length(rq, data, n, e);
}

static int reply_finish(struct sink *s, struct err *e)
{
	struct http_request *rq = of_sink(s);
	struct reply *r = &rq->reply;
	int rc;

	if (r->state != REPLY_OPEN)
		return err_set(e, ERR_WRONG_STATE, "the answer is over");
	if (!r->open_ended && r->left > 0 && !r->no_body)
		return broken(rq, err_set(e, ERR_WRONG_STATE, "%llu bytes less than the announced length",
					  (unsigned long long)r->left));
	if (r->open_ended && !r->no_body) {
		frame_pending(r);
		if (r->chunked)
			buf_puts(&r->out, "0\r\n\r\n");
	}
	rc = flush(rq, e);
	if (rc == 0)
		r->state = REPLY_DONE;
	return rc;
}
