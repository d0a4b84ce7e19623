/* SPDX-License-Identifier: EUPL-1.2 */
/* accept - new connections: how many, from whom, and when to stop taking them. Loop thread. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/server_priv.h"

#define SHED_BURST 16		/* connections given up when descriptors have run out */
#define ACCEPT_BURST 64		/* connections taken in one go, so that the others get their turn */

/* Beyond its budget a client has no connection more than before: for the new one it gives up one that does less, and when
 * all are busy the new one is not taken. */
static bool has_budget(struct http_server *s, const struct listener *l, const struct net *n, const struct addr *sender)
{
	struct conn *victim;

	if (n->conns < s->limits.client_connections || http_who_is_many(l, sender))
		return true;
	victim = http_net_quietest(n);
	if (victim != NULL)
		http_accept_shed(s, victim);
	return victim != NULL;
}

static void add_conn(struct http_server *s, struct listener *l, int fd, const struct sockaddr_storage *from)
{
	struct conn *c = http_conn_new(fd, &s->limits);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = c };
	bool tls = l->has_tls;
	int on = 1;

	c->listener = l;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)addr_of_socket((const struct sockaddr *)from, &c->peer);
	c->caller = c->peer;
	c->net = http_net_get(&s->nets, l->index, &c->peer);
	if (!has_budget(s, l, c->net, &c->peer)) {
		atomic_fetch_add(&s->refused, 1);
		http_net_put(&s->nets, c->net);
		http_conn_close(c);
		free(c);
		return;
	}
	http_net_join(&s->nets, c);
	c->next = s->conns;
	if (s->conns != NULL)
		s->conns->prev = c;
	s->conns = c;
	atomic_fetch_add(&s->open, 1);
	atomic_fetch_add(&s->accepted, 1);
	http_conn_become(c, tls ? CONN_HANDSHAKE : CONN_IDLE);
	c->deadline = clock_mono() + (tls ? s->limits.handshake_ms : s->limits.idle_ms);
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		http_loop_end(s, c);
}

void http_accept_shed(struct http_server *s, struct conn *c)
{
	static const char *const doing[] = { "tls-silent", "idle", "tls-handshake", "head", "waiting" };
	char net[ADDR_TEXT_LEN];

	atomic_fetch_add(&s->shed, 1);
	log_event(LOG_WARN, "http.shed", LOG_STR("listener", c->listener->pub.name), LOG_STR("what", doing[c->quiet]),
		  LOG_STR("client", addr_network_text(&c->peer, NET_LOG_V4, NET_LOG_V6, net)),
		  LOG_INT("connections", (long long)c->net->conns), LOG_INT("open", (long long)atomic_load(&s->open)));
	if (c->state == CONN_WAITING)
		http_conn_say_busy(c);
	http_loop_end(s, c);
}

/* Whoever comes is let in; for it goes the connection that does least, of the client that has most. */
static bool make_room(struct http_server *s)
{
	struct conn *victim = http_nets_victim(&s->nets, QUIET_NONE);

	if (victim != NULL)
		http_accept_shed(s, victim);
	return victim != NULL;
}

static bool may_accept(const struct http_server *s, int64_t now)
{
	return !s->stop_seen && now >= s->accept_again &&
	       (atomic_load(&s->open) < s->limits.connections || http_nets_victim(&s->nets, QUIET_NONE) != NULL);
}

/* Descriptors or memory have run out. */
static void wait_for_room(struct http_server *s, int errnum, int64_t now)
{
	bool shed = false;

	log_event(LOG_WARN, "http.accept-paused", LOG_STR("why", strerror(errnum)),
		  LOG_INT("open", (long long)atomic_load(&s->open)));
	for (int i = 0; i < SHED_BURST; i++)
		shed = make_room(s) || shed;
	if (!shed)
		s->accept_again = now + TICK_MS;
}

void http_accept_some(struct http_server *s, struct listener *l, int64_t now)
{
	for (int i = 0; i < ACCEPT_BURST && may_accept(s, now); i++) {
		struct sockaddr_storage from;
		socklen_t n = sizeof(from);
		int fd = accept4(l->fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			if (atomic_load(&s->open) >= s->limits.connections)
				(void)make_room(s);
			add_conn(s, l, fd, &from);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			wait_for_room(s, errno, now);
		return;
	}
}

/* A listener that may not accept must not be watched, or its pending connections would keep the loop spinning. */
void http_accept_pause(struct http_server *s, int64_t now)
{
	bool want = may_accept(s, now);

	if (want == s->accepting || s->stop_seen)
		return;
	s->accepting = want;
	for (unsigned i = 0; i < s->listener_count; i++) {
		struct epoll_event ev = { .events = want ? EPOLLIN : 0, .data.ptr = &s->listeners[i] };

		must(epoll_ctl(s->epoll, EPOLL_CTL_MOD, s->listeners[i].fd, &ev) == 0);
	}
}
