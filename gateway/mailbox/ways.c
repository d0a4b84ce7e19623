/* SPDX-License-Identifier: EUPL-1.2 */
/* Which recipients are called, and places at them. */
#include "mailbox/ways.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/uri.h"
#include "peer/post.h"
#include "peer/registry.h"

#define PEERS_MOST 4096
#define PROBE_FIRST_MS 1000
#define PROBE_MOST_MS 60000

struct mailbox_ways {
	struct mailbox_ways_rules rules;
	struct uri *allowed;
	size_t allowed_count;
	struct peer_registry *peers;
	pthread_mutex_t lock;
	pthread_cond_t changed;		/* a place was given back, or a recipient turned out to work or not to */
	unsigned busy;			/* ways begun and those that wait for a place */
	struct map *senders;		/* the same by sender: struct share; as many as are busy */
};

struct share {
	unsigned busy;
};

struct way {
	struct mailbox_ways *ws;
	struct peer_post post;
	struct peer_pass pass;
	uint8_t sender[SHA256_LEN];
	char *uri;
};

int mailbox_ways_new(const struct mailbox_ways_rules *rules, struct mailbox_ways **out, struct err *e)
{
	struct peer_rules peers = { .limit = rules->each, .probe_first = PROBE_FIRST_MS, .probe_most = PROBE_MOST_MS,
				    .most = PEERS_MOST };
	struct mailbox_ways *ws = mem_new(sizeof(*ws));
	pthread_condattr_t attr;

	must(rules->most > 0 && rules->sender > 0);
	ws->rules = *rules;
	ws->allowed = mem_new_array(rules->allowed_count + 1, sizeof(*ws->allowed));
	for (; ws->allowed_count < rules->allowed_count; ws->allowed_count++) {
		if (uri_parse(span_of(rules->allowed[ws->allowed_count]), &ws->allowed[ws->allowed_count], e) != 0) {
			free(ws->allowed);
			free(ws);
			return err_wrap(e, "recipient");
		}
	}
	ws->peers = peer_registry_new(&peers);
	ws->senders = map_new(free);
	must(pthread_mutex_init(&ws->lock, NULL) == 0);
	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&ws->changed, &attr) == 0);
	(void)pthread_condattr_destroy(&attr);
	*out = ws;
	return 0;
}

void mailbox_ways_free(struct mailbox_ways *ws)
{
	if (ws == NULL)
		return;
	must(ws->busy == 0);
	(void)pthread_cond_destroy(&ws->changed);
	(void)pthread_mutex_destroy(&ws->lock);
	peer_registry_free(ws->peers);
	map_free(ws->senders);
	free(ws->allowed);
	free(ws);
}

static int check_address(const struct mailbox_ways *ws, const char *uri, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct uri u;

	if (uri_parse(span_of(uri), &u, &ignored) != 0)
		return err_reason(e, ERR_DENIED, RSN_DIR_BAD_ADDRESS, "the recipient's address is not one of http or https");
	for (size_t i = 0; i < ws->allowed_count; i++)
		if (uri_is_below(&u, &ws->allowed[i]))
			return 0;
	return err_reason(e, ERR_DENIED, RSN_DIR_BAD_ADDRESS, "%s: not among intermediary.recipients", u.host);
}

static struct timespec deadline(int64_t ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* With ws->lock held. A recipient that is full, or being tried out by somebody else, is waited for; a dead one is not. */
static int wait_for_place(struct mailbox_ways *ws, const char *key, struct peer_pass *pass, struct err *e)
{
	struct timespec until = deadline(ws->rules.patience_ms);
	struct peer_wait wait;

	for (;;) {
		switch (peer_registry_enter(ws->peers, key, clock_now(), pass, &wait)) {
		case PEER_ENTERED:
			return 0;
		case PEER_RESTS:
			return err_reason(e, ERR_UNREACHABLE, wait.reason, "%s did not answer of late", key);
		case PEER_FULL:
		case PEER_PROBED:
			break;
		}
		if (pthread_cond_timedwait(&ws->changed, &ws->lock, &until) == ETIMEDOUT)
			return err_set(e, ERR_BUSY, "no place at %s in time", key);
	}
}

static struct span key_of(const uint8_t sender[SHA256_LEN])
{
	return (struct span){ (const char *)sender, SHA256_LEN };
}

/* With ws->lock held. */
static int take_share(struct mailbox_ways *ws, const uint8_t sender[SHA256_LEN], struct err *e)
{
	struct share *s = map_get(ws->senders, key_of(sender));

	if (ws->busy >= ws->rules.most)
		return err_set(e, ERR_BUSY, "%u orders wait for recipients", ws->busy);
	if (s != NULL && s->busy >= ws->rules.sender)
		return err_set(e, ERR_BUSY, "%u orders of this sender wait for recipients", s->busy);
	if (s == NULL) {
		s = mem_new(sizeof(*s));
		map_put(ws->senders, key_of(sender), s);
	}
	s->busy++;
	ws->busy++;
	return 0;
}

/* With ws->lock held. */
static void give_share(struct mailbox_ways *ws, const uint8_t sender[SHA256_LEN])
{
	struct share *s = map_get(ws->senders, key_of(sender));

	ws->busy--;
	if (--s->busy == 0)
		map_del(ws->senders, key_of(sender));
}

static int enter(struct mailbox_ways *ws, const char *key, const uint8_t sender[SHA256_LEN], struct peer_pass *pass, struct err *e)
{
	int rc;

	(void)pthread_mutex_lock(&ws->lock);
	rc = take_share(ws, sender, e);
	if (rc == 0) {
		rc = wait_for_place(ws, key, pass, e);
		if (rc != 0)
			give_share(ws, sender);
	}
	(void)pthread_mutex_unlock(&ws->lock);
	return rc;
}

static void tell(struct mailbox_ways *ws)
{
	(void)pthread_mutex_lock(&ws->lock);
	(void)pthread_cond_broadcast(&ws->changed);
	(void)pthread_mutex_unlock(&ws->lock);
}

static bool is_peers(const struct err *e)
{
	return e->code == ERR_UNREACHABLE || e->code == ERR_TIMEOUT || e->code == ERR_PEER;
}

static int post(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	struct way *w = ctx;
	int rc = w->post.transport.post(w->post.transport.ctx, request, size, answer, sent, e);
	uint32_t random;

	random_bytes(&random, sizeof(random));
	if (rc == 0)
		(void)peer_registry_answered(w->ws->peers, &w->pass, w->post.took);
	else if (is_peers(e) && w->pass.key[0] != '\0')
		(void)peer_registry_failed(w->ws->peers, &w->pass, e->reason, clock_now(), w->post.not_before, random);
	tell(w->ws);
	return rc;
}

int mailbox_way_begin(void *ctx, const struct osci_way_wish *wish, struct osci_transport *out, void **way, struct err *e)
{
	static const uint8_t nobody[SHA256_LEN];
	const uint8_t *sender = wish->sender != NULL ? wish->sender : nobody;
	struct mailbox_ways *ws = ctx;
	struct peer_pass pass = { .key = "" };
	char key[PEER_KEY_LEN];
	struct way *w;
	int rc = check_address(ws, wish->uri, e);

	if (rc == 0 && !peer_key(wish->uri, key))
		rc = err_set(e, ERR_DENIED, "not an address");
	if (rc == 0)
		rc = enter(ws, key, sender, &pass, e);
	if (rc != 0)
		return rc;
	w = mem_new(sizeof(*w));
	w->ws = ws;
	w->pass = pass;
	memcpy(w->sender, sender, sizeof(w->sender));
	w->uri = mem_dup(wish->uri);
	peer_post_init(&w->post, ws->rules.http, w->uri, ws->rules.scratch_dir, (unsigned)ws->rules.timeout_ms,
		       ws->rules.max_answer);
	*out = (struct osci_transport){ .post = post, .ctx = w };
	*way = w;
	return 0;
}

void mailbox_way_end(void *ctx, void *way)
{
	struct mailbox_ways *ws = ctx;
	struct way *w = way;

	peer_registry_leave(ws->peers, &w->pass);
	(void)pthread_mutex_lock(&ws->lock);
	give_share(ws, w->sender);
	(void)pthread_cond_broadcast(&ws->changed);
	(void)pthread_mutex_unlock(&ws->lock);
	peer_post_fini(&w->post);
	free(w->uri);
	free(w);
}
