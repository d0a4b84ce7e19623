/* SPDX-License-Identifier: EUPL-1.2 */
#include "http/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/limits.h"

#define PATIENCE_STEP_MS 500	/* how late a worker notices that others wait */
#define TLS_CALL_MAX (1 << 20)	/* lengths of SSL_read and SSL_write are int */

struct conn *http_conn_new(int fd, SSL_CTX *tls_ctx, struct span scope, const struct http_limits *limits)
{
	struct conn *c = mem_new(sizeof(*c));

	c->watch = WATCH_CONN;
	c->fd = fd;
	c->limits = limits;
	c->state = CONN_IDLE;
	if (tls_ctx == NULL)
		return c;
	c->tls = SSL_new(tls_ctx);
	must(c->tls != NULL && SSL_set_fd(c->tls, fd) == 1);
	must(SSL_set_session_id_context(c->tls, (const unsigned char *)scope.p, (unsigned)scope.n) == 1);
	/* Buffers of idle connections are most of their memory. */
	(void)SSL_set_mode(c->tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_set_options(c->tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_set_accept_state(c->tls);
	c->state = CONN_HANDSHAKE;
	return c;
}

void http_conn_free(struct conn *c)
{
	if (c == NULL)
		return;
	SSL_free(c->tls);
	(void)close(c->fd);
	free(c->in);
	free(c);
}

void http_conn_cut(struct conn *c)
{
	(void)shutdown(c->fd, SHUT_RDWR);
}

static enum conn_io tls_result(struct conn *c, int rc)
{
	switch (SSL_get_error(c->tls, rc)) {
	case SSL_ERROR_WANT_READ:
		return IO_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return IO_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return IO_END;
	default:
		/* After a fatal error SSL_shutdown must not be called; a peer that just went away ends here too. */
		SSL_set_quiet_shutdown(c->tls, 1);
		ERR_clear_error();
		return IO_FAIL;
	}
}

enum conn_io http_conn_handshake(struct conn *c)
{
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(c->tls);
	return rc == 1 ? IO_OK : tls_result(c, rc);
}

static enum conn_io socket_result(enum conn_io want)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return want;
	return IO_FAIL;
}

enum conn_io http_conn_try_read(struct conn *c, void *data, size_t cap, size_t *got)
{
	ssize_t n;

	*got = 0;
	if (c->tls != NULL) {
		int rc;

		ERR_clear_error();
		rc = SSL_read(c->tls, data, (int)(cap < TLS_CALL_MAX ? cap : TLS_CALL_MAX));
		if (rc <= 0)
			return tls_result(c, rc);
		*got = (size_t)rc;
		return IO_OK;
	}
	n = recv(c->fd, data, cap, 0);
	if (n < 0)
		return socket_result(IO_WANT_READ);
	*got = (size_t)n;
	return n == 0 ? IO_END : IO_OK;
}

static enum conn_io try_write(struct conn *c, const void *data, size_t n, size_t *put)
{
	ssize_t sent;

	*put = 0;
	if (c->tls != NULL) {
		int rc;

		ERR_clear_error();
		rc = SSL_write(c->tls, data, (int)(n < TLS_CALL_MAX ? n : TLS_CALL_MAX));
		if (rc <= 0)
			return tls_result(c, rc);
		*put = (size_t)rc;
		return IO_OK;
	}
	sent = send(c->fd, data, n, MSG_NOSIGNAL);
	if (sent < 0)
		return socket_result(IO_WANT_WRITE);
	*put = (size_t)sent;
	return IO_OK;
}

enum conn_io http_conn_fill(struct conn *c)
{
	enum conn_io io;
	size_t got;

	if (c->in == NULL) {
		c->in = mem_new(HTTP_HEAD_MAX);
		c->in_n = 0;
	}
	if (c->in_n == HTTP_HEAD_MAX)
		return IO_FAIL;
	io = http_conn_try_read(c, c->in + c->in_n, HTTP_HEAD_MAX - c->in_n, &got);
	c->in_n += got;
	return io;
}

void http_conn_consume(struct conn *c, size_t n)
{
	c->in_n -= n;
	if (c->in_n > 0)
		memmove(c->in, c->in + n, c->in_n);
}

void http_conn_release_buffer(struct conn *c)
{
	if (c->in_n > 0)
		return;
	free(c->in);
	c->in = NULL;
}

bool http_conn_has_input(const struct conn *c)
{
	return c->in_n > 0 || (c->tls != NULL && SSL_has_pending(c->tls));
}

void http_conn_say_goodbye(struct conn *c)
{
	if (c->tls != NULL) {
		ERR_clear_error();
		(void)SSL_shutdown(c->tls);
		ERR_clear_error();
	}
	(void)shutdown(c->fd, SHUT_WR);
}

/* Straight from the socket: below TLS nobody needs to decrypt what is thrown away. */
enum conn_io http_conn_drop_input(struct conn *c)
{
	char waste[16384];

	while (c->dropped < HTTP_LINGER_MAX) {
		ssize_t n = recv(c->fd, waste, sizeof(waste), 0);

		if (n < 0)
			return socket_result(IO_WANT_READ);
		if (n == 0)
			return IO_END;
		c->dropped += (uint64_t)n;
	}
	return IO_END;
}

/* What a peer may do while a worker waits for it: less when other requests wait for a worker. */
struct patience {
	int64_t still_ms;
	uint64_t rate;
};

static struct patience patience_of(const struct conn *c)
{
	const struct http_limits *l = c->limits;

	if (atomic_load(c->active) <= l->workers)
		return (struct patience){ l->stall_ms, l->min_rate };
	return (struct patience){ l->pressed_ms < l->stall_ms ? l->pressed_ms : l->stall_ms,
				  l->pressed_rate > l->min_rate ? l->pressed_rate : l->min_rate };
}

/* Waits until the socket is ready, in short steps, because the patience may change. The meter makes a peer that drips
 * bytes fail as surely as one that stands still. */
static int wait_ready(struct conn *c, enum conn_io want, struct conn_meter *m, struct err *e)
{
	struct pollfd p = { .fd = c->fd, .events = want == IO_WANT_READ ? POLLIN : POLLOUT };
	int64_t begin = clock_mono(), still = 0, late;
	struct patience patience;
	int n;

	do {
		patience = patience_of(c);
		late = patience.still_ms - still;
		n = poll(&p, 1, (int)(late < 0 ? 0 : late < PATIENCE_STEP_MS ? late : PATIENCE_STEP_MS));
		still = clock_mono() - begin;
	} while (n == 0 && still < patience.still_ms);
	m->waited_ms += still;
	if (n < 0 && errno != EINTR)
		return err_set(e, ERR_IO, "poll: %s", strerror(errno));
	if (n == 0)
		return err_set(e, ERR_TIMEOUT, "the client stood still for %lld ms", (long long)still);
	late = m->waited_ms - patience.still_ms;
	if (late > 0 && m->bytes < (uint64_t)late * patience.rate / 1000)
		return err_set(e, ERR_TIMEOUT, "the client is slower than %llu bytes per second",
			       (unsigned long long)patience.rate);
	return 0;
}

int http_conn_read(struct conn *c, void *data, size_t cap, size_t *got, struct err *e)
{
	enum conn_io io;
	int rc;

	if (c->in_n > 0) {
		*got = cap < c->in_n ? cap : c->in_n;
		memcpy(data, c->in, *got);
		http_conn_consume(c, *got);
		return 0;
	}
	while ((io = http_conn_try_read(c, data, cap, got)) != IO_OK) {
		if (io == IO_END)
			return 0;
		if (io == IO_FAIL)
			return err_set(e, ERR_PEER, "the client's connection broke while it sent");
		rc = wait_ready(c, io, &c->read_meter, e);
		if (rc != 0)
			return rc;
	}
	c->read_meter.bytes += *got;
	return 0;
}

int http_conn_need(struct conn *c, bool *end, struct err *e)
{
	size_t got = 0;
	int rc = 0;

	if (c->in_n == 0 && (rc = http_conn_read(c, c->in, HTTP_HEAD_MAX, &got, e)) == 0)
		c->in_n = got;
	*end = rc == 0 && c->in_n == 0;
	return rc;
}

int http_conn_write(struct conn *c, const void *data, size_t n, struct err *e)
{
	const char *p = data;
	size_t put;
	int rc;

	while (n > 0) {
		enum conn_io io = try_write(c, p, n, &put);

		if (io == IO_OK) {
			p += put;
			n -= put;
			c->write_meter.bytes += put;
			continue;
		}
		if (io == IO_END || io == IO_FAIL)
			return err_set(e, ERR_PEER, "the client's connection broke while it was answered");
		rc = wait_ready(c, io, &c->write_meter, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}
