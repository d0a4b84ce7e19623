/* SPDX-License-Identifier: EUPL-1.2 */
/* clamd - one INSTREAM session per content. */
#include "peer/clamd.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/mem.h"

#define UNIX "unix:"
#define COMMAND "zINSTREAM"	/* with its NUL: answers end with one, too */
#define CHUNK ((size_t)64 * 1024)
#define ANSWER_MAX 1024

union place {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct peer_clamd {
	union place place;
	socklen_t place_n;
	int64_t timeout_ms;
	pthread_mutex_t lock;
	pthread_cond_t left;
	unsigned most, running;	/* under the lock */
};

static bool parse_unix(const char *path, union place *out, socklen_t *n)
{
	size_t len = strlen(path);

	if (path[0] != '/' || len >= sizeof(out->un.sun_path))
		return false;
	out->un.sun_family = AF_UNIX;
	memcpy(out->un.sun_path, path, len + 1);
	*n = sizeof(out->un);
	return true;
}

/* This machine alone, by its number. */
static bool parse_tcp(const char *text, union place *out, socklen_t *n)
{
	bool is_v6 = strncmp(text, "[::1]:", 6) == 0;
	const char *port = strrchr(text, ':');
	uint64_t number;

	if (port == NULL || (!is_v6 && strncmp(text, "127.0.0.1:", 10) != 0) || !span_u64(span_of(port + 1), 65535, &number) ||
	    number == 0)
		return false;
	if (is_v6) {
		out->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)number),
						 .sin6_addr = IN6ADDR_LOOPBACK_INIT };
		*n = sizeof(out->v6);
	} else {
		out->v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)number),
						.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		*n = sizeof(out->v4);
	}
	return true;
}

static bool parse(const char *address, union place *out, socklen_t *n)
{
	memset(out, 0, sizeof(*out));
	if (strncmp(address, UNIX, strlen(UNIX)) == 0)
		return parse_unix(address + strlen(UNIX), out, n);
	return parse_tcp(address, out, n);
}

int peer_clamd_new(const struct peer_clamd_rules *r, struct peer_clamd **out, struct err *e)
{
	struct peer_clamd *c = mem_new(sizeof(*c));
	pthread_condattr_t attr;

	if (!parse(r->address, &c->place, &c->place_n)) {
		free(c);
		return err_set(e, ERR_CONFIG, "\"%.100s\": expected unix:/path, 127.0.0.1:port or [::1]:port", r->address);
	}
	c->timeout_ms = r->timeout_ms;
	c->most = r->most;
	must(pthread_mutex_init(&c->lock, NULL) == 0);
	must(pthread_condattr_init(&attr) == 0 && pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&c->left, &attr) == 0);
	(void)pthread_condattr_destroy(&attr);
	*out = c;
	return 0;
}

void peer_clamd_free(struct peer_clamd *c)
{
	if (c == NULL)
		return;
	(void)pthread_cond_destroy(&c->left);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

static int enter(struct peer_clamd *c, struct err *e)
{
	struct timespec until = clock_after(c->timeout_ms * CLOCK_MS);
	int rc = 0;

	must(pthread_mutex_lock(&c->lock) == 0);
	while (rc == 0 && c->running >= c->most)
		rc = pthread_cond_timedwait(&c->left, &c->lock, &until);
	if (rc == 0)
		c->running++;
	must(pthread_mutex_unlock(&c->lock) == 0);
	return rc == 0 ? 0 : err_set(e, ERR_BUSY, "virus scanner: no place in time");
}

static void leave(struct peer_clamd *c)
{
	must(pthread_mutex_lock(&c->lock) == 0);
	c->running--;
	(void)pthread_cond_signal(&c->left);
	must(pthread_mutex_unlock(&c->lock) == 0);
}

/* Until the socket is ready, or its time is over. */
static int wait_for(int fd, short events, int64_t deadline, struct err *e)
{
	for (;;) {
		int64_t left = deadline - clock_mono();
		struct pollfd p = { .fd = fd, .events = events };
		int n = left <= 0 ? 0 : poll(&p, 1, left > 60000 ? 60000 : (int)left);

		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_set(e, ERR_PEER, "virus scanner: poll: %s", strerror(errno));
		if (left <= 0)
			return err_set(e, ERR_TIMEOUT, "virus scanner: no verdict in time");
	}
}

static int dial(const struct peer_clamd *c, int64_t deadline, int *out, struct err *e)
{
	int fd = socket(c->place.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), bad = 0, rc = 0;
	socklen_t n = sizeof(bad);

	if (fd < 0)
		return err_set(e, ERR_UNREACHABLE, "virus scanner: socket: %s", strerror(errno));
	if (connect(fd, &c->place.any, c->place_n) != 0)
		bad = errno;
	if (bad == EINPROGRESS) {
		bad = 0;
		rc = wait_for(fd, POLLOUT, deadline, e);
		if (rc == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &bad, &n) != 0)
			bad = errno;
	}
	if (rc == 0 && bad != 0)
		rc = err_set(e, ERR_UNREACHABLE, "virus scanner: connect: %s", strerror(bad));
	*out = fd;
	if (rc != 0)
		(void)close(fd);
	return rc;
}

/* ERR_PEER: it does not listen any more; it may have said why. */
static int put(int fd, const void *data, size_t n, int64_t deadline, struct err *e)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
		int rc = 0;

		if (done > 0) {
			p += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN) {
			rc = wait_for(fd, POLLOUT, deadline, e);
		} else if (errno != EINTR) {
			rc = err_set(e, ERR_PEER, "virus scanner: %s", strerror(errno));
		}
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Chunks, each behind its length; an empty one is the end. */
static int put_content(int fd, struct src *content, int64_t deadline, struct err *e)
{
	struct {
		uint8_t length[4];
		char data[CHUNK];
	} *chunk = mem_new(sizeof(*chunk));
	size_t n = 1;
	int rc = put(fd, COMMAND, sizeof(COMMAND), deadline, e);

	while (rc == 0 && n > 0) {
		rc = src_read_full(content, chunk->data, CHUNK, &n, e);
		for (int i = 0; i < 4; i++)
			chunk->length[i] = (uint8_t)(n >> (24 - 8 * i));
		if (rc == 0)
			rc = put(fd, chunk, sizeof(chunk->length) + n, deadline, e);
	}
	explicit_bzero(chunk, sizeof(*chunk));
	free(chunk);
	return rc;
}

static int get_answer(int fd, char out[ANSWER_MAX], int64_t deadline, struct err *e)
{
	size_t n = 0;

	while (n < ANSWER_MAX) {
		ssize_t got = recv(fd, out + n, ANSWER_MAX - n, 0);
		int rc = 0;

		if (got > 0) {
			n += (size_t)got;
			if (memchr(out, '\0', n) != NULL)
				return 0;
		} else if (got == 0) {
			return err_set(e, ERR_PEER, "virus scanner: it closed the connection without a verdict");
		} else if (errno == EAGAIN) {
			rc = wait_for(fd, POLLIN, deadline, e);
		} else if (errno != EINTR) {
			rc = err_set(e, ERR_PEER, "virus scanner: %s", strerror(errno));
		}
		if (rc != 0)
			return rc;
	}
	return err_set(e, ERR_PEER, "virus scanner: its answer has no end");
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && strcmp(text + n - k, end) == 0;
}

/* "stream: OK", "stream: Eicar-Signature FOUND", "INSTREAM size limit exceeded. ERROR". */
static int judge(const char *answer, enum peer_verdict *v, char signature[PEER_SIGNATURE_MAX], struct err *e)
{
	static const char begin[] = "stream: ", found[] = " FOUND";
	size_t n = strlen(answer), i = 0;

	signature[0] = '\0';
	*v = PEER_CLEAN;
	if (strcmp(answer, "stream: OK") == 0)
		return 0;
	if (strncmp(answer, begin, strlen(begin)) != 0 || !ends_with(answer, found) || n < strlen(begin) + strlen(found))
		return err_set(e, ERR_PEER, "virus scanner: \"%.200s\"", answer);
	*v = PEER_INFECTED;
	for (const char *p = answer + strlen(begin); p < answer + n - strlen(found) && i < PEER_SIGNATURE_MAX - 1; p++)
		signature[i++] = (unsigned char)*p > ' ' && (unsigned char)*p < 0x7f ? *p : '?';
	signature[i] = '\0';
	return 0;
}

int peer_clamd_scan(struct peer_clamd *c, struct src *content, enum peer_verdict *v, char signature[PEER_SIGNATURE_MAX],
		    struct err *e)
{
	int64_t deadline = clock_mono() + c->timeout_ms;
	char answer[ANSWER_MAX] = "";
	struct err second = ERR_INIT;
	int fd = -1, rc = enter(c, e);

	if (rc != 0)
		return rc;
	rc = dial(c, deadline, &fd, e);
	if (rc == 0) {
		rc = put_content(fd, content, deadline, e);
		if (rc == 0)
			rc = get_answer(fd, answer, deadline, e);
		else if (rc == ERR_PEER && get_answer(fd, answer, deadline, &second) == 0)
			rc = 0;	/* it said why it does not listen */
		if (rc == 0)
			rc = judge(answer, v, signature, e);
		(void)close(fd);
	}
	leave(c);
	return rc;
}
