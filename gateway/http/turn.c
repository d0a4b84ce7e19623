/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * turn - which request runs next. Loop thread.
 *
 * Each listener leaves some workers to the others, and each client leaves some to other clients: what is above its share
 * waits behind the client's own requests and holds up nobody else. Among the clients of a listener each has its turn.
 * Who waits too long is refused, with Retry-After.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/server_priv.h"

/* Of many listeners each leaves a quarter of the workers to the others. */
static unsigned workers_for(const struct http_server *s)
{
	unsigned all = s->limits.workers;

	return s->listener_count > 1 && all > 1 ? all - (all + 3) / 4 : all;
}

static void set_pressure(atomic_llong *since, bool pressed, int64_t now)
{
	if (!pressed)
		atomic_store(since, 0);
	else if (atomic_load(since) == 0)
		atomic_store(since, now);
}

static void note_client_pressure(const struct http_server *s, struct net *n, int64_t now)
{
	set_pressure(&n->pressed_since, n->waiting > 0 && n->running >= s->limits.client_requests, now);
}

static void make_ready(const struct http_server *s, struct listener *l, struct net *n)
{
	if (n->ready || n->waiting == 0 || n->running >= s->limits.client_requests)
		return;
	n->ready = true;
	n->ready_next = NULL;
	if (l->ready_first == NULL)
		l->ready_first = n;
	else
		l->ready_last->ready_next = n;
	l->ready_last = n;
	n->refs++;
}

static void wait_out(struct conn *c)
{
	struct net *n = c->client;

	*(c->wait_prev != NULL ? &c->wait_prev->wait_next : &n->wait_first) = c->wait_next;
	*(c->wait_next != NULL ? &c->wait_next->wait_prev : &n->wait_last) = c->wait_prev;
	n->waiting--;
}

static void wait_in(struct conn *c)
{
	struct net *n = c->client;

	c->wait_next = NULL;
	c->wait_prev = n->wait_last;
	*(n->wait_last != NULL ? &n->wait_last->wait_next : &n->wait_first) = c;
	n->wait_last = c;
	n->waiting++;
}

static void hand_over(struct http_server *s, struct conn *c)
{
	struct err e = ERR_INIT;

	http_conn_become(c, CONN_ACTIVE);
	c->head_seen = 0;
	c->blank_lines = 0;
	c->read_meter = c->write_meter = (struct conn_meter){ 0 };
	atomic_fetch_add(&s->active, 1);
	/* Cannot be full: the queue holds as many as there are connections. */
	must(work_submit(s->work, http_serve_run, c, &e) == 0);
}

void http_turn_enter(struct http_server *s, struct conn *c, int64_t now)
{
	struct listener *l = c->listener;

	c->refusal = 0;
	c->caller = http_who_asks(l, c);
	c->client = http_net_get(&s->nets, l->index, &c->caller);
	c->deadline = now + s->limits.wait_ms;
	http_conn_become(c, CONN_WAITING);
	wait_in(c);
	if (c->client->waiting > s->limits.client_waiting) {
		http_turn_refuse(s, c, 429);
		return;
	}
	make_ready(s, l, c->client);
	note_client_pressure(s, c->client, now);
}

void http_turn_refuse(struct http_server *s, struct conn *c, unsigned status)
{
	char net[ADDR_TEXT_LEN];

	if (c->state == CONN_WAITING) {
		atomic_fetch_add(&s->refused, 1);
		log_event(LOG_WARN, "http.refused", LOG_STR("listener", c->listener->pub.name),
			  LOG_STR("client", addr_network_text(&c->caller, NET_LOG_V4, NET_LOG_V6, net)),
			  LOG_INT("status", (long long)status), LOG_INT("running", (long long)c->client->running),
			  LOG_INT("waiting", (long long)c->client->waiting));
		http_turn_leave(s, c, clock_mono());
	}
	c->refusal = status;
	c->pressed[0] = c->pressed[1] = NULL;
	hand_over(s, c);
}

void http_turn_leave(struct http_server *s, struct conn *c, int64_t now)
{
	struct net *n = c->client;

	if (n == NULL)
		return;
	if (c->state == CONN_WAITING) {
		wait_out(c);
	} else {
		n->running--;
		c->listener->running--;
		s->requests_running--;
		make_ready(s, c->listener, n);
	}
	note_client_pressure(s, n, now);
	c->client = NULL;
	http_net_put(&s->nets, n);
}

static struct net *take_ready(struct listener *l)
{
	struct net *n = l->ready_first;

	l->ready_first = n->ready_next;
	n->ready = false;
	return n;
}

/* The first request of the client whose turn it is. */
static void start_one(struct http_server *s, struct listener *l, int64_t now)
{
	struct net *n = take_ready(l);
	struct conn *c = n->wait_first;

	if (c != NULL && n->running < s->limits.client_requests) {
		wait_out(c);
		n->running++;
		l->running++;
		s->requests_running++;
		c->pressed[0] = &l->pressed_since;
		c->pressed[1] = &n->pressed_since;
		note_client_pressure(s, n, now);
		make_ready(s, l, n);
		hand_over(s, c);
	}
	http_net_put(&s->nets, n);
}

/* The listeners take turns, too. */
static struct listener *next_listener(struct http_server *s)
{
	for (unsigned i = 0; i < s->listener_count; i++) {
		struct listener *l = &s->listeners[(s->turn + i) % s->listener_count];

		if (l->ready_first != NULL && l->running < workers_for(s)) {
			s->turn = (l->index + 1) % s->listener_count;
			return l;
		}
	}
	return NULL;
}

void http_turn_next(struct http_server *s, int64_t now)
{
	bool all_busy, somebody_waits = false;
	struct listener *l;

	while (s->requests_running < s->limits.workers && (l = next_listener(s)) != NULL)
		start_one(s, l, now);
	all_busy = s->requests_running >= s->limits.workers;
	for (unsigned i = 0; i < s->listener_count; i++)
		somebody_waits = somebody_waits || s->listeners[i].ready_first != NULL;
	/* Who waits for a share presses those who hold it; when every worker is busy, that is everybody. */
	for (unsigned i = 0; i < s->listener_count; i++) {
		l = &s->listeners[i];
		set_pressure(&l->pressed_since, l->ready_first != NULL || (all_busy && somebody_waits), now);
	}
}
