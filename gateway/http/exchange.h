/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * exchange - the inside of struct http_request: one request and its answer on one connection. Private to this folder;
 * one worker thread.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "base/buf.h"
#include "http/chunked.h"
#include "http/conn.h"
#include "http/head.h"
#include "http/request.h"
#include "http/server.h"

enum body_kind { BODY_NONE, BODY_LENGTH, BODY_CHUNKED };

struct body {
	struct src src;
	const struct arena *arena;	/* of the request: whether it may take more input */
	struct conn *conn;
	enum body_kind kind;
	uint64_t left;		/* BODY_LENGTH: bytes not read yet */
	uint64_t max, total;	/* BODY_CHUNKED: the route's limit, bytes so far */
	struct chunked chunked;
	bool want_continue;	/* the client waits for "100 Continue" before it sends */
	bool at_end;
	bool broken;		/* reading failed: the place in the byte stream is lost */
	struct err failure;	/* why */
};

enum reply_state { REPLY_NONE, REPLY_OPEN, REPLY_DONE, REPLY_BROKEN };

struct reply {
	struct sink sink;
	enum reply_state state;
	unsigned status;
	struct buf extra;	/* headers of the handler */
	bool bad_header;
	bool open_ended;	/* the length is not known */
	bool chunked;		/* open_ended in chunks; else it ends with the connection (HTTP/1.0) */
	bool no_body;		/* HEAD, 204, 304 */
	uint64_t left;		/* bytes still to come when not open_ended */
	struct buf out;		/* head and framed bytes that were not written yet */
	struct buf pending;	/* data of the next chunk */
};

struct http_request {
	struct conn *conn;
	const struct listener *listener;
	const struct http_route *route;	/* NULL before routing */
	struct arena *arena;
	struct http_head head;
	const char *method, *path, *rest, *query, *host;
	struct body body;
	struct reply reply;
	bool close;		/* the connection ends after this answer */
	bool stopping;		/* the server is being stopped */
};

/* Prepares the body by what the head says; max: limit of the route. */
void http_body_init(struct body *b, const struct arena *a, struct conn *c, const struct http_head *head, uint64_t max);
/* Drops what is left if that needs no waiting. True: the connection is at the start of the next request. */
bool http_body_settle(struct body *b);

/* The answer's state before it is begun; what it holds is released by fini; reset drops the headers added so far. */
void http_reply_init(struct http_request *rq);
void http_reply_fini(struct http_request *rq);
void http_reply_reset_headers(struct http_request *rq);

#endif
