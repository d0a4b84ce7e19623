/* SPDX-License-Identifier: EUPL-1.2 */
/* claim - taking deliveries; see store.h, due.h and lease.c. */
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/due.h"
#include "spool/lmdb/engine.h"

struct claim {
	const struct spool_lmdb *s;
	const struct spool_claim *wish;
	struct arena *arena;
	struct spool_delivery *out;
	int64_t next_due;
	bool found;
	bool taken;			/* a place of this turn's lane */
	struct spool_turn turn;
};

static void leave(struct claim *cl)
{
	if (cl->taken && cl->wish->leave != NULL)
		cl->wish->leave(cl->wish->ctx, &cl->turn.lane);
	cl->taken = false;
}

static bool admit(struct claim *cl, const struct spool_turn *turn)
{
	if (cl->wish->admit != NULL && !cl->wish->admit(cl->wish->ctx, &turn->lane))
		return false;
	cl->turn = *turn;
	return cl->taken = true;
}

/* The first turn that is due and whose lane is admitted. False: nobody's; then next_due is set. */
static bool find_turn(struct spool_txn *t, struct claim *cl)
{
	struct spool_turn turn;
	struct spool_due w;

	cl->next_due = 0;
	spool_due_open(&w, t, cl->arena, cl->wish->now);
	while (!cl->taken && cl->next_due == 0 && spool_due_next(&w, &turn)) {
		if (turn.when > cl->wish->now)
			cl->next_due = turn.when;
		else
			admit(cl, &turn);
	}
	spool_due_close(&w);
	return cl->taken;
}

/* What time brings about before a claim: a wait that is over, a lease that ran out. */
static enum delivery_state wake(struct spool_delivery *d, int64_t now)
{
	if (d->state == DLV_WAITING)
		d->state = (enum delivery_state)delivery_next(d->state, DLV_EV_DUE);
	if (d->state == DLV_ACTIVE)
		spool_lease_lose(d, now);
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

	codec_be64(key, (uint64_t)cl->turn.when);
	memcpy(key + 8, cl->turn.lane.b, SPOOL_LANE_LEN);
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
	while (!cl->found && find_turn(t, cl)) {
		struct err bad = ERR_INIT;

		if (cl->turn.first && !spool_due_first(t, &cl->turn.lane, &cl->turn.id)) {
			drop_head(t, cl);
			continue;
		}
		id = cl->turn.id;
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
static int peek(struct spool_lmdb *s, const struct claim *cl, bool *due, int64_t *next_due, struct err *e)
{
	struct spool_turn turn;
	struct spool_due w;
	struct spool_txn t;
	bool waits;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	spool_due_open(&w, &t, cl->arena, cl->wish->now);
	waits = spool_due_next(&w, &turn);
	*next_due = waits ? turn.when : 0;
	*due = waits && turn.when <= cl->wish->now;
	spool_due_close(&w);
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
	int rc = peek(s, &cl, &due, &cl.next_due, e);

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
