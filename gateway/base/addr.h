/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * addr - addresses of the Internet as numbers: read, compared, cut to their network. Pure; any thread.
 *
 * An IPv4 address that came over IPv6 ("::ffff:192.0.2.1") is the IPv4 address.
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/span.h"

#define ADDR_TEXT_LEN 52

struct addr {
	bool v6;
	unsigned char b[16];	/* IPv4: the first four; the others are 0 */
};

/* Many addresses: those that begin with the first bits of net. */
struct addr_range {
	struct addr net;
	unsigned bits;
};

/* What a proxy may write into X-Forwarded-For: "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]",
 * "[2001:db8::1]:4711". Nothing else; no names, no zones. */
bool addr_parse(struct span text, struct addr *out);
bool addr_of_socket(const struct sockaddr *from, struct addr *out);	/* false: neither IPv4 nor IPv6 */
/* This machine or its own network segment: loopback, link-local, unspecified and multicast addresses (RFC 6890). */
bool addr_is_local(const struct addr *a);
bool addr_eq(const struct addr *a, const struct addr *b);
/* The first bits of the address, the others zero: v4 of them or v6, by its family. */
struct addr addr_network(const struct addr *a, unsigned v4, unsigned v6);
/* "192.0.2.1". Returns out. */
char *addr_text(const struct addr *a, char out[ADDR_TEXT_LEN]);
/* The network with its bits, "192.0.2.0/24". Returns out. */
char *addr_network_text(const struct addr *a, unsigned v4, unsigned v6, char out[ADDR_TEXT_LEN]);

/* "10.0.0.0/8", "2001:db8::/32", or one address. False also if an address bit behind the network is set. */
bool addr_range_parse(struct span text, struct addr_range *out);
bool addr_is_in(const struct addr *a, const struct addr_range *r);

#endif
