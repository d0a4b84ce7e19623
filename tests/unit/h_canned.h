/* SPDX-License-Identifier: EUPL-1.2 */
/* h_canned - a server on 127.0.0.1 that says to everybody what it was told, over TCP or over TLS with any certificate. */
#ifndef TESTS_H_CANNED_H
#define TESTS_H_CANNED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "sim/mkcert.h"

struct h_canned {
	int fd;
	uint16_t port;
	struct ssl_ctx_st *tls;		/* NULL: plain */
	const char *answer;		/* the same for each request; NULL: the connection is closed after the request */
	pthread_t thread;
	atomic_bool stop;
};

/* cert NULL: plain. answer is borrowed. One connection at a time, one request each. */
void h_canned_up(struct h_canned *s, const struct mk_cert *cert, const char *answer);
void h_canned_down(struct h_canned *s);

#endif
