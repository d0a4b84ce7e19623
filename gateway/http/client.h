/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * client - HTTP requests to others: streamed both ways, limited in time and size, no redirects, no proxies, no cookies.
 *
 * A client is one identity towards TLS servers (trust and own certificate come from one callback): use one client per
 * identity, share it between all threads. Connections and TLS sessions are reused. Only http and https; nothing from
 * the environment or from the system's trust store has any influence.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/err.h"
#include "base/stream.h"

struct http_client;
struct http_answer_head;

/* Sets trust anchors, own certificate, versions; called for each new TLS connection, on the calling thread. 0 or any
 * error (then the request fails with that error). */
typedef int http_tls_fn(SSL_CTX *tls, void *ctx, struct err *e);

/* 0 takes the default in brackets. Strings and contexts stay the caller's. */
struct http_client_settings {
	const char *user_agent;		/* NULL: none is sent */
	const char *ca_file;		/* PEM with trust anchors for https; NULL: only what tls sets */
	http_tls_fn *tls;		/* NULL: TLS 1.2 or later, no own certificate */
	void *tls_ctx;
	bool refuse_local;		/* connect to no address of this machine, whatever name leads there */
	unsigned connect_ms;		/* resolve, connect and handshake together [10000] */
	unsigned total_ms;		/* the whole call [60000] */
	unsigned stall_s;		/* slower than min_rate for so many seconds ends the call [30] */
	unsigned min_rate;		/* bytes per second [100] */
	uint64_t max_answer;		/* bytes of the answer's body [16 MiB] */
};

struct http_pair {
	const char *name, *value;	/* the list ends with name NULL */
};

struct http_call {
	const char *method;		/* NULL: POST with a body, GET without */
	const char *url;
	const struct http_pair *headers;	/* NULL: none. No Content-Length, no Transfer-Encoding. */
	struct src *body;		/* borrowed, read once; NULL: none */
	int64_t body_length;		/* exact number of bytes of body; -1: not known, sent in chunks */
	struct sink *to;		/* takes the answer's body, whatever the status; not finished; NULL: dropped */
	unsigned connect_ms, total_ms;	/* 0: as the client's settings say */
	uint64_t max_answer;		/* the same */
	bool fresh;			/* new connection, closed afterwards */
};

struct http_answer {
	unsigned status;		/* 200 ... 599; 0 if no complete head came */
	bool sent;			/* the peer may have received the whole request: after an error with sent, the
					 * outcome is not known; without sent, nothing was processed */
	bool reused;			/* went over a connection of an earlier call */
	uint64_t body_bytes;		/* passed to the sink */
	char address[64];		/* numeric address that answered, or "" */
	struct http_answer_head *head;	/* the headers; see http_answer_header */
};

/* ERR_CONFIG unless libcurl is the OpenSSL flavour (the others ignore the tls callback). Call once at start, before any
 * other thread exists: initialises libcurl. */
int http_client_check(struct err *e);

/* Caller frees with http_client_free when no call runs any more. */
int http_client_new(const struct http_client_settings *settings, struct http_client **out, struct err *e);
void http_client_free(struct http_client *c);	/* NULL is allowed */
/* From at (clock_mono) on nothing waits for a peer any more: calls under way end within about a second with ERR_STOPPING
 * (answer->sent as ever), new ones at once. For good. Any thread. */
void http_client_stop(struct http_client *c, int64_t at);

/* Does the call. 0: a complete answer came, of whatever status; *answer is valid in every case (initialised first) and
 * is released with http_answer_fini. Any thread. Errors:
 *   ERR_UNREACHABLE  nothing was processed: RSN_NET_UNKNOWN_HOST not resolved, RSN_NET_UNREACHABLE not connected (in
 *                    time), RSN_DIR_BAD_ADDRESS this machine although refuse_local, RSN_NET_TLS handshake failed or certificate of the server not accepted
 *   ERR_TIMEOUT (RSN_NET_TIMEOUT)          one of the time limits after the connection stood; see answer->sent
 *   ERR_PEER (RSN_NET_ANSWER_LOST if sent, else RSN_NET_UNREACHABLE)  broken off, or not HTTP
 *   ERR_LIMIT (RSN_NET_BAD_ANSWER)         answer larger than max_answer, or its head above 32 KiB
 *   ERR_CONFIG                             ca_file cannot be read
 *   ERR_STOPPING                           http_client_stop
 *   ERR_SYNTAX                             the url or a header is not allowed: nothing was sent
 *   the error of body, to or the tls callback, as it is */
int http_client_do(struct http_client *c, const struct http_call *call, struct http_answer *answer, struct err *e);
const char *http_answer_header(const struct http_answer *answer, const char *name);	/* first of that name, or NULL */
/* The header Date. False: there is none that can be read. */
bool http_answer_date(const struct http_answer *answer, int64_t *ms);
/* How long to wait by the header Retry-After (RFC 9110 10.2.3: seconds or a date), in ms up to most_ms; 0: it says nothing. */
int64_t http_answer_retry_after(const struct http_answer *answer, int64_t most_ms);
void http_answer_fini(struct http_answer *answer);

#endif
