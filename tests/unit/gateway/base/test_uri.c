/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/uri. */
#include "base/uri.h"

#include "base/mem.h"
#include "cm.h"

static const struct {
	const char *text, *host, *path;
	uint16_t port;
	bool tls, is_ipv6;
} valid[] = {
	{ "http://a.example", "a.example", "/", 80, false, false },
	{ "https://a.example", "a.example", "/", 443, true, false },
	{ "HTTPS://A.Example:8443/Pfad", "a.example", "/Pfad", 8443, true, false },
	{ "http://a.example?x=1", "a.example", "/?x=1", 80, false, false },
	{ "http://a.example/p/q?x=1&y=/?:@", "a.example", "/p/q?x=1&y=/?:@", 80, false, false },
	{ "http://a.example/%C3%A4-._~!$&'()*+,;=:@", "a.example", "/%C3%A4-._~!$&'()*+,;=:@", 80, false, false },
	{ "http://127.0.0.1:65535/", "127.0.0.1", "/", 65535, false, false },
	{ "http://[::1]:1/", "::1", "/", 1, false, true },
	{ "http://[2001:DB8:0:0::1]", "2001:db8::1", "/", 80, false, true },
	{ "http://localhost/", "localhost", "/", 80, false, false },
	{ "http://my_host-1/", "my_host-1", "/", 80, false, false },
	{ "http://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", "/", 80, false, false },
	{ "http://a.example:080/", "a.example", "/", 80, false, false },
};

static const char *const invalid[] = {
	"", "a.example", "//a.example/", "http:/a.example", "http:a.example", "ftp://a.example/", "httpss://a/",
	"http://", "http:///x", "http://?x", "http://:80/", "http://a.example:/", "http://a.example:0/",
	"http://a.example:65536/", "http://a.example:-1/", "http://a.example:8x/", "http://a.example:000080/",
	"http://u@a.example/", "http://u:p@a.example/", "http://a.example@b/", "http://a.example/#f", "http://a.example#f",
	"http://a b/", "http://a.example/a b", "http://a.example/\r\nHost: b", "http://a.example/\\", "http://a.example/\"",
	"http://a.example/<", "http://a.example/{", "http://a.example/%", "http://a.example/%4", "http://a.example/%4g",
	"http://a.example/\xc3\xa4", "http://\xc3\xa4.example/", "http://%61.example/", "http://a..example/",
	"http://.a/", "http://a./", "http://-a/", "http://a-/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/",
	"http://0x7f.1/", "http://127.0.0.01/", "http://256.0.0.1/", "http://1.2.3.4.5/", "http://a.1/", "http://[::1/",
	"http://[::1]x/", "http://[::1%25eth0]/", "http://[127.0.0.1]/", "http://[]/", "http://::1/", "http://[:::1]/",
	"http://[::ffff:1.2.3.4", "http://a/|", "http://a/^", "http://a/`", " http://a/", "http://a/ ", "http://a;b/",
};

static void addresses_are_taken_apart(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		struct uri u;

		if (uri_parse(span_of(valid[i].text), &u, &e) != 0)
			fail_msg("%s: %s", valid[i].text, e.text);
		assert_string_equal(u.host, valid[i].host);
		assert_string_equal(u.path, valid[i].path);
		assert_int_equal(u.port, valid[i].port);
		assert_int_equal(u.tls, valid[i].tls);
		assert_int_equal(u.is_ipv6, valid[i].is_ipv6);
	}
}

static void anything_else_is_refused(void **state)
{
	struct err e = ERR_INIT;
	struct uri u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++)
		if (uri_parse(span_of(invalid[i]), &u, &e) != ERR_SYNTAX)
			fail_msg("accepted: %s", invalid[i]);
	assert_int_equal(uri_parse((struct span){ "http://a/\0", 10 }, &u, &e), ERR_SYNTAX);
	assert_int_equal(uri_parse((struct span){ "http://a\0b/", 11 }, &u, &e), ERR_SYNTAX);
	assert_int_equal(uri_parse((struct span){ "http://[::1\0]/", 14 }, &u, &e), ERR_SYNTAX);
}

static void this_machine_and_its_segment_are_known_in_every_notation(void **state)
{
	static const struct {
		const char *text;
		bool local;
	} cases[] = {
		{ "http://127.0.0.1/", true },	     { "http://127.8.9.10:80/", true },	   { "http://0.0.0.0/", true },
		{ "http://169.254.169.254/", true }, { "http://224.0.0.1/", true },	   { "http://255.255.255.255/", true },
		{ "http://[::1]/", true },	     { "http://[::]/", true },		   { "http://[fe80::1]/", true },
		{ "http://[ff02::1]/", true },	     { "http://[::ffff:127.0.0.1]/", true }, { "http://[::ffff:a9fe:1]/", true },
		{ "http://[::127.0.0.1]/", true },   { "http://localhost/", true },	   { "https://LOCALHOST:443/", true },
		{ "http://a.localhost/", true },     { "http://10.0.0.1/", false },	   { "http://192.168.1.1/", false },
		{ "http://172.16.0.1/", false },     { "http://[fd00::1]/", false },	   { "http://126.255.255.255/", false },
		{ "http://128.0.0.1/", false },	     { "http://169.253.0.1/", false },	   { "http://169.255.0.1/", false },
		{ "http://[::2:0:0]/", false },	     { "http://[::ffff:10.0.0.1]/", false }, { "http://[2001:db8::1]/", false },
		{ "http://notlocalhost/", false },   { "http://localhost.example/", false }, { "http://local/", false },
	};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct uri u;

		assert_ok(uri_parse(span_of(cases[i].text), &u, &e), e);
		if (uri_is_local(&u) != cases[i].local)
			fail_msg("%s", cases[i].text);
	}
}

static void a_name_that_is_not_ascii_is_refused_with_what_to_write(void **state)
{
	struct err e = ERR_INIT;
	struct uri u;

	(void)state;
	assert_int_equal(uri_parse(SPAN_LIT("http://m\xc3\xbcnchen.example/"), &u, &e), ERR_SYNTAX);
	assert_non_null(strstr(e.text, "expected its form xn--"));
}

static void lengths_are_limited(void **state)
{
	struct err e = ERR_INIT;
	char text[3000];
	struct uri u;

	(void)state;
	for (size_t n = 1020; n < 1030; n++) {
		memset(text, 'a', sizeof(text));
		memcpy(text, "http://a/", 9);
		assert_int_equal(uri_parse((struct span){ text, 8 + n }, &u, &e), n < sizeof(u.path) ? 0 : ERR_SYNTAX);
	}
	memset(text, 'a', 70);
	memcpy(text, "http://", 7);
	assert_int_equal(uri_parse((struct span){ text, 7 + 63 }, &u, &e), 0);
	assert_int_equal(uri_parse((struct span){ text, 7 + 64 }, &u, &e), ERR_SYNTAX);
	for (size_t i = 7; i < 400; i++)
		text[i] = i % 2 ? 'a' : '.';
	assert_int_equal(uri_parse((struct span){ text, 7 + 253 }, &u, &e), 0);
	assert_int_equal(uri_parse((struct span){ text, 7 + 255 }, &u, &e), ERR_SYNTAX);
}

static void an_origin_is_written_as_browsers_do(void **state)
{
	static const char *const rows[][2] = {
		{ "https://a.example", "https://a.example" },
		{ "HTTPS://A.Example:443/x?y", "https://a.example" },
		{ "http://a.example:80/", "http://a.example" },
		{ "http://a.example:443/", "http://a.example:443" },
		{ "https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443" },
	};
	char origin[URI_ORIGIN_LEN];
	struct err e = ERR_INIT;
	struct uri u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_ok(uri_parse(span_of(rows[i][0]), &u, &e), e);
		assert_string_equal(uri_origin(&u, origin), rows[i][1]);
	}
}

static void percent_codes_are_decoded_once(void **state)
{
	static const struct {
		const char *text, *want;
		bool plus;
	} table[] = {
		{ "", "", false },	      { "a+b%20c", "a+b c", false },  { "a+b%20c", "a b c", true },
		{ "%2525", "%25", false },    { "%c3%A4", "ä", false },	      { "%2B", "+", true },
		{ "plain", "plain", true },   { "ä", "ä", false },
	};
	static const char *const bad[] = { "%", "%4", "%4x", "%g0", "a%00b", "%ff", "%c3", "%ed%a0%80", "% 20", "%+1", "\xff" };
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		buf_init(&b, 100);
		assert_ok(uri_decode(&b, span_of(table[i].text), table[i].plus, &e), e);
		assert_string_equal(buf_str(&b), table[i].want);
		buf_fini(&b);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		buf_init(&b, 100);
		if (uri_decode(&b, span_of(bad[i]), true, &e) != ERR_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
		buf_fini(&b);
	}
	buf_init(&b, 3);
	assert_int_equal(uri_decode(&b, SPAN_LIT("%61%62%63%64"), true, &e), ERR_LIMIT);
	buf_fini(&b);
}

static void what_was_encoded_is_decoded_to_the_same(void **state)
{
	struct err e = ERR_INIT;
	struct buf enc, dec;
	char all[256];
	size_t n = 0;

	(void)state;
	for (char c = 1; c < 127; c++)
		all[n++] = c;
	memcpy(all + n, "äöü€", sizeof("äöü€") - 1);
	n += sizeof("äöü€") - 1;
	buf_init(&enc, 2000);
	buf_init(&dec, 2000);
	uri_encode(&enc, (struct span){ all, n });
	assert_null(strpbrk(buf_str(&enc), "+&=/?# \"<>"));
	assert_ok(uri_decode(&dec, buf_view(&enc), true, &e), e);
	assert_true(span_eq(buf_view(&dec), (struct span){ all, n }));
	buf_reset(&enc);
	uri_encode(&enc, SPAN_LIT("a b/ä~"));
	assert_string_equal(buf_str(&enc), "a%20b%2F%C3%A4~");
	buf_fini(&enc);
	buf_fini(&dec);
}

static void what_is_below_an_address_is_known(void **state)
{
	static const struct {
		const char *uri, *above;
		bool is;
	} rows[] = {
		{ "http://a/x/y", "http://a/x/", true },	  { "http://a/x/y", "http://A:80/x", true },
		{ "http://a/x?y", "http://a/x", true },	  { "http://a/x", "http://a/x", true },
		{ "http://a/xy", "http://a/x", false },	  { "http://a/x", "http://a/x/", false },
		{ "http://a/y", "http://a/", true },	  { "http://b/x/y", "http://a/x/", false },
		{ "https://a/x/y", "http://a/x/", false }, { "http://a:81/x/y", "http://a/x/", false },
		{ "http://a/x/../y", "http://a/x/", false }, { "http://a/x/%2E%2e/y", "http://a/x/", false },
		{ "http://a/x/.hidden", "http://a/x/", false }, { "http://a/x/\\y", "http://a/x/", false },
	};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uri u, above;

		assert_ok(uri_parse(span_of(rows[i].above), &above, &e), e);
		if (uri_parse(span_of(rows[i].uri), &u, &e) != 0) {	/* then it is no address at all */
			assert_false(rows[i].is);
			continue;
		}
		if (uri_is_below(&u, &above) != rows[i].is)
			fail_msg("%s below %s", rows[i].uri, rows[i].above);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_taken_apart),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(this_machine_and_its_segment_are_known_in_every_notation),
		cmocka_unit_test(a_name_that_is_not_ascii_is_refused_with_what_to_write),
		cmocka_unit_test(lengths_are_limited),
		cmocka_unit_test(an_origin_is_written_as_browsers_do),
		cmocka_unit_test(what_is_below_an_address_is_known),
		cmocka_unit_test(percent_codes_are_decoded_once),
		cmocka_unit_test(what_was_encoded_is_decoded_to_the_same),
	};
	return cmocka_run_group_tests_name("base/uri", tests, NULL, NULL);
}
