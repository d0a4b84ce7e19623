/* SPDX-License-Identifier: EUPL-1.2 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rate.h"
#include "form/service.h"

/* More addresses than that at once: all start anew. It bounds the memory; a flood from so many addresses is the
 * business of what stands in front. */
#define GUARDS_MAX 20000
#define QUIET_MS 600000

bool form_guard_take(struct form_service *s, const char *address, int64_t now)
{
	pthread_mutex_lock(&s->guard_lock);
	struct rate *r = map_get(s->guards, span_of(address));
	if (r == NULL) {
		if (map_count(s->guards) >= GUARDS_MAX) {
			map_free(s->guards);
			s->guards = map_new(free);
		}
		r = mem_new(sizeof(*r));
		rate_init(r, s->o.rate_per_second, s->o.rate_burst, now);
		map_put(s->guards, span_of(address), r);
	}
	bool allowed = rate_take(r, now);
	pthread_mutex_unlock(&s->guard_lock);
	return allowed;
}

static bool is_address(const char *text)
{
	struct in6_addr v6;
	struct in_addr v4;
	return inet_pton(AF_INET, text, &v4) == 1 || inet_pton(AF_INET6, text, &v6) == 1;
}

/* Proxies either append to the header that they got or add another one: only the last entry is surely theirs. */
const char *form_guard_client(const struct form_service *s, const struct http_request *rq)
{
	const char *list = NULL, *next, *last;
	if (s->o.client_header == NULL)
		return http_peer(rq);
	for (unsigned i = 0; (next = http_header_at(rq, s->o.client_header, i)) != NULL; i++)
		list = next;
	last = list == NULL ? NULL : strrchr(list, ',');
	last = last == NULL ? list : last + 1;
	if (last != NULL)
		last += strspn(last, " \t");
	/* Anything else could be made up anew for each request, and each would have a limit of its own. */
	return last != NULL && is_address(last) ? last : http_peer(rq);
}

struct forget {
	struct map *kept;
	int64_t now;
};

static int keep_busy(struct span key, void *value, void *ctx)
{
	struct forget *f = ctx;
	const struct rate *r = value;
	if (f->now - r->last_ms > QUIET_MS)
		return 0;
	struct rate *copy = mem_new(sizeof(*copy));
	*copy = *r;
	map_put(f->kept, key, copy);
	return 0;
}

void form_guard_forget(struct form_service *s, int64_t now)
{
	struct forget f = { map_new(free), now };
	pthread_mutex_lock(&s->guard_lock);
	map_each(s->guards, keep_busy, &f);
	map_free(s->guards);
	s->guards = f.kept;
	pthread_mutex_unlock(&s->guard_lock);
}

bool form_guard_same_origin(const struct form_service *s, const struct http_request *rq)
{
	const char *site = http_header(rq, "Sec-Fetch-Site"), *origin = http_header(rq, "Origin");
	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return false;
	if (origin == NULL)
		return true;
	const char *host = strstr(origin, "://");
	if (host == NULL)
		return false;
	size_t n = s->o.public_url == NULL ? 0 : strcspn(s->o.public_url + 8, "/") + 8;
	return strcmp(host + 3, http_host(rq)) == 0 ||
	       (n > 0 && strlen(origin) == n && strncmp(origin, s->o.public_url, n) == 0);
}
