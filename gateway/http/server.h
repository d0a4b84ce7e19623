/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * server - HTTP/1.1 server: plain and TLS listeners, one loop thread, worker threads that run the handlers.
 *
 * The loop thread accepts and reads heads, TLS handshakes have a lane of their own; a request goes to a worker only when
 * its head is complete and its client's turn has come. Bodies are streams in both directions. What RFC 9112 leaves open is refused: any ambiguity in a
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

#include "base/addr.h"
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
	const char *name;	/* for logs */
	const char *address;	/* "127.0.0.1:8080", "[::1]:0", "*:80"; numbers only; port 0 takes a free one */
	SSL_CTX *tls;		/* NULL: plain TCP. The server takes a reference. Client certificates, versions and
				 * ciphers are the business of who made it (SSL_VERIFY_PEER for mutual TLS). */
	const struct http_route *routes;
	size_t route_count;
	http_error_page_fn *error_page;	/* NULL: "<status> <phrase>" as text/plain */
	void *error_ctx;
	/* "X-Forwarded-For": a proxy names its client in this header; NULL: the sender is the client. proxies: from whom
	 * that is believed; with proxy_count 0 from everybody, which is for listeners that nobody else reaches. Connections of
	 * a proxy are those of many clients: it may have as many as there are. */
	const char *client_header;
	const struct addr_range *proxies;
	size_t proxy_count;
};

/* 0 takes the default in brackets. Times in ms. A client is a network: one IPv4 address, one IPv6 /64. */
struct http_limits {
	unsigned workers;		/* threads that run handlers [32]; a slow peer holds one while its body moves. With several
					 * listeners each leaves a quarter of them to the others. */
	unsigned client_requests;	/* of one client at one listener in workers at once, the others wait [a quarter of the
					 * workers, or 4] */
	unsigned client_waiting;	/* requests of one client that wait for their turn; more are 429 [a sixteenth of the
					 * connections, or 64] */
	unsigned wait_ms;		/* waiting for a turn longer ends with 503, or 429 behind one's own requests [15000] */
	unsigned connections;		/* open at once [4096]; at the limit the client with the most connections gives up the one
					 * that does least */
	unsigned client_connections;	/* of one client at one listener [a quarter of the connections, or 256]; beyond it the
					 * client gives up the one that does least, or gets no other. Trusted proxies are free of it. */
	unsigned handshakes;		/* TLS handshakes under way at once [256]; at the limit the oldest is given up */
	unsigned client_handshakes;	/* of one client [an eighth of handshakes, or 8] */
	unsigned handshake_ms;		/* [10000] */
	unsigned head_ms;		/* first to last byte of a head [15000] */
	unsigned idle_ms;		/* between requests [300000] */
	unsigned stall_ms;		/* a body or an answer may stand still this long [30000] */
	unsigned min_rate;		/* bytes per second a body or answer must keep after stall_ms [1024] */
	unsigned pressed_ms;		/* as stall_ms, but while requests wait because of this one [5000] */
	unsigned pressed_rate;		/* as min_rate, but then [16384]; doubles with each pressed_ms that they wait */
	unsigned linger_ms;		/* after an early refusal: how long unread input is dropped [2000] */
};

struct http_stats {
	unsigned open;			/* connections */
	unsigned active;		/* requests in a worker */
	uint64_t accepted;		/* connections ever */
	uint64_t handshake_failures;
	uint64_t requests;		/* answered, whatever the answer */
	uint64_t by_class[6];		/* answers 1xx..5xx at [1]..[5] */
	uint64_t malformed;		/* heads refused before a handler */
	uint64_t timeouts;		/* connections ended by a deadline */
	uint64_t shed;			/* connections given up because there were too many */
	uint64_t refused;		/* connections and complete requests refused because their client has too many */
};

/* limits may be NULL. Ignores SIGPIPE for the whole process. */
int http_server_new(const struct http_limits *limits, struct http_server **out, struct err *e);
/* Binds and listens; *index (may be NULL) is for http_server_port. Before http_server_start only. ERR_CONFIG for an
 * address that is not one, ERR_EXISTS if it is in use, ERR_DENIED if it may not be bound. */
int http_server_listen(struct http_server *s, const struct http_listener *l, unsigned *index, struct err *e);
/* From now on this listener, which has TLS, shakes hands with another context; takes a reference. Connections of the one before
 * end when their request is over, or at once if they are idle: who they let in may not be let in any more. Any thread. */
void http_server_set_tls(struct http_server *s, unsigned index, SSL_CTX *tls);
uint16_t http_server_port(const struct http_server *s, unsigned index);
int http_server_start(struct http_server *s, struct err *e);
/* Closes the listeners and idle connections, lets requests under way finish for grace_ms, then cuts them off. Returns
 * when no handler runs any more. */
void http_server_stop(struct http_server *s, unsigned grace_ms);
void http_server_free(struct http_server *s);	/* stops with no grace if running; NULL is allowed */
/* True if the loop thread has made a round since the last call, or was started since; wakes it for the next one. For a
 * watchdog: one thread, not more often than the loop needs for a round. */
bool http_server_beats(struct http_server *s);
/* Descriptors that the limits need; more than RLIMIT_NOFILE allows is a matter for a warning. */
unsigned http_server_descriptors(const struct http_server *s);
void http_server_stats(const struct http_server *s, struct http_stats *out);

#endif
