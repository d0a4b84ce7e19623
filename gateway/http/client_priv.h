/* SPDX-License-Identifier: EUPL-1.2 */
/* client_priv - the inside of struct http_client and of one call. Private to this folder. */
#ifndef HTTP_CLIENT_PRIV_H
#define HTTP_CLIENT_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "http/client.h"

#define HANDLES_MAX 64		/* idle handles kept, each with its last connections */
#define HEAD_MAX 32768		/* bytes of an answer's head */

struct idle_handle {
	CURL *curl;
	char place[300];	/* scheme, host and port of its last call */
};

struct http_client {
	struct http_client_settings settings;
	CURLSH *share;
	pthread_mutex_t share_lock[CURL_LOCK_DATA_LAST];
	pthread_mutex_t lock;	/* of idle */
	struct idle_handle idle[HANDLES_MAX];
	unsigned idle_count;
	atomic_llong stop_at;	/* clock_mono */
};

struct http_answer_head {
	struct buf lines;	/* name, NUL, value, NUL, ... */
};

/* One call under way; one thread. */
struct exchange {
	struct http_client *client;
	const struct http_call *call;
	struct http_answer *answer;
	CURL *curl;
	uint64_t max_answer;
	uint64_t body_sent;	/* given to libcurl */
	bool body_ended;	/* all of the body was given to libcurl */
	bool local_refused;	/* an address of this machine was not connected to */
	bool head_ended;	/* the empty line behind the answer's head has come */
	struct err err;		/* of a callback: why it broke off the call */
};

bool http_client_is_over(const struct http_client *c);	/* the instant of http_client_stop has come */

/* Sets the handle up, does the call and maps the outcome. */
int http_exchange_run(struct exchange *x, struct curl_slist *headers, struct err *e);

#endif
