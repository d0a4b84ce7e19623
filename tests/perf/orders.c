/* SPDX-License-Identifier: EUPL-1.2 */
/* storeDelivery of 10 KB: built, sent, their answers judged. */
#include "orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/read.h"
#include "peer/post.h"
#include "peer/scratch.h"

/* A transport that keeps the request instead of sending it. */
static int keep(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	struct bench *b = ctx;
	int rc = stream_to_buf(request, b->capture, "request", e);

	(void)size;
	*answer = NULL;
	*sent = false;
	return rc != 0 ? rc : err_set(e, ERR_UNREACHABLE, "kept");
}

void orders_build(struct bench *b, struct order *orders, unsigned n)
{
	struct osci_transport keeper = { keep, b };
	struct osci_client *asks, *builds = bench_client(b, b->sender_keys, &keeper);
	struct arena *a = arena_new();
	struct peer_post post;
	struct err e = ERR_INIT;

	peer_post_init(&post, b->http, b->url, b->dir, BENCH_TIMEOUT_MS, BENCH_ANSWER_MAX);
	asks = bench_client(b, b->sender_keys, &post.transport);
	for (unsigned i = 0; i < n; i++) {
		const char *id;

		arena_reset(a);
		e = (struct err)ERR_INIT;
		BENCH_CHECK(osci_client_get_message_id(asks, a, &id, &e));
		buf_init(&orders[i].request, ORDER_MAX);
		buf_init(&orders[i].answer, ORDER_MAX);
		b->capture = &orders[i].request;
		if (bench_store(b, builds, id, ORDER_CONTENT, false, a, &e) != ERR_UNREACHABLE)
			bench_check(1, &e, "build");
	}
	osci_client_free(asks);
	osci_client_free(builds);
	peer_post_fini(&post);
	arena_free(a);
}

void orders_post(const struct bench *b, struct order *o)
{
	static const struct http_pair headers[] = { { "Content-Type", "text/xml; charset=utf-8" }, { NULL, NULL } };
	struct http_call c = { .method = "POST", .url = b->url, .headers = headers, .body_length = (int64_t)o->request.n,
			       .body = src_of_mem(o->request.p, o->request.n), .to = sink_to_buf(&o->answer) };
	struct http_answer got;
	struct err e = ERR_INIT;

	BENCH_CHECK(http_client_do(b->http, &c, &got, &e));
	if (got.status != 200)
		bench_check(1, &(struct err){ .text = "HTTP status" }, b->url);
	http_answer_fini(&got);
	src_close(c.body);
	sink_close(c.to);
}

static void check(const struct bench *b, const struct buf *answer, struct arena *a)
{
	struct osci_read_options o = { .keys = b->sender_keys, .certs = b->certs, .answers = true, .max_size = ORDER_MAX };
	struct src *in = src_of_mem(answer->p, answer->n);
	struct osci_scratch scratch;
	struct osci_message m;
	enum osci_code code;
	struct err e = ERR_INIT;
	void *handle;

	BENCH_CHECK(b->scratches.begin(b->scratches.ctx, &scratch, &handle, &e));
	BENCH_CHECK(osci_read(&o, in, NULL, &scratch, a, &m, &code, &e));
	if (m.feedback_count == 0 || strcmp(m.feedback[0].code, "0800") != 0) {
		(void)fprintf(stderr, "orders: storeDelivery answered %s\n",
			      m.feedback_count > 0 ? m.feedback[0].code : "nothing");
		exit(1);
	}
	osci_message_fini(&m);
	b->scratches.free(b->scratches.ctx, handle);
	src_close(in);
}

void orders_check(const struct bench *b, struct order *orders, unsigned n)
{
	struct arena *a = arena_new();

	for (unsigned i = 0; i < n; i++) {
		arena_reset(a);
		check(b, &orders[i].answer, a);
		buf_fini(&orders[i].request);
		buf_fini(&orders[i].answer);
	}
	arena_free(a);
}
