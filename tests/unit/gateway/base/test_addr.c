/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses: what proxies write about their clients, networks, ranges. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/mem.h"
#include "cm.h"

static void addresses_are_read_with_port_and_brackets_as_proxies_write_them(void **state)
{
	static const struct {
		const char *text, *same;	/* NULL: refused */
	} table[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "192.0.2.1:4711", "192.0.2.1" },
		{ "192.0.2.1:0", "192.0.2.1" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "2001:DB8:0:0::1", "2001:db8::1" },
		{ "[2001:db8::1]", "2001:db8::1" },
		{ "[2001:db8::1]:4711", "2001:db8::1" },
		{ "::1", "::1" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "[::ffff:192.0.2.1]:80", "192.0.2.1" },
		{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201" },
		{ "", NULL },
		{ "unknown", NULL },
		{ "_hidden", NULL },
		{ "192.0.2.1:", NULL },
		{ "192.0.2.1:65536", NULL },
		{ "192.0.2.1:x", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.010", NULL },
		{ "[192.0.2.1]:80", NULL },
		{ "[2001:db8::1", NULL },
		{ "[2001:db8::1]80", NULL },
		{ "[2001:db8::1]:", NULL },
		{ "2001:db8::1%eth0", NULL },
		{ "host.example:80", NULL },
		{ " 192.0.2.1", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc", NULL },
	};
	char text[ADDR_TEXT_LEN];
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		bool good = addr_parse(span_of(table[i].text), &a);

		if (good != (table[i].same != NULL))
			fail_msg("\"%s\"", table[i].text);
		if (good)
			assert_string_equal(addr_text(&a, text), table[i].same);
	}
	assert_false(addr_parse((struct span){ "1.2.3.4\0x", 9 }, &a));
}

static void networks_are_cut_by_family(void **state)
{
	static const struct {
		const char *text;
		unsigned v4, v6;
		const char *net;
	} table[] = {
		{ "192.0.2.77", 32, 64, "192.0.2.77/32" },   { "192.0.2.77", 24, 48, "192.0.2.0/24" },
		{ "192.0.2.77", 30, 48, "192.0.2.76/30" },   { "192.0.2.77", 0, 0, "0.0.0.0/0" },
		{ "2001:db8:1:2:3::4", 32, 64, "2001:db8:1:2::/64" },
		{ "2001:db8:1:2:3::4", 24, 48, "2001:db8:1::/48" },
		{ "2001:db8:1:2:3::4", 24, 128, "2001:db8:1:2:3::4/128" },
	};
	char text[ADDR_TEXT_LEN];
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		assert_true(addr_parse(span_of(table[i].text), &a));
		assert_string_equal(addr_network_text(&a, table[i].v4, table[i].v6, text), table[i].net);
	}
}

static void an_address_is_in_a_range_or_not(void **state)
{
	static const struct {
		const char *range, *in, *out;	/* in NULL: no range */
	} table[] = {
		{ "10.0.0.0/8", "10.255.0.1", "11.0.0.1" },
		{ "10.0.0.0/8", "::ffff:10.1.2.3", "a00::" },
		{ "192.0.2.1", "192.0.2.1", "192.0.2.2" },
		{ "192.0.2.4/31", "192.0.2.5", "192.0.2.6" },
		{ "0.0.0.0/0", "255.255.255.255", "::1" },
		{ "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1" },
		{ "::1", "::1", "::2" },
		{ "10.0.0.1/8", NULL, NULL },
		{ "10.0.0.0/33", NULL, NULL },
		{ "10.0.0.0/", NULL, NULL },
		{ "10.0.0.0/-1", NULL, NULL },
		{ "10.0.0.0:80", NULL, NULL },
		{ "proxy.example", NULL, NULL },
		{ "", NULL, NULL },
	};
	struct addr_range r;
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (addr_range_parse(span_of(table[i].range), &r) != (table[i].in != NULL))
			fail_msg("\"%s\"", table[i].range);
		if (table[i].in == NULL)
			continue;
		assert_true(addr_parse(span_of(table[i].in), &a) && addr_is_in(&a, &r));
		assert_true(addr_parse(span_of(table[i].out), &a) && !addr_is_in(&a, &r));
	}
}

static void sockets_give_their_address(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr unix_one = { .sa_family = AF_UNIX };
	char text[ADDR_TEXT_LEN];
	struct addr a, b;

	(void)state;
	v4.sin_addr.s_addr = htonl(0xc0000201);
	assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.1", &v6.sin6_addr), 1);
	assert_true(addr_of_socket((struct sockaddr *)&v4, &a));
	assert_true(addr_of_socket((struct sockaddr *)&v6, &b));
	assert_true(addr_eq(&a, &b));
	assert_string_equal(addr_text(&a, text), "192.0.2.1");
	assert_false(addr_of_socket(&unix_one, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_with_port_and_brackets_as_proxies_write_them),
		cmocka_unit_test(networks_are_cut_by_family),
		cmocka_unit_test(an_address_is_in_a_range_or_not),
		cmocka_unit_test(sockets_give_their_address),
	};
	return cmocka_run_group_tests_name("base/addr", tests, NULL, NULL);
}
