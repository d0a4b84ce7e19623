/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/http/head. */
#include "http/head.h"

#include "base/mem.h"
#include "cm.h"

static const struct {
	const char *text;
	const char *method, *path, *query, *host;
	unsigned fields;
	uint64_t length;
	bool has_length, chunked, expect, close;
} valid[] = {
	{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", "", "a", 1, 0, false, false, false, false },
	{ "GET /a/b?c=d&e=f%20 HTTP/1.1\r\nHOST:example.org:8080\r\n\r\n", "GET", "/a/b", "c=d&e=f%20",
	  "example.org:8080", 1, 0, false, false, false, false },
	{ "GET /a?b?c HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET", "/a", "b?c", "[::1]:80", 1, 0, false, false, false,
	  false },
	{ "POST /osci HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n", "POST", "/osci", "", "a", 2, 12, true, false,
	  false, false },
	{ "POST /o HTTP/1.1\r\nHost: a\r\ncontent-length: 9223372036854775807\r\n\r\n", "POST", "/o", "", "a", 2,
	  INT64_MAX, true, false, false, false },
	{ "POST /o HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST", "/o", "", "a", 2, 0, true, false, false,
	  false },
	{ "POST /o HTTP/1.1\r\nHost: a\r\ntransfer-encoding:\tChunked \r\nExpect: 100-Continue\r\n\r\n", "POST", "/o",
	  "", "a", 3, 0, false, true, true, false },
	{ "POST /o HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", "POST", "/o", "", "a", 2, 0, false, false,
	  false, false },	/* no body: nothing to wait for */
	{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: x , CLOSE\r\nConnection: y\r\n\r\n", "GET", "/", "", "a", 3, 0,
	  false, false, false, true },
	{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed, notclose\r\n\r\n", "GET", "/", "", "a", 2, 0, false, false,
	  false, false },
	{ "GET http://a:1/x?y HTTP/1.1\r\nHost: a:1\r\n\r\n", "GET", "/x", "y", "a:1", 1, 0, false, false, false, false },
	{ "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", "", "a", 1, 0, false, false, false, false },
	{ "M-SEARCH!#$ /x HTTP/1.1\r\nHost: a\r\nX:\r\nY: \xc3\xa4 \"q\" \t z\r\n\r\n", "M-SEARCH!#$", "/x", "", "a", 3,
	  0, false, false, false, false },
	/* HTTP/1.0: Host may be missing, the connection ends, nobody waits for "100 Continue". */
	{ "GET /x HTTP/1.0\r\n\r\n", "GET", "/x", "", "", 0, 0, false, false, false, true },
	{ "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
	  "POST", "/", "", "a", 4, 3, true, false, false, true },
	/* A byte order mark or a blank is part of neither name nor value; h2c upgrades are not taken up. */
	{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", "GET", "/", "",
	  "a", 3, 0, false, false, false, false },
};

#define G "GET / HTTP/1.1\r\nHost: a\r\n"
#define BYTES(text) "" text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t n;
	unsigned status;
} invalid[] = {
	{ BYTES("\r\n\r\n"), 400 },
	{ BYTES("GET\r\n\r\n"), 400 },
	{ BYTES("GET /\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1\r\n\r\n"), 400 },
	{ BYTES(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("G@T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET / http/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.x\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.0\r\nHost:\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/0.9\r\nHost: a\r\n\r\n"), 505 },
	{ BYTES("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), 505 },
	{ BYTES("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505 },
	{ BYTES("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /a\"b HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400 },
	{ BYTES("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400 },
	{ BYTES(G "X\r\n\r\n"), 400 },
	{ BYTES(G ": x\r\n\r\n"), 400 },
	{ BYTES(G "X : y\r\n\r\n"), 400 },
	{ BYTES(G "X\t: y\r\n\r\n"), 400 },
	{ BYTES(G " X: y\r\n\r\n"), 400 },
	{ BYTES(G "X: y\r\n z\r\n\r\n"), 400 },
	{ BYTES(G "X: \x01\r\n\r\n"), 400 },
	{ BYTES(G "X: \x7f\r\n\r\n"), 400 },
	{ BYTES(G "X: a\0b\r\n\r\n"), 400 },
	{ BYTES(G "X: a\rb\r\n\r\n"), 400 },
	{ BYTES(G "X: a\nb\r\n\r\n"), 400 },
	{ BYTES(G "X\xc3\xa4: y\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: \r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 1 2\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 1,1\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: +1\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: -1\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 0x1\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 1.0\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 9223372036854775808\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 18446744073709551616\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), 400 },
	{ BYTES(G "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400 },
	{ BYTES(G "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"), 400 },
	{ BYTES(G "Transfer-Encoding: \r\n\r\n"), 501 },
	{ BYTES(G "Transfer-Encoding: identity\r\n\r\n"), 501 },
	{ BYTES(G "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501 },
	{ BYTES(G "Transfer-Encoding: chunked;x=y\r\n\r\n"), 501 },
	{ BYTES(G "Transfer-Encoding: \x0b" "chunked\r\n\r\n"), 400 },
	{ BYTES(G "Content-Type: a\r\nContent-Type: b\r\n\r\n"), 400 },
	{ BYTES(G "Authorization: a\r\nAuthorization: b\r\n\r\n"), 400 },
	{ BYTES(G "Expect: 200-ok\r\n\r\n"), 417 },
	{ BYTES(G "\r\nX"), 400 },
	{ BYTES("GET / HTTP/1.1\nHost: a\n\n"), 400 },
};

static void reads_what_is_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		struct http_head head;
		struct err e = ERR_INIT;

		if (http_head_parse(span_of(valid[i].text), &head, &e) != 0)
			fail_msg("%s: %s", valid[i].text, e.text);
		assert_int_equal(head.status, 0);
		assert_true(span_is(head.method, valid[i].method));
		assert_true(span_is(head.path, valid[i].path));
		assert_true(span_is(head.query, valid[i].query));
		assert_true(span_is(head.host, valid[i].host));
		assert_int_equal(head.field_count, valid[i].fields);
		assert_int_equal(head.length, valid[i].length);
		assert_int_equal(head.has_length, valid[i].has_length);
		assert_int_equal(head.chunked, valid[i].chunked);
		assert_int_equal(head.expect_continue, valid[i].expect);
		assert_int_equal(head.close, valid[i].close);
	}
}

static void refuses_what_is_not_with_the_status_and_the_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		struct http_head head;
		struct err e = ERR_INIT;

		if (http_head_parse((struct span){ invalid[i].text, invalid[i].n }, &head, &e) == 0)
			fail_msg("accepted: %s", invalid[i].text);
		if (head.status != invalid[i].status)
			fail_msg("%s: %u instead of %u", invalid[i].text, head.status, invalid[i].status);
		assert_string_not_equal(e.spec, "");
	}
}

/* However the bytes come in, the end is found once, at the same place, and no byte is looked at twice. */
static void finds_the_end_at_every_split_point(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		size_t n = strlen(valid[i].text);

		for (size_t cut = 0; cut <= n; cut++) {
			size_t seen = 0;
			long end = http_head_find(valid[i].text, cut, &seen);

			assert_int_equal(end, cut == n ? (long)n : 0);
			if (end == 0)
				assert_int_equal(http_head_find(valid[i].text, n, &seen), n);
		}
	}
}

static void finds_the_end_when_more_stands_behind_it(void **state)
{
	static const char two[] = G "\r\nGET / HTTP/1.1\nx";
	size_t seen = 0;

	(void)state;
	assert_int_equal(http_head_find(two, sizeof(two) - 1, &seen), sizeof(G "\r\n") - 1);
}

static void gives_up_at_once_on_bytes_that_never_become_a_head(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} table[] = { { BYTES("GET / HTTP/1.1\n") }, { BYTES("GET / HTTP/1.1\r\nHost: a\n") }, { BYTES("G\0") },
		      { BYTES("GET / HTTP/1.1\rx") }, { BYTES("\r\n") },		       { BYTES("\n") },
		      { BYTES("\r\r") },	      { BYTES(G "\r\r") } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		for (size_t step = 1; step <= table[i].n; step++) {
			size_t seen = 0;
			long end = 0;

			for (size_t have = 0; have < table[i].n && end == 0;) {
				have = have + step < table[i].n ? have + step : table[i].n;
				end = http_head_find(table[i].text, have, &seen);
			}
			assert_int_equal(end, -1);
		}
	}
}

static void values_of_a_name_are_found_in_order_whatever_their_case(void **state)
{
	struct http_head head;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(http_head_parse(span_of(G "x-A: 1\r\nX-a:\r\nX-B: 3\r\nX-A: 4\r\n\r\n"), &head, &e), e);
	assert_true(span_is(http_head_field(&head, "X-A", 0), "1"));
	assert_true(http_head_field(&head, "X-A", 1).p != NULL && http_head_field(&head, "X-A", 1).n == 0);
	assert_true(span_is(http_head_field(&head, "X-A", 2), "4"));
	assert_null(http_head_field(&head, "X-A", 3).p);
	assert_null(http_head_field(&head, "X-", 0).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_valid),
		cmocka_unit_test(refuses_what_is_not_with_the_status_and_the_rule),
		cmocka_unit_test(finds_the_end_at_every_split_point),
		cmocka_unit_test(finds_the_end_when_more_stands_behind_it),
		cmocka_unit_test(gives_up_at_once_on_bytes_that_never_become_a_head),
		cmocka_unit_test(values_of_a_name_are_found_in_order_whatever_their_case),
	};
	return cmocka_run_group_tests_name("gateway/http/head", tests, NULL, NULL);
}
