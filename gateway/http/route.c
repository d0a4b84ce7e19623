/* SPDX-License-Identifier: EUPL-1.2 */
/* route - which line of a listener's table fits a request. */
#include <string.h>

#include "base/arena.h"
#include "http/head.h"
#include "http/server_priv.h"

static bool path_fits(const char *pattern, struct span path, struct span *rest)
{
	size_t n = strlen(pattern);

	if (n == 0 || pattern[n - 1] != '*') {
		*rest = SPAN_EMPTY;
		return span_is(path, pattern);
	}
	n--;
	if (path.n < n || memcmp(path.p, pattern, n) != 0)
		return false;
	*rest = (struct span){ path.p + n, path.n - n };
	return true;
}

static bool method_fits(const char *method, struct span asked)
{
	return span_is(asked, method) || (span_is(asked, "HEAD") && strcmp(method, "GET") == 0);
}

const struct http_route *http_route_find(const struct listener *l, const struct http_head *head, struct arena *a,
				    unsigned *status, struct span *rest, const char **allow)
{
	*allow = NULL;
	*status = 404;
	for (size_t i = 0; i < l->pub.route_count; i++) {
		const struct http_route *r = &l->pub.routes[i];

		if (!path_fits(r->path, head->path, rest))
			continue;
		if (method_fits(r->method, head->method))
			return r;
		/* RFC 9110 15.5.6: a 405 names the methods that would do. */
		*allow = *allow == NULL ? r->method : arena_printf(a, "%s, %s", *allow, r->method);
		*status = 405;
	}
	return NULL;
}
