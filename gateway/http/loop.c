/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * loop - the one thread that owns epoll, the listeners and every connection that no worker serves.
 *
 * A connection is watched one-shot: after an event it is silent until armed again, so a worker can have it without a
 * system call. Workers hand back through a list and an eventfd and never touch epoll.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/head.h"
#include "http/server_priv.h"

#define EVENTS 64
#define PRESSED_IDLE_MS 2000	/* idle time allowed while all connections are in use */

static void step(struct http_server *s, struct conn *c, int64_t now);

void http_loop_wake(struct http_server *s)
{
	uint64_t one = 1;

	/* A full counter means that a wake-up is pending already. */
	if (write(s->wake, &one, sizeof(one)) < 0)
		must(errno == EAGAIN);
}

void http_loop_return(struct conn *c)
{
	struct http_server *s = c->listener->server;
	bool first;

	must(pthread_mutex_lock(&s->lock) == 0);
	first = s->returned == NULL;
	c->returned_next = s->returned;
	s->returned = c;
	/* Under the lock: the server may be freed as soon as the loop has seen the last connection. */
	if (first)
		http_loop_wake(s);
	must(pthread_mutex_unlock(&s->lock) == 0);
}

void http_loop_end(struct http_server *s, struct conn *c)
{
	if (c->state == CONN_HANDSHAKE)
		s->handshakes--;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	http_conn_free(c);
	atomic_fetch_sub(&s->open, 1);
}

static void close_politely(struct http_server *s, struct conn *c)
{
	if (c->state != CONN_HANDSHAKE)
		http_conn_say_goodbye(c);
	http_loop_end(s, c);
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
	must(work_submit(s->work, http_serve_run, c, &e) == 0);
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
	enum conn_io io = http_conn_handshake(c);

	if (io == IO_WANT_READ || io == IO_WANT_WRITE) {
		arm(s, c, io);
	} else if (io == IO_OK) {
		s->handshakes--;
		c->state = CONN_IDLE;
		c->deadline = now + s->limits.idle_ms;
		step(s, c, now);
	} else {
		atomic_fetch_add(&s->handshake_failures, 1);
		http_loop_end(s, c);
	}
}

static void step_read(struct http_server *s, struct conn *c, int64_t now)
{
	enum conn_io io = IO_OK;

	while (io == IO_OK && (c->state == CONN_IDLE || c->state == CONN_HEAD)) {
		io = http_conn_fill(c);
		if (io == IO_OK)
			look_for_head(s, c, now);
	}
	if (c->state == CONN_ACTIVE)
		return;
	if (io != IO_WANT_READ && io != IO_WANT_WRITE) {
		http_loop_end(s, c);
		return;
	}
	http_conn_release_buffer(c);
	arm(s, c, io);
}

static void step_linger(struct http_server *s, struct conn *c)
{
	if (http_conn_drop_input(c) == IO_WANT_READ)
		arm(s, c, IO_WANT_READ);
	else
		http_loop_end(s, c);
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

static void linger(struct http_server *s, struct conn *c, int64_t now)
{
	http_conn_say_goodbye(c);
	c->in_n = 0;
	http_conn_release_buffer(c);
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
	if (http_conn_has_input(c) && c->tls != NULL) {
		step(s, c, now);
		return;
	}
	http_conn_release_buffer(c);
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
			http_loop_end(s, c);
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
			http_loop_end(s, c);
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
				http_conn_cut(c);
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
		http_accept_some(s, ptr, now);
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

void *http_loop_run(void *server)
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
		http_accept_pause(s, now);
	}
	return NULL;
}
