/* SPDX-License-Identifier: EUPL-1.2 */
/* accept - new connections: how many, from whom, and when to stop taking them. Loop thread. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/server_priv.h"

#define ACCEPT_BURST 64		/* connections taken in one go, so that the others get their turn */

static void add_conn(struct http_server *s, struct listener *l, int fd, const struct sockaddr_storage *addr,
		     socklen_t addr_n)
{
	struct conn *c = http_conn_new(fd, l->pub.tls, span_of(l->scope), &s->limits);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = c };
	int on = 1;

	c->listener = l;
	c->active = &s->active;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (getnameinfo((const struct sockaddr *)addr, addr_n, c->peer, sizeof(c->peer), NULL, 0, NI_NUMERICHOST) != 0)
		c->peer[0] = '\0';
	c->next = s->conns;
	if (s->conns != NULL)
		s->conns->prev = c;
	s->conns = c;
	atomic_fetch_add(&s->open, 1);
	atomic_fetch_add(&s->accepted, 1);
	c->deadline = clock_mono();
	if (c->state == CONN_HANDSHAKE) {
		s->handshakes++;
		c->deadline += s->limits.handshake_ms;
	} else {
		c->deadline += s->limits.idle_ms;
	}
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		http_loop_end(s, c);
}

static bool may_accept(const struct http_server *s, int64_t now)
{
	return !s->stop_seen && now >= s->accept_again && atomic_load(&s->open) < s->limits.connections &&
	       s->handshakes < s->limits.handshakes;
}

void http_accept_some(struct http_server *s, struct listener *l, int64_t now)
{
	for (int i = 0; i < ACCEPT_BURST && may_accept(s, now); i++) {
		struct sockaddr_storage addr;
		socklen_t n = sizeof(addr);
		int fd = accept4(l->fd, (struct sockaddr *)&addr, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			add_conn(s, l, fd, &addr, n);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			s->accept_again = now + TICK_MS;
			log_event(LOG_WARN, "http.accept-paused", LOG_STR("why", strerror(errno)));
		}
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
