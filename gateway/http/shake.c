/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shake - TLS handshakes: a lane of threads of their own does the arithmetic, so that it keeps neither the loop nor the
 * requests waiting; and bounds on how many are under way, in all and for one network.
 *
 * Until its first bytes have come, a connection costs no TLS memory.
 */
#include "base/mem.h"
#include "http/server_priv.h"

static void begin(struct conn *c)
{
	struct listener *l = c->listener;
	SSL_CTX *tls;

	must(pthread_mutex_lock(&l->server->lock) == 0);
	tls = l->pub.tls;
	must(SSL_CTX_up_ref(tls) == 1);
	c->tls_age = atomic_load(&l->tls_age);
	must(pthread_mutex_unlock(&l->server->lock) == 0);
	http_conn_begin_tls(c, tls, span_of(l->scope));
	SSL_CTX_free(tls);
}

bool http_shake_is_old(const struct conn *c)
{
	return c->tls != NULL && c->tls_age != atomic_load(&c->listener->tls_age);
}

static void run_in_lane(void *conn)
{
	struct conn *c = conn;

	if (c->tls == NULL)
		begin(c);
	c->shaken = http_conn_handshake(c);
	http_loop_return(c);
}

void http_shake_forget(struct http_server *s, struct conn *c)
{
	if (!c->shaking)
		return;
	c->shaking = false;
	c->net->shaking--;
	s->handshakes--;
}

/* Too many of one network, or in all: the one that takes longest already makes room. */
static bool has_room(struct http_server *s, const struct conn *c)
{
	struct conn *oldest = NULL;

	if (c->net->shaking >= s->limits.client_handshakes)
		oldest = c->net->quiet[QUIET_SHAKING].first;
	else if (s->handshakes >= s->limits.handshakes)
		oldest = http_nets_victim(&s->nets, QUIET_SHAKING);
	else
		return true;
	if (oldest == NULL)
		return false;
	http_accept_shed(s, oldest);
	return true;
}

void http_shake_go_on(struct http_server *s, struct conn *c, int64_t now)
{
	struct err e = ERR_INIT;

	(void)now;
	c->later = !c->shaking && !has_room(s, c);
	if (c->later)
		return;
	if (!c->shaking) {
		c->shaking = true;
		c->net->shaking++;
		s->handshakes++;
	}
	http_conn_become(c, CONN_SHAKE);
	/* Cannot be full: the queue holds as many as may be under way. */
	must(work_submit(s->lane, run_in_lane, c, &e) == 0);
}

void http_shake_done(struct http_server *s, struct conn *c, int64_t now)
{
	if (c->shaken == IO_WANT_READ || c->shaken == IO_WANT_WRITE) {
		http_conn_become(c, CONN_HANDSHAKE);
		http_loop_arm(s, c, c->shaken);
	} else if (c->shaken == IO_OK && !s->stop_seen) {
		http_shake_forget(s, c);
		http_conn_become(c, CONN_IDLE);
		c->deadline = now + s->limits.idle_ms;
		http_loop_step(s, c, now);
	} else {
		atomic_fetch_add(&s->handshake_failures, 1);
		http_loop_end(s, c);
	}
}
