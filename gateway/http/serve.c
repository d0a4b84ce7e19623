/* SPDX-License-Identifier: EUPL-1.2 */
/* serve - the worker's side: one request from its head to the hand-back of the connection. */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/exchange.h"
#include "http/server_priv.h"

#define RETRY_AFTER "10"	/* seconds; as http_conn_say_busy */

static const char *text_of(struct http_request *rq, struct span s)
{
	return s.n == 0 ? "" : arena_dup_n(rq->arena, s.p, s.n);
}

/* The head is copied out of the connection's buffer, which the body needs. */
static int take_head(struct http_request *rq, struct err *e)
{
	struct conn *c = rq->conn;
	struct span text = arena_span(rq->arena, (struct span){ c->in, c->head_n });
	int rc = http_head_parse(text, &rq->head, e);

	http_conn_consume(c, c->head_n);
	if (rc != 0)
		return rc;
	rq->method = text_of(rq, rq->head.method);
	rq->path = text_of(rq, rq->head.path);
	rq->query = text_of(rq, rq->head.query);
	rq->host = text_of(rq, rq->head.host);
	return 0;
}

int http_reply_error(struct http_request *rq, unsigned status, struct err *e)
{
	const struct http_listener *l = &rq->listener->pub;
	const char *type = NULL;
	struct buf page;
	int rc;

	buf_init(&page, 65536);
	if (l->error_page != NULL)
		type = l->error_page(rq, status, &page, l->error_ctx);
	if (type != NULL && !page.over)
		rc = http_reply(rq, status, type, buf_str(&page), page.n, e);
	else
		rc = http_reply_text(rq, status,
				     arena_printf(rq->arena, "%u %s\n", status, http_status_phrase(status)), e);
	buf_fini(&page);
	return rc;
}

int http_reply_see_other(struct http_request *rq, const char *location, struct err *e)
{
	http_header_add(rq, "Location", location);
	return http_reply(rq, 303, NULL, "", 0, e);
}

/* Answers for a handler that did not. */
static void answer_failure(struct http_request *rq, unsigned status)
{
	struct err e = ERR_INIT;

	if (http_replied(rq))
		return;
	http_reply_reset_headers(rq);
	if (status == 429 || status == 503)
		http_header_add(rq, "Retry-After", RETRY_AFTER);
	if (http_reply_error(rq, status, &e) != 0 && !http_replied(rq)) {
		http_reply_reset_headers(rq);	/* the page itself added something that is not allowed */
		(void)http_reply_text(rq, 500, "500 Internal Server Error\n", &e);
	}
}

/* The path is not logged: it may hold what only the sender should know. The route says enough. */
static void log_failure(const struct http_request *rq, const struct err *e)
{
	enum log_level level = e->code == ERR_PEER		? LOG_DEBUG /* clients come and go */
			       : err_class(e->code) == ERR_LOCAL ? LOG_ERROR
								 : LOG_INFO;

	log_event(level, "http.failed", LOG_STR("listener", rq->listener->pub.name), LOG_STR("method", rq->method),
		  LOG_STR("route", rq->route->path), LOG_INT("status", (long long)rq->reply.status), LOG_ERR(e));
}

static void run_handler(struct http_request *rq)
{
	struct err e = ERR_INIT;
	int rc = rq->route->handle(rq, rq->route->ctx, &e);

	if (rc == 0 && rq->reply.state == REPLY_NONE)
		rc = err_set(&e, ERR_INTERNAL, "the handler did not answer");
	else if (rc == 0 && rq->reply.state == REPLY_OPEN)
		rc = err_set(&e, ERR_INTERNAL, "the handler did not finish its answer");
	if (rc == 0)
		return;
	answer_failure(rq, http_status_of(e.code));
	log_failure(rq, &e);
}

/* A refusal of the head: nothing behind it can be trusted to be where it seems, so the connection ends. */
static void refuse_head(struct http_request *rq, unsigned status, const struct err *e)
{
	rq->close = true;
	rq->body.broken = true;
	rq->head.field_count = 0;
	atomic_fetch_add(&rq->listener->server->malformed, 1);
	log_event(LOG_DEBUG, "http.malformed", LOG_STR("listener", rq->listener->pub.name),
		  LOG_INT("status", (long long)status), LOG_ERR(e));
	answer_failure(rq, status);
}

/* A good head, but too much at once. The body is not waited for. */
static void refuse_turn(struct http_request *rq, unsigned status)
{
	rq->close = true;
	http_body_init(&rq->body, rq->arena, rq->conn, &rq->head, 0);
	answer_failure(rq, status);
}

static void serve(struct http_request *rq)
{
	unsigned status, refusal = rq->conn->refusal;
	struct err e = ERR_INIT;
	const char *allow;
	struct span rest;

	if (refusal == 400 || refusal == 431) {
		(void)err_spec(&e, ERR_SYNTAX, "RFC 9112 2.2", "the head never ends");
		refuse_head(rq, refusal, &e);
		return;
	}
	if (take_head(rq, &e) != 0) {
		refuse_head(rq, rq->head.status, &e);
		return;
	}
	if (refusal != 0) {
		refuse_turn(rq, refusal);
		return;
	}
	rq->route = http_route_find(rq->listener, &rq->head, rq->arena, &status, &rest, &allow);
	http_body_init(&rq->body, rq->arena, rq->conn, &rq->head, rq->route == NULL ? 0 : rq->route->max_body);
	if (rq->route == NULL) {
		if (allow != NULL)
			http_header_add(rq, "Allow", allow);
		(void)http_reply_error(rq, status, &e);
	} else if (rq->head.length > rq->route->max_body) {
		answer_failure(rq, 413);
	} else {
		rq->rest = text_of(rq, rest);
		run_handler(rq);
	}
}

static enum conn_fate fate_of(struct http_request *rq)
{
	if (rq->reply.state != REPLY_DONE) {
		/* The answer broke off, and the peer has to see that. */
		if (rq->reply.open_ended && !rq->reply.chunked)
			http_conn_reset_on_close(rq->conn);
		return FATE_CLOSE;
	}
	if (!rq->close && http_body_settle(&rq->body))
		return FATE_KEEP;
	return FATE_LINGER;
}

void http_serve_run(void *job)
{
	struct conn *c = job;
	struct http_server *s = c->listener->server;
	struct http_request *rq = mem_new(sizeof(*rq));

	rq->conn = c;
	rq->listener = c->listener;
	rq->arena = arena_new_capped(HTTP_MEMORY_MAX);
	rq->method = rq->path = rq->rest = rq->query = rq->host = "";
	rq->body.conn = c;
	rq->stopping = atomic_load(&s->stopping);
	http_reply_init(rq);
	serve(rq);
	c->fate = fate_of(rq);
	http_reply_fini(rq);
	arena_free(rq->arena);
	free(rq);
	http_loop_return(c);
}
