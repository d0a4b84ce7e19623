/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * conn - one accepted connection: TLS or plain bytes in and out, with deadlines.
 *
 * The loop thread owns a connection in every state but CONN_SHAKE and CONN_ACTIVE; then the worker that has it does, and
 * the loop may only call http_conn_cut(). The descriptor is non-blocking: http_conn_try_read returns at once (loop),
 * http_conn_read and http_conn_write wait within the limits (worker).
 */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/span.h"
#include "http/server.h"

struct listener;
struct net;

/* What an event of epoll belongs to; first member of everything that is watched. */
enum watch { WATCH_LISTENER, WATCH_CONN, WATCH_WAKE };

enum conn_state {
	CONN_HANDSHAKE,	/* TLS is not established, the peer has to send something */
	CONN_SHAKE,	/* a thread of the handshake lane does its part */
	CONN_IDLE,	/* between requests, nothing of the next head has come */
	CONN_HEAD,	/* a part of a head is in the buffer */
	CONN_WAITING,	/* the head is complete; others have their turn first */
	CONN_ACTIVE,	/* a worker serves a request of it */
	CONN_LINGER,	/* answered and closed on our side; what still comes is dropped */
	CONN_GONE,	/* closed; an event of this round may still name it */
};

/* Connections that no worker has, in the order in which they are given up when there are too many. */
enum quiet { QUIET_SILENT, QUIET_IDLE, QUIET_SHAKING, QUIET_HEAD, QUIET_WAITING, QUIET_NONE };

/* What a worker asks the loop to do with a connection it hands back. */
enum conn_fate { FATE_KEEP, FATE_LINGER, FATE_CLOSE };

enum conn_io { IO_OK, IO_WANT_READ, IO_WANT_WRITE, IO_END, IO_FAIL };

/* How long one direction has been waited for; processing time of the handler does not count. */
struct conn_meter {
	int64_t waited_ms;
	uint64_t bytes;
};

struct conn {
	enum watch watch;
	int fd;
	SSL *tls;			/* NULL: plain, or nothing has come yet */
	unsigned tls_age;		/* of the listener, when it began */
	struct listener *listener;
	const struct http_limits *limits;
	enum conn_state state;
	enum conn_fate fate;		/* set by the worker */
	enum conn_io shaken;		/* CONN_SHAKE: how far the handshake got */
	int64_t deadline;		/* clock_mono; of the state the loop waits in */
	unsigned refusal;		/* status to answer without a handler; 0: serve it */
	char *in;			/* in_cap bytes, or NULL while idle */
	size_t in_cap;
	size_t in_n;			/* bytes in it, not consumed yet */
	size_t head_seen;		/* looked at by http_head_find */
	size_t head_n;			/* length of the complete head at the start of in */
	unsigned blank_lines;		/* dropped before this head */
	uint64_t dropped;		/* bytes dropped in CONN_LINGER */
	struct conn_meter read_meter, write_meter;	/* of the request under way */
	struct addr peer;		/* who sends */
	struct addr caller;		/* of the request under way: the client, whom a proxy may have named */
	bool shaking;			/* counted as a handshake */
	bool later;			/* its handshake goes on with the next tick: too many are under way */
	struct net *net;		/* of peer */
	struct net *client;		/* of caller, while a request of it waits or runs; else NULL */
	/* While a worker has it: since when others wait because of requests like this one (0: nobody does). */
	const atomic_llong *pressed[2];
	struct conn *prev, *next;	/* all connections of the server */
	enum quiet quiet;
	struct conn *quiet_prev, *quiet_next;	/* of the same network, in the same state */
	struct conn *wait_prev, *wait_next;	/* CONN_WAITING: requests of the same client */
	struct conn *returned_next;	/* list of those handed back, or gone */
};

struct conn *http_conn_new(int fd, const struct http_limits *limits);	/* takes fd */
/* Makes the TLS side; scope keeps TLS sessions of one listener from being resumed at another. */
void http_conn_begin_tls(struct conn *c, SSL_CTX *ctx, struct span scope);
void http_conn_close(struct conn *c);	/* at once, and releases everything but the struct, which is for free() */
void http_conn_reset_on_close(struct conn *c);	/* the close is to look like a failure, not like an end */
void http_conn_cut(struct conn *c);	/* any thread while the connection exists: pending and later input/output fails */

enum conn_io http_conn_handshake(struct conn *c);
enum conn_io http_conn_try_read(struct conn *c, void *data, size_t cap, size_t *got);
enum conn_io http_conn_try_write(struct conn *c, const void *data, size_t n, size_t *put);
/* Reads into the buffer; IO_FAIL if it is full. */
enum conn_io http_conn_fill(struct conn *c);
void http_conn_consume(struct conn *c, size_t n);	/* removes n bytes from the start of the buffer */
void http_conn_release_buffer(struct conn *c);	/* frees the buffer if it is empty */
bool http_conn_has_input(const struct conn *c);	/* bytes that epoll does not know of */
void http_conn_say_busy(struct conn *c);	/* a short 503, if the socket takes it at once */
void http_conn_say_goodbye(struct conn *c);		/* close_notify and FIN; what comes can still be read off the socket */
enum conn_io http_conn_drop_input(struct conn *c);	/* CONN_LINGER: reads and drops; IO_END when enough or over */

/* From the buffer first. *got == 0: the peer closed. ERR_TIMEOUT, ERR_PEER. */
int http_conn_read(struct conn *c, void *data, size_t cap, size_t *got, struct err *e);
/* Waits until the buffer is not empty; *end: the peer closed instead. */
int http_conn_need(struct conn *c, bool *end, struct err *e);
int http_conn_write(struct conn *c, const void *data, size_t n, struct err *e);

#endif
