/* SPDX-License-Identifier: EUPL-1.2 */
/* h_canned - one thread that accepts, reads a request and answers. */
#include "h_canned.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "cm.h"

#define IDLE_MS 150	/* a request is over when nothing more comes for so long */

static bool is_readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

static void talk(const struct h_canned *s, int fd)
{
	SSL *tls = s->tls == NULL ? NULL : SSL_new(s->tls);
	char buf[4096];
	long n = 1;

	if (tls != NULL && (SSL_set_fd(tls, fd) != 1 || SSL_accept(tls) != 1))
		n = 0;
	while (n > 0 && ((tls != NULL && SSL_has_pending(tls)) || is_readable(fd, IDLE_MS)))
		n = tls != NULL ? SSL_read(tls, buf, sizeof(buf)) : read(fd, buf, sizeof(buf));
	if (n > 0 && s->answer != NULL) {
		if (tls != NULL)
			(void)SSL_write(tls, s->answer, (int)strlen(s->answer));
		else
			(void)!write(fd, s->answer, strlen(s->answer));
	}
	if (tls != NULL)
		(void)SSL_shutdown(tls);
	SSL_free(tls);
	ERR_clear_error();
	(void)shutdown(fd, SHUT_WR);
	while (is_readable(fd, IDLE_MS) && read(fd, buf, sizeof(buf)) > 0)
		;
	(void)close(fd);
}

static void *run(void *ctx)
{
	struct h_canned *s = ctx;

	while (!atomic_load(&s->stop)) {
		int fd = is_readable(s->fd, 20) ? accept(s->fd, NULL, NULL) : -1;

		if (fd >= 0)
			talk(s, fd);
	}
	return NULL;
}

void h_canned_up(struct h_canned *s, const struct mk_cert *cert, const char *answer)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	(void)signal(SIGPIPE, SIG_IGN);
	*s = (struct h_canned){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .answer = answer };
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(s->fd, 16), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &n), 0);
	s->port = ntohs(at.sin_port);
	if (cert != NULL) {
		s->tls = SSL_CTX_new(TLS_server_method());
		assert_non_null(s->tls);
		assert_int_equal(SSL_CTX_use_certificate(s->tls, cert->x), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey(s->tls, cert->key), 1);
	}
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

void h_canned_down(struct h_canned *s)
{
	atomic_store(&s->stop, true);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->fd);
	SSL_CTX_free(s->tls);
}
