/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * loop - the one thread that owns epoll, the listeners and every connection that no worker serves.
 *
 * A connection is watched one-shot: after an event it is silent until armed again, so a worker can have it without a
 * system call. Workers hand back through a list and an eventfd and never touch epoll.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/head.h"
#include "http/server_priv.h"

#define EVENTS 64
#define TICK_MS 250		/* deadlines are looked at so often */
#define ACCEPT_BURST 64		/* connections taken in one go, so that the others get their turn */
#define PRESSED_IDLE_MS 2000	/* idle time allowed while all connections are in use */

static void step(struct http_server *s, struct conn *c, int64_t now);

void loop_wake(struct http_server *s)
{
	uint64_t one = 1;

	/* A full counter means that a wake-up is pending already. */
	if (write(s->wake, &one, sizeof(one)) < 0)
		must(errno == EAGAIN);
}

void loop_return(struct conn *c)
{
	struct http_server *s = c->listener->server;
	bool first;

	must(pthread_mutex_lock(&s->lock) == 0);
	first = s->returned == NULL;
	c->returned_next = s->returned;
	s->returned = c;
	/* Under the lock: the server may be freed as soon as the loop has seen the last connection. */
	if (first)
		loop_wake(s);
	must(pthread_mutex_unlock(&s->lock) == 0);
}

static void end_conn(struct http_server *s, struct conn *c)
{
	if (c->state == CONN_HANDSHAKE)
		s->handshakes--;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	conn_free(c);
	atomic_fetch_sub(&s->open, 1);
}

static void close_politely(struct http_server *s, struct conn *c)
{
	if (c->state != CONN_HANDSHAKE)
		conn_say_goodbye(c);
	end_conn(s, c);
}

static void arm(struct http_server *s, struct conn *c, enum conn_io want)
{
	struct epoll_event ev = { .events = EPOLLONESHOT | (want == IO_WANT_WRITE ? EPOLLOUT : EPOLLIN),
				  .data.ptr = c };

	must(epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &ev) == 0);
}

static void dispatch(struct http_server *s, struct conn *c, unsigned refusal)
{
	struct err e = ERR_INIT;

	c->state = CONN_ACTIVE;
	c->refusal = refusal;
	c->head_seen = 0;
	c->read_meter = c->write_meter = (struct conn_meter){ 0 };
	atomic_fetch_add(&s->active, 1);
	/* Cannot be full: the queue holds as many as there are connections. */
	must(work_submit(s->work, serve_run, c, &e) == 0);
}

/* The buffer may hold a head, a part of one, or nothing. */
static void look_for_head(struct http_server *s, struct conn *c, int64_t now)
{
	long n = http_head_find(c->in, c->in_n, &c->head_seen);

	if (n > 0) {
		c->head_n = (size_t)n;
		dispatch(s, c, 0);
	} else if (n < 0) {
		dispatch(s, c, 400);
	} else if (c->in_n == HTTP_HEAD_MAX) {
		dispatch(s, c, 431);
	} else if (c->in_n > 0 && c->state != CONN_HEAD) {
		c->state = CONN_HEAD;
		c->deadline = now + s->limits.head_ms;
	}
}

static void step_handshake(struct http_server *s, struct conn *c, int64_t now)
{
	enum conn_io io = conn_handshake(c);

	if (io == IO_WANT_READ || io == IO_WANT_WRITE) {
		arm(s, c, io);
	} else if (io == IO_OK) {
		s->handshakes--;
		c->state = CONN_IDLE;
		c->deadline = now + s->limits.idle_ms;
		step(s, c, now);
	} else {
		atomic_fetch_add(&s->handshake_failures, 1);
		end_conn(s, c);
	}
}

static void step_read(struct http_server *s, struct conn *c, int64_t now)
{
	enum conn_io io = IO_OK;

	while (io == IO_OK && (c->state == CONN_IDLE || c->state == CONN_HEAD)) {
		io = conn_fill(c);
		if (io == IO_OK)
			look_for_head(s, c, now);
	}
	if (c->state == CONN_ACTIVE)
		return;
	if (io != IO_WANT_READ && io != IO_WANT_WRITE) {
		end_conn(s, c);
		return;
	}
	conn_release_buffer(c);
	arm(s, c, io);
}

static void step_linger(struct http_server *s, struct conn *c)
{
	if (conn_drop_input(c) == IO_WANT_READ)
		arm(s, c, IO_WANT_READ);
	else
		end_conn(s, c);
}

/* Does what can be done without waiting. The connection may be gone or with a worker afterwards. */
static void step(struct http_server *s, struct conn *c, int64_t now)
{
	switch (c->state) {
	case CONN_HANDSHAKE:
		step_handshake(s, c, now);
		break;
	case CONN_IDLE:
	case CONN_HEAD:
		step_read(s, c, now);
		break;
	case CONN_LINGER:
		step_linger(s, c);
		break;
	case CONN_ACTIVE:
		must(false);
	}
}

static void add_conn(struct http_server *s, struct listener *l, int fd, const struct sockaddr_storage *addr,
		     socklen_t addr_n)
{
	struct conn *c = conn_new(fd, l->pub.tls, span_of(l->scope), &s->limits);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = c };
	int on = 1;

	c->listener = l;
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
		end_conn(s, c);
}

static bool may_accept(const struct http_server *s, int64_t now)
{
	return !s->stop_seen && now >= s->accept_again && atomic_load(&s->open) < s->limits.connections &&
	       s->handshakes < s->limits.handshakes;
}

static void accept_some(struct http_server *s, struct listener *l, int64_t now)
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

/* A listener that may not accept is not watched, or its pending connections would keep the loop spinning. */
static void set_accepting(struct http_server *s, int64_t now)
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

static void linger(struct http_server *s, struct conn *c, int64_t now)
{
	conn_say_goodbye(c);
	c->in_n = 0;
	conn_release_buffer(c);
	c->state = CONN_LINGER;
	c->deadline = now + s->limits.linger_ms;
	step_linger(s, c);
}

/* After an answer the buffer is looked at before waiting, or a pipelined request would sleep for ever. */
static void keep(struct http_server *s, struct conn *c, int64_t now)
{
	c->state = CONN_IDLE;
	c->deadline = now + s->limits.idle_ms;
	if (s->stop_seen) {
		close_politely(s, c);
		return;
	}
	if (c->in_n > 0)
		look_for_head(s, c, now);
	if (c->state == CONN_ACTIVE)
		return;
	if (conn_has_input(c) && c->tls != NULL) {
		step(s, c, now);
		return;
	}
	conn_release_buffer(c);
	arm(s, c, IO_WANT_READ);
}

static void take_returned(struct http_server *s, int64_t now)
{
	struct conn *list, *c;

	must(pthread_mutex_lock(&s->lock) == 0);
	list = s->returned;
	s->returned = NULL;
	must(pthread_mutex_unlock(&s->lock) == 0);
	while ((c = list) != NULL) {
		list = c->returned_next;
		c->returned_next = NULL;
		atomic_fetch_sub(&s->active, 1);
		if (c->fate == FATE_KEEP)
			keep(s, c, now);
		else if (c->fate == FATE_LINGER)
			linger(s, c, now);
		else
			end_conn(s, c);
	}
}

static void sweep(struct http_server *s, int64_t now)
{
	bool pressed = atomic_load(&s->open) >= s->limits.connections;
	int64_t spare = pressed && s->limits.idle_ms > PRESSED_IDLE_MS ? s->limits.idle_ms - PRESSED_IDLE_MS : 0;
	struct conn *next;

	for (struct conn *c = s->conns; c != NULL; c = next) {
		next = c->next;
		if (c->state == CONN_ACTIVE || now < c->deadline - (c->state == CONN_IDLE ? spare : 0))
			continue;
		if (c->state != CONN_LINGER)
			atomic_fetch_add(&s->timeouts, 1);
		if (c->state == CONN_LINGER)
			end_conn(s, c);
		else
			close_politely(s, c);
	}
	s->next_sweep = now + TICK_MS;
}

/* Once at the start of stopping, and once more when the grace is over. */
static void stop_step(struct http_server *s, int64_t now)
{
	bool over = now >= atomic_load(&s->stop_deadline);
	struct conn *next;

	for (unsigned i = 0; i < s->listener_count && !s->stop_seen; i++) {
		(void)close(s->listeners[i].fd);	/* leaves epoll by itself */
		s->listeners[i].fd = -1;
	}
	s->stop_seen = true;
	for (struct conn *c = s->conns; c != NULL; c = next) {
		next = c->next;
		if (c->state == CONN_ACTIVE) {
			if (over)
				conn_cut(c);
		} else if (over || c->state != CONN_LINGER) {
			close_politely(s, c);
		}
	}
}

static void handle_event(struct http_server *s, void *ptr, int64_t now)
{
	uint64_t count;

	switch (*(enum watch *)ptr) {
	case WATCH_LISTENER:
		accept_some(s, ptr, now);
		break;
	case WATCH_CONN:
		step(s, ptr, now);
		break;
	case WATCH_WAKE:
		if (read(s->wake, &count, sizeof(count)) < 0)
			must(errno == EAGAIN);
		break;
	}
}

void *loop_run(void *server)
{
	struct http_server *s = server;
	struct epoll_event ev[EVENTS];

	(void)pthread_setname_np(pthread_self(), "http-loop");
	while (!s->stop_seen || s->conns != NULL) {
		bool quiet = s->conns == NULL && s->accepting && !s->stop_seen;
		int n = epoll_wait(s->epoll, ev, EVENTS, quiet ? -1 : TICK_MS);
		int64_t now = clock_mono();

		must(n >= 0 || errno == EINTR);
		for (int i = 0; i < n; i++)
			handle_event(s, ev[i].data.ptr, now);
		take_returned(s, now);
		if (atomic_load(&s->stopping))
			stop_step(s, now);
		if (now >= s->next_sweep)
			sweep(s, now);
		set_accepting(s, now);
	}
	return NULL;
}
