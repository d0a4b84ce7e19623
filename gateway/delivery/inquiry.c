/* SPDX-License-Identifier: EUPL-1.2 */
/* inquiry - whom to ask for what, and the silence of those who do not answer. */
#include "delivery/inquiry.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rate.h"
#include "delivery/book.h"
#include "delivery/suspended.h"
#include "peer/registry.h"

#define AT_ONCE 50		/* ids of one order: an answer of at most a few hundred KiB */
#define ORDER_MS 30000		/* nobody waits for it: a peer that is slow today is asked again */
#define ROUND_MS 60000		/* after this long no other peer and no directory entry is asked for */
#define SILENCE_MOST (3600 * 1000LL)

struct silence {
	int64_t until;
	unsigned failures;
};

struct delivery_inquiry {
	struct delivery_sender sender;
	struct delivery_book *book;
	struct map *silent;	/* by address */
	atomic_bool stopping;
};

/* The ways of one round: one per recipient, service and peer, however many deliveries it has. */
struct way {
	const char *recipient, *service, *peer, *trouble;	/* trouble NULL: there is one */
	const struct delivery_channel *channel;
	struct dir_route route;
};

struct round {
	struct delivery_inquiry *q;
	struct delivery_question *list;
	size_t n;
	int64_t now, end;	/* end: clock_mono */
	struct arena *a;
	struct way ways[DELIVERY_QUESTIONS];
	struct way *way_of[DELIVERY_QUESTIONS];	/* by question; NULL: not looked for */
	size_t way_count;
};

static bool is_over(const struct round *r)
{
	return atomic_load(&r->q->stopping) || clock_mono() >= r->end;
}

static void unanswered(struct delivery_question *qu, const char *trouble, int64_t not_before)
{
	qu->state = QUESTION_UNANSWERED;
	qu->trouble = trouble;
	qu->not_before = not_before;
}

static bool leads_to(const struct dir_route *route, const char *peer)
{
	char a[PEER_KEY_LEN], b[PEER_KEY_LEN];

	return peer_key(route->intermediary_uri, a) && peer_key(peer, b) && strcmp(a, b) == 0;
}

/* A delivery lies where it was stored: when the directory names another intermediary since then, or none, the old one is
 * asked as it was known. */
static const char *find_route(struct round *r, const struct way *w, struct dir_route *route)
{
	struct err named = ERR_INIT, noted = ERR_INIT;
	const char *now = NULL;

	if (dir_resolve(r->q->sender.dir, w->recipient, w->service, r->a, route, &named) == 0) {
		if (leads_to(route, w->peer))
			return NULL;
		now = route->intermediary_uri;
		dir_route_fini(route);
	}
	if (delivery_book_find(r->q->book, w->peer, r->a, route, &noted) == 0)
		return NULL;
	if (now == NULL)
		return arena_printf(r->a, "its intermediary could not be asked: %s", named.text);
	return arena_printf(r->a, "cannot be asked any more: the directory names %s instead of %s: %s", now, w->peer,
			    noted.text);
}

static struct way *find_way(struct round *r, const struct spool_delivery *d)
{
	const char *service = d->service != NULL ? d->service : "";
	struct way *w;

	for (size_t i = 0; i < r->way_count; i++)
		if (strcmp(r->ways[i].recipient, d->recipient) == 0 && strcmp(r->ways[i].service, service) == 0 &&
		    strcmp(r->ways[i].peer, d->peer) == 0)
			return &r->ways[i];
	if (is_over(r))
		return NULL;
	w = &r->ways[r->way_count++];
	*w = (struct way){ .recipient = d->recipient, .service = service, .peer = d->peer,
			     .channel = delivery_channel_find(d->channel) };
	if (w->channel == NULL)
		w->trouble = arena_printf(r->a, "nobody can be asked: channel %s is not known here", d->channel);
	else
		w->trouble = find_route(r, w, &w->route);
	return w;
}

static bool same_intermediary(const struct way *a, const struct way *b)
{
	const struct pki_cert *x = a->route.intermediary_signature, *y = b->route.intermediary_signature;

	must(a->route.intermediary_uri != NULL && b->route.intermediary_uri != NULL);
	return a->channel == b->channel && strcmp(a->route.intermediary_uri, b->route.intermediary_uri) == 0 &&
	       pki_cert_same(a->route.intermediary_cipher, b->route.intermediary_cipher) &&
	       (x == y || (x != NULL && y != NULL && pki_cert_same(x, y)));
}

/* Doubles with each failure: one dead intermediary costs an order an hour, however many deliveries lie there. */
static void fell_silent(struct round *r, const char *peer, const struct err *e)
{
	struct silence *s = map_get(r->q->silent, span_of(peer));
	uint32_t dice;

	if (s == NULL) {
		log_event(LOG_WARN, "followup.peer-failed", LOG_STR("peer", peer), LOG_ERR(e));
		s = mem_new(sizeof(*s));
		map_put(r->q->silent, span_of(peer), s);
	}
	random_bytes(&dice, sizeof(dice));
	s->until = r->now + backoff_ms(r->q->sender.conf->follow_after, SILENCE_MOST, ++s->failures, dice);
}

static void speaks_again(struct round *r, const char *peer)
{
	if (map_get(r->q->silent, span_of(peer)) == NULL)
		return;
	log_event(LOG_INFO, "followup.peer-back", LOG_STR("peer", peer));
	map_del(r->q->silent, span_of(peer));
}

/* Questions to the same intermediary as the first, at most AT_ONCE. */
static size_t gather(struct round *r, size_t first, size_t batch[AT_ONCE])
{
	size_t n = 0;

	for (size_t i = first; i < r->n && n < AT_ONCE; i++)
		if (r->list[i].state == QUESTION_OPEN && r->way_of[i] != NULL &&
		    same_intermediary(r->way_of[i], r->way_of[first]))
			batch[n++] = i;
	return n;
}

static int ask_batch(struct round *r, const struct way *w, const size_t *batch, size_t n, struct err *e)
{
	struct delivery_card *cards = arena_alloc(r->a, n * sizeof(*cards));
	struct delivery_query query = { .s = &r->q->sender, .route = &w->route, .timeout_ms = ORDER_MS,
					.ids = arena_alloc(r->a, n * sizeof(*query.ids)), .n = n, .a = r->a };
	int rc;

	for (size_t i = 0; i < n; i++)
		query.ids[i] = r->list[batch[i]].about->peer_id;
	rc = w->channel->ask(&query, cards, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		r->list[batch[i]].state = QUESTION_ANSWERED;
		r->list[batch[i]].card = cards[i];
	}
	return rc;
}

/* The first question and all others for the same intermediary. */
static void ask_peer(struct round *r, size_t first)
{
	const struct way *w = r->way_of[first];
	const char *peer = w->route.intermediary_uri, *trouble = "its intermediary does not answer";
	const struct silence *s = map_get(r->q->silent, span_of(peer));
	size_t batch[AT_ONCE], n = gather(r, first, batch);
	struct spool_suspension by;
	struct err e = ERR_INIT;

	if (delivery_suspended(r->q->sender.spool, r->a, peer, &by)) {
		for (size_t i = 0; i < n; i++)
			unanswered(&r->list[batch[i]], "its intermediary is suspended", by.until);
		return;
	}

	if (s == NULL || s->until <= r->now) {
		if (ask_batch(r, w, batch, n, &e) == 0) {
			speaks_again(r, peer);
			return;
		}
		if (atomic_load(&r->q->stopping))	/* perhaps it is we who do not listen any more */
			return;
		fell_silent(r, peer, &e);
		s = map_get(r->q->silent, span_of(peer));
		trouble = arena_printf(r->a, "its intermediary could not be asked: %s", e.text);
	}
	for (size_t i = 0; i < n; i++)
		unanswered(&r->list[batch[i]], trouble, s->until);
}

static void find_ways(struct round *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct delivery_question *qu = &r->list[i];
		struct way *w;

		if (qu->about->peer == NULL || qu->about->peer_id == NULL) {
			unanswered(qu, "nobody can be asked: address or message id is missing", 0);
			continue;
		}
		w = find_way(r, qu->about);
		if (w != NULL && w->trouble != NULL)
			unanswered(qu, w->trouble, 0);
		else
			r->way_of[i] = w;
	}
}

void delivery_inquiry_ask(struct delivery_inquiry *q, struct delivery_question *list, size_t n, int64_t now, struct arena *a)
{
	struct round *r = mem_new(sizeof(*r));

	must(n <= DELIVERY_QUESTIONS);
	*r = (struct round){ .q = q, .list = list, .n = n, .now = now, .end = clock_mono() + ROUND_MS, .a = a };
	for (size_t i = 0; i < n; i++)
		list[i].state = QUESTION_OPEN;
	find_ways(r);
	/* The first is always asked, so that a slow directory slows the rounds down and does not stop them. */
	for (size_t i = 0; i < n; i++)
		if (list[i].state == QUESTION_OPEN && r->way_of[i] != NULL && (i == 0 || !is_over(r)))
			ask_peer(r, i);
	for (size_t i = 0; i < r->way_count; i++)
		dir_route_fini(&r->ways[i].route);
	free(r);
}

struct delivery_inquiry *delivery_inquiry_new(const struct delivery_sender *sender)
{
	struct delivery_inquiry *q = mem_new(sizeof(*q));

	q->sender = *sender;
	q->book = delivery_book_new(sender);
	q->silent = map_new(free);
	return q;
}

void delivery_inquiry_free(struct delivery_inquiry *q)
{
	if (q == NULL)
		return;
	map_free(q->silent);
	delivery_book_free(q->book);
	free(q);
}

void delivery_inquiry_stop(struct delivery_inquiry *q)
{
	atomic_store(&q->stopping, true);
}
