/* SPDX-License-Identifier: EUPL-1.2 */
/* deliver - what a turn of the crew does: claim, find the way, attempt, record. */
#include "delivery/deliver.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "delivery/job.h"
#include "delivery/move.h"
#include "delivery/suspended.h"

#define IDLE_MS 1000		/* how long a worker sleeps at most: a stop is noticed within this time */
#define STOP_MS 5000		/* attempts under way at a stop are cut off after this long */
#define SLOW_MS 5000		/* who waits longer than this for a peer leaves its seat */
#define ORDERS_MOST 10		/* exchanges of one attempt: a question for the card (3), the id, a dialog with the order (3), the
				   question again (3) */
#define PEERS_MOST 4096
#define LANES_MOST 20000

static int before_order(void *ctx, struct err *e)
{
	struct delivery_job *j = ctx;

	return delivery_lease_begin_order(&j->lease, e);
}

static void after_order(void *ctx)
{
	struct delivery_job *j = ctx;

	delivery_lease_end_order(&j->lease);
}

/* A peer that was healthy until now keeps nobody from the others. On the keeper's thread. */
static void takes_long(void *ctx, void *owner)
{
	struct delivery_workers *g = ctx;
	struct delivery_job *j = owner;

	if (peer_registry_takes_long(g->gate.peers, j->peer).before == PEER_HEALTHY)
		log_event(LOG_WARN, "peer.slow", LOG_STR("peer", j->peer));
	(void)delivery_crew_be_patient(j->turn, true);
}

/* Another channel than before, or another peer: that has to be durable before anything is sent. */
static int take_way(struct delivery_job *j, struct err *e)
{
	const char *channel = j->choice.channel->name;
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_RESOLVED };

	if (j->d.channel == NULL || strcmp(j->d.channel, channel) != 0)
		ev.detail = arena_printf(j->a, "it goes by %s", channel);
	j->d.channel = channel;
	if (delivery_move(&j->d, j->choice.peer))
		ev.detail = arena_printf(j->a, "%s%sthe directory names %s instead of %s", ev.detail == NULL ? "" : ev.detail,
					 ev.detail == NULL ? "" : "; ", j->d.peer,
					 j->d.old_peer == NULL ? "another one" : j->d.old_peer);
	return ev.detail == NULL ? 0 : spool_delivery_note(j->g->sender.spool, &j->d, &ev, e);
}

static int resolve(struct delivery_job *j, struct err *e)
{
	struct err ignored = ERR_INIT;
	int rc;

	if (spool_rest_get(j->g->sender.spool, j->a, j->d.recipient, &j->rest, &ignored) != 0)
		j->rest.recipient = NULL;
	rc = dir_resolve(j->g->sender.dir, j->d.recipient, j->d.service, j->a, &j->route, e);
	if (rc != 0)
		return rc;
	rc = delivery_choose(j->g->sender.conf, &j->d, &j->route, &j->choice, e);
	if (rc == 0)
		rc = take_way(j, e);
	if (rc != 0)
		return rc;
	j->asks_old = delivery_asks_old(&j->d);
	if (!peer_key(j->asks_old ? j->d.old_peer : j->d.peer, j->peer))
		rc = err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ADDRESS, "%s", j->d.peer);
	return rc;
}

/* An earlier life of this process may have known the peer. */
static void recall(struct delivery_job *j)
{
	if (j->rest.recipient != NULL && j->rest.peer != NULL && strcmp(j->rest.peer, j->peer) == 0)
		peer_registry_recall(j->g->gate.peers, j->peer, j->rest.reason, j->rest.failures, clock_now(), clock_now());
}

static int attempt(struct delivery_job *j, struct err *e)
{
	const struct conf_delivery *c = j->g->sender.conf;
	struct delivery_attempt t = {
		.s = &j->g->sender, .book = j->g->book, .a = j->a, .d = &j->d, .route = &j->route, .choice = &j->choice,
		.watch = { before_order, after_order, j, j->visit.pass.is_probe ? c->contact_timeout : 0 },
		.answered = delivery_record_answer, .ctx = j,
	};
	int rc = j->asks_old ? delivery_attempt_ask_old(&t, e) : delivery_attempt(&t, e);

	j->r = t.r;
	if (t.r.doubts_entry)	/* the recipient's side cannot read what we encrypt: ask the directory anew next time */
		dir_forget(j->g->sender.dir, j->d.recipient, j->d.service);
	return rc;
}

/* A person let it out: it was tried before, and its reason is gone. Then its peer is tried, whatever is known of it. */
static bool is_wanted(const struct delivery_job *j)
{
	return j->d.attempts > 1 && j->d.reason == RSN_NONE;
}

/* What may be there already is asked for, however late it is. */
static bool is_too_late(const struct delivery_job *j)
{
	return j->d.deadline != 0 && clock_now() >= j->d.deadline && !j->d.ambiguous;
}

static void deliver(struct delivery_job *j)
{
	struct err e = ERR_INIT;
	enum peer_entry entry;
	struct peer_wait wait = { .until = 0 };
	struct spool_suspension by;
	int rc = is_too_late(j) ? err_reason(&e, ERR_REFUSED, RSN_LOC_DEADLINE, "not delivered in time")
				: resolve(j, &e);

	if (rc != 0) {
		j->r.ambiguous = j->d.ambiguous;
		delivery_record(j, rc, &e);
		return;
	}
	if (delivery_suspended(j->g->sender.spool, j->a, j->asks_old ? j->d.old_peer : j->d.peer, &by)) {
		delivery_record_suspended(j, &by);
		return;
	}
	recall(j);
	entry = delivery_gate_enter(&j->visit, j->turn, j->peer, clock_now(), !j->asks_old, &wait);
	if (entry == PEER_RESTS && is_wanted(j))
		entry = delivery_gate_enter(&j->visit, j->turn, j->peer, wait.until, !j->asks_old, &wait);
	if (entry != PEER_ENTERED && j->asks_old) {
		j->r.ambiguous = true;
		rc = err_reason(&e, ERR_UNREACHABLE, RSN_OSCI_MOVED, "it does not answer");
		delivery_record(j, rc, &e);
		return;
	}
	if (entry != PEER_ENTERED) {
		delivery_record_yield(j, entry, &wait);
		return;
	}
	rc = attempt(j, &e);
	if (rc == ERR_MISSING && j->asks_old)	/* nothing arrived there: on to the new one, through its own gate */
		delivery_record_yield(j, PEER_ENTERED, &wait);
	else
		delivery_record(j, rc, &e);
}

/* How long to wait before the next look, 0: there was something. */
static int64_t claim_and_deliver(struct delivery_job *j)
{
	const struct conf_delivery *c = j->g->sender.conf;
	int64_t now = clock_now(), next_due = 0;
	struct spool_claim claim = { .now = now, .lease_ms = c->lease, .admit = delivery_gate_admit,
				     .leave = delivery_gate_leave, .ctx = &j->visit };
	struct err e = ERR_INIT;
	int rc = spool_delivery_claim(j->g->sender.spool, j->a, &claim, &j->d, &next_due, &e);

	if (rc == ERR_MISSING)
		return next_due > now && next_due - now < IDLE_MS ? next_due - now : IDLE_MS;
	if (rc != 0) {
		log_event(LOG_ERROR, "delivery.claim-failed", LOG_ERR(&e));
		return IDLE_MS;
	}
	j->start = clock_mono();
	delivery_lease_take(j->g->leases, &j->lease, &j->d, c->attempt_timeout * ORDERS_MOST, j);
	deliver(j);
	delivery_lease_end(&j->lease);
	dir_route_fini(&j->route);
	return 0;
}

static void work(void *ctx, struct delivery_turn *turn)
{
	struct delivery_workers *g = ctx;
	struct spool *s = g->sender.spool;
	uint64_t seen = spool_queue_wait(s, 0, 0);
	struct delivery_job *j = mem_new(sizeof(*j));
	int64_t wait = IDLE_MS;

	j->g = g;
	j->turn = turn;
	j->visit.gate = &g->gate;
	j->a = arena_new();
	if (!spool_is_dead(s))
		wait = claim_and_deliver(j);
	arena_free(j->a);
	free(j);
	if (wait > 0)
		(void)spool_queue_wait(s, seen, wait);
}

static int start(struct delivery_workers *g, struct err *e)
{
	const struct conf_delivery *c = g->sender.conf;
	const struct delivery_leases_options leases = { .spool = g->sender.spool, .lease_ms = c->lease, .long_ms = SLOW_MS,
							.takes_long = takes_long, .ctx = g };
	const struct delivery_crew_options crew = { .workers = c->workers, .patient = c->patient, .work = work, .ctx = g };
	int rc = delivery_leases_start(&leases, &g->leases, e);

	return rc != 0 ? rc : delivery_crew_start(&crew, &g->gate.crew, e);
}

int delivery_start(const struct delivery_sender *sender, struct delivery_workers **out, struct err *e)
{
	const struct conf_delivery *c = sender->conf;
	const struct peer_rules rules = { .limit = c->workers > 1 ? c->workers - 1 : 1, .probe_first = c->retry_first,
					  .probe_most = c->probe_most, .most = PEERS_MOST };
	struct delivery_workers *g = mem_new(sizeof(*g));
	int rc;

	g->sender = *sender;
	g->book = delivery_book_new(sender);
	g->gate.window = delivery_window_new(c->window, LANES_MOST);
	g->gate.peers = peer_registry_new(&rules);
	rc = start(g, e);
	if (rc != 0) {
		delivery_stop(g);
		return rc;
	}
	*out = g;
	return 0;
}

void delivery_quiet(struct delivery_workers *g)
{
	if (g == NULL)
		return;
	if (g->gate.crew != NULL)
		delivery_crew_end(g->gate.crew);
	http_client_stop(g->sender.http, clock_mono() + STOP_MS);
}

void delivery_stop(struct delivery_workers *g)
{
	if (g == NULL)
		return;
	delivery_crew_free(g->gate.crew);
	delivery_leases_free(g->leases);
	peer_registry_free(g->gate.peers);
	delivery_window_free(g->gate.window);
	delivery_book_free(g->book);
	free(g);
}

void delivery_peers(struct delivery_workers *g, struct peer_counts *out)
{
	peer_registry_count(g->gate.peers, out);
}
