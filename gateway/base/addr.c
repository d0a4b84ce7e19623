/* SPDX-License-Identifier: EUPL-1.2 */
/* addr - Internet addresses: texts to numbers and back, networks, ranges. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static struct addr of_v4(const void *bytes)
{
	struct addr a = { .v6 = false };

	memcpy(a.b, bytes, 4);
	return a;
}

static struct addr of_v6(const void *bytes)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct addr a = { .v6 = true };

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return of_v4((const unsigned char *)bytes + sizeof(mapped));
	memcpy(a.b, bytes, 16);
	return a;
}

static bool parse_bare(struct span text, struct addr *out)
{
	char copy[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (text.n == 0 || text.n >= sizeof(copy) || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1)
		*out = of_v4(bytes);
	else if (inet_pton(AF_INET6, copy, bytes) == 1)
		*out = of_v6(bytes);
	else
		return false;
	return true;
}

/* "[2001:db8::1]:80" without its first character into address and port. */
static bool split_brackets(struct span text, struct span *host, struct span *port, bool *ported)
{
	if (!span_split(text, ']', host, port))
		return false;
	*ported = port->n > 0;
	if (*ported && port->p[0] != ':')
		return false;
	if (*ported)
		*port = (struct span){ port->p + 1, port->n - 1 };
	return memchr(host->p, ':', host->n) != NULL;
}

bool addr_parse(struct span text, struct addr *out)
{
	struct span host = text, port = SPAN_EMPTY;
	bool ported = false;
	uint64_t number;

	if (text.n > 0 && text.p[0] == '[') {
		if (!split_brackets((struct span){ text.p + 1, text.n - 1 }, &host, &port, &ported))
			return false;
	} else if (text.n > 0) {
		/* A colon behind an IPv4 address begins a port; in IPv6 with an embedded one it comes before the dots. */
		const char *colon = memchr(text.p, ':', text.n), *dot = memchr(text.p, '.', text.n);

		ported = colon != NULL && dot != NULL && colon > dot;
		if (ported)
			(void)span_split(text, ':', &host, &port);
	}
	return (!ported || span_u64(port, 65535, &number)) && parse_bare(host, out);
}

bool addr_of_socket(const struct sockaddr *from, struct addr *out)
{
	if (from->sa_family == AF_INET)
		*out = of_v4(&((const struct sockaddr_in *)(const void *)from)->sin_addr);
	else if (from->sa_family == AF_INET6)
		*out = of_v6(&((const struct sockaddr_in6 *)(const void *)from)->sin6_addr);
	else
		return false;
	return true;
}

static bool is_local_v4(const unsigned char b[4])
{
	return b[0] == 0 || b[0] == 127 || (b[0] == 169 && b[1] == 254) || b[0] >= 224;
}

bool addr_is_local(const struct addr *a)
{
	static const unsigned char zero[12];

	if (!a->v6)
		return is_local_v4(a->b);
	if (memcmp(a->b, zero, sizeof(zero)) == 0)	/* :: and ::1, and IPv4 in the form before RFC 4291 */
		return is_local_v4(a->b + sizeof(zero));
	return a->b[0] == 0xff || (a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80);
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
	return a->v6 == b->v6 && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

struct addr addr_network(const struct addr *a, unsigned v4, unsigned v6)
{
	struct addr net = { .v6 = a->v6 };
	unsigned bits = a->v6 ? v6 : v4;

	must(bits <= (a->v6 ? 128u : 32u));
	memcpy(net.b, a->b, bits / 8);
	if (bits % 8 > 0)
		net.b[bits / 8] = (unsigned char)(a->b[bits / 8] & (0xff00 >> bits % 8));
	return net;
}

char *addr_text(const struct addr *a, char out[ADDR_TEXT_LEN])
{
	must(inet_ntop(a->v6 ? AF_INET6 : AF_INET, a->b, out, ADDR_TEXT_LEN) != NULL);
	return out;
}

char *addr_network_text(const struct addr *a, unsigned v4, unsigned v6, char out[ADDR_TEXT_LEN])
{
	struct addr net = addr_network(a, v4, v6);
	size_t n = strlen(addr_text(&net, out));

	(void)snprintf(out + n, ADDR_TEXT_LEN - n, "/%u", a->v6 ? v6 : v4);
	return out;
}

bool addr_range_parse(struct span text, struct addr_range *out)
{
	struct span host, bits;
	bool cut = span_split(text, '/', &host, &bits);
	uint64_t most, n;
	struct addr net;

	if (!parse_bare(host, &out->net))
		return false;
	most = n = out->net.v6 ? 128 : 32;
	if (cut && !span_u64(bits, most, &n))
		return false;
	out->bits = (unsigned)n;
	net = addr_network(&out->net, out->bits, out->bits);
	return addr_eq(&net, &out->net);
}

bool addr_is_in(const struct addr *a, const struct addr_range *r)
{
	struct addr net;

	if (a->v6 != r->net.v6)
		return false;
	net = addr_network(a, r->bits, r->bits);
	return addr_eq(&net, &r->net);
}
