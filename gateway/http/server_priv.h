/* SPDX-License-Identifier: EUPL-1.2 */
/* server_priv - the inside of struct http_server. Private to this folder. */
#ifndef HTTP_SERVER_PRIV_H
#define HTTP_SERVER_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/work.h"
#include "http/conn.h"
#include "http/head.h"
#include "http/limits.h"
#include "http/nets.h"
#include "http/server.h"

struct listener {
	enum watch watch;
	int fd;
	unsigned index;
	uint16_t port;
	char scope[32];		/* session id context: TLS sessions stay with their listener */
	struct http_listener pub;	/* pub.tls: under the lock of the server */
	bool has_tls;
	atomic_uint tls_age;		/* how often it was replaced */
	struct http_server *server;
	/* Requests; loop thread only but for pressed_since. */
	unsigned running;	/* in workers */
	struct net *ready_first, *ready_last;	/* clients whose next request may run as soon as there is a worker */
	atomic_llong pressed_since;	/* clock_mono since when requests wait for a worker; 0: none does */
};

struct http_server {
	struct http_limits limits;
	struct listener listeners[HTTP_LISTENERS_MAX];
	unsigned listener_count;
	int epoll, wake;		/* wake: eventfd */
	enum watch wake_watch;
	pthread_t loop;
	bool running;
	struct work *work, *lane;	/* requests; TLS handshakes (NULL: no listener has TLS) */

	/* Loop thread only. */
	struct conn *conns;		/* all connections */
	struct conn *gone;		/* closed in this round */
	struct nets nets;
	unsigned handshakes;		/* begun and not ended */
	unsigned requests_running;
	unsigned turn;			/* the listener that is looked at first for the next request */
	bool accepting;
	int64_t accept_again;		/* no accept before: descriptors had run out */
	int64_t next_sweep;
	bool stop_seen;

	/* Any thread. */
	atomic_bool stopping;
	atomic_llong stop_deadline;	/* clock_mono */
	atomic_ullong beats;		/* rounds of the loop */
	pthread_mutex_t lock;		/* of returned, and of the listeners' TLS */
	struct conn *returned;
	atomic_uint open, active;
	atomic_ullong accepted, handshake_failures, requests, malformed, timeouts, shed, refused, by_class[6];
};

#define TICK_MS 250		/* the loop looks at deadlines so often */

/* Opens, binds and listens; non-blocking. */
int http_listen_open(const char *address, int *fd, uint16_t *port, struct err *e);

/* The loop thread until the server has stopped; server is a struct http_server. */
void *http_loop_run(void *server);
/* Any thread: the loop looks at returned connections and at stopping. */
void http_loop_wake(struct http_server *s);
/* Loop thread: closes at once and forgets the connection. */
void http_loop_end(struct http_server *s, struct conn *c);
/* Loop thread: says goodbye as far as that needs no waiting, and closes. */
void http_end_politely(struct http_server *s, struct conn *c);
/* Loop thread: ends what has passed its deadline. */
void http_end_sweep(struct http_server *s, int64_t now);
/* Loop thread: a step of stopping, at its beginning and when the grace is over. */
void http_end_by_stop(struct http_server *s, int64_t now);
/* Loop thread: does what can be done without waiting. The connection may be gone or with a worker afterwards. */
void http_loop_step(struct http_server *s, struct conn *c, int64_t now);
/* Loop thread: waits for the peer. */
void http_loop_arm(struct http_server *s, struct conn *c, enum conn_io want);

/* Loop thread: takes what waits at the listener, as far as the limits allow. */
void http_accept_some(struct http_server *s, struct listener *l, int64_t now);
/* Loop thread: stops or resumes watching the listeners, by the limits. */
void http_accept_pause(struct http_server *s, int64_t now);
/* Loop thread: gives up a connection, because there are too many. */
void http_accept_shed(struct http_server *s, struct conn *c);

/* Loop thread: the peer of a connection in CONN_HANDSHAKE has sent something: the lane goes on with it. */
void http_shake_go_on(struct http_server *s, struct conn *c, int64_t now);
/* Loop thread: the lane has handed it back. */
void http_shake_done(struct http_server *s, struct conn *c, int64_t now);
/* It shook hands with a context that its listener has no more. Any thread that has the connection. */
bool http_shake_is_old(const struct conn *c);
/* Loop thread: the handshake is over, whatever came of it; for connections without one, too. */
void http_shake_forget(struct http_server *s, struct conn *c);

/* Loop thread: whose request it is: the sender's, or whom the sender names if it is a trusted proxy. */
struct addr http_who_asks(const struct listener *l, const struct conn *c);

/* Whether the sender stands for many clients: a proxy that is named, or where none is, whoever may name a client. */
bool http_who_is_many(const struct listener *l, const struct addr *sender);

/* Loop thread: the connection's head is complete; it runs when it is its turn. */
void http_turn_enter(struct http_server *s, struct conn *c, int64_t now);
/* Loop thread: answers with that status, without a handler and without waiting for a turn. */
void http_turn_refuse(struct http_server *s, struct conn *c, unsigned status);
/* Loop thread: its request is over, or does not run any more; for connections without one, too. */
void http_turn_leave(struct http_server *s, struct conn *c, int64_t now);
/* Loop thread: starts what may start. */
void http_turn_next(struct http_server *s, int64_t now);

/* Worker: serves the request at the start of the connection's buffer and hands the connection back. */
void http_serve_run(void *conn);
/* Any thread: gives an active connection back to the loop; the caller may not touch it any more. */
void http_loop_return(struct conn *c);

/* The line of the table that fits. NULL: *status says why (404, or 405 with *allow in the arena); *rest is what stands
 * for the "*". */
const struct http_route *http_route_find(const struct listener *l, const struct http_head *head, struct arena *a,
				    unsigned *status, struct span *rest, const char **allow);

#endif
