/* SPDX-License-Identifier: EUPL-1.2 */
/* end - connections whose time is over: by a deadline, or because the server stops. Loop thread. */
#include <unistd.h>

#include "http/server_priv.h"

void http_end_politely(struct http_server *s, struct conn *c)
{
	if (c->state != CONN_HANDSHAKE)
		http_conn_say_goodbye(c);
	http_loop_end(s, c);
}

/* A request whose turn did not come: 429 if it waited behind others of the same client, else 503. */
static void give_up_waiting(struct http_server *s, struct conn *c)
{
	http_turn_refuse(s, c, c->client->running >= s->limits.client_requests ? 429 : 503);
}

static void sweep_one(struct http_server *s, struct conn *c, int64_t now)
{
	if (c->state == CONN_HANDSHAKE && c->later && now < c->deadline) {
		http_shake_go_on(s, c, now);
		return;
	}
	if (c->state == CONN_IDLE && http_shake_is_old(c)) {
		http_end_politely(s, c);
		return;
	}
	if (c->state == CONN_ACTIVE || c->state == CONN_SHAKE || c->state == CONN_GONE || now < c->deadline)
		return;
	if (c->state == CONN_WAITING) {
		give_up_waiting(s, c);
		return;
	}
	if (c->state == CONN_LINGER) {
		http_loop_end(s, c);
		return;
	}
	atomic_fetch_add(&s->timeouts, 1);
	http_end_politely(s, c);
}

void http_end_sweep(struct http_server *s, int64_t now)
{
	/* Any of them may go on the way; what is gone keeps its place until the end of the round. */
	for (struct conn *c = s->conns; c != NULL; c = c->next)
		sweep_one(s, c, now);
	s->next_sweep = now + TICK_MS;
}

/* Once at the start of stopping, and once more when the grace is over. */
void http_end_by_stop(struct http_server *s, int64_t now)
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
		if (c->state == CONN_SHAKE || (c->state == CONN_ACTIVE && over))
			http_conn_cut(c);
		else if (c->state != CONN_ACTIVE && (over || (c->state != CONN_LINGER && c->state != CONN_WAITING)))
			http_end_politely(s, c);
	}
}
