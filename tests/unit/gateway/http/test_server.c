/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/http/server. */
#include "h_http.h"

#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"

#define HELLO "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
#define REQUEST(line) line " HTTP/1.1\r\nHost: a\r\n\r\n"

static struct h_server h;
static const struct http_limits limits = { .workers = 4, .head_ms = 600, .idle_ms = 900, .stall_ms = 400,
					   .linger_ms = 400, .min_rate = 5000 };

static int start(void **state)
{
	(void)state;
	h_server_start(&h, &limits, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_server_stop(&h);
	return 0;
}

static unsigned status_of(const char *request)
{
	return h_status(h_exchange(h.port, request, strlen(request)));
}

static void answers_carry_date_length_type_and_the_handlers_headers(void **state)
{
	const char *a = h_exchange(h.port, HELLO, sizeof(HELLO) - 1);

	(void)state;
	assert_ptr_equal(strstr(a, "HTTP/1.1 200 OK\r\nDate: "), a);
	assert_non_null(strstr(a, " GMT\r\n"));
	assert_non_null(strstr(a, "Content-Length: 6\r\n"));
	assert_non_null(strstr(a, "Content-Type: text/plain; charset=utf-8\r\n"));
	assert_non_null(strstr(a, "X-Test: yes\r\n"));
	assert_non_null(strstr(a, "\r\n\r\nhello\n"));
	assert_null(strstr(a, "Connection:"));
}

static void statuses_follow_the_route_table_and_the_handlers_result(void **state)
{
	static const struct {
		const char *request;
		unsigned status;
	} table[] = {
		{ REQUEST("GET /hello"), 200 },	      { REQUEST("GET http://a/hello"), 200 },
		{ REQUEST("GET /nothing"), 404 },     { REQUEST("GET /hello/"), 404 },
		{ REQUEST("GET /helloo"), 404 },      { REQUEST("POST /hello"), 405 },
		{ REQUEST("DELETE /echo"), 405 },     { REQUEST("HEAD /echo"), 405 },
		{ REQUEST("GET /silent"), 500 },      { REQUEST("GET /fail"), 500 },
		{ REQUEST("GET /bad"), 500 },	      { REQUEST("POST /deny"), 403 },
		{ REQUEST("GET /redirect"), 303 },    { REQUEST("GET /below"), 404 },
		{ REQUEST("GET /big?n=x"), 400 },     { REQUEST("OPTIONS *"), 400 },
		{ REQUEST("CONNECT a:443"), 400 },    { REQUEST("TRACE /hello"), 405 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		unsigned got = status_of(table[i].request);

		if (got != table[i].status)
			fail_msg("%s: %u instead of %u", table[i].request, got, table[i].status);
	}
}

static void a_refused_method_is_told_what_would_do(void **state)
{
	(void)state;
	assert_non_null(strstr(h_exchange(h.port, REQUEST("POST /hello"), sizeof(REQUEST("POST /hello")) - 1), "\r\nAllow: GET\r\n"));
}

static void error_answers_use_the_page_of_the_listener_and_never_a_refused_header(void **state)
{
	const char *a;

	(void)state;
	a = h_exchange(h.port, REQUEST("GET /bad"), sizeof(REQUEST("GET /bad")) - 1);
	assert_non_null(strstr(a, "<h1>500</h1>"));
	assert_non_null(strstr(a, "X-Error-Page: 1\r\n"));
	assert_null(strstr(a, "Set-Cookie"));
	a = h_exchange(h.port, REQUEST("GET /nope"), sizeof(REQUEST("GET /nope")) - 1);	/* the page declines 404 */
	assert_non_null(strstr(a, "text/plain"));
	assert_non_null(strstr(a, "\r\n\r\n404 Not Found\n"));
}

static void head_answers_have_the_length_and_no_body(void **state)
{
	const char *a = h_exchange(h.port, REQUEST("HEAD /hello"), sizeof(REQUEST("HEAD /hello")) - 1);

	(void)state;
	assert_int_equal(h_status(a), 200);
	assert_non_null(strstr(a, "Content-Length: 6\r\n"));
	assert_string_equal(strstr(a, "\r\n\r\n"), "\r\n\r\n");
	a = h_exchange(h.port, REQUEST("HEAD /big?n=70000"), sizeof(REQUEST("HEAD /big?n=70000")) - 1);
	assert_non_null(strstr(a, "Content-Length: 70000\r\n"));
	assert_string_equal(strstr(a, "\r\n\r\n"), "\r\n\r\n");
}

static void the_handler_sees_query_cookies_headers_and_the_rest_of_the_path(void **state)
{
	static const char rq[] = "GET /below/a/b%20c?p=1&q=x%C3%A4+y&q=z HTTP/1.1\r\nHost: a:1\r\nCookie: b=1; c=two\r\n"
				 "x-T: first\r\nX-t:second \r\n\r\n";
	const char *a = h_exchange(h.port, rq, sizeof(rq) - 1);

	(void)state;
	assert_non_null(strstr(a, "cert=- peer=127.0.0.1 caller=127.0.0.1 tls=0 q=x\xc3\xa4 y c=two x=first x2=second "
				  "rest=a/b%20c host=a:1 path=/below/a/b%20c query=.\n"));
}

static void a_connection_serves_many_requests(void **state)
{
	struct http_stats before, after;
	int fd;

	(void)state;
	http_server_stats(h.server, &before);
	fd = h_connect(h.port);
	for (int i = 0; i < 50; i++) {
		h_sends(fd, HELLO);
		assert_int_equal(h_status(h_recv(fd, "hello\n")), 200);
	}
	http_server_stats(h.server, &after);
	assert_int_equal(after.accepted - before.accepted, 1);
	assert_int_equal(after.by_class[2] - before.by_class[2], 50);
	(void)close(fd);
}

static void connection_close_is_obeyed(void **state)
{
	int fd = h_connect(h.port);

	(void)state;
	h_sends(fd, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Close\r\n\r\n");
	assert_non_null(strstr(h_recv(fd, "hello\n"), "Connection: close\r\n"));
	assert_true(h_closed(fd));
	(void)close(fd);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	static const char all[] = "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"
				  "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
				  "3\r\nfgh\r\n0\r\n\r\n" HELLO "GET /below/last HTTP/1.1\r\nHost: a\r\n\r\n";
	int fd = h_connect(h.port);
	const char *a, *count, *echo, *hello;

	(void)state;
	h_sends(fd, all);
	a = h_recv(fd, "rest=last");
	count = strstr(a, "\r\n\r\n5\n");
	echo = strstr(a, "\r\n\r\n3\r\nfgh\r\n0\r\n\r\n");
	hello = strstr(a, "\r\n\r\nhello\n");
	assert_true(count != NULL && count < echo && echo < hello && hello < strstr(a, "rest=last"));
	(void)close(fd);
}

static void a_head_may_come_byte_by_byte(void **state)
{
	static const char rq[] = "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz";
	int fd = h_connect(h.port);

	(void)state;
	for (size_t i = 0; i < sizeof(rq) - 1; i++)
		h_send(fd, rq + i, 1);
	assert_int_equal(h_status(h_recv(fd, "\r\n\r\n3\n")), 200);
	(void)close(fd);
}

static void a_body_is_asked_for_when_the_client_waits_for_it(void **state)
{
	int fd = h_connect(h.port);

	(void)state;
	h_sends(fd, "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	assert_string_equal(h_recv(fd, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
	h_sends(fd, "abc");
	assert_int_equal(h_status(h_recv(fd, "\r\n\r\n3\n")), 200);
	h_sends(fd, HELLO);
	assert_int_equal(h_status(h_recv(fd, "hello\n")), 200);
	(void)close(fd);
}

/* The answer comes although not one byte of the 500 MB was sent, and no "100 Continue" before it. */
static void a_refused_upload_of_500_mb_costs_one_round_trip(void **state)
{
	static const char *const refused[] = { "/deny", "/small", "/nothing", "/hello" };
	static const unsigned status[] = { 403, 413, 404, 405 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		int fd = h_connect(h.port);
		char rq[200];
		const char *a;

		(void)snprintf(rq, sizeof(rq),
			       "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 524288000\r\nExpect: 100-continue\r\n\r\n",
			       refused[i]);
		h_sends(fd, rq);
		a = h_recv(fd, NULL);
		assert_int_equal(h_status(a), status[i]);
		assert_non_null(strstr(a, "Connection: close\r\n"));
		(void)close(fd);
	}
}

/* The client sends on for a while after the refusal: it must still get the answer, not a reset. */
static void an_early_refusal_reaches_a_client_that_goes_on_sending(void **state)
{
	static char junk[65536];
	int fd = h_connect(h.port);

	(void)state;
	h_sends(fd, "POST /deny HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
	for (int i = 0; i < 32; i++)
		h_send(fd, junk, sizeof(junk));
	assert_int_equal(h_status(h_recv(fd, "</h1>")), 403);
	(void)close(fd);
}

static void a_body_above_the_routes_limit_is_refused_however_it_comes(void **state)
{
	char rq[2000] = "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n";
	size_t n = strlen(rq);

	(void)state;
	memset(rq + n, 'x', 1024);
	memcpy(rq + n + 1024, "\r\n0\r\n\r\n", 7);
	assert_int_equal(h_status(h_exchange(h.port, rq, n + 1024 + 7)), 413);
	assert_int_equal(status_of("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"), 413);
	n = (size_t)snprintf(rq, sizeof(rq), "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
	memset(rq + n, 'x', 1000);
	assert_int_equal(h_status(h_exchange(h.port, rq, n + 1000)), 200);
	assert_int_equal(status_of("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"), 413);
}

static void a_small_unread_body_does_not_cost_the_connection(void **state)
{
	int fd = h_connect(h.port);

	(void)state;
	h_sends(fd, "POST /deny HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde" HELLO);
	assert_non_null(strstr(h_recv(fd, "hello\n"), "403 Forbidden"));
	(void)close(fd);
}

static void an_answer_that_breaks_off_is_cut_not_completed(void **state)
{
	const char *a = h_exchange(h.port, REQUEST("GET /half"), sizeof(REQUEST("GET /half")) - 1);

	(void)state;
	assert_true(a[0] == '\0' || (h_status(a) == 200 && strstr(a, "Content-Length: 1000\r\n") != NULL));
}

/* Deadlines: each of these clients is thrown out within two seconds, and others are served meanwhile. */
static void clients_that_stall_are_thrown_out_and_others_are_served(void **state)
{
	static const char *const halves[] = {
		"", "G", "GET /hello HTTP/1.1\r\nHo", "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
		"POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	};
	int fd[ARRAY_LEN(halves)];
	int64_t begin = clock_mono();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
		fd[i] = h_connect(h.port);
		h_sends(fd[i], halves[i]);
	}
	assert_int_equal(status_of(HELLO), 200);
	for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
		const char *a = h_recv(fd[i], NULL);

		assert_true(a[0] == '\0' || h_status(a) == 408);
		(void)close(fd[i]);
	}
	assert_true(clock_mono() - begin < 2500);
	assert_int_equal(status_of(HELLO), 200);
}

static void a_client_that_drips_its_body_is_thrown_out(void **state)
{
	int fd = h_connect(h.port);
	int64_t begin = clock_mono();
	unsigned i;

	(void)state;
	h_sends(fd, "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
	for (i = 0; i < 60 && send(fd, "x", 1, MSG_NOSIGNAL) == 1; i++)
		(void)usleep(50000);
	assert_true(clock_mono() - begin < 2500);
	assert_true(i < 60);
	(void)close(fd);
}

static void a_client_that_does_not_read_its_answer_is_thrown_out(void **state)
{
	int fd = h_connect(h.port), small = 4096;
	struct http_stats st;

	(void)state;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	h_sends(fd, REQUEST("GET /big?n=100000000"));
	for (int i = 0; i < 30; i++) {
		(void)usleep(100000);
		http_server_stats(h.server, &st);
		if (i > 3 && st.active == 0)
			break;
	}
	assert_int_equal(st.active, 0);
	(void)close(fd);
}

static void clients_that_leave_early_do_no_harm(void **state)
{
	static const char *const parts[] = { "", "GET", HELLO, "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab",
					     REQUEST("GET /big?n=10000000"), REQUEST("GET /half") };
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	struct http_stats st;

	(void)state;
	for (int round = 0; round < 10; round++) {
		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			int fd = h_connect(h.port);

			h_sends(fd, parts[i]);
			if (round % 2 == 0)
				(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
			(void)close(fd);
		}
	}
	assert_int_equal(status_of(HELLO), 200);
	for (int i = 0; i < 30; i++) {
		http_server_stats(h.server, &st);
		if (st.open == 0)
			break;
		(void)usleep(100000);
	}
	assert_int_equal(st.open, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_carry_date_length_type_and_the_handlers_headers),
		cmocka_unit_test(statuses_follow_the_route_table_and_the_handlers_result),
		cmocka_unit_test(a_refused_method_is_told_what_would_do),
		cmocka_unit_test(error_answers_use_the_page_of_the_listener_and_never_a_refused_header),
		cmocka_unit_test(head_answers_have_the_length_and_no_body),
		cmocka_unit_test(the_handler_sees_query_cookies_headers_and_the_rest_of_the_path),
		cmocka_unit_test(a_connection_serves_many_requests),
		cmocka_unit_test(connection_close_is_obeyed),
		cmocka_unit_test(pipelined_requests_are_answered_in_order),
		cmocka_unit_test(a_head_may_come_byte_by_byte),
		cmocka_unit_test(a_body_is_asked_for_when_the_client_waits_for_it),
		cmocka_unit_test(a_refused_upload_of_500_mb_costs_one_round_trip),
		cmocka_unit_test(an_early_refusal_reaches_a_client_that_goes_on_sending),
		cmocka_unit_test(a_body_above_the_routes_limit_is_refused_however_it_comes),
		cmocka_unit_test(a_small_unread_body_does_not_cost_the_connection),
		cmocka_unit_test(an_answer_that_breaks_off_is_cut_not_completed),
		cmocka_unit_test(clients_that_stall_are_thrown_out_and_others_are_served),
		cmocka_unit_test(a_client_that_drips_its_body_is_thrown_out),
		cmocka_unit_test(a_client_that_does_not_read_its_answer_is_thrown_out),
		cmocka_unit_test(clients_that_leave_early_do_no_harm),
	};
	return cmocka_run_group_tests_name("gateway/http/server", tests, start, stop);
}
