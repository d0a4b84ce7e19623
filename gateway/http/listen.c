/* SPDX-License-Identifier: EUPL-1.2 */
/* listen - sockets that listen. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server_priv.h"

#define BACKLOG 1024

/* "host:port", "[v6]:port" or "*:port" into its parts. */
static int split_address(const char *address, char host[64], char port[8], struct err *e)
{
	const char *colon = strrchr(address, ':');
	const char *from = address, *to = colon;
	uint64_t number;

	if (colon == NULL || !span_u64(span_of(colon + 1), 65535, &number))
		return err_set(e, ERR_CONFIG, "\"%s\": expected address:port, e.g. 127.0.0.1:8080", address);
	if (from[0] == '[' && to > from && to[-1] == ']') {
		from++;
		to--;
	}
	if (to - from < 1 || to - from >= 64)
		return err_set(e, ERR_CONFIG, "\"%s\": expected a numeric address before the port", address);
	memcpy(host, from, (size_t)(to - from));
	host[to - from] = '\0';
	(void)snprintf(port, 8, "%u", (unsigned)number);
	return 0;
}

static int bind_one(const struct addrinfo *ai, int *out, struct err *e)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, saved;

	if (fd < 0)
		return err_set(e, err_from_errno(errno), "socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
		*out = fd;
		return 0;
	}
	saved = errno;
	(void)close(fd);
	if (saved == EADDRINUSE)
		return err_set(e, ERR_EXISTS, "address is in use");
	return err_set(e, err_from_errno(saved), "bind: %s", strerror(saved));
}

static int port_of(int fd, uint16_t *port, struct err *e)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} addr = { 0 };
	socklen_t n = sizeof(addr);

	if (getsockname(fd, &addr.any, &n) != 0)
		return err_set(e, ERR_IO, "getsockname: %s", strerror(errno));
	*port = ntohs(addr.any.sa_family == AF_INET6 ? addr.v6.sin6_port : addr.v4.sin_port);
	return 0;
}

int http_listen_open(const char *address, int *fd, uint16_t *port, struct err *e)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	char host[64], service[8];
	int rc, gai;

	*fd = -1;
	rc = split_address(address, host, service, e);
	if (rc != 0)
		return rc;
	gai = getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, service, &hints, &list);
	if (gai != 0)
		return err_set(e, ERR_CONFIG, "\"%s\": expected a numeric address: %s", address, gai_strerror(gai));
	rc = bind_one(list, fd, e);
	if (rc == 0)
		rc = port_of(*fd, port, e);
	freeaddrinfo(list);
	if (rc != 0 && *fd >= 0) {
		(void)close(*fd);
		*fd = -1;
	}
	return rc == 0 ? 0 : err_wrap(e, "listen on %s", address);
}
