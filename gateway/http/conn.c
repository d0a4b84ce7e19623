/* SPDX-License-Identifier: EUPL-1.2 */
/* conn - one connection's bytes, through TLS or plain, at once. */
#include "http/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "http/limits.h"

#define TLS_CALL_MAX (1 << 20)	/* lengths of SSL_read and SSL_write are int */
#define IN_FIRST 2048		/* of the buffer: most heads fit; HTTP_HEAD_MAX is a power of two times it */

struct conn *http_conn_new(int fd, const struct http_limits *limits)
{
	struct conn *c = mem_new(sizeof(*c));

	c->watch = WATCH_CONN;
	c->fd = fd;
	c->limits = limits;
	c->quiet = QUIET_NONE;
	return c;
}

void http_conn_begin_tls(struct conn *c, SSL_CTX *ctx, struct span scope)
{
	c->tls = SSL_new(ctx);
	must(c->tls != NULL && SSL_set_fd(c->tls, c->fd) == 1);
	must(SSL_set_session_id_context(c->tls, (const unsigned char *)scope.p, (unsigned)scope.n) == 1);
	/* Buffers of idle connections are most of their memory. */
	(void)SSL_set_mode(c->tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_set_options(c->tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_set_accept_state(c->tls);
}

void http_conn_close(struct conn *c)
{
	SSL_free(c->tls);
	(void)close(c->fd);
	free(c->in);
}

void http_conn_reset_on_close(struct conn *c)
{
	const struct linger at_once = { .l_onoff = 1 };

	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
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

enum conn_io http_conn_try_write(struct conn *c, const void *data, size_t n, size_t *put)
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

	if (c->in_n == HTTP_HEAD_MAX)
		return IO_FAIL;
	if (c->in_n == c->in_cap) {
		c->in_cap = c->in_cap == 0 ? IN_FIRST : c->in_cap * 2;
		c->in = mem_grow(c->in, c->in_cap, 1);
	}
	io = http_conn_try_read(c, c->in + c->in_n, c->in_cap - c->in_n, &got);
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
	c->in_cap = 0;
}

bool http_conn_has_input(const struct conn *c)
{
	return c->in_n > 0 || (c->tls != NULL && SSL_has_pending(c->tls));
}

void http_conn_say_busy(struct conn *c)
{
	static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\n"
				   "Content-Length: 0\r\n\r\n";
	size_t put;

	(void)http_conn_try_write(c, busy, sizeof(busy) - 1, &put);
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
	MEM_UNFILLED char waste[16384];

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
