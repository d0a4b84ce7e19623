/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/peer/post. */
#include "cm.h"

#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "h_canned.h"
#include "http/server.h"
#include "peer/post.h"
#include "spool/suite/h_spool.h"

#define TIMEOUT_MS 500
#define ANSWER_MAX (1024u * 1024)

static struct {
	struct h_spool spool;
	struct http_server *server;
	struct http_client *http;
	struct http_route routes[8];
	char base[64];
	atomic_ullong got;	/* bytes of the last request */
	char type[64];
} w;

static void read_all(struct http_request *rq, struct err *e)
{
	struct buf b;

	buf_init(&b, ANSWER_MAX);
	(void)stream_to_buf(http_body(rq), &b, "request", e);
	buf_fini(&b);
}

static int echo(struct http_request *rq, void *ctx, struct err *e)
{
	struct buf b;
	int rc;

	(void)ctx;
	snprintf(w.type, sizeof(w.type), "%s", http_header(rq, "Content-Type"));
	buf_init(&b, ANSWER_MAX);
	rc = stream_to_buf(http_body(rq), &b, "request", e);
	w.got = b.n;
	if (rc == 0)
		rc = http_reply(rq, 200, "text/xml", b.p, b.n, e);
	buf_fini(&b);
	return rc;
}

static int refuse(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	read_all(rq, e);
	return http_reply_text(rq, (unsigned)atoi(http_query(rq, "status")), "an error page", e);
}

/* Reads everything, then cuts the connection in the middle of the answer. */
static int cut(struct http_request *rq, void *ctx, struct err *e)
{
	struct sink *out;

	(void)ctx;
	read_all(rq, e);
	(void)http_reply_begin(rq, 200, "text/xml", 100, &out, e);
	(void)sink_write(out, "half", 4, e);
	return err_set(e, ERR_IO, "cut");
}

static int slow(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	(void)nanosleep(&(struct timespec){ .tv_nsec = 999000000 }, NULL);
	return http_reply_text(rq, 200, "late", e);
}

static int page(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	read_all(rq, e);
	return http_reply(rq, 200, "text/html; charset=utf-8", "<p>login</p>", 12, e);
}

static int busy(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	read_all(rq, e);
	http_header_add(rq, "Retry-After", http_query(rq, "after"));
	return http_reply_text(rq, 503, "busy", e);
}

static int huge(struct http_request *rq, void *ctx, struct err *e)
{
	char *p = h_bytes(ANSWER_MAX + 1, 1);
	int rc;

	(void)ctx;
	read_all(rq, e);
	rc = http_reply(rq, 200, "text/xml", p, ANSWER_MAX + 1, e);
	free(p);
	return rc;
}

static int set_up(void **state)
{
	static http_handler_fn *const handlers[] = { echo, refuse, cut, slow, huge, page, busy };
	static const char *const paths[] = { "/echo", "/refuse", "/cut", "/slow", "/huge", "/page", "/busy" };
	struct err e = ERR_INIT;
	unsigned index = 0;

	(void)state;
	h_spool_init(&w.spool);
	assert_ok(http_client_check(&e), e);
	assert_ok(http_client_new(&(struct http_client_settings){ .user_agent = NULL }, &w.http, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		w.routes[i] = (struct http_route){ "POST", paths[i], handlers[i], NULL, ANSWER_MAX };
	assert_ok(http_server_new(&(struct http_limits){ .workers = 2 }, &w.server, &e), e);
	assert_ok(http_server_listen(w.server, &(struct http_listener){ .name = "im", .address = "127.0.0.1:0", .routes = w.routes,
									 .route_count = ARRAY_LEN(paths) }, &index, &e), e);
	assert_ok(http_server_start(w.server, &e), e);
	snprintf(w.base, sizeof(w.base), "http://127.0.0.1:%u", http_server_port(w.server, index));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	http_client_free(w.http);
	http_server_free(w.server);
	h_spool_fini(&w.spool);
	return 0;
}

static int post(struct peer_post *p, const char *url, size_t n, struct src **answer, bool *sent, struct err *e)
{
	char *body = h_bytes(n, 7);
	struct src *src = src_of_mem(body, n);
	int rc;

	peer_post_init(p, w.http, url, w.spool.dir, TIMEOUT_MS, ANSWER_MAX);
	*sent = false;
	rc = p->transport.post(p->transport.ctx, src, n, answer, sent, e);
	src_close(src);
	free(body);
	return rc;
}

static void the_answer_of_any_size_is_read_after_the_post(void **state)
{
	static const size_t sizes[] = { 0, 1, 5000, 300 * 1024 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		char url[128], *want = h_bytes(sizes[i], 7), *got = mem_new(sizes[i] + 1);
		struct err e = ERR_INIT;
		struct src *answer = NULL;
		struct peer_post p;
		size_t n = 0;
		bool sent;

		snprintf(url, sizeof(url), "%s/echo", w.base);
		assert_ok(post(&p, url, sizes[i], &answer, &sent, &e), e);
		assert_true(sent);
		assert_int_equal(w.got, sizes[i]);
		assert_string_equal(w.type, "text/xml; charset=utf-8");
		assert_ok(src_read_full(answer, got, sizes[i] + 1, &n, &e), e);
		assert_int_equal(n, sizes[i]);
		assert_memory_equal(got, want, n);
		src_close(answer);
		peer_post_fini(&p);
		free(want);
		free(got);
	}
}

static void one_transport_posts_again_and_again(void **state)
{
	char url[128];
	struct peer_post p;

	(void)state;
	snprintf(url, sizeof(url), "%s/echo", w.base);
	peer_post_init(&p, w.http, url, w.spool.dir, TIMEOUT_MS, ANSWER_MAX);
	for (size_t n = 1; n < 4; n++) {
		struct src *body = src_of_mem("abc", n), *answer = NULL;
		struct err e = ERR_INIT;
		char got[8];
		size_t len;
		bool sent;

		assert_ok(p.transport.post(p.transport.ctx, body, n, &answer, &sent, &e), e);
		assert_ok(src_read_full(answer, got, sizeof(got), &len, &e), e);
		assert_int_equal(len, n);
		src_close(answer);
		src_close(body);
	}
	peer_post_fini(&p);
	peer_post_fini(&p);
}

static const struct {
	const char *path;
	enum err_code code;
	enum reason reason;
	bool sent;		/* the delivery may have been stored: ask before it is repeated */
} cases[] = {
	{ "/refuse?status=404", ERR_PEER, RSN_NET_BAD_ANSWER, false },
	{ "/refuse?status=413", ERR_REFUSED, RSN_NET_TOO_LARGE, false },
	{ "/refuse?status=429", ERR_PEER, RSN_NET_UNREACHABLE, false },
	{ "/refuse?status=503", ERR_PEER, RSN_NET_UNREACHABLE, false },
	{ "/refuse?status=400", ERR_PEER, RSN_NET_BAD_ANSWER, true },
	{ "/refuse?status=403", ERR_PEER, RSN_NET_BAD_ANSWER, true },
	{ "/refuse?status=500", ERR_PEER, RSN_NET_UNREACHABLE, true },
	{ "/refuse?status=502", ERR_PEER, RSN_NET_UNREACHABLE, true },
	{ "/refuse?status=504", ERR_PEER, RSN_NET_UNREACHABLE, true },
	{ "/refuse?status=202", ERR_PEER, RSN_NET_BAD_ANSWER, true },
	{ "/page", ERR_PEER, RSN_NET_BAD_ANSWER, true },
	{ "/nowhere", ERR_PEER, RSN_NET_BAD_ANSWER, false },
	{ "/cut", ERR_PEER, RSN_NET_ANSWER_LOST, true },
	{ "/slow", ERR_TIMEOUT, RSN_NET_TIMEOUT, true },
	{ "/huge", ERR_LIMIT, RSN_NET_BAD_ANSWER, true },
};

static void every_failure_says_whether_the_request_may_have_had_an_effect(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct src *answer = NULL;
		struct err e = ERR_INIT;
		struct peer_post p;
		char url[128];
		bool sent;
		int rc;

		snprintf(url, sizeof(url), "%s%s", w.base, cases[i].path);
		rc = post(&p, url, 1000, &answer, &sent, &e);
		if (rc != (int)cases[i].code || e.reason != cases[i].reason || sent != cases[i].sent)
			fail_msg("%s: %d %s sent %d: %s", cases[i].path, rc, reason_info(e.reason)->key, sent, e.text);
		assert_non_null(strstr(e.text, url));
		peer_post_fini(&p);
	}
}

static const struct {
	const char *after;
	int64_t wait;	/* ms */
} rests[] = {
	{ "120", 120000 }, { "0", 0 }, { "99999999999", 6 * 3600 * 1000 }, { "soon", 0 }, { "-5", 0 },
};

static void a_peer_that_wants_to_be_left_alone_is_believed_within_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
		struct src *answer = NULL;
		struct err e = ERR_INIT;
		struct peer_post p;
		int64_t now = clock_now();
		char url[128];
		bool sent;

		snprintf(url, sizeof(url), "%s/busy?after=%s", w.base, rests[i].after);
		assert_int_equal(post(&p, url, 10, &answer, &sent, &e), ERR_PEER);
		if (rests[i].wait == 0)
			assert_true(p.not_before <= clock_now());
		else
			assert_in_range(p.not_before, now + rests[i].wait, clock_now() + rests[i].wait);
		peer_post_fini(&p);
	}
}

/* Dates are those of who wrote them: what counts is how far they are apart. */
static const struct {
	const char *headers;
	int64_t wait, apart;	/* ms; apart from a clock of 2026-11-24T05:21:41Z */
} dates[] = {
	{ "Date: Tue, 24 Nov 2026 05:21:41 GMT\r\nRetry-After: Tue, 24 Nov 2026 05:23:41 GMT\r\n", 120000, 0 },
	{ "Date: Sat, 14 Nov 2026 05:21:41 GMT\r\nRetry-After: Sat, 14 Nov 2026 05:23:41 GMT\r\n", 120000, -864000000 },
	{ "Date: Tue, 24 Nov 2026 05:30:41 GMT\r\nRetry-After: 60\r\n", 60000, 540000 },
	{ "Date: Tue, 24 Nov 2026 05:26:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 05:23:41 GMT\r\n", 0, 0 },
	{ "Retry-After: Tue, 24 Nov 2026 05:23:41 GMT\r\n", 120000, 0 },
	{ "Date: Tue, 24 Nov 2026 05:21:41 GMT\r\nRetry-After: Tue, 24 Nov 2099 05:23:41 GMT\r\n", 6 * 3600 * 1000, 0 },
	{ "Date: yesterday\r\nRetry-After: tomorrow\r\n", 0, 0 },
};

/* The test itself takes a while. */
static void assert_near(int64_t got, int64_t want)
{
	if (want == 0)
		assert_int_equal(got, 0);
	else
		assert_in_range(got - want + 30000, 0, 60000);
}

static void dates_are_understood_by_the_clock_that_wrote_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		struct h_canned server;
		struct src *answer = NULL;
		struct err e = ERR_INIT;
		struct peer_post p;
		char url[64], *text = mem_printf("HTTP/1.1 503 Busy\r\n%sContent-Length: 0\r\n\r\n", dates[i].headers);
		int64_t now = 0, shift;
		bool sent;

		assert_ok(clock_parse(SPAN_LIT("2026-11-24T05:21:41Z"), &now, &e), e);
		h_canned_up(&server, NULL, text);
		(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/osci", server.port);
		shift = now - clock_now();
		clock_shift(shift);
		assert_int_equal(post(&p, url, 10, &answer, &sent, &e), ERR_PEER);
		clock_shift(-shift);
		h_canned_down(&server);
		assert_near(p.not_before, dates[i].wait == 0 ? 0 : now + dates[i].wait);
		assert_near(p.clock_apart, dates[i].apart);
		(void)peer_post_wrap(&p, "storeDelivery", &e);
		assert_int_equal(strstr(e.text, "one of the two is wrong") != NULL, dates[i].apart != 0);
		peer_post_fini(&p);
		free(text);
	}
}

static int count_before(void *ctx, struct err *e)
{
	int *n = ctx;

	return ++*n < 3 ? 0 : err_set(e, ERR_WRONG_STATE, "not any more");
}

static void count_after(void *ctx)
{
	*(int *)ctx += 100;
}

static void who_watches_is_told_of_each_request_and_may_forbid_it(void **state)
{
	struct peer_post p;
	char url[128];
	int n = 0;

	(void)state;
	snprintf(url, sizeof(url), "%s/echo", w.base);
	peer_post_init(&p, w.http, url, w.spool.dir, TIMEOUT_MS, ANSWER_MAX);
	p.watch = (struct peer_watch){ count_before, count_after, &n, 0 };
	for (int i = 0; i < 2; i++) {
		struct src *body = src_of_mem("abc", 3), *answer = NULL;
		struct err e = ERR_INIT;
		bool sent = true;
		int rc = p.transport.post(p.transport.ctx, body, 3, &answer, &sent, &e);

		assert_int_equal(rc, i == 0 ? 0 : ERR_WRONG_STATE);
		assert_int_equal(n, i == 0 ? 101 : 102);
		assert_int_equal(sent, i == 0);
		src_close(answer);
		src_close(body);
	}
	peer_post_fini(&p);
}

static void a_first_answer_has_a_limit_of_its_own(void **state)
{
	struct src *body = src_of_mem("abc", 3), *answer = NULL;
	struct err e = ERR_INIT;
	struct peer_post p;
	char url[128];
	bool sent;

	(void)state;
	snprintf(url, sizeof(url), "%s/slow", w.base);
	peer_post_init(&p, w.http, url, w.spool.dir, 600000, ANSWER_MAX);
	p.watch.contact_ms = 100;
	assert_int_equal(p.transport.post(p.transport.ctx, body, 3, &answer, &sent, &e), ERR_TIMEOUT);
	src_close(body);
	body = src_of_mem("abc", 3);
	p.has_answered = true;	/* from then on it has as long as any other */
	assert_ok(p.transport.post(p.transport.ctx, body, 3, &answer, &sent, &e), e);
	src_close(answer);
	src_close(body);
	peer_post_fini(&p);
}

static int fail_to_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	(void)s, (void)data, (void)cap, (void)got;
	return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "a block is spoiled");
}

static void nothing_was_sent_when_nobody_listens_or_the_request_cannot_be_read(void **state)
{
	struct src bad = { .read = fail_to_read };
	struct src *answer = NULL;
	struct err e = ERR_INIT;
	struct peer_post p;
	char url[128];
	bool sent;

	(void)state;
	snprintf(url, sizeof(url), "%s/echo", w.base);
	peer_post_init(&p, w.http, url, w.spool.dir, TIMEOUT_MS, ANSWER_MAX);
	sent = true;
	assert_int_equal(p.transport.post(p.transport.ctx, &bad, 100, &answer, &sent, &e), ERR_CRYPTO);
	assert_int_equal(e.reason, RSN_LOC_DATA_BAD);
	assert_false(sent);
	peer_post_fini(&p);

	http_server_stop(w.server, 100);
	assert_int_equal(post(&p, url, 1000, &answer, &sent, &e), ERR_UNREACHABLE);
	assert_int_equal(e.reason, RSN_NET_UNREACHABLE);
	assert_false(sent);
	peer_post_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answer_of_any_size_is_read_after_the_post),
		cmocka_unit_test(one_transport_posts_again_and_again),
		cmocka_unit_test(every_failure_says_whether_the_request_may_have_had_an_effect),
		cmocka_unit_test(a_peer_that_wants_to_be_left_alone_is_believed_within_bounds),
		cmocka_unit_test(dates_are_understood_by_the_clock_that_wrote_them),
		cmocka_unit_test(who_watches_is_told_of_each_request_and_may_forbid_it),
		cmocka_unit_test(a_first_answer_has_a_limit_of_its_own),
		cmocka_unit_test(nothing_was_sent_when_nobody_listens_or_the_request_cannot_be_read),
	};
	return cmocka_run_group_tests_name("gateway/peer/post", tests, set_up, tear_down);
}
