/* SPDX-License-Identifier: EUPL-1.2 */
/* h_client - calls of the HTTP client with the answer's body in a buffer. One thread. */
#ifndef TESTS_H_CLIENT_H
#define TESTS_H_CLIENT_H

#include "base/buf.h"
#include "h_tls.h"
#include "http/client.h"

struct h_side {
	const struct h_identity *id;	/* NULL: no certificate */
	const struct h_ca *trust;	/* NULL: the TLS callback fails with ERR_CONFIG "no trust" */
};

struct http_client *h_client_new(struct h_side *side);	/* NULL: no TLS callback */
const char *h_url(uint16_t port, const char *scheme, const char *path);	/* static buffer */

extern struct buf h_got;	/* body of the last answer; between h_call and h_done */
int h_call(struct http_client *c, struct http_call *call, struct http_answer *a, struct err *e);
void h_done(struct http_answer *a);

#endif
