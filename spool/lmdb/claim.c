/* SPDX-License-Identifier: EUPL-1.2 */
/* claim - taking deliveries, and their leases; see store.h, lane.c and index_dlv.c. */
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

struct claim {
	const struct spool_lmdb *s;
	const struct spool_claim *wish;
	struct arena *arena;
	struct spool_delivery *out;
	int64_t next_due;
	bool found;
	bool taken;			/* a place of this lane */
	struct spool_lane lane;
};

static void leave(struct claim *cl)
{
	if (cl->taken && cl->wish->leave != NULL)
		cl->wish->leave(cl->wish->ctx, &cl->lane);
	cl->taken = false;
}

static bool admit(struct claim *cl, const struct spool_lane *lane)
{
	if (cl->wish->admit != NULL && !cl->wish->admit(cl->wish->ctx, lane))
		return false;
	cl->lane = *lane;
	return cl->taken = true;
}

/* The admitted lane whose first delivery is due first. False: nobody; then next_due is set. */
static bool find_lane(struct spool_txn *t, struct claim *cl)
{
	struct spool_lane lane;
	struct spool_cur c;

	cl->next_due = 0;
	spool_cur_open(&c, t, TBL_HEAD);
	for (bool ok = spool_cur_first(&c); ok && !cl->taken; ok = spool_cur_next(&c)) {
		if (c.key.n != SPOOL_HEAD_LEN)
			continue;
		cl->next_due = (int64_t)codec_get_be64((const uint8_t *)c.key.p);
		if (cl->next_due > cl->wish->now)
			break;
		memcpy(lane.b, c.key.p + 8, SPOOL_LANE_LEN);
		if (!admit(cl, &lane))
			cl->next_due = 0;
	}
	spool_cur_close(&c);
	return cl->taken;
}

static bool first_of(struct spool_txn *t, const struct spool_lane *lane, struct id *id)
{
	struct spool_cur c;
	bool ok;

	spool_cur_open(&c, t, TBL_DUE);
	ok = spool_cur_seek(&c, lane->b, SPOOL_LANE_LEN) && c.key.n == SPOOL_DUE_LEN &&
	     memcmp(c.key.p, lane->b, SPOOL_LANE_LEN) == 0;
	if (ok)
		memcpy(id->b, c.key.p + SPOOL_LANE_LEN + 8, ID_LEN);
	spool_cur_close(&c);
	return ok;
}

static void take_reason(struct spool_delivery *d, enum reason reason, int64_t now)
{
	if (d->reason != reason)
		d->since = now;
	d->reason = reason;
}

/* Nobody knows how far the attempt came. */
static void lose_lease(struct spool_delivery *d, int64_t now)
{
	d->state = (enum delivery_state)delivery_next(d->state, DLV_EV_LEASE_LOST);
	d->ambiguous = true;
	d->entered = now;
	take_reason(d, RSN_LOC_STOPPED, now);
}

/* What time brings about before a claim: a wait that is over, a lease that ran out. */
static enum delivery_state wake(struct spool_delivery *d, int64_t now)
{
	if (d->state == DLV_WAITING)
		d->state = (enum delivery_state)delivery_next(d->state, DLV_EV_DUE);
	if (d->state == DLV_ACTIVE)
		lose_lease(d, now);
	return d->state;
}

static int take(struct spool_txn *t, struct claim *cl, const struct id *id, struct err *e)
{
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, cl->arena, id, &old, e), next;

	if (rc != 0)
		return rc;
	d = old;
	if ((next = delivery_next(wake(&d, cl->wish->now), DLV_EV_CLAIM)) < 0)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "a delivery that is %s waits in the queue",
				  delivery_state_name(d.state));
	d.state = (enum delivery_state)next;
	d.entered = cl->wish->now;
	d.due = cl->wish->now + cl->wish->lease_ms;
	d.token++;
	d.node = cl->s->node;
	d.attempts++;
	spool_dlv_store(t, &old, &d);
	*cl->out = d;
	cl->found = true;
	return 0;
}

/* An entry that leads nowhere would stand in everybody's way. */
static void drop_head(struct spool_txn *t, struct claim *cl)
{
	uint8_t key[SPOOL_HEAD_LEN];

	codec_be64(key, (uint64_t)cl->next_due);
	memcpy(key + 8, cl->lane.b, SPOOL_LANE_LEN);
	spool_del(t, TBL_HEAD, key, sizeof(key));
	leave(cl);
}

/* Finding nothing is no failure of the job: what it set aside stays so. */
static int claim_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct claim *cl = ctx;
	struct id id;
	int rc = 0;

	cl->found = false;
	leave(cl);	/* of a run before, when the group failed */
	while (!cl->found && find_lane(t, cl)) {
		struct err bad = ERR_INIT;

		if (!first_of(t, &cl->lane, &id)) {
			drop_head(t, cl);
			continue;
		}
		rc = take(t, cl, &id, &bad);
		if (rc == 0)
			break;
		if (!spool_is_damage(&bad)) {
			*e = bad;
			break;
		}
		rc = 0;
		leave(cl);
		spool_dlv_set_aside(t, &id, &bad, cl->wish->now);
	}
	return rc != 0 ? rc : spool_txn_check(t, "claim", e);
}

/* A look without the writer: an idle worker's question costs no group. */
static int peek(struct spool_lmdb *s, const struct spool_claim *wish, bool *due, int64_t *next_due, struct err *e)
{
	struct spool_txn t;
	struct spool_cur c;
	bool waits;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	spool_cur_open(&c, &t, TBL_HEAD);
	waits = spool_cur_first(&c) && c.key.n == SPOOL_HEAD_LEN;
	*next_due = waits ? (int64_t)codec_get_be64((const uint8_t *)c.key.p) : 0;
	*due = waits && *next_due <= wish->now;
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "claim", e);
	spool_txn_end(&t);
	return rc;
}

int spool_lmdb_delivery_claim(struct spool *spool, struct arena *a, const struct spool_claim *c,
			      struct spool_delivery *out, int64_t *next_due, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct claim cl = { .s = s, .wish = c, .arena = a, .out = out };
	bool due = false;
	int rc = peek(s, c, &due, &cl.next_due, e);

	if (rc == 0 && due)
		rc = spool_writer_do(s->writer, claim_job, &cl, e);
	if (rc == 0 && cl.found)
		return 0;
	leave(&cl);
	if (rc != 0)
		return rc;
	*next_due = cl.next_due;
	return err_set(e, ERR_MISSING, "no delivery is due");
}

int spool_lease_check(const struct spool_delivery *d, uint64_t token, struct err *e)
{
	if (d->state != DLV_ACTIVE)
		return err_set(e, ERR_WRONG_STATE, "the lease was lost: the delivery is %s", delivery_state_name(d->state));
	if (d->token != token)
		return err_set(e, ERR_WRONG_STATE, "the lease was lost: another attempt has it");
	return 0;
}

struct renew {
	const struct id *id;
	uint64_t token;
	int64_t until;
};

static int renew_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct renew *r = ctx;
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, t->arena, r->id, &old, e);

	if (rc == 0)
		rc = spool_lease_check(&old, r->token, e);
	if (rc != 0)
		return rc;
	d = old;
	d.due = r->until;
	spool_dlv_store(t, &old, &d);
	return 0;
}

int spool_lmdb_delivery_renew(struct spool *spool, const struct id *id, uint64_t token, int64_t until, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, renew_job, &(struct renew){ id, token, until }, e);
}

/* The first lease of this node after *at. */
static bool next_lease(struct spool_txn *t, const struct id *node, struct id *at)
{
	struct spool_cur c;
	bool found = false;

	spool_cur_open(&c, t, TBL_LEASE);
	for (bool ok = spool_cur_seek(&c, at->b, ID_LEN); ok && !found; ok = spool_cur_next(&c)) {
		found = c.key.n == ID_LEN && memcmp(c.key.p, at->b, ID_LEN) != 0 && c.val.n == ID_LEN &&
			memcmp(c.val.p, node->b, ID_LEN) == 0;
		if (found)
			memcpy(at->b, c.key.p, ID_LEN);
	}
	spool_cur_close(&c);
	return found;
}

struct leases {
	struct id node;
	int64_t now;
};

static int end_leases_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct leases *l = ctx;
	struct id at = { { 0 } };

	while (next_lease(t, &l->node, &at)) {
		struct err bad = ERR_INIT;
		struct spool_delivery old, d;
		int rc = spool_dlv_load(t, t->arena, &at, &old, &bad);

		if (rc == 0 && old.state != DLV_ACTIVE)
			rc = err_reason(&bad, ERR_IO, RSN_LOC_DATA_BAD, "a lease for a delivery that is %s",
					delivery_state_name(old.state));
		if (rc != 0 && !spool_is_damage(&bad)) {
			*e = bad;
			return rc;
		}
		if (rc != 0) {
			spool_dlv_set_aside(t, &at, &bad, l->now);
			continue;
		}
		d = old;
		lose_lease(&d, l->now);
		d.due = l->now;
		spool_dlv_store(t, &old, &d);
	}
	return spool_txn_check(t, "leases", e);
}

int spool_leases_end(struct spool_lmdb *s, int64_t now, struct err *e)
{
	return spool_writer_do(s->writer, end_leases_job, &(struct leases){ s->node, now }, e);
}
