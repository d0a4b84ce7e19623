/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clock - what a clock that was ahead has put off too far is pulled in once the clock is right again; see store.h.
 *
 * Each index that is ordered by time is looked at from the last instant that is possible on; normally nothing lies there.
 */
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define AT_ONCE 500	/* of one job */

struct pull {
	struct spool_lmdb *s;
	int64_t now;
	uint64_t deliveries, rests, messages;
	bool more;
	uint8_t head[SPOOL_HEAD_LEN];	/* the last one that was looked at; all zero: none */
};

/* Keys of a table behind the instant `last`, which they begin with: `rest` bytes that follow it. */
static size_t keys_behind(struct spool_txn *t, enum spool_table table, int64_t last, size_t rest, uint8_t *out)
{
	struct spool_cur c;
	uint8_t key[8];
	size_t n = 0;

	codec_be64(key, (uint64_t)last + 1);
	spool_cur_open(&c, t, table);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok && n < AT_ONCE; ok = spool_cur_next(&c)) {
		if (c.key.n != 8 + rest)
			continue;
		memcpy(out + n++ * rest, c.key.p + 8, rest);
	}
	spool_cur_close(&c);
	return n;
}

static void pull_delivery(struct spool_txn *t, struct pull *p, const struct id *id, int64_t to, struct err *e)
{
	struct spool_delivery old, d;

	if (spool_dlv_load_rest(t, t->arena, id, &old, e) != 0) {
		if (spool_is_damage(e))
			spool_dlv_set_aside(t, id, e, p->now);
		return;
	}
	d = old;
	d.due = to;
	spool_dlv_store(t, &old, &d);
	p->deliveries++;
}

/* Whatever waits for its turn is due now. */
static void pull_lane(struct spool_txn *t, struct pull *p, const struct spool_lane *lane)
{
	const struct spool_clock *most = &p->s->clock;
	struct id ids[AT_ONCE];
	struct err e = ERR_INIT;
	struct spool_cur c;
	size_t n = 0;

	if (spool_lane_wake(t, lane, p->now + most->wait))
		p->rests++;
	spool_cur_open(&c, t, TBL_DUE);
	for (bool ok = spool_cur_seek(&c, lane->b, SPOOL_LANE_LEN); ok && n < AT_ONCE; ok = spool_cur_next(&c)) {
		if (c.key.n != SPOOL_DUE_LEN || memcmp(c.key.p, lane->b, SPOOL_LANE_LEN) != 0)
			break;
		if ((int64_t)codec_get_be64((const uint8_t *)c.key.p + SPOOL_LANE_LEN) > p->now + most->wait)
			memcpy(ids[n++].b, c.key.p + SPOOL_LANE_LEN + 8, ID_LEN);
	}
	spool_cur_close(&c);
	for (size_t i = 0; i < n; i++)
		pull_delivery(t, p, &ids[i], p->now, &e);
}

/* A lease may be somebody's: it ends like one that was taken now. */
static void pull_leases(struct spool_txn *t, struct pull *p)
{
	size_t n;
	struct spool_lease *list = spool_leases(t, t->arena, &n);

	for (size_t i = 0; i < n; i++) {
		struct err ignored = ERR_INIT;
		struct spool_delivery d;

		if (list[i].until <= p->now + p->s->clock.wait ||
		    spool_dlv_load(t, t->arena, &list[i].id, &d, &ignored) != 0 || d.state != DLV_ACTIVE)
			continue;
		d.due = p->now;
		spool_lease_put(t, &d);
		p->deliveries++;
	}
}

/* Lanes whose head lies too far ahead, each once: that of one which a person has suspended stays there. */
static size_t next_lanes(struct spool_txn *t, struct pull *p, struct spool_lane lanes[AT_ONCE])
{
	static const uint8_t none[SPOOL_HEAD_LEN];
	struct spool_cur c;
	size_t n = 0;

	if (memcmp(p->head, none, sizeof(none)) == 0)
		codec_be64(p->head, (uint64_t)(p->now + p->s->clock.wait) + 1);
	spool_cur_open(&c, t, TBL_HEAD);
	for (bool ok = spool_cur_seek(&c, p->head, sizeof(p->head)); ok && n < AT_ONCE; ok = spool_cur_next(&c)) {
		if (c.key.n != SPOOL_HEAD_LEN || memcmp(c.key.p, p->head, SPOOL_HEAD_LEN) == 0)
			continue;
		memcpy(lanes[n++].b, c.key.p + 8, SPOOL_LANE_LEN);
		memcpy(p->head, c.key.p, SPOOL_HEAD_LEN);
	}
	spool_cur_close(&c);
	return n;
}

static int queue_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct pull *p = ctx;
	struct spool_lane lanes[AT_ONCE];
	size_t n;

	p->rests += spool_suspensions_ahead(t, p->now + p->s->clock.wait);
	n = next_lanes(t, p, lanes);
	pull_leases(t, p);
	for (size_t i = 0; i < n; i++)
		pull_lane(t, p, &lanes[i]);
	p->more = n == AT_ONCE;
	return spool_txn_check(t, "clock", e);
}

static int times_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct pull *p = ctx;
	struct id ids[AT_ONCE];
	struct err ignored = ERR_INIT;
	size_t n = p->s->clock.follow > 0 ? keys_behind(t, TBL_FOLLOW, p->now + p->s->clock.follow, ID_LEN, (uint8_t *)ids) : 0;

	p->more = n > 0;
	for (size_t i = 0; i < n; i++)
		pull_delivery(t, p, &ids[i], p->now, &ignored);
	if (p->s->retention.undecided == 0)
		return spool_txn_check(t, "clock", e);
	n = keys_behind(t, TBL_ENDING, p->now + p->s->retention.undecided, ID_LEN, (uint8_t *)ids);
	p->more = p->more || n > 0;
	for (size_t i = 0; i < n; i++)
		pull_delivery(t, p, &ids[i], p->now + p->s->retention.undecided, &ignored);
	return spool_txn_check(t, "clock", e);
}

static int expiry_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct pull *p = ctx;
	int64_t last = p->now + spool_retention_longest(&p->s->retention);
	struct id ids[AT_ONCE];
	size_t n = keys_behind(t, TBL_EXPIRY, last, ID_LEN, (uint8_t *)ids);

	p->more = n > 0;
	for (size_t i = 0; i < n; i++) {
		struct spool_rec_msg old, r;
		struct err bad = ERR_INIT;

		if (spool_msg_load(t, t->arena, &ids[i], &old, &bad) != 0) {
			p->more = false;	/* it would be met for ever */
			continue;
		}
		r = old;
		r.m.expires = last;
		r.rev++;
		spool_msg_store(t, &old, &r);
		p->messages++;
	}
	return spool_txn_check(t, "clock", e);
}

/* The figures of a job that ran twice are those of the last run. */
static int run(struct pull *p, spool_job_fn *job, struct err *e)
{
	int rc = 0;

	p->more = true;
	while (rc == 0 && p->more)
		rc = spool_writer_do(p->s->writer, job, p, e);
	return rc;
}

int spool_lmdb_clock_check(struct spool *spool, int64_t now, uint64_t *pulled, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct pull p = { .s = s, .now = now };
	int rc = 0;

	if (s->clock.wait > 0)
		rc = run(&p, queue_job, e);
	if (rc == 0)
		rc = run(&p, times_job, e);
	if (rc == 0 && spool_retention_longest(&s->retention) > 0)
		rc = run(&p, expiry_job, e);
	if (rc != 0)
		return err_wrap(e, "clock");
	*pulled = p.deliveries + p.rests + p.messages;
	if (*pulled > 0) {
		log_event(LOG_WARN, "spool.clock-jump", LOG_INT("deliveries", (int64_t)p.deliveries),
			  LOG_INT("rests", (int64_t)p.rests), LOG_INT("messages", (int64_t)p.messages));
		spool_queue_bump(s);
	}
	return 0;
}
