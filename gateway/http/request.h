/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * request - what a handler sees: one request, its body, and the ways to answer it.
 *
 * A request belongs to the worker thread that runs the handler, from the call until it returns. Every string handed out
 * lives in the request's arena and ends with it.
 *
 * A handler answers once: http_reply, http_reply_begin or http_reply_error. If it returns an error without having
 * answered, the server answers with http_status_of(code) and logs the error once; if it returns 0 without an answer,
 * that is a 500. An error after http_reply_begin cuts the connection, so that the peer sees a truncated answer.
 * A body that was not read to its end is dropped: if little is left the connection goes on, otherwise it is closed.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/stream.h"

struct http_request;

typedef int http_handler_fn(struct http_request *rq, void *ctx, struct err *e);
/* Makes the body of an error answer: appends it to out and returns its media type, or NULL for the plain text. When the
 * head could not be understood the strings of rq are empty and it has no headers. It may add headers with
 * http_header_add. */
typedef const char *http_error_page_fn(struct http_request *rq, unsigned status, struct buf *out, void *ctx);

/* The request line and the headers. */
const char *http_path(const struct http_request *rq);	/* as sent, without the query; begins with "/" */
const char *http_path_rest(const struct http_request *rq);	/* what stands for the "*" of the route; "" without one */
const char *http_query(struct http_request *rq, const char *name);	/* decoded; NULL if absent or ill-encoded */
const char *http_header(const struct http_request *rq, const char *name);	/* the first of that name, or NULL */
const char *http_header_at(const struct http_request *rq, const char *name, unsigned i);	/* the i-th, or NULL */
const char *http_cookie(struct http_request *rq, const char *name);	/* NULL if absent */
const char *http_host(const struct http_request *rq);	/* as sent, with port; never NULL */

/* The connection. */
const char *http_peer(const struct http_request *rq);	/* numeric address without port */
const struct addr *http_caller(const struct http_request *rq);	/* the client: the sender, or whom a trusted proxy named */
bool http_is_tls(const struct http_request *rq);
struct span http_peer_cert(const struct http_request *rq);	/* DER of the client certificate; empty if none */
/* For what lives as long as the request. Its budget is HTTP_MEMORY_MAX: beyond it the body gives ERR_LIMIT, and a handler
 * that keeps something asks arena_check before. */
struct arena *http_arena(struct http_request *rq);

/* The body, never NULL, owned by the request; at its end at once if there is none. The first read answers
 * "Expect: 100-continue". Reading fails with ERR_PEER (cut off), ERR_TIMEOUT (too slow), ERR_SYNTAX (chunks) or
 * ERR_LIMIT (above the route's max_body, or the memory of the request); the connection is closed after the answer then. */
struct src *http_body(struct http_request *rq);
/* 0, or the error with which reading the body has failed: an answer about what was read would blame the wrong thing. */
int http_body_check(const struct http_request *rq, struct err *e);

/* Adds a header to the answer, before it is begun. Content-Length, Transfer-Encoding, Connection and Date are the
 * server's. A name or value that is not allowed in a header turns the answer into a 500. */
void http_header_add(struct http_request *rq, const char *name, const char *value);

/* A whole answer in one write. type: Content-Type, NULL for none. Fails only if the peer is gone. */
int http_reply(struct http_request *rq, unsigned status, const char *type, const void *body, size_t n, struct err *e);
/* The same in text/plain; charset=utf-8. */
int http_reply_text(struct http_request *rq, unsigned status, const char *text, struct err *e);
/* An answer as a stream; length -1: not known (chunked). *out is the request's: sink_finish() completes the answer
 * (ERR_WRONG_STATE if fewer bytes than length were written), do not close it. More bytes than length are refused. A file to
 * send is stream_copy(file, *out) and sink_finish(*out). */
int http_reply_begin(struct http_request *rq, unsigned status, const char *type, int64_t length, struct sink **out,
		     struct err *e);
/* The uniform error answer of the listener. */
int http_reply_error(struct http_request *rq, unsigned status, struct err *e);
/* Redirect with "303 See Other" and an empty body. */
int http_reply_see_other(struct http_request *rq, const char *location, struct err *e);
bool http_replied(const struct http_request *rq);	/* an answer was begun */

/* 400 for ERR_SYNTAX, 403 ERR_DENIED and ERR_TRUST, 404 ERR_MISSING, 408 ERR_TIMEOUT, 413 ERR_LIMIT, 503 ERR_BUSY,
 * ERR_FULL and ERR_STOPPING, ...; 500 for the rest. */
unsigned http_status_of(enum err_code code);
const char *http_status_phrase(unsigned status);

#endif
