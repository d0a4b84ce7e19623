/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A TCP proxy on 127.0.0.1 that breaks connections. The control file is read for each connection:
 *   pass              hand everything through
 *   down              close at once
 *   slow              wait 20 s before connecting on
 *   silent            read and never answer
 *   garbage           answer something that is not HTTP
 *   lose-answer [N]   hand the request through, drop the answer and close; after N connections: pass
 *   lose-second [N]   the same with the second answer of each connection
 *   busy-second [N]   hand the first request of each connection through, answer 503 to the second
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "sim.h"

#define SLOW_MS 20000
#define IDLE_MS 60000
#define SILENT_MS 600000
#define ANSWER_WAIT_MS 10000

enum mode { MODE_PASS, MODE_DOWN, MODE_SLOW, MODE_GARBAGE, MODE_LOSE_ANSWER, MODE_LOSE_SECOND, MODE_SILENT,
	    MODE_BUSY_SECOND };

struct job {
	int fd;
	const struct sim_options *o;
	enum mode mode;
};

static int parse_address(const char *text, struct sockaddr_in *a, struct err *e)
{
	const char *colon = strrchr(text, ':');
	char host[64];
	unsigned long port = colon == NULL ? 0 : strtoul(colon + 1, NULL, 10);

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	if (colon == NULL || port > 65535 || (size_t)(colon - text) >= sizeof(host))
		return err_set(e, ERR_SYNTAX, "%s: expected address:port", text);
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	if (inet_pton(AF_INET, host, &a->sin_addr) != 1)
		return err_set(e, ERR_SYNTAX, "%s: not a numeric address", text);
	return 0;
}

/* The mode for the next connection. "lose-answer N" counts down in the file itself, so a script sees where it is. */
static enum mode next_mode(const struct sim_options *o)
{
	static const char *const names[] = { "pass", "down", "slow", "garbage", "lose-answer", "lose-second",
					     "silent", "busy-second" };
	struct err e = ERR_INIT;
	struct span word, rest;
	enum mode mode = MODE_PASS;
	uint64_t left;
	struct buf b;

	buf_init(&b, 64);
	if (o->file != NULL && file_read(o->file, &b, &e) == 0) {
		(void)span_split(span_trim(buf_view(&b)), ' ', &word, &rest);
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (span_is(word, names[i]))
				mode = (enum mode)i;
		if (span_u64(span_trim(rest), 1000000, &left)) {
			char text[64];
			int n = left > 1 ? snprintf(text, sizeof(text), "%s %llu\n", names[mode],
						    (unsigned long long)(left - 1)) :
					   snprintf(text, sizeof(text), "pass\n");

			(void)file_write(o->file, text, (size_t)n, 0644, &e);
		}
	}
	buf_fini(&b);
	return mode;
}

struct relay {
	struct pollfd p[2];	/* client, server */
	int answer, last;	/* last side that spoke: an answer begins when the server follows the client */
	int drop;		/* the number of the answer that is thrown away, which ends it; 0: none */
	bool once;		/* ends when the client speaks again after the first answer */
	bool spoke_again;	/* it did */
};

/* False: the end. */
static bool relay_from(struct relay *r, int i)
{
	char data[16384];
	ssize_t n = read(r->p[i].fd, data, sizeof(data));

	if (n <= 0)
		return false;
	r->spoke_again = r->once && i == 0 && r->answer > 0;
	if (r->spoke_again)
		return false;
	r->answer += i == 1 && r->last == 0;
	r->last = i;
	if (i == 1 && r->drop != 0 && r->answer == r->drop)
		return false;	/* the server has obeyed; the client never learns it */
	return write_all(r->p[1 - i].fd, data, (size_t)n) == 0;
}

/* Moves bytes until one side closes, or the relay's end. */
static void relay(struct relay *r)
{
	for (;;) {
		if (poll(r->p, 2, r->drop != 0 ? ANSWER_WAIT_MS : IDLE_MS) <= 0)
			return;
		for (int i = 0; i < 2; i++)
			if ((r->p[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !relay_from(r, i))
				return;
	}
}

/* Reads until nothing more comes for so long: closing over unread data would be a reset, and the answer gone. */
static void swallow(int fd, int quiet_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char data[16384];

	while (poll(&p, 1, quiet_ms) > 0 && read(fd, data, sizeof(data)) > 0)
		;
}

static void say(int fd, const char *text)
{
	swallow(fd, 200);
	(void)write_all(fd, text, strlen(text));
	(void)shutdown(fd, SHUT_WR);
	swallow(fd, 1000);
}

static void pass_on(const struct job *j)
{
	struct relay r = { .last = 1, .drop = j->mode == MODE_LOSE_ANSWER ? 1 : j->mode == MODE_LOSE_SECOND ? 2 : 0,
			   .once = j->mode == MODE_BUSY_SECOND };
	struct sockaddr_in to;
	struct err e = ERR_INIT;
	int fd, one = 1;

	if (parse_address(j->o->to, &to, &e) != 0)
		return;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)setsockopt(j->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	r.p[0] = (struct pollfd){ .fd = j->fd, .events = POLLIN };
	r.p[1] = (struct pollfd){ .fd = fd, .events = POLLIN };
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		relay(&r);
	if (r.spoke_again)
		say(j->fd, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	(void)close(fd);
}

static void *serve(void *arg)
{
	struct job *j = arg;

	switch (j->mode) {
	case MODE_DOWN:
		break;
	case MODE_GARBAGE:
		say(j->fd, "220 this is not the protocol you are looking for\r\n");
		break;
	case MODE_SILENT:
		swallow(j->fd, SILENT_MS);
		break;
	case MODE_SLOW:
		(void)poll(NULL, 0, SLOW_MS);
		pass_on(j);
		break;
	default:
		pass_on(j);
		break;
	}
	(void)close(j->fd);
	free(j);
	return NULL;
}

static void accept_one(int listener, const struct sim_options *o)
{
	pthread_t t;
	struct job *j;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	j = mem_new(sizeof(*j));
	*j = (struct job){ fd, o, next_mode(o) };
	if (pthread_create(&t, NULL, serve, j) != 0) {
		(void)close(fd);
		free(j);
		return;
	}
	(void)pthread_detach(t);
}

int sim_fault(const struct sim_options *o, struct err *e)
{
	struct sockaddr_in at, to;
	struct pollfd p = { .events = POLLIN };
	int one = 1, rc = parse_address(o->listen, &at, e);

	if (rc == 0 && o->to == NULL)
		rc = err_set(e, ERR_SYNTAX, "say with --to where to connect to");
	if (rc == 0)
		rc = parse_address(o->to, &to, e);
	if (rc != 0)
		return rc;
	p.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)setsockopt(p.fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(p.fd, (const struct sockaddr *)&at, sizeof(at)) != 0 || listen(p.fd, 128) != 0) {
		rc = err_set(e, err_from_errno(errno), "%s: %s", o->listen, strerror(errno));
		(void)close(p.fd);
		return rc;
	}
	while (!sim_stop_wait(0))
		if (poll(&p, 1, 100) > 0)
			accept_one(p.fd, o);
	(void)close(p.fd);
	return 0;
}
