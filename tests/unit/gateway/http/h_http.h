/* SPDX-License-Identifier: EUPL-1.2 */
/* h_http - a real server on 127.0.0.1 with a few handlers, and clients that send exactly the bytes they are told. */
#ifndef TESTS_H_HTTP_H
#define TESTS_H_HTTP_H

#include <stdatomic.h>

#include "http/server.h"

struct h_server {
	struct http_server *server;
	uint16_t port, port2;
	atomic_uint called;		/* handlers entered */
	atomic_uint hello_turn;		/* which of them the last GET /hello was */
	atomic_ullong body_bytes;	/* read by POST /sink */
	struct http_route routes[20];
	atomic_uint release;		/* GET /wait answers when this is not 0, after a millisecond at least */
};

/*   GET /hello   "hello\n"                     GET /wait    answers when released
 *   POST /echo   the body, streamed, chunked   GET /big?n=  n bytes with Content-Length
 *   POST /count  number of bytes as text       POST /deny   403 without reading the body
 *   GET /silent  returns without an answer     GET /fail    returns ERR_IO
 *   GET /bad     adds a header with a line break
 *   GET /who     peer certificate subject, peer, caller, query q, cookie c, header X-T, rest
 *   GET /below/ and everything below it like /who */
/* like: what else its listeners have (client_header, proxies); with two of them the second is at port2. */
void h_server_start_like(struct h_server *h, const struct http_limits *limits, const struct http_listener *like,
			 unsigned listeners);
void h_server_start(struct h_server *h, const struct http_limits *limits, SSL_CTX *tls);
void h_server_stop(struct h_server *h);

int h_connect(uint16_t port);
int h_connect_from(const char *address, uint16_t port);	/* "127.0.0.2" */
void h_send(int fd, const void *data, size_t n);
#define h_sends(fd, text) h_send((fd), (text), strlen(text))
/* Reads until the peer closes, n bytes are there, or text `until` has come (NULL: not looked at); within 5 seconds.
 * The result ends with a NUL; static buffer of 256 KiB. */
char *h_recv(int fd, const char *until);
/* One request on a connection of its own; everything that came back until the close. */
char *h_exchange(uint16_t port, const void *data, size_t n);
unsigned h_status(const char *answer);	/* of "HTTP/1.1 NNN ..."; 0 if it is none */
bool h_closed(int fd);			/* the peer has closed, or does so within 5 s; input before it is dropped */
long h_peak_kib(void);			/* VmHWM */

#endif
