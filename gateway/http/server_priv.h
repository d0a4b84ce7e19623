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
#include "http/server.h"

struct listener {
	enum watch watch;
	int fd;
	uint16_t port;
	char scope[32];		/* session id context: TLS sessions stay with their listener */
	struct http_listener pub;
	struct http_server *server;
};

struct http_server {
	struct http_limits limits;
	struct listener listeners[HTTP_LISTENERS_MAX];
	unsigned listener_count;
	int epoll, wake;		/* wake: eventfd */
	enum watch wake_watch;
	pthread_t loop;
	bool running;
	struct work *work;

	/* Loop thread only. */
	struct conn *conns;		/* all connections */
	unsigned handshakes;
	bool accepting;
	int64_t accept_again;		/* no accept before: descriptors had run out */
	int64_t next_sweep;
	bool stop_seen;

	/* Any thread. */
	atomic_bool stopping;
	atomic_llong stop_deadline;	/* clock_mono */
	pthread_mutex_t lock;		/* of returned */
	struct conn *returned;
	atomic_uint open, active;
	atomic_ullong accepted, handshake_failures, requests, malformed, timeouts, by_class[6];
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

/* Loop thread: takes what waits at the listener, as far as the limits allow. */
void http_accept_some(struct http_server *s, struct listener *l, int64_t now);
/* Loop thread: stops or resumes watching the listeners, by the limits. */
void http_accept_pause(struct http_server *s, int64_t now);

/* Worker: serves the request at the start of the connection's buffer and hands the connection back. */
void http_serve_run(void *conn);
/* Any thread: gives an active connection back to the loop; the caller may not touch it any more. */
void http_loop_return(struct conn *c);

/* The line of the table that fits. NULL: *status says why (404, or 405 with *allow in the arena); *rest is what stands
 * for the "*". */
const struct http_route *http_route_find(const struct listener *l, const struct http_head *head, struct arena *a,
				    unsigned *status, struct span *rest, const char **allow);

#endif
