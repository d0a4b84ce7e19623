/* SPDX-License-Identifier: EUPL-1.2 */
/* record - what became of an attempt: the delivery's next step, the rest of its lane, the state of its peer. */
#include "delivery/job.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rate.h"
#include "delivery/classify.h"

#define DIRECTORY "directory"	/* whom lanes rest for that nobody can look up; no peer's key */
/* Lanes of a dead peer wait a little longer than the one that probes it: it moves them or wakes them. */
#define PROBE_LASTS_MS 15000
#define SUSPENDED_LOOK_MS (3600 * 1000LL)	/* within what anything may have to wait, however long it is suspended */

static uint32_t dice(void)
{
	uint32_t r;

	random_bytes(&r, sizeof(r));
	return r;
}

static bool rests_for(const struct delivery_job *j, const char *peer)
{
	return j->rest.recipient != NULL && j->rest.peer != NULL && strcmp(j->rest.peer, peer) == 0;
}

static void complain(const struct delivery_job *j, const struct err *e)
{
	log_event(LOG_ERROR, "delivery.unrecorded", LOG_ID("message", &j->d.message), LOG_ERR(e));
}

/* A failure in a row counts on under the same blame. */
static void set_rest(struct delivery_job *j, enum reason reason, const char *peer, int64_t until, const char *detail)
{
	bool same = j->rest.recipient != NULL && (peer == NULL ? j->rest.peer == NULL : rests_for(j, peer));
	struct spool_rest rest = { .until = until, .reason = reason, .peer = peer, .detail = detail,
				   .since = same ? j->rest.since : clock_now(), .failures = same ? j->rest.failures + 1 : 1 };
	struct err e = ERR_INIT;

	if (spool_rest_set(j->g->sender.spool, j->d.recipient, &rest, &e) != 0)
		complain(j, &e);
}

static void move_rests(struct delivery_job *j, const char *peer, int64_t until, size_t *n)
{
	struct err e = ERR_INIT;

	if (spool_rest_peer(j->g->sender.spool, peer, until, n, &e) != 0)
		complain(j, &e);
}

static void clear_rest(struct delivery_job *j)
{
	struct err e = ERR_INIT;

	if (j->rest.recipient != NULL && spool_rest_clear(j->g->sender.spool, j->d.recipient, &e) != 0)
		complain(j, &e);
	j->rest.recipient = NULL;
}

void delivery_record_answer(void *job, int64_t took)
{
	struct delivery_job *j = job;
	struct peer_news news;
	size_t woken = 0;

	if (j->visit.pass.key[0] == '\0')
		return;
	news = peer_registry_answered(j->g->gate.peers, &j->visit.pass, took);
	if (news.before == PEER_DEAD || news.before == PEER_UNPROVEN)
		move_rests(j, j->peer, 0, &woken);
	if (news.before == PEER_DEAD || (news.before == PEER_UNPROVEN && woken > 0))
		log_event(LOG_INFO, "peer.back", LOG_STR("peer", j->peer), LOG_INT("recipients", (long long)woken));
	if (rests_for(j, j->peer))
		j->rest.recipient = NULL;
}

/* Everything that goes to a dead peer rests, and the lane that tries it next is this one. */
static int64_t blame_peer(struct delivery_job *j, const struct delivery_outcome *o, const char *detail, bool *is_probe)
{
	int64_t now = clock_now();
	struct peer_news news;

	if (j->visit.pass.key[0] == '\0')
		return o->due;
	news = peer_registry_failed(j->g->gate.peers, &j->visit.pass, o->reason, now, j->r.not_before, dice());
	if (news.after != PEER_DEAD)
		return o->due;
	*is_probe = news.before == PEER_DEAD;
	if (!*is_probe)
		log_event(LOG_WARN, "peer.dead", LOG_STR("peer", j->peer), LOG_STR("why", reason_info(o->reason)->key),
			  LOG_INT("probe_s", (news.probe_at - now) / 1000));
	if (j->asks_old)
		return news.probe_at;
	move_rests(j, j->peer, news.probe_at + PROBE_LASTS_MS, NULL);
	set_rest(j, o->reason, j->peer, news.probe_at, detail);
	return news.probe_at;
}

/* Only a dead peer keeps others back. What fails for want of an entry costs a look into the cache, and the next one may find
 * it mended; a rest that is over at once is kept for it, so that then all go out. */
static int64_t spread_blame(struct delivery_job *j, const struct delivery_outcome *o, const char *detail, bool *is_probe)
{
	if (o->event != DLV_EV_DEFERRED)
		return o->due;
	switch (o->blame) {
	case BLAME_PEER:
		return blame_peer(j, o, detail, is_probe);
	case BLAME_RECIPIENT:
		set_rest(j, o->reason, NULL, clock_now(), detail);
		return o->due;
	case BLAME_DIRECTORY:
		atomic_store(&j->g->directory_failed, clock_now());
		set_rest(j, o->reason, DIRECTORY, clock_now(), detail);
		return o->due;
	default:
		return o->due;
	}
}

static void log_failure(const struct delivery_job *j, const struct delivery_outcome *o, const struct err *e, bool is_probe)
{
	bool deferred = o->event == DLV_EV_DEFERRED;

	log_event(is_probe ? LOG_DEBUG : deferred ? LOG_WARN : LOG_ERROR, deferred ? "delivery.deferred" : "delivery.held",
		  LOG_ID("message", &j->d.message), LOG_STR("recipient", j->d.recipient),
		  LOG_STR("why", reason_info(o->reason)->key), LOG_STR("osci", j->r.code), LOG_STR("peer", j->d.peer),
		  LOG_INT("attempt", j->d.attempts), LOG_INT("ms", clock_mono() - j->start), LOG_ERR(e));
}

/* False: it came to nothing. */
static bool step(struct delivery_job *j, enum delivery_event event, const struct spool_event *ev)
{
	struct err e = ERR_INIT;
	int rc = spool_delivery_step(j->g->sender.spool, &j->d, event, ev, NULL, &e);

	if (rc == ERR_WRONG_STATE)	/* another attempt has it: what this one found out, that one will */
		log_event(LOG_WARN, "delivery.lease-lost", LOG_ID("delivery", &j->d.id), LOG_ERR(&e));
	else if (rc != 0)
		complain(j, &e);
	return rc == 0;
}

static void record_failure(struct delivery_job *j, const struct err *attempt)
{
	struct delivery_outcome o = delivery_classify(j->g->sender.conf, attempt, j->d.attempts, clock_now(), dice());
	const char *detail = attempt->text;
	struct spool_event ev = { .at = clock_now(), .code = j->r.code };
	bool is_probe = false;

	if (o.reason == RSN_LOC_STOPPED)
		o.due = clock_now();
	if (j->asks_old && o.event == DLV_EV_DEFERRED && o.reason != RSN_LOC_STOPPED) {
		detail = arena_printf(j->a, "perhaps at %s; the directory names %s: %s", j->d.old_peer, j->d.peer, attempt->text);
		o.due = spread_blame(j, &o, detail, &is_probe);
		o.reason = RSN_OSCI_MOVED;
	} else {
		o.due = spread_blame(j, &o, detail, &is_probe);
	}
	ev.kind = o.event == DLV_EV_DEFERRED ? SPOOL_EV_DEFERRED : o.event == DLV_EV_PARKED ? SPOOL_EV_HELD : SPOOL_EV_FAILED;
	ev.reason = o.reason;
	ev.detail = detail;
	j->d.due = o.due;
	j->d.reason = o.reason;
	j->d.code = j->r.code;
	j->d.detail = detail;
	j->d.ambiguous = j->r.ambiguous;
	log_failure(j, &o, attempt, is_probe);
	(void)step(j, o.event, &ev);
	delivery_gate_end(&j->visit, o.blame == BLAME_MESSAGE);
}

/* The recipient has it already. */
static void record_reception(struct delivery_job *j)
{
	char when[CLOCK_TEXT_LEN];
	const struct spool_event ev = { .at = j->r.fetched, .kind = SPOOL_EV_FETCHED,
					.detail = arena_printf(j->a, "process card: Reception %s", clock_utc(j->r.fetched, when)) };
	const struct spool_follow_step received = { .delivery = j->d.id, .token = j->d.token, .fetched = j->r.fetched,
						    .detail = j->d.detail, .ev = &ev };
	struct err e = ERR_INIT;

	if (spool_follow_record(j->g->sender.spool, &received, 1, &e) != 0)
		complain(j, &e);
	else
		log_event(LOG_INFO, "delivery.fetched", LOG_ID("message", &j->d.message), LOG_STR("peer", j->d.peer),
			  LOG_INT("after_s", (j->r.fetched - j->r.stored) / 1000));
}

static void record_success(struct delivery_job *j)
{
	const struct conf_delivery *c = j->g->sender.conf;
	const char *warned = j->r.warnings == NULL ? NULL : arena_printf(j->a, DELIVERY_WARNED "%s", j->r.warnings);
	struct spool_event ev = { .at = j->r.stored, .kind = SPOOL_EV_STORED, .code = j->r.code,
				  .detail = warned != NULL ? arena_printf(j->a, "%s; %s", warned, j->r.detail) : j->r.detail };

	/* What the recipient has already is asked for as well, at once, should we not come to write that down. */
	j->d.due = c->follow_for <= 0 ? 0 : j->r.fetched != 0 ? clock_now() : clock_now() + c->follow_after;
	j->d.reason = RSN_NONE;
	j->d.code = j->r.code;
	j->d.detail = warned;
	j->d.ambiguous = false;
	log_event(LOG_INFO, "delivery.stored", LOG_ID("message", &j->d.message), LOG_STR("peer", j->d.peer),
		  LOG_INT("attempt", j->d.attempts), LOG_INT("ms", clock_mono() - j->start));
	if (step(j, DLV_EV_ACCEPTED, &ev) && j->r.fetched != 0)
		record_reception(j);
	clear_rest(j);
	delivery_gate_end(&j->visit, true);
}

void delivery_record(struct delivery_job *j, int rc, const struct err *e)
{
	int64_t failed = atomic_load(&j->g->directory_failed);

	if (failed != 0 && j->route.fetched > failed && atomic_compare_exchange_strong(&j->g->directory_failed, &failed, 0))
		move_rests(j, DIRECTORY, 0, NULL);
	if (rc == 0)
		record_success(j);
	else
		record_failure(j, e);
}

/* The lanes of a dead peer wait a little longer than the one that probes it; it moves or wakes them. */
static void rest_with_others(struct delivery_job *j, enum peer_entry why, const struct peer_wait *wait)
{
	bool same = rests_for(j, j->peer), dead = why == PEER_RESTS;
	struct spool_rest rest = {
		.until = (dead ? wait->until : clock_now()) + PROBE_LASTS_MS,
		.reason = wait->reason != RSN_NONE ? wait->reason : RSN_NET_UNREACHABLE,
		.peer = j->peer,
		.since = same ? j->rest.since : clock_now(),
		.failures = same ? j->rest.failures : 0,
		.detail = dead ? "its intermediary does not answer others either" : "its intermediary has not answered anybody yet",
	};
	struct err e = ERR_INIT;

	if (spool_rest_set(j->g->sender.spool, j->d.recipient, &rest, &e) != 0)
		complain(j, &e);
}

void delivery_record_yield(struct delivery_job *j, enum peer_entry why, const struct peer_wait *wait)
{
	if (why == PEER_RESTS || why == PEER_PROBED)
		rest_with_others(j, why, wait);
	j->d.due = clock_now();
	(void)step(j, DLV_EV_YIELDED, NULL);
	delivery_gate_give_back(&j->visit);
}

void delivery_record_suspended(struct delivery_job *j, const struct spool_suspension *by)
{
	int64_t look = clock_now() + SUSPENDED_LOOK_MS;
	const struct spool_rest rest = {
		.until = by->until < look ? by->until : look, .reason = RSN_OP_SUSPENDED, .peer = by->peer, .since = by->since,
		.failures = 1, .detail = arena_printf(j->a, "%s: %s", by->actor, by->why),
	};
	struct err e = ERR_INIT;

	if (spool_rest_set(j->g->sender.spool, j->d.recipient, &rest, &e) != 0)
		complain(j, &e);
	j->d.due = clock_now();
	step(j, DLV_EV_YIELDED, NULL);
	delivery_gate_give_back(&j->visit);
}
