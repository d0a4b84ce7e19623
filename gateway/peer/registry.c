/* SPDX-License-Identifier: EUPL-1.2 */
/* registry - states and places of the peers. */
#include "peer/registry.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/rate.h"
#include "base/uri.h"

#define SLOW_MS 5000		/* an answer that takes longer is slow */
#define FAILURES_TO_DIE 3	/* of a healthy peer, in a row: one broken connection is no outage */

struct peer {
	enum peer_state state;
	unsigned busy, limit;
	bool is_probed;
	uint32_t failures;
	enum reason reason;	/* of the last failure */
	int64_t died_at, probe_at;	/* died_at: when probe_at was set */
	uint64_t used;		/* grows with each use */
};

struct peer_registry {
	pthread_mutex_t lock;
	struct map *peers;
	struct peer_rules rules;
	uint64_t clock;		/* of `used` */
};

bool peer_key(const char *uri, char out[PEER_KEY_LEN])
{
	struct err ignored = ERR_INIT;
	struct uri u;

	if (uri == NULL || uri_parse(span_of(uri), &u, &ignored) != 0)
		return false;
	(void)snprintf(out, PEER_KEY_LEN, "%s://%s%s%s:%u", u.tls ? "https" : "http", u.is_ipv6 ? "[" : "", u.host,
		       u.is_ipv6 ? "]" : "", u.port);
	return true;
}

struct peer_registry *peer_registry_new(const struct peer_rules *rules)
{
	struct peer_registry *r = mem_new(sizeof(*r));

	must(pthread_mutex_init(&r->lock, NULL) == 0);
	r->peers = map_new(free);
	r->rules = *rules;
	must(rules->limit > 0 && rules->most > 0);
	return r;
}

void peer_registry_free(struct peer_registry *r)
{
	if (r == NULL)
		return;
	map_free(r->peers);
	(void)pthread_mutex_destroy(&r->lock);
	free(r);
}

struct oldest {
	struct span key;
	uint64_t used;
};

static int find_oldest(struct span key, void *value, void *ctx)
{
	const struct peer *p = value;
	struct oldest *o = ctx;

	if (p->busy == 0 && p->used < o->used)
		*o = (struct oldest){ key, p->used };
	return 0;
}

static void make_room(struct peer_registry *r)
{
	struct oldest o = { .used = UINT64_MAX };

	if (map_count(r->peers) < r->rules.most)
		return;
	(void)map_each(r->peers, find_oldest, &o);
	if (o.used != UINT64_MAX)
		map_del(r->peers, o.key);
}

static struct peer *find(struct peer_registry *r, const char *key)
{
	struct peer *p = map_get(r->peers, span_of(key));

	if (p == NULL) {
		make_room(r);
		p = mem_new(sizeof(*p));
		p->limit = r->rules.limit;
		map_put(r->peers, span_of(key), p);
	}
	p->used = ++r->clock;
	return p;
}

static enum peer_entry try_entry(struct peer *p, int64_t now, struct peer_wait *wait)
{
	*wait = (struct peer_wait){ 0, p->reason };
	if (p->state == PEER_HEALTHY || p->state == PEER_SLOW)
		return p->busy < p->limit ? PEER_ENTERED : PEER_FULL;
	if (p->is_probed)
		return PEER_PROBED;
	if (p->state == PEER_DEAD && now < p->died_at) {	/* the clock was ahead when it died: the wait stays as long */
		p->probe_at = now + (p->probe_at - p->died_at);
		p->died_at = now;
	}
	if (p->state == PEER_DEAD && now < p->probe_at) {
		wait->until = p->probe_at;
		return PEER_RESTS;
	}
	return PEER_ENTERED;
}

enum peer_entry peer_registry_enter(struct peer_registry *r, const char *key, int64_t now, struct peer_pass *pass,
				    struct peer_wait *wait)
{
	enum peer_entry entry;
	struct peer *p;

	must(pass->key[0] == '\0');
	(void)pthread_mutex_lock(&r->lock);
	p = find(r, key);
	entry = try_entry(p, now, wait);
	if (entry == PEER_ENTERED) {
		p->busy++;
		(void)snprintf(pass->key, sizeof(pass->key), "%s", key);
		pass->is_patient = p->state != PEER_HEALTHY;
		pass->is_probe = p->state == PEER_UNPROVEN || p->state == PEER_DEAD;
		p->is_probed = p->is_probed || pass->is_probe;
	}
	(void)pthread_mutex_unlock(&r->lock);
	return entry;
}

/* The lock is held from here on until close_line(). */
static struct peer *open_line(struct peer_registry *r, const char *key, enum peer_state *before)
{
	struct peer *p;

	(void)pthread_mutex_lock(&r->lock);
	p = find(r, key);
	*before = p->state;
	return p;
}

static struct peer_news close_line(struct peer_registry *r, const struct peer *p, enum peer_state before)
{
	struct peer_news news = { before, p->state, p->state == PEER_DEAD ? p->probe_at : 0, p->failures };

	(void)pthread_mutex_unlock(&r->lock);
	return news;
}

static void give_back(struct peer *p, struct peer_pass *pass)
{
	p->busy--;
	if (pass->is_probe)
		p->is_probed = false;
	*pass = (struct peer_pass){ .key = "" };
}

void peer_registry_leave(struct peer_registry *r, struct peer_pass *pass)
{
	enum peer_state before;
	struct peer *p;

	if (pass->key[0] == '\0')
		return;
	p = open_line(r, pass->key, &before);
	must(p->busy > 0);
	give_back(p, pass);
	(void)close_line(r, p, before);
}

struct peer_news peer_registry_answered(struct peer_registry *r, const struct peer_pass *pass, int64_t took)
{
	enum peer_state before;
	struct peer *p = open_line(r, pass->key, &before);

	must(p->busy > 0);
	p->state = took > SLOW_MS ? PEER_SLOW : PEER_HEALTHY;
	p->failures = 0;
	p->reason = RSN_NONE;
	p->is_probed = false;
	if (p->limit < r->rules.limit)
		p->limit++;
	return close_line(r, p, before);
}

static void die(const struct peer_registry *r, struct peer *p, int64_t now, int64_t not_before, uint32_t random)
{
	p->failures = p->state == PEER_DEAD ? p->failures + 1 : 1;
	p->state = PEER_DEAD;
	p->died_at = now;
	p->probe_at = now + backoff_ms(r->rules.probe_first, r->rules.probe_most, p->failures, random);
	if (p->probe_at < not_before)
		p->probe_at = not_before;
}

struct peer_news peer_registry_failed(struct peer_registry *r, struct peer_pass *pass, enum reason reason,
				      int64_t now, int64_t not_before, uint32_t random)
{
	enum peer_state before;
	struct peer *p = open_line(r, pass->key, &before);

	must(p->busy > 0);
	p->limit = p->limit > 1 ? p->limit / 2 : 1;
	p->reason = reason;
	if (before == PEER_HEALTHY && ++p->failures < FAILURES_TO_DIE && not_before == 0)
		;	/* tried again as if nothing had been */
	else if (before != PEER_DEAD || pass->is_probe)	/* those that began before it died say nothing new */
		die(r, p, now, not_before, random);
	give_back(p, pass);
	return close_line(r, p, before);
}

struct peer_news peer_registry_takes_long(struct peer_registry *r, const char *key)
{
	enum peer_state before;
	struct peer *p = open_line(r, key, &before);

	if (p->state == PEER_HEALTHY) {
		p->state = PEER_SLOW;
		p->limit = p->limit > 1 ? p->limit / 2 : 1;
	}
	return close_line(r, p, before);
}

void peer_registry_recall(struct peer_registry *r, const char *key, enum reason reason, uint32_t failures,
			  int64_t now, int64_t probe_at)
{
	struct peer *p;

	(void)pthread_mutex_lock(&r->lock);
	p = find(r, key);
	if (p->state == PEER_UNPROVEN && p->busy == 0 && failures > 0) {
		p->state = PEER_DEAD;
		p->failures = failures;
		p->reason = reason;
		p->died_at = now;
		p->probe_at = probe_at;
	}
	(void)pthread_mutex_unlock(&r->lock);
}

static int count_one(struct span key, void *value, void *ctx)
{
	const struct peer *p = value;
	struct peer_counts *c = ctx;

	(void)key;
	c->in[p->state]++;
	return 0;
}

void peer_registry_count(struct peer_registry *r, struct peer_counts *out)
{
	*out = (struct peer_counts){ .in = { 0 } };
	(void)pthread_mutex_lock(&r->lock);
	(void)map_each(r->peers, count_one, out);
	(void)pthread_mutex_unlock(&r->lock);
}

const char *peer_state_name(enum peer_state s)
{
	static const char *const names[PEER_STATES] = { "unproven", "healthy", "slow", "dead" };

	return (unsigned)s < PEER_STATES ? names[s] : "unknown";
}
