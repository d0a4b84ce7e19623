/* SPDX-License-Identifier: EUPL-1.2 */
/* guard - how often one client may change something, and from which sites. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/rate.h"
#include "form/web/service.h"

/* More addresses than that at once: all start anew. It bounds the memory; a flood from so many addresses is the
 * business of what stands in front. */
#define GUARDS_MAX 20000
#define QUIET_MS 600000

bool form_guard_take(struct form_service *s, const struct form_client *client, int64_t now)
{
	const struct span key = span_of(client->counted);
	pthread_mutex_lock(&s->guard_lock);
	struct rate *r = map_get(s->guards, key);
	if (r == NULL) {
		if (map_count(s->guards) >= GUARDS_MAX) {
			map_free(s->guards);
			s->guards = map_new(free);
		}
		r = mem_new(sizeof(*r));
		rate_init(r, s->o.rate_per_second, s->o.rate_burst, now);
		map_put(s->guards, key, r);
	}
	bool allowed = rate_take(r, now);
	pthread_mutex_unlock(&s->guard_lock);
	return allowed;
}

void form_guard_client(const struct addr *caller, struct form_client *out)
{
	(void)addr_network_text(caller, 32, 64, out->counted);
	(void)addr_network_text(caller, 24, 48, out->logged);
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
	/* Browsers send an origin as public_url is kept: lower case, without a default port (RFC 6454 6.2). */
	if (s->o.public_url != NULL && strcmp(origin, s->o.public_url) == 0)
		return true;
	const char *host = strstr(origin, "://");
	return host != NULL && strcasecmp(host + 3, http_host(rq)) == 0;
}
