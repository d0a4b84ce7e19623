/* SPDX-License-Identifier: EUPL-1.2 */
/* server - the server's life: limits, listeners, threads, stop, figures. */
#include "http/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/server_priv.h"

#define REFUSERS 2
#define OTHER_DESCRIPTORS 128	/* of the process: spool, log, control, clients */

static void set_default(unsigned *value, unsigned fallback)
{
	if (*value == 0)
		*value = fallback;
}

static unsigned at_least(unsigned least, unsigned value)
{
	return value > least ? value : least;
}

static void fill_limits(struct http_limits *l, const struct http_limits *given)
{
	if (given != NULL)
		*l = *given;
	set_default(&l->workers, 32);
	set_default(&l->client_requests, at_least(4, l->workers / 4));
	set_default(&l->wait_ms, 15000);
	set_default(&l->connections, 4096);
	set_default(&l->client_connections, at_least(256, l->connections / 4));
	set_default(&l->client_waiting, at_least(64, l->connections / 16));
	set_default(&l->handshakes, 256);
	set_default(&l->client_handshakes, at_least(8, l->handshakes / 8));
	set_default(&l->handshake_ms, 10000);
	set_default(&l->head_ms, 15000);
	set_default(&l->idle_ms, 300000);
	set_default(&l->stall_ms, 30000);
	set_default(&l->min_rate, 1024);
	set_default(&l->pressed_ms, 5000);
	set_default(&l->pressed_rate, 16384);
	set_default(&l->linger_ms, 2000);
}

int http_server_new(const struct http_limits *limits, struct http_server **out, struct err *e)
{
	struct http_server *s = mem_new(sizeof(*s));
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &s->wake_watch };

	fill_limits(&s->limits, limits);
	http_nets_init(&s->nets, s->limits.connections);
	must(pthread_mutex_init(&s->lock, NULL) == 0);
	s->wake_watch = WATCH_WAKE;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* OpenSSL writes with write(2): a peer that is gone must not end the process. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (s->epoll < 0 || s->wake < 0 || epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->wake, &ev) != 0) {
		int rc = err_set(e, err_from_errno(errno), "http server: %s", strerror(errno));

		http_server_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

int http_server_listen(struct http_server *s, const struct http_listener *l, unsigned *index, struct err *e)
{
	struct listener *mine = &s->listeners[s->listener_count];
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = mine };
	int rc;

	must(!s->running && s->listener_count < HTTP_LISTENERS_MAX);
	rc = http_listen_open(l->address, &mine->fd, &mine->port, e);
	if (rc != 0)
		return rc;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, mine->fd, &ev) != 0) {
		(void)close(mine->fd);
		return err_set(e, err_from_errno(errno), "epoll: %s", strerror(errno));
	}
	mine->watch = WATCH_LISTENER;
	mine->pub = *l;
	mine->server = s;
	mine->index = s->listener_count;
	(void)snprintf(mine->scope, sizeof(mine->scope), "listener %u", s->listener_count);
	mine->has_tls = l->tls != NULL;
	if (mine->has_tls)
		must(SSL_CTX_up_ref(l->tls) == 1);
	if (index != NULL)
		*index = s->listener_count;
	s->listener_count++;
	return 0;
}

void http_server_set_tls(struct http_server *s, unsigned index, SSL_CTX *tls)
{
	struct listener *l = &s->listeners[index];
	SSL_CTX *old;

	must(index < s->listener_count && l->pub.tls != NULL && tls != NULL && SSL_CTX_up_ref(tls) == 1);
	must(pthread_mutex_lock(&s->lock) == 0);
	old = l->pub.tls;
	l->pub.tls = tls;
	atomic_fetch_add(&l->tls_age, 1);
	must(pthread_mutex_unlock(&s->lock) == 0);
	SSL_CTX_free(old);
}

uint16_t http_server_port(const struct http_server *s, unsigned index)
{
	must(index < s->listener_count);
	return s->listeners[index].port;
}

/* The lane never takes more than half of the processors. */
static int start_lane(struct http_server *s, struct err *e)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	bool tls = false;

	for (unsigned i = 0; i < s->listener_count; i++)
		tls = tls || s->listeners[i].pub.tls != NULL;
	if (!tls)
		return 0;
	return work_new("http-tls", cpus > 2 ? (unsigned)cpus / 2 : 1, s->limits.handshakes, &s->lane, e);
}

int http_server_start(struct http_server *s, struct err *e)
{
	sigset_t all, old;
	int rc, num;

	must(!s->running && s->work == NULL);
	s->accepting = true;
	/* Until something comes the loop makes no round, and nobody has asked it for one yet. */
	atomic_store(&s->beats, 1);
	/* Some more threads than requests may run: refusals need no turn. */
	rc = work_new("http", s->limits.workers + REFUSERS, s->limits.connections, &s->work, e);
	if (rc == 0)
		rc = start_lane(s, e);
	if (rc != 0)
		return rc;
	/* Signals are for the main thread. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	num = pthread_create(&s->loop, NULL, http_loop_run, s);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (num != 0)
		return err_set(e, ERR_IO, "thread: %s", strerror(num));
	s->running = true;
	return 0;
}

void http_server_stop(struct http_server *s, unsigned grace_ms)
{
	if (!s->running)
		return;
	atomic_store(&s->stop_deadline, clock_mono() + (int64_t)grace_ms);
	atomic_store(&s->stopping, true);
	http_loop_wake(s);
	must(pthread_join(s->loop, NULL) == 0);
	work_stop(s->work);
	if (s->lane != NULL)
		work_stop(s->lane);
	s->running = false;
}

void http_server_free(struct http_server *s)
{
	if (s == NULL)
		return;
	http_server_stop(s, 0);
	work_free(s->work);
	work_free(s->lane);
	http_nets_fini(&s->nets);
	for (unsigned i = 0; i < s->listener_count; i++) {
		if (s->listeners[i].fd >= 0)
			(void)close(s->listeners[i].fd);
		SSL_CTX_free(s->listeners[i].pub.tls);
	}
	if (s->epoll >= 0)
		(void)close(s->epoll);
	if (s->wake >= 0)
		(void)close(s->wake);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

bool http_server_beats(struct http_server *s)
{
	unsigned long long beats = atomic_exchange(&s->beats, 0);

	http_loop_wake(s);
	return beats > 0;
}

unsigned http_server_descriptors(const struct http_server *s)
{
	/* Each worker may hold files of its request. */
	return s->limits.connections + 4 * s->limits.workers + OTHER_DESCRIPTORS;
}

void http_server_stats(const struct http_server *s, struct http_stats *out)
{
	out->open = atomic_load(&s->open);
	out->active = atomic_load(&s->active);
	out->accepted = atomic_load(&s->accepted);
	out->handshake_failures = atomic_load(&s->handshake_failures);
	out->requests = atomic_load(&s->requests);
	out->malformed = atomic_load(&s->malformed);
	out->timeouts = atomic_load(&s->timeouts);
	out->shed = atomic_load(&s->shed);
	out->refused = atomic_load(&s->refused);
	for (unsigned i = 0; i < 6; i++)
		out->by_class[i] = atomic_load(&s->by_class[i]);
}
