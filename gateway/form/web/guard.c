/* SPDX-License-Identifier: EUPL-1.2 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* The first bits of an address, the others zero. */
static void write_network(char out[FORM_NETWORK_MAX], int family, const uint8_t *address, unsigned bits)
{
	uint8_t net[sizeof(struct in6_addr)] = { 0 };
	char text[INET6_ADDRSTRLEN];

	memcpy(net, address, bits / 8);
	must(inet_ntop(family, net, text, sizeof(text)) != NULL);
	(void)snprintf(out, FORM_NETWORK_MAX, "%s/%u", text, bits);
}

bool form_client_parse(const char *text, struct form_client *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct in6_addr v6;
	struct in_addr v4;
	bool is_v4 = inet_pton(AF_INET, text, &v4) == 1;

	if (!is_v4 && inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	if (!is_v4 && memcmp(&v6, mapped, sizeof(mapped)) == 0) {
		memcpy(&v4, v6.s6_addr + sizeof(mapped), sizeof(v4));
		is_v4 = true;
	}
	if (is_v4) {
		write_network(out->counted, AF_INET, (const uint8_t *)&v4, 32);
		write_network(out->logged, AF_INET, (const uint8_t *)&v4, 24);
	} else {
		write_network(out->counted, AF_INET6, v6.s6_addr, 64);
		write_network(out->logged, AF_INET6, v6.s6_addr, 48);
	}
	return true;
}

/* Proxies either append to the header that they got or add another one: only the last entry is surely theirs. */
void form_guard_client(const struct form_service *s, const struct http_request *rq, struct form_client *out)
{
	const char *list = NULL, *next, *last;

	for (unsigned i = 0; s->o.client_header != NULL && (next = http_header_at(rq, s->o.client_header, i)) != NULL; i++)
		list = next;
	last = list == NULL ? NULL : strrchr(list, ',');
	last = last == NULL ? list : last + 1;
	if (last != NULL)
		last += strspn(last, " \t");
	/* Anything else could be made up anew for each request, and each would have a limit of its own. */
	if ((last == NULL || !form_client_parse(last, out)) && !form_client_parse(http_peer(rq), out))
		*out = (struct form_client){ "-", "-" };
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
