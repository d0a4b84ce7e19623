/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests that two parties could read in two ways, over real sockets. Each must be refused with the connection closed,
 * must not reach a handler, and must leave the server able to serve the next good request. */
#include "h_http.h"

#include <sys/socket.h>

#include "base/mem.h"
#include "cm.h"

#define HOST "Host: a\r\n"
#define POST "POST /count HTTP/1.1\r\n" HOST
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

#define BYTES(text) "" text, sizeof(text) - 1

static const struct {
	const char *name, *bytes;
	size_t n;
	unsigned status;
} malformed[] = {
	{ "two different Content-Length", BYTES(POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400 },
	{ "two equal Content-Length", BYTES(POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400 },
	{ "Content-Length list", BYTES(POST "Content-Length: 3, 3\r\n\r\nabc"), 400 },
	{ "Content-Length and chunked", BYTES(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	  400 },
	{ "Transfer-Encoding twice",
	  BYTES(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400 },
	{ "Transfer-Encoding: gzip, chunked", BYTES(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501 },
	{ "Transfer-Encoding: chunked, identity", BYTES(POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
	  501 },
	{ "Transfer-Encoding: xchunked", BYTES(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501 },
	{ "blank before the colon", BYTES(POST "Content-Length : 3\r\n\r\nabc"), 400 },
	{ "bare LF", BYTES("GET /hello HTTP/1.1\nHost: a\n\n"), 400 },
	{ "bare LF in one line", BYTES("GET /hello HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"), 400 },
	{ "bare CR in a value", BYTES("GET /hello HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n"), 400 },
	{ "folded header", BYTES("GET /hello HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"), 400 },
	{ "Content-Length: +3", BYTES(POST "Content-Length: +3\r\n\r\nabc"), 400 },
	{ "Content-Length: -1", BYTES(POST "Content-Length: -1\r\n\r\n"), 400 },
	{ "Content-Length: 0x3", BYTES(POST "Content-Length: 0x3\r\n\r\nabc"), 400 },
	{ "Content-Length: 2^63", BYTES(POST "Content-Length: 9223372036854775808\r\n\r\n"), 400 },
	{ "Content-Length: 2^64+5", BYTES(POST "Content-Length: 18446744073709551621\r\n\r\nabcde"), 400 },
	{ "empty Content-Length", BYTES(POST "Content-Length:\r\n\r\n"), 400 },
	{ "NUL in a value", BYTES("GET /hello HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"), 400 },
	{ "control character in the target", BYTES("GET /hel\x01lo HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "two blanks in the request line", BYTES("GET  /hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "no Host", BYTES("GET /hello HTTP/1.1\r\nX: a\r\n\r\n"), 400 },
	{ "two Host", BYTES("GET /hello HTTP/1.1\r\n" HOST HOST "\r\n"), 400 },
	{ "absolute target of another host", BYTES("GET http://b/hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "HTTP/0.9", BYTES("GET /hello\r\n\r\n"), 400 },
	{ "HTTP/1.2", BYTES("GET /hello HTTP/1.2\r\n" HOST "\r\n"), 505 },
	{ "HTTP/1.0 in chunks", BYTES("POST /count HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400 },
	{ "HTTP/1.0 with two Host", BYTES("GET /hello HTTP/1.0\r\n" HOST HOST "\r\n"), 400 },
	{ "HTTP/1.0 with an empty Host", BYTES("GET /hello HTTP/1.0\r\nHost:\r\n\r\n"), 400 },
	{ "HTTP/2 preface", BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505 },
	{ "nine empty lines first",
	  BYTES("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "bare LF first", BYTES("\nGET /hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "empty line with a blank first", BYTES(" \r\nGET /hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "header without a colon", BYTES("GET /hello HTTP/1.1\r\n" HOST "nonsense\r\n\r\n"), 400 },
	{ "another expectation", BYTES(POST "Content-Length: 3\r\nExpect: tea\r\n\r\nabc"), 417 },
	{ "broken percent code", BYTES("GET /hello?a=%4 HTTP/1.1\r\n" HOST "\r\n"), 400 },
};

/* The head is good; the handler is called and its first read of the body fails. */
static const struct {
	const char *name, *bytes;
	size_t n;
} bad_bodies[] = {
	{ "chunk size 0x3", BYTES(CHUNKED "0x3\r\nabc\r\n0\r\n\r\n") },
	{ "bare LF in chunks", BYTES(CHUNKED "3\nabc\n0\n\n") },
	{ "chunk size overflow", BYTES(CHUNKED "FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n") },
	{ "negative chunk size", BYTES(CHUNKED "-3\r\nabc\r\n0\r\n\r\n") },
	{ "empty chunk size", BYTES(CHUNKED "\r\nabc\r\n0\r\n\r\n") },
	{ "chunk longer than its size", BYTES(CHUNKED "3\r\nabcd\r\n0\r\n\r\n") },
	{ "Content-Length as a trailer", BYTES(CHUNKED "3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n") },
	{ "blank behind the chunk size", BYTES(CHUNKED "3 \r\nabc\r\n0\r\n\r\n") },
};

static struct h_server h;

static int start(void **state)
{
	(void)state;
	h_server_start(&h, NULL, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_server_stop(&h);
	return 0;
}

static void serves_a_good_request(void)
{
	static const char good[] = "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
	const char *a = h_exchange(h.port, good, sizeof(good) - 1);

	assert_int_equal(h_status(a), 200);
	assert_non_null(strstr(a, "\r\n\r\n3\n"));
}

/* A second request stands behind each: after a refusal it may not be served. */
static unsigned refused(const char *name, const char *bytes, size_t n)
{
	static const char next[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
	char all[2048];
	const char *a;

	assert_true(n + sizeof(next) <= sizeof(all));
	memcpy(all, bytes, n);
	memcpy(all + n, next, sizeof(next) - 1);
	a = h_exchange(h.port, all, n + sizeof(next) - 1);
	if (strstr(a, "Connection: close\r\n") == NULL)
		fail_msg("%s: not closed: %s", name, a);
	if (strstr(a, "hello\n") != NULL)
		fail_msg("%s: the request behind it was served", name);
	return h_status(a);
}

static void ambiguous_heads_are_refused_before_a_handler_and_the_next_request_is_served(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
		unsigned called = atomic_load(&h.called);
		unsigned status = refused(malformed[i].name, malformed[i].bytes, malformed[i].n);

		if (status != malformed[i].status)
			fail_msg("%s: %u instead of %u", malformed[i].name, status, malformed[i].status);
		assert_int_equal(atomic_load(&h.called), called);
		serves_a_good_request();
	}
}

static void ambiguous_bodies_are_refused_and_the_next_request_is_served(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_bodies); i++) {
		unsigned status = refused(bad_bodies[i].name, bad_bodies[i].bytes, bad_bodies[i].n);

		if (status != 400)
			fail_msg("%s: %u instead of 400", bad_bodies[i].name, status);
		serves_a_good_request();
	}
}

static void a_head_above_the_cap_is_refused(void **state)
{
	char head[20000];
	struct http_stats st;

	(void)state;
	memset(head, 'a', sizeof(head));
	memcpy(head, "GET /hello HTTP/1.1\r\nHost: a\r\nX: ", 33);
	assert_int_equal(h_status(h_exchange(h.port, head, sizeof(head))), 431);
	memcpy(head, "GET /", 5);
	memset(head + 5, 'a', 9000);
	memcpy(head + 9005, " HTTP/1.1\r\nHost: a\r\n\r\n", 22);
	assert_int_equal(h_status(h_exchange(h.port, head, 9027)), 414);
	serves_a_good_request();
	http_server_stats(h.server, &st);
	assert_true(st.malformed >= ARRAY_LEN(malformed));
}

static void more_than_64_header_lines_are_refused(void **state)
{
	char head[4096] = "GET /hello HTTP/1.1\r\nHost: a\r\n";

	(void)state;
	for (int i = 0; i < 64; i++)
		strcat(head, "X: y\r\n");
	strcat(head, "\r\n");
	assert_int_equal(h_status(h_exchange(h.port, head, strlen(head))), 431);
	serves_a_good_request();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ambiguous_heads_are_refused_before_a_handler_and_the_next_request_is_served),
		cmocka_unit_test(ambiguous_bodies_are_refused_and_the_next_request_is_served),
		cmocka_unit_test(a_head_above_the_cap_is_refused),
		cmocka_unit_test(more_than_64_header_lines_are_refused),
	};
	return cmocka_run_group_tests_name("gateway/http/malformed", tests, start, stop);
}
