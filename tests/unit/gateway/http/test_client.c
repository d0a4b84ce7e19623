/* SPDX-License-Identifier: EUPL-1.2 */
/* The client over plain TCP: against our own server, and against peers that misbehave. */
#include "http/client.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "cm.h"
#include "h_client.h"
#include "h_http.h"

static struct h_server plain;
static struct http_client *client;

static int start(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(http_client_check(&e), e);
	h_server_start(&plain, NULL, NULL);
	client = h_client_new(NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_client_free(client);
	h_server_stop(&plain);
	return 0;
}

static void a_get_brings_status_headers_and_body(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/hello") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_int_equal(a.status, 200);
	assert_true(a.sent);
	assert_string_equal(buf_str(&h_got), "hello\n");
	assert_int_equal(a.body_bytes, 6);
	assert_string_equal(http_answer_header(&a, "x-TEST"), "yes");
	assert_null(http_answer_header(&a, "X-Tes"));
	assert_string_equal(a.address, "127.0.0.1");
	h_done(&a);
}

static void a_status_of_400_and_above_is_an_answer_like_any_other(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/fail") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_int_equal(a.status, 500);
	assert_string_equal(buf_str(&h_got), "<h1>500</h1>");
	h_done(&a);
}

static void own_headers_are_sent_and_ill_ones_never(void **state)
{
	struct http_pair good[] = { { "X-T", "value" }, { "Cookie", "c=crumb" }, { NULL, NULL } };
	static const struct http_pair bad[][2] = {
		{ { "X-T", "a\r\nX-Evil: b" }, { NULL, NULL } }, { { "X T", "a" }, { NULL, NULL } },
		{ { "X-T", "a\nb" }, { NULL, NULL } },		 { { "", "a" }, { NULL, NULL } },
		{ { "Content-Length", "7" }, { NULL, NULL } },	 { { "transfer-encoding", "x" }, { NULL, NULL } },
	};
	struct http_call c = { .url = h_url(plain.port, "http", "/who"), .headers = good };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_non_null(strstr(buf_str(&h_got), "c=crumb x=value"));
	h_done(&a);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		c.headers = bad[i];
		assert_int_equal(h_call(client, &c, &a, &e), ERR_SYNTAX);
		assert_false(a.sent);
		h_done(&a);
	}
}

static void only_absolute_http_addresses_are_called(void **state)
{
	static const char *const bad[] = { "ftp://127.0.0.1/x", "file:///etc/passwd", "/hello", "", "http://",
					   "http://user:pw@127.0.0.1/", "http://127.0.0.1/a b", "gopher://127.0.0.1/" };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct http_call c = { .url = bad[i] };

		if (h_call(client, &c, &a, &e) != ERR_SYNTAX)
			fail_msg("%s: %s", bad[i], e.text);
		assert_false(a.sent);
		h_done(&a);
	}
}

static void bodies_go_with_a_length_or_in_chunks(void **state)
{
	static const int64_t lengths[] = { 7, -1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct http_call c = { .url = h_url(plain.port, "http", "/echo"), .body_length = lengths[i] };
		struct http_answer a;
		struct err e = ERR_INIT;

		c.body = src_of_mem("content", 7);
		assert_ok(h_call(client, &c, &a, &e), e);
		assert_string_equal(buf_str(&h_got), "content");
		src_close(c.body);
		h_done(&a);
	}
}

static void an_empty_body_is_a_body(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/count"), .body = src_of_mem("", 0) };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_string_equal(buf_str(&h_got), "0\n");
	assert_true(a.sent);
	src_close(c.body);
	h_done(&a);
}

static void a_body_shorter_than_announced_breaks_off_unsent(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/count"), .body = src_of_mem("abc", 3),
			       .body_length = 10 };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_call(client, &c, &a, &e), ERR_INTERNAL);
	assert_false(a.sent);
	src_close(c.body);
	h_done(&a);
}

static void connections_are_reused_unless_a_fresh_one_is_asked_for(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/hello") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_ok(h_call(client, &c, &a, &e), e);
		if (i > 0)
			assert_true(a.reused);
		h_done(&a);
	}
	c.fresh = true;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_false(a.reused);
	h_done(&a);
}

static void redirects_are_not_followed(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/redirect") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_int_equal(a.status, 303);
	assert_string_equal(http_answer_header(&a, "Location"), "/hello");
	assert_int_equal(h_got.n, 0);
	h_done(&a);
}

static void the_environments_proxy_is_ignored(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/hello"), .fresh = true };
	struct http_answer a;
	struct err e = ERR_INIT;
	int rc;

	(void)state;
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
	rc = h_call(client, &c, &a, &e);
	assert_int_equal(unsetenv("http_proxy"), 0);
	assert_int_equal(unsetenv("ALL_PROXY"), 0);
	assert_ok(rc, e);
	assert_int_equal(a.status, 200);
	h_done(&a);
}

static void an_answer_above_the_limit_is_broken_off(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/big?n=1048576") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_call(client, &c, &a, &e), e);
	assert_int_equal(h_got.n, 1 << 20);
	h_done(&a);
	c.url = h_url(plain.port, "http", "/big?n=1048577");
	assert_int_equal(h_call(client, &c, &a, &e), ERR_LIMIT);
	assert_int_equal(e.reason, RSN_NET_BAD_ANSWER);
	assert_true(a.sent);
	h_done(&a);
	c.max_answer = 2 << 20;
	assert_ok(h_call(client, &c, &a, &e), e);
	h_done(&a);
}

static void an_answer_that_breaks_off_is_an_error_with_an_open_outcome(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/half"), .fresh = true };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_call(client, &c, &a, &e), ERR_PEER);
	assert_int_equal(e.reason, RSN_NET_ANSWER_LOST);
	assert_true(a.sent);
	h_done(&a);
}

static void nobody_listening_is_unreachable_and_unsent(void **state)
{
	struct http_call c = { .url = "http://127.0.0.1:1/" }, name = { .url = "http://no-such-host.invalid/" };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_call(client, &c, &a, &e), ERR_UNREACHABLE);
	assert_int_equal(e.reason, RSN_NET_UNREACHABLE);
	assert_false(a.sent);
	assert_int_equal(a.status, 0);
	h_done(&a);
	assert_int_equal(h_call(client, &name, &a, &e), ERR_UNREACHABLE);
	assert_false(a.sent);
	h_done(&a);
}

static void waiting_too_long_for_an_answer_is_a_timeout_after_sending(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "http", "/wait"), .total_ms = 300 };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_call(client, &c, &a, &e), ERR_TIMEOUT);
	assert_int_equal(e.reason, RSN_NET_TIMEOUT);
	assert_true(a.sent);
	atomic_store(&plain.release, 1);
	h_done(&a);
}

/* A peer from a script: accepts one connection, reads until `until` has come, sends `say`, closes. */
struct peer {
	int fd;
	uint16_t port;
	const char *until, *say;
	pthread_t thread;
};

static void *run_peer(void *arg)
{
	struct peer *p = arg;
	char data[65536];
	size_t n = 0;
	ssize_t part;
	int fd = accept(p->fd, NULL, NULL);

	while (p->until != NULL && (part = recv(fd, data + n, sizeof(data) - 1 - n, 0)) > 0) {
		n += (size_t)part;
		data[n] = '\0';
		if (strstr(data, p->until) != NULL)
			break;
	}
	if (p->say != NULL)
		h_sends(fd, p->say);
	(void)shutdown(fd, SHUT_WR);
	(void)usleep(20000);
	(void)close(fd);
	return NULL;
}

static void peer_start(struct peer *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(p->fd, 5), 0);
	assert_int_equal(getsockname(p->fd, (struct sockaddr *)&a, &n), 0);
	p->port = ntohs(a.sin_port);
	assert_int_equal(pthread_create(&p->thread, NULL, run_peer, p), 0);
}

static void peer_stop(struct peer *p)
{
	assert_int_equal(pthread_join(p->thread, NULL), 0);
	(void)close(p->fd);
}

static void peers_that_misbehave_get_the_right_error(void **state)
{
	static const struct {
		const char *name, *until, *say;
		enum err_code code;
		enum reason reason;
		bool sent;
	} table[] = {
		{ "closes at once", NULL, NULL, ERR_PEER, RSN_NET_ANSWER_LOST, true },
		{ "closes after the head", "\r\n\r\n", NULL, ERR_PEER, RSN_NET_ANSWER_LOST, true },
		{ "closes after the body", "content", NULL, ERR_PEER, RSN_NET_ANSWER_LOST, true },
		{ "HTTP/0.9", "content", "hello\n", ERR_PEER, RSN_NET_BAD_ANSWER, true },
		{ "SMTP", "content", "220 mail ESMTP\r\n", ERR_PEER, RSN_NET_BAD_ANSWER, true },
		{ "half a head", "content", "HTTP/1.1 200 OK\r\nContent-Le", ERR_PEER, RSN_NET_ANSWER_LOST, true },
		{ "half a body", "content", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", ERR_PEER,
		  RSN_NET_ANSWER_LOST, true },
		{ "half a chunk", "content", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ERR_PEER,
		  RSN_NET_ANSWER_LOST, true },
		{ "ill chunk", "content", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", ERR_PEER,
		  RSN_NET_ANSWER_LOST, true },
		{ "a good answer", "content", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ERR_OK, RSN_NONE, true },
		{ "interim answers first", "content",
		  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX-Test: 1\r\n\r\n"
		  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		  ERR_OK, RSN_NONE, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct peer p = { .until = table[i].until, .say = table[i].say };
		struct http_call c = { .body_length = 7, .fresh = true };
		struct http_answer a;
		struct err e = ERR_INIT;
		int rc;

		peer_start(&p);
		c.url = h_url(p.port, "http", "/x");
		c.body = src_of_mem("content", 7);
		rc = h_call(client, &c, &a, &e);
		peer_stop(&p);
		src_close(c.body);
		if (rc != (int)table[i].code || (rc != 0 && e.reason != table[i].reason))
			fail_msg("%s: %s %s", table[i].name, err_name((enum err_code)rc), e.text);
		assert_int_equal(a.sent, table[i].sent);
		if (rc == 0) {
			assert_string_equal(buf_str(&h_got), "ok");
			assert_null(http_answer_header(&a, "X-Test"));
		}
		h_done(&a);
	}
}

/* The peer closes before a large body is through: it cannot have processed the request. */
struct zeros {
	struct src src;
	uint64_t left;
};

static int zeros_read(struct src *s, void *data, size_t cap, size_t *n, struct err *e)
{
	struct zeros *z = (struct zeros *)s;

	(void)e;
	*n = cap < z->left ? cap : (size_t)z->left;
	memset(data, 0, *n);
	z->left -= *n;
	return 0;
}

static void a_large_body_broken_off_half_way_was_not_sent(void **state)
{
	struct peer p = { .until = "\r\n\r\n" };
	struct zeros z = { { .read = zeros_read }, 50000000 };
	struct http_call c = { .body = &z.src, .body_length = 50000000, .fresh = true };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	peer_start(&p);
	c.url = h_url(p.port, "http", "/x");
	assert_int_equal(h_call(client, &c, &a, &e), ERR_PEER);
	assert_int_equal(e.reason, RSN_NET_UNREACHABLE);
	assert_false(a.sent);
	peer_stop(&p);
	h_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_get_brings_status_headers_and_body),
		cmocka_unit_test(a_status_of_400_and_above_is_an_answer_like_any_other),
		cmocka_unit_test(own_headers_are_sent_and_ill_ones_never),
		cmocka_unit_test(only_absolute_http_addresses_are_called),
		cmocka_unit_test(bodies_go_with_a_length_or_in_chunks),
		cmocka_unit_test(an_empty_body_is_a_body),
		cmocka_unit_test(a_body_shorter_than_announced_breaks_off_unsent),
		cmocka_unit_test(connections_are_reused_unless_a_fresh_one_is_asked_for),
		cmocka_unit_test(redirects_are_not_followed),
		cmocka_unit_test(the_environments_proxy_is_ignored),
		cmocka_unit_test(an_answer_above_the_limit_is_broken_off),
		cmocka_unit_test(an_answer_that_breaks_off_is_an_error_with_an_open_outcome),
		cmocka_unit_test(nobody_listening_is_unreachable_and_unsent),
		cmocka_unit_test(waiting_too_long_for_an_answer_is_a_timeout_after_sending),
		cmocka_unit_test(peers_that_misbehave_get_the_right_error),
		cmocka_unit_test(a_large_body_broken_off_half_way_was_not_sent),
	};
	return cmocka_run_group_tests_name("gateway/http/client", tests, start, stop);
}
