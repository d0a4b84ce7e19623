/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * loop - the one thread that owns epoll, the listeners and every connection that no worker serves.
 *
 * A connection is watched one-shot: after an event it is silent until armed again, so a worker can have it without a
 * system call. Workers hand back through a list and an eventfd and never touch epoll.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/head.h"
#include "http/server_priv.h"

#define EVENTS 64
#define BLANK_LINES_MAX 8	/* before a request line; RFC 9112 2.2 asks for at least one */

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
	http_turn_leave(s, c, clock_mono());
	http_shake_forget(s, c);
	http_net_leave(&s->nets, c);
	http_net_put(&s->nets, c->net);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	http_conn_close(c);
	atomic_fetch_sub(&s->open, 1);
	c->state = CONN_GONE;
	c->returned_next = s->gone;
	s->gone = c;
}

static void free_gone(struct http_server *s)
{
	struct conn *c;

	while ((c = s->gone) != NULL) {
		s->gone = c->returned_next;
		free(c);
	}
}

void http_loop_arm(struct http_server *s, struct conn *c, enum conn_io want)
{
	struct epoll_event ev = { .events = EPOLLONESHOT | (want == IO_WANT_WRITE ? EPOLLOUT : EPOLLIN),
				  .data.ptr = c };

	must(epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &ev) == 0);
}

/* RFC 9112 2.2: an empty line before a request is dropped; some clients send one behind a body. */
static void drop_blank_lines(struct conn *c)
{
	while (c->in_n >= 2 && c->in[0] == '\r' && c->in[1] == '\n' && c->blank_lines < BLANK_LINES_MAX) {
		http_conn_consume(c, 2);
		c->head_seen = 0;
		c->blank_lines++;
	}
}

/* The buffer may hold a head, a part of one, or nothing. */
static void look_for_head(struct http_server *s, struct conn *c, int64_t now)
{
	long n;

	drop_blank_lines(c);
	n = http_head_find(c->in, c->in_n, &c->head_seen);
	if (n > 0) {
		c->head_n = (size_t)n;
		http_turn_enter(s, c, now);
	} else if (n < 0) {
		http_turn_refuse(s, c, 400);
	} else if (c->in_n == HTTP_HEAD_MAX) {
		http_turn_refuse(s, c, 431);
	} else if (c->in_n > 0 && c->state != CONN_HEAD) {
		http_conn_become(c, CONN_HEAD);
		c->deadline = now + s->limits.head_ms;
	}
}

static bool is_reading(const struct conn *c)
{
	return c->state == CONN_IDLE || c->state == CONN_HEAD;
}

static void step_read(struct http_server *s, struct conn *c, int64_t now)
{
	enum conn_io io = IO_OK;

	while (io == IO_OK && is_reading(c)) {
		io = http_conn_fill(c);
		if (io == IO_OK)
			look_for_head(s, c, now);
	}
	if (!is_reading(c))
		return;
	if (io != IO_WANT_READ && io != IO_WANT_WRITE) {
		http_loop_end(s, c);
		return;
	}
	http_conn_release_buffer(c);
	http_loop_arm(s, c, io);
}

static void step_linger(struct http_server *s, struct conn *c)
{
	if (http_conn_drop_input(c) == IO_WANT_READ)
		http_loop_arm(s, c, IO_WANT_READ);
	else
		http_loop_end(s, c);
}

void http_loop_step(struct http_server *s, struct conn *c, int64_t now)
{
	switch (c->state) {
	case CONN_HANDSHAKE:
		http_shake_go_on(s, c, now);
		break;
	case CONN_IDLE:
	case CONN_HEAD:
		step_read(s, c, now);
		break;
	case CONN_LINGER:
		step_linger(s, c);
		break;
	case CONN_GONE:
		break;
	case CONN_SHAKE:
	case CONN_WAITING:
	case CONN_ACTIVE:
		must(false);
	}
}

static void linger(struct http_server *s, struct conn *c, int64_t now)
{
	http_conn_say_goodbye(c);
	c->in_n = 0;
	http_conn_release_buffer(c);
	http_conn_become(c, CONN_LINGER);
	c->deadline = now + s->limits.linger_ms;
	step_linger(s, c);
}

/* After an answer the buffer is looked at before waiting, or a pipelined request would sleep for ever. */
static void keep(struct http_server *s, struct conn *c, int64_t now)
{
	http_conn_become(c, CONN_IDLE);
	c->deadline = now + s->limits.idle_ms;
	if (s->stop_seen || http_shake_is_old(c)) {
		http_end_politely(s, c);
		return;
	}
	if (c->in_n > 0)
		look_for_head(s, c, now);
	if (!is_reading(c))
		return;
	if (http_conn_has_input(c) && c->tls != NULL) {
		http_loop_step(s, c, now);
		return;
	}
	http_conn_release_buffer(c);
	http_loop_arm(s, c, IO_WANT_READ);
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
		if (c->state == CONN_SHAKE) {
			http_shake_done(s, c, now);
			continue;
		}
		atomic_fetch_sub(&s->active, 1);
		http_turn_leave(s, c, now);
		if (c->fate == FATE_KEEP)
			keep(s, c, now);
		else if (c->fate == FATE_LINGER)
			linger(s, c, now);
		else
			http_loop_end(s, c);
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
		http_loop_step(s, ptr, now);
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
		atomic_fetch_add(&s->beats, 1);
		for (int i = 0; i < n; i++)
			handle_event(s, ev[i].data.ptr, now);
		take_returned(s, now);
		if (atomic_load(&s->stopping))
			http_end_by_stop(s, now);
		if (now >= s->next_sweep)
			http_end_sweep(s, now);
		http_turn_next(s, now);
		http_accept_pause(s, now);
		free_gone(s);
	}
	return NULL;
}
