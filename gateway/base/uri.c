/* SPDX-License-Identifier: EUPL-1.2 */
/* uri - addresses taken apart, and percent codes. */
#include "base/uri.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"

static int bad(struct err *e, const char *what)
{
	return err_spec(e, ERR_SYNTAX, "RFC 3986 3", "address: %s", what);
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* At %xx: its value, otherwise -1. */
static int percent_at(struct span s, size_t i)
{
	int high, low;

	if (s.n - i < 3 || s.p[i] != '%')
		return -1;
	high = hex_digit(s.p[i + 1]);
	low = hex_digit(s.p[i + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool take_scheme(struct span *s, bool *tls)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (unsigned i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i]);

		if (s->n >= n && span_is_nocase((struct span){ s->p, n }, schemes[i])) {
			*tls = i == 1;
			*s = (struct span){ s->p + n, s->n - n };
			return true;
		}
	}
	return false;
}

static int set_ipv6(struct span host, struct uri *u, struct err *e)
{
	struct in6_addr addr;
	char text[INET6_ADDRSTRLEN];

	if (host.n >= sizeof(text))
		return bad(e, "IPv6 address too long");
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	if (strlen(text) != host.n || inet_pton(AF_INET6, text, &addr) != 1 ||
	    inet_ntop(AF_INET6, &addr, u->host, sizeof(u->host)) == NULL)
		return bad(e, "not an IPv6 address");
	u->is_ipv6 = true;
	return 0;
}

/* RFC 5891 4: what a person types is turned into A-labels before it is used. */
static const char *name_problem(struct span host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] >= 0x80)
			return "host name not in ASCII, expected its form xn--...";
	return "bad host name";
}

static bool is_label(struct span s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

static int set_name(struct span host, struct uri *u, struct err *e)
{
	struct span label = SPAN_EMPTY, rest = host;
	struct in_addr addr;
	bool more;

	if (host.n == 0 || host.n > 253)
		return bad(e, host.n == 0 ? "no host" : "host name too long");
	do {
		more = span_split(rest, '.', &label, &rest);
		if (!is_label(label))
			return bad(e, name_problem(host));
	} while (more);
	for (size_t i = 0; i < host.n; i++)
		u->host[i] = host.p[i] >= 'A' && host.p[i] <= 'Z' ? (char)(host.p[i] + 32) : host.p[i];
	u->host[host.n] = '\0';
	/* A last label that begins with a digit would be read as an IPv4 address by some, with other values (127.1, 0x7f.1). */
	if (label.p[0] >= '0' && label.p[0] <= '9' && inet_pton(AF_INET, u->host, &addr) != 1)
		return bad(e, "not an IPv4 address");
	return 0;
}

static int set_port(struct span port, struct uri *u, struct err *e)
{
	uint64_t v;

	if (!span_u64(port, 65535, &v) || v == 0 || port.n > 5)
		return bad(e, "port is not 1 to 65535");
	u->port = (uint16_t)v;
	return 0;
}

static int set_authority(struct span s, struct uri *u, struct err *e)
{
	struct span host, port;
	bool has_port;
	int rc;

	if (s.n > 0 && memchr(s.p, '@', s.n) != NULL)
		return bad(e, "user name not allowed");
	u->port = u->tls ? 443 : 80;
	if (s.n > 0 && s.p[0] == '[') {
		if (!span_split((struct span){ s.p + 1, s.n - 1 }, ']', &host, &port))
			return bad(e, "']' is missing");
		has_port = port.n > 0;
		if (has_port && port.p[0] != ':')
			return bad(e, "character behind ']'");
		if (has_port)
			port = (struct span){ port.p + 1, port.n - 1 };
		rc = set_ipv6(host, u, e);
	} else {
		has_port = span_split(s, ':', &host, &port);
		rc = set_name(host, u, e);
	}
	return rc == 0 && has_port ? set_port(port, u, e) : rc;
}

static int set_path(struct span s, struct uri *u, struct err *e)
{
	size_t n = 0;

	if (s.n == 0 || s.p[0] == '?')
		u->path[n++] = '/';
	if (s.n >= sizeof(u->path) - n)
		return bad(e, "path too long");
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' ? percent_at(s, i) < 0 : !is_alnum(c) && (c == '\0' || strchr("-._~!$&'()*+,;=:@/?", c) == NULL))
			return bad(e, c == '#' ? "fragment not allowed" : "character not allowed in the path");
		u->path[n++] = c;
	}
	u->path[n] = '\0';
	return 0;
}

int uri_parse(struct span text, struct uri *u, struct err *e)
{
	struct uri parsed = { .port = 0 };
	struct span rest = text;
	size_t n = 0;
	int rc;

	if (!take_scheme(&rest, &parsed.tls))
		return bad(e, "does not begin with http:// or https://");
	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?' && rest.p[n] != '#')
		n++;
	rc = set_authority((struct span){ rest.p, n }, &parsed, e);
	if (rc == 0)
		rc = set_path((struct span){ rest.p + n, rest.n - n }, &parsed, e);
	if (rc == 0)
		*u = parsed;
	return rc;
}

char *uri_origin(const struct uri *u, char out[URI_ORIGIN_LEN])
{
	int n = snprintf(out, URI_ORIGIN_LEN, "%s://%s%s%s", u->tls ? "https" : "http", u->is_ipv6 ? "[" : "", u->host,
			 u->is_ipv6 ? "]" : "");

	if (u->port != (u->tls ? 443 : 80))
		(void)snprintf(out + n, (size_t)(URI_ORIGIN_LEN - n), ":%u", (unsigned)u->port);
	return out;
}

bool uri_is_local(const struct uri *u)
{
	static const char name[] = "localhost";
	size_t n = strlen(u->host), k = sizeof(name) - 1;
	struct addr a;

	if (addr_parse(span_of(u->host), &a))
		return addr_is_local(&a);
	return n >= k && strcmp(u->host + n - k, name) == 0 && (n == k || u->host[n - k - 1] == '.');
}

/* "/osci/../admin" begins like "/osci/", and is something else for whoever resolves it. */
static bool has_dots(const char *path)
{
	return strstr(path, "/.") != NULL || strcasestr(path, "%2e") != NULL || strchr(path, '\\') != NULL;
}

static bool path_is_below(const char *path, const char *above)
{
	size_t n = strlen(above);

	if (strncmp(path, above, n) != 0)
		return false;
	return n == 0 || above[n - 1] == '/' || path[n] == '\0' || path[n] == '/' || path[n] == '?';
}

bool uri_is_below(const struct uri *u, const struct uri *above)
{
	return u->tls == above->tls && u->port == above->port && strcmp(u->host, above->host) == 0 && !has_dots(u->path) &&
	       path_is_below(u->path, above->path);
}

int uri_decode(struct buf *out, struct span text, bool plus, struct err *e)
{
	size_t before = out->n;
	int rc;

	for (size_t i = 0; i < text.n; i++) {
		int v = (unsigned char)text.p[i];

		if (v == '%') {
			v = percent_at(text, i);
			if (v < 0)
				return err_spec(e, ERR_SYNTAX, "RFC 3986 2.1", "bad percent code at offset %zu", i);
			i += 2;
		} else if (plus && v == '+') {
			v = ' ';
		}
		buf_putc(out, (char)v);
	}
	rc = buf_check(out, "decoded text", e);
	if (rc != 0)
		return rc;
	if (!span_is_utf8((struct span){ out->p == NULL ? NULL : out->p + before, out->n - before }))
		return err_spec(e, ERR_SYNTAX, "RFC 3986 2.5", "percent codes are not UTF-8 text, or hold a NUL");
	return 0;
}

void uri_encode(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_alnum(c) || (c != '\0' && strchr("-._~", c) != NULL))
			buf_putc(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}
