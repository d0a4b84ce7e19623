/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * server - HTTP/1.1 server: plain and TLS listeners, one loop thread, worker threads that run the handlers.
 *
 * The loop thread accepts, does TLS handshakes and reads heads; a request goes to a worker only when its head is
 * complete and valid. Bodies are streams in both directions. What RFC 9112 leaves open is refused: any ambiguity in a
 * head is answered 400 and the connection closed. The way of a program:
 *
 *     http_server_new, http_server_listen (once per listener), http_server_start, ..., http_server_stop,
 *     http_server_free
 *
 * new, listen, start, stop and free belong to one thread; port and stats are for any thread. See request.h for handlers.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/err.h"
#include "http/request.h"

struct http_server;

/* One line of a listener's route table. The first line whose path and method fit is taken; a path that fits only with
 * other methods gives 405, none 404. */
struct http_route {
	const char *method;	/* "GET" serves HEAD too: the answer's body is dropped */
	const char *path;	/* "/osci" exactly, "/form/" with a trailing "*" for everything below, "*" for all */
	http_handler_fn *handle;
	void *ctx;
	uint64_t max_body;	/* bytes; more is refused 413, by Content-Length before the handler runs; 0: no body */
};

/* Strings, routes and contexts stay the caller's and must outlive the server. */
struct http_listener {
	const char *name;	/* for logs and http_listener_name() */
	const char *address;	/* "127.0.0.1:8080", "[::1]:0", "*:80"; numbers only; port 0 takes a free one */
	SSL_CTX *tls;		/* NULL: plain TCP. The server takes a reference. Client certificates, versions and
				 * ciphers are the business of who made it (SSL_VERIFY_PEER for mutual TLS). */
	const struct http_route *routes;
	size_t route_count;
	http_error_page_fn *error_page;	/* NULL: "<status> <phrase>" as text/plain */
	void *error_ctx;
};

/* 0 takes the default in brackets. Times in ms. */
struct http_limits {
	unsigned workers;		/* threads that run handlers [32]; a slow peer holds one while its body moves */
	unsigned connections;		/* open at once [4096]; at the limit accepting pauses */
	unsigned handshakes;		/* TLS handshakes under way at once [256]; at the limit accepting pauses */
	unsigned handshake_ms;		/* [10000] */
	unsigned head_ms;		/* first to last byte of a head [15000] */
	unsigned idle_ms;		/* between requests [300000] */
	unsigned stall_ms;		/* a body or an answer may stand still this long [30000] */
	unsigned min_rate;		/* bytes per second a body or answer must keep on average after stall_ms [1024] */
	unsigned pressed_ms;		/* as stall_ms, but while requests wait for a worker [5000] */
	unsigned pressed_rate;		/* as min_rate, but then [16384]: a few slow peers must not hold all workers */
	unsigned linger_ms;		/* after an early refusal: how long unread input is dropped [2000] */
};

struct http_stats {
	unsigned open;			/* connections */
	unsigned active;		/* requests in a worker or waiting for one */
	uint64_t accepted;		/* connections ever */
	uint64_t handshake_failures;
	uint64_t requests;		/* answered, whatever the answer */
	uint64_t by_class[6];		/* answers 1xx..5xx at [1]..[5] */
	uint64_t malformed;		/* heads refused before a handler */
	uint64_t timeouts;		/* connections ended by a deadline */
};

/* limits may be NULL. Ignores SIGPIPE for the whole process. */
int http_server_new(const struct http_limits *limits, struct http_server **out, struct err *e);
/* Binds and listens; *index (may be NULL) is for http_server_port. Before http_server_start only. ERR_CONFIG for an
 * address that is not one, ERR_EXISTS if it is in use, ERR_DENIED if it may not be bound. */
int http_server_listen(struct http_server *s, const struct http_listener *l, unsigned *index, struct err *e);
uint16_t http_server_port(const struct http_server *s, unsigned index);
int http_server_start(struct http_server *s, struct err *e);
/* Closes the listeners and idle connections, lets requests under way finish for grace_ms, then cuts them off. Returns
 * when no handler runs any more. */
void http_server_stop(struct http_server *s, unsigned grace_ms);
void http_server_free(struct http_server *s);	/* stops with no grace if running; NULL is allowed */
void http_server_stats(const struct http_server *s, struct http_stats *out);

#endif
