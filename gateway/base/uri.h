/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * uri - http and https addresses taken apart and checked, percent coding. Any thread.
 */
#ifndef BASE_URI_H
#define BASE_URI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct uri {
	bool tls;		/* https */
	char host[256];		/* without brackets, lower case */
	bool is_ipv6;
	uint16_t port;		/* the default filled in */
	char path[1024];	/* with query; "/" if empty */
};

/* Absolute http(s) address without user info and fragment; anything else is ERR_SYNTAX. */
int uri_parse(struct span text, struct uri *u, struct err *e);
#define URI_ORIGIN_LEN 300
/* "https://host.example:8443" without a default port, as browsers send an origin (RFC 6454 6.2). Returns out. */
char *uri_origin(const struct uri *u, char out[URI_ORIGIN_LEN]);
/* The host is this machine or its own network segment, whatever the notation: loopback, link-local, unspecified and
 * multicast addresses, IPv4 ones also within IPv6, "localhost" and names below it (RFC 6890, RFC 6761 6.3). */
bool uri_is_local(const struct uri *u);
/* Same scheme, host and port, and the path is that of above or below it: "/crl" and "/crl/" have "/crl/a.crl" below them, and
 * only "/crl" has "/crl?a". What has "." or ".." in its path, or a backslash, is below nothing. */
bool uri_is_below(const struct uri *u, const struct uri *above);
/* Decodes %xx; refuses NUL, bad digits and text that is not UTF-8. plus: '+' is a blank (form encoding). */
int uri_decode(struct buf *out, struct span text, bool plus, struct err *e);
void uri_encode(struct buf *out, struct span text);	/* everything but unreserved characters (RFC 3986 2.3) */

#endif
