/* SPDX-License-Identifier: EUPL-1.2 */
/* What proxies need: HTTP/1.0 as nginx speaks it by default, empty lines between requests, and the client's name. */
#include "h_http.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "cm.h"

#define WHO "GET /who HTTP/1.1\r\nHost: a\r\n"

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

#define BYTES(text) text, sizeof(text) - 1

static void a_1_0_request_is_answered_whole_and_the_connection_ends(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *has, *hasnt;
	} table[] = {
		{ BYTES("GET /hello HTTP/1.0\r\n\r\n"), "Content-Length: 6\r\n", "Transfer-Encoding" },
		{ BYTES("GET /hello HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"), "\r\n\r\nhello\n", "keep-alive" },
		{ BYTES("POST /count HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"), "\r\n\r\n3\n", "100 Continue" },
		{ BYTES("POST /count HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"), "\r\n\r\n3\n",
		  "100 Continue" },
		/* Of a length that is not known when the answer begins: it ends with the connection. */
		{ BYTES("POST /echo HTTP/1.0\r\nContent-Length: 9\r\n\r\nsome text"), "\r\n\r\nsome text", "Content-Length" },
		{ BYTES("POST /echo HTTP/1.0\r\nContent-Length: 9\r\n\r\nsome text"), "Connection: close\r\n",
		  "Transfer-Encoding" },
		{ BYTES("HEAD /hello HTTP/1.0\r\n\r\n"), "Content-Length: 6\r\n", "hello\n" },
		{ BYTES("GET /none HTTP/1.0\r\n\r\n"), "HTTP/1.1 404 ", "Transfer-Encoding" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const char *a = h_exchange(h.port, table[i].bytes, table[i].n);

		if (strstr(a, table[i].has) == NULL || strstr(a, table[i].hasnt) != NULL ||
		    strstr(a, "Connection: close\r\n") == NULL)
			fail_msg("%s: %s", table[i].bytes, a);
		if (strstr(table[i].bytes, "/echo") != NULL)
			assert_string_equal(strstr(a, "\r\n\r\n"), "\r\n\r\nsome text");
	}
}

static void a_1_0_answer_that_breaks_off_does_not_look_whole(void **state)
{
	static const char ask[] = "GET /broken HTTP/1.0\r\n\r\n";
	char data[4096];
	int fd = h_connect(h.port);
	ssize_t n;

	(void)state;
	h_send(fd, ask, sizeof(ask) - 1);
	while ((n = recv(fd, data, sizeof(data), 0)) > 0)
		;
	assert_int_equal(n, -1);
	assert_int_equal(errno, ECONNRESET);
	(void)close(fd);
}

static void empty_lines_between_requests_are_dropped(void **state)
{
	static const char *const between[] = { "", "\r\n", "\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n" };
	int fd = h_connect(h.port);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(between); i++) {
		h_sends(fd, between[i]);
		h_sends(fd, "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
		assert_int_equal(h_status(h_recv(fd, "\r\n\r\n3\n")), 200);
	}
	/* One byte at a time, and the CRLF of one request together with the next. */
	for (const char *p = "\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"; *p != '\0'; p++) {
		h_send(fd, p, 1);
		(void)usleep(500);
	}
	assert_int_equal(h_status(h_recv(fd, "hello\n")), 200);
	(void)close(fd);
}

struct named {
	const char *headers, *caller;
};

static void ask_all(uint16_t port, const struct named *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char request[512], want[100];
		const char *a;

		(void)snprintf(request, sizeof(request), WHO "Connection: close\r\n%s\r\n", table[i].headers);
		(void)snprintf(want, sizeof(want), "peer=127.0.0.1 caller=%s ", table[i].caller);
		a = h_exchange(port, request, strlen(request));
		if (strstr(a, want) == NULL)
			fail_msg("%s: not %s: %s", table[i].headers, want, a);
	}
}

static void who_nobody_reaches_but_a_proxy_believes_the_last_entry(void **state)
{
	static const struct named table[] = {
		{ "", "127.0.0.1" },
		{ "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7" },
		{ "x-forwarded-for: 192.0.2.7:4711\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: [2001:db8::7]:4711\r\n", "2001:db8::7" },
		{ "X-Forwarded-For: [2001:db8::7]\r\n", "2001:db8::7" },
		{ "X-Forwarded-For: 2001:db8::7\r\n", "2001:db8::7" },
		{ "X-Forwarded-For: 10.0.0.1, 192.0.2.7\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 192.0.2.7 \r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 192.0.2.7, unknown\r\n", "127.0.0.1" },
		{ "X-Forwarded-For: 192.0.2.7,\r\n", "127.0.0.1" },
		{ "X-Forwarded-For:\r\n", "127.0.0.1" },
		{ "X-Real-IP: 192.0.2.7\r\n", "127.0.0.1" },
	};
	const struct http_listener like = { .client_header = "X-Forwarded-For" };
	struct h_server s;

	(void)state;
	h_server_start_like(&s, NULL, &like, 1);
	ask_all(s.port, table, ARRAY_LEN(table));
	h_server_stop(&s);
}

static void of_several_proxies_the_first_address_that_is_none_is_the_client(void **state)
{
	static const struct named table[] = {
		{ "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 192.0.2.7, 10.1.1.1\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 203.0.113.9, 192.0.2.7, 10.1.1.1:99, 10.2.2.2\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 10.1.1.1\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 10.1.1.1, 10.2.2.2\r\n", "10.1.1.1" },
		{ "X-Forwarded-For: 192.0.2.7, evil, 10.2.2.2\r\n", "10.2.2.2" },
	};
	struct addr_range mine[2], others;
	struct http_listener like = { .client_header = "X-Forwarded-For", .proxies = mine, .proxy_count = 2 };
	static const struct named believed_by_none[] = { { "X-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1" } };
	struct h_server s;

	(void)state;
	assert_true(addr_range_parse(span_of("127.0.0.1"), &mine[0]) && addr_range_parse(span_of("10.0.0.0/8"), &mine[1]));
	h_server_start_like(&s, NULL, &like, 1);
	ask_all(s.port, table, ARRAY_LEN(table));
	h_server_stop(&s);
	assert_true(addr_range_parse(span_of("10.0.0.0/8"), &others));
	like.proxies = &others;
	like.proxy_count = 1;
	h_server_start_like(&s, NULL, &like, 1);
	ask_all(s.port, believed_by_none, 1);
	h_server_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_1_0_request_is_answered_whole_and_the_connection_ends),
		cmocka_unit_test(a_1_0_answer_that_breaks_off_does_not_look_whole),
		cmocka_unit_test(empty_lines_between_requests_are_dropped),
		cmocka_unit_test(who_nobody_reaches_but_a_proxy_believes_the_last_entry),
		cmocka_unit_test(of_several_proxies_the_first_address_that_is_none_is_the_client),
	};
	return cmocka_run_group_tests_name("gateway/http/proxies", tests, start, stop);
}
