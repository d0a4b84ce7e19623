/* SPDX-License-Identifier: EUPL-1.2 */
#include "delivery/deliver.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "delivery/attempt.h"
#include "delivery/classify.h"
#include "delivery/window.h"

#define IDLE_MS 1000	/* how long a worker sleeps at most: a stop is noticed within this time */

struct delivery_workers {
	struct delivery_sender sender;
	struct delivery_window *window;
	pthread_t *threads;
	unsigned count;
	atomic_bool stopping;
};

static uint32_t dice(void)
{
	uint32_t r;

	random_bytes(&r, sizeof(r));
	return r;
}

static void log_outcome(const struct spool_delivery *d, enum delivery_event event, enum reason reason,
			const struct err *e, int64_t ms)
{
	if (event == DLV_EV_ACCEPTED)
		log_event(LOG_INFO, "delivery.stored", LOG_ID("message", &d->message), LOG_STR("peer", d->peer),
			  LOG_INT("attempt", d->attempts), LOG_INT("ms", ms));
	else
		log_event(event == DLV_EV_DEFERRED ? LOG_WARN : LOG_ERROR,
			  event == DLV_EV_DEFERRED ? "delivery.deferred" : "delivery.held", LOG_ID("message", &d->message),
			  LOG_STR("recipient", d->recipient), LOG_STR("why", reason_info(reason)->key),
			  LOG_STR("osci", d->code), LOG_STR("peer", d->peer), LOG_INT("attempt", d->attempts),
			  LOG_INT("ms", ms), LOG_ERR(e));
}

/* The recipient's side is to blame, so that its window shrinks: not our disk, not the directory. */
static bool blames_recipient(enum reason r)
{
	return r == RSN_NET_UNREACHABLE || r == RSN_NET_TIMEOUT || r == RSN_NET_BAD_ANSWER || r == RSN_NET_ANSWER_LOST ||
	       r == RSN_OSCI_FAULT;
}

static void record(struct delivery_workers *g, struct spool_delivery *d, const struct delivery_result *r, int rc,
		   const struct err *attempt, int64_t ms)
{
	const struct conf_delivery *c = g->sender.conf;
	int64_t now = clock_now();
	struct delivery_outcome o = { .event = DLV_EV_ACCEPTED };
	struct spool_event ev = { .at = now, .kind = SPOOL_EV_STORED, .code = r->code, .detail = r->detail };
	struct err e = ERR_INIT;

	if (rc == 0) {
		ev.at = r->stored;
		d->due = c->follow_for > 0 ? now + c->follow_after : 0;
	} else {
		o = delivery_classify(c, attempt, d->attempts, now, dice());
		ev.kind = o.event == DLV_EV_DEFERRED ? SPOOL_EV_DEFERRED :
			  o.event == DLV_EV_PARKED   ? SPOOL_EV_HELD :
						       SPOOL_EV_FAILED;
		ev.reason = o.reason;
		ev.detail = attempt->text;
		d->due = o.due;
	}
	d->reason = o.reason;
	d->code = r->code;
	d->detail = rc == 0 ? NULL : attempt->text;
	d->ambiguous = rc != 0 && r->ambiguous;
	if (r->peer != NULL && d->peer_id == NULL)	/* the id belongs to the peer that gave it */
		d->peer = r->peer;
	log_outcome(d, o.event, o.reason, attempt, ms);
	delivery_window_end(g->window, d->recipient, rc == 0 || !blames_recipient(o.reason));
	if (spool_delivery_step(g->sender.spool, d, o.event, &ev, NULL, &e) != 0)
		log_event(LOG_ERROR, "delivery.unrecorded", LOG_ID("message", &d->message), LOG_ERR(&e));
}

struct full {
	struct spool_lane *lanes;
	size_t n;
};

static bool has_room(void *ctx, const struct spool_lane *lane)
{
	const struct full *f = ctx;

	for (size_t i = 0; i < f->n; i++)
		if (memcmp(&f->lanes[i], lane, sizeof(*lane)) == 0)
			return false;
	return true;
}

/* The lanes whose window is full. */
static struct full full_lanes(struct delivery_workers *g, struct arena *a)
{
	struct full f;
	const struct span *names = delivery_window_full(g->window, a, &f.n);

	f.lanes = arena_alloc(a, (f.n + 1) * sizeof(*f.lanes));
	for (size_t i = 0; i < f.n; i++)
		f.lanes[i] = spool_lane_of(arena_span(a, names[i]).p);
	return f;
}

/* One claim and one attempt. Returns how long to wait before the next claim, 0: go on at once. */
static int64_t work_once(struct delivery_workers *g, struct arena *a)
{
	struct spool_delivery d;
	struct delivery_result r;
	struct err e = ERR_INIT;
	struct full full = full_lanes(g, a);
	int64_t next_due = 0, now = clock_now(), start;
	struct spool_claim claim = { .now = now, .lease_ms = g->sender.conf->lease, .admit = has_room, .ctx = &full };
	int rc = spool_delivery_claim(g->sender.spool, a, &claim, &d, &next_due, &e);

	if (rc == ERR_MISSING)
		return next_due > now && next_due - now < IDLE_MS ? next_due - now : IDLE_MS;
	if (rc != 0) {
		log_event(LOG_ERROR, "delivery.claim-failed", LOG_ERR(&e));
		return IDLE_MS;
	}
	delivery_window_begin(g->window, d.recipient);
	start = clock_mono();
	e = (struct err)ERR_INIT;
	rc = delivery_attempt(&g->sender, a, &d, &r, &e);
	record(g, &d, &r, rc, &e, clock_mono() - start);
	return 0;
}

static void *work_loop(void *arg)
{
	struct delivery_workers *g = arg;
	struct arena *a = arena_new();
	uint64_t seen = spool_queue_wait(g->sender.spool, 0, 0);

	while (!atomic_load(&g->stopping) && !spool_is_dead(g->sender.spool)) {
		int64_t wait;

		arena_reset(a);
		wait = work_once(g, a);
		if (wait > 0)
			seen = spool_queue_wait(g->sender.spool, seen, wait);
	}
	arena_free(a);
	return NULL;
}

int delivery_start(const struct delivery_sender *sender, struct delivery_workers **out, struct err *e)
{
	struct delivery_workers *g = mem_new(sizeof(*g));

	g->sender = *sender;
	g->window = delivery_window_new(sender->conf->window);
	g->threads = mem_new_array(sender->conf->workers, sizeof(*g->threads));
	for (unsigned i = 0; i < sender->conf->workers; i++) {
		if (pthread_create(&g->threads[i], NULL, work_loop, g) != 0) {
			delivery_stop(g);
			return err_set(e, ERR_NOMEM, "cannot start delivery worker %u", i);
		}
		g->count++;
	}
	*out = g;
	return 0;
}

void delivery_stop(struct delivery_workers *g)
{
	if (g == NULL)
		return;
	atomic_store(&g->stopping, true);
	for (unsigned i = 0; i < g->count; i++)
		(void)pthread_join(g->threads[i], NULL);
	delivery_window_free(g->window);
	free(g->threads);
	free(g);
}
