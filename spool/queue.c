/* SPDX-License-Identifier: EUPL-1.2 */
/* queue - claiming deliveries, leases, and the steps of their life; see store.h and index_dlv.c. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/codec.h"
#include "spool/engine.h"

#define HEAD_LEN (8 + SPOOL_RHASH_LEN)

struct claim {
	struct arena *arena;
	int64_t now, until;
	uint8_t (*skip)[SPOOL_RHASH_LEN];	/* sorted */
	size_t skip_count;
	struct spool_delivery *out;
	int64_t next_due;
};

static int cmp_rhash(const void *a, const void *b)
{
	return memcmp(a, b, SPOOL_RHASH_LEN);
}

/* The recipient whose first delivery is due first, full windows passed over. False: nobody; then next_due is set. */
static bool find_head(struct spool_txn *t, struct claim *cl, uint8_t rhash[SPOOL_RHASH_LEN])
{
	struct spool_cur c;
	bool found = false;

	cl->next_due = 0;
	spool_cur_open(&c, t, TBL_HEAD);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		if (c.key.n != HEAD_LEN)
			continue;
		memcpy(rhash, c.key.p + 8, SPOOL_RHASH_LEN);
		if (cl->skip_count > 0 && bsearch(rhash, cl->skip, cl->skip_count, SPOOL_RHASH_LEN, cmp_rhash) != NULL)
			continue;
		cl->next_due = (int64_t)spool_get_be64((const uint8_t *)c.key.p);
		found = cl->next_due <= cl->now;
		break;
	}
	spool_cur_close(&c);
	return found;
}

static bool first_of(struct spool_txn *t, const uint8_t rhash[SPOOL_RHASH_LEN], struct id *id)
{
	struct spool_cur c;
	bool ok;

	spool_cur_open(&c, t, TBL_DUE);
	ok = spool_cur_seek(&c, rhash, SPOOL_RHASH_LEN) && c.key.n == SPOOL_RHASH_LEN + 8 + ID_LEN &&
	     memcmp(c.key.p, rhash, SPOOL_RHASH_LEN) == 0;
	if (ok)
		memcpy(id->b, c.key.p + SPOOL_RHASH_LEN + 8, ID_LEN);
	spool_cur_close(&c);
	return ok;
}

/* What time brings about before a claim: a wait that is over, a lease that ran out. */
static enum delivery_state wake(struct spool_delivery *d)
{
	if (d->state == DLV_WAITING)
		d->state = (enum delivery_state)delivery_next(d->state, DLV_EV_DUE);
	if (d->state == DLV_ACTIVE) {
		d->state = (enum delivery_state)delivery_next(d->state, DLV_EV_LEASE_LOST);
		d->ambiguous = true;
	}
	return d->state;
}

static int claim_job(struct spool_txn *t, void *ctx, struct err *e)
{
	uint8_t rhash[SPOOL_RHASH_LEN];
	struct claim *cl = ctx;
	struct spool_delivery old, d;
	struct id id;
	int rc, next;

	if (!find_head(t, cl, rhash) || !first_of(t, rhash, &id)) {
		rc = spool_txn_check(t, "claim", e);
		return rc != 0 ? rc : err_set(e, ERR_MISSING, "no delivery is due");
	}
	if ((rc = spool_dlv_load(t, cl->arena, &id, &old, e)) != 0)
		return rc;
	d = old;
	if ((next = delivery_next(wake(&d), DLV_EV_CLAIM)) < 0)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "spool: a delivery that is %s waits in the queue",
				  delivery_state_name(d.state));
	d.state = (enum delivery_state)next;
	d.due = cl->until;
	spool_dlv_store(t, &old, &d);
	*cl->out = d;
	return 0;
}

/* A look without the writer: an idle worker's question costs no group. */
static int peek(struct spool *s, struct claim *cl, struct err *e)
{
	uint8_t rhash[SPOOL_RHASH_LEN];
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);
	bool found;

	if (rc != 0)
		return rc;
	found = find_head(&t, cl, rhash);
	rc = spool_txn_check(&t, "claim", e);
	spool_txn_end(&t);
	if (rc != 0)
		return rc;
	return found ? 0 : err_set(e, ERR_MISSING, "no delivery is due");
}

int spool_delivery_claim(struct spool *s, struct arena *a, int64_t now, int64_t lease_ms, const struct span *skip,
			 size_t n, struct spool_delivery *out, int64_t *next_due, struct err *e)
{
	struct claim cl = { .arena = a, .now = now, .until = now + lease_ms, .skip_count = n, .out = out };
	uint8_t sha[SHA256_LEN];
	int rc;

	cl.skip = mem_new_array(n + 1, SPOOL_RHASH_LEN);
	for (size_t i = 0; i < n; i++) {
		sha256(skip[i].p, skip[i].n, sha);
		memcpy(cl.skip[i], sha, SPOOL_RHASH_LEN);
	}
	qsort(cl.skip, n, SPOOL_RHASH_LEN, cmp_rhash);
	rc = peek(s, &cl, e);
	if (rc == 0)
		rc = spool_writer_do(s->writer, claim_job, &cl, e);
	free(cl.skip);
	if (rc == ERR_MISSING)
		*next_due = cl.next_due;
	return rc;
}

struct renew {
	const struct id *id;
	int64_t until;
};

static int renew_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct renew *r = ctx;
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, t->arena, r->id, &old, e);

	if (rc != 0)
		return rc;
	if (old.state != DLV_ACTIVE)
		return err_set(e, ERR_WRONG_STATE, "the lease was lost: the delivery is %s",
			       delivery_state_name(old.state));
	d = old;
	d.due = r->until;
	spool_dlv_store(t, &old, &d);
	return 0;
}

int spool_delivery_renew(struct spool *s, const struct id *id, int64_t until, struct err *e)
{
	return spool_writer_do(s->writer, renew_job, &(struct renew){ id, until }, e);
}

struct step {
	struct spool *s;
	struct spool_delivery *d;	/* the caller's wish; gets the result */
	struct spool_delivery result;
	enum delivery_event event;
	const struct spool_event *ev;
	int64_t done_expires, now;
	const struct spool_audit *audit;
};

static void message_done(struct spool_txn *t, const struct step *st, const struct spool_rec_msg *old)
{
	struct spool_rec_msg r = *old;

	if (r.m.stored == 0) {
		r.m.stored = st->ev != NULL ? st->ev->at : st->now;
		r.m.modified = r.m.stored > r.m.modified ? r.m.stored : r.m.modified;
	}
	r.m.expires = st->done_expires;
	r.rev++;
	spool_msg_store(t, old, &r);
}

static int step_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct step *st = ctx;
	struct spool_delivery old, *d = &st->result;
	struct spool_rec_msg msg;
	int rc = spool_dlv_load(t, t->arena, &st->d->id, &old, e), next;

	if (rc != 0)
		return rc;
	if ((next = delivery_next(old.state, st->event)) < 0)
		return err_set(e, ERR_WRONG_STATE, "not possible: the delivery is %s", delivery_state_name(old.state));
	if ((rc = spool_msg_load(t, t->arena, &old.message, &msg, e)) != 0)
		return rc;
	*d = *st->d;
	d->id = old.id;
	d->message = old.message;
	d->recipient = old.recipient;
	d->created = old.created;
	d->state = (enum delivery_state)next;
	if (d->state == DLV_QUEUED)
		d->due = st->now;
	spool_dlv_store(t, &old, d);
	if (st->event == DLV_EV_ACCEPTED)
		message_done(t, st, &msg);
	if (st->ev != NULL)
		spool_event_append(t, &old.message, st->ev);
	return st->audit == NULL ? 0 : spool_audit_append(st->s, t, st->audit, e);
}

int spool_delivery_step(struct spool *s, struct spool_delivery *d, enum delivery_event event,
			const struct spool_event *ev, int64_t done_expires, const struct spool_audit *audit,
			struct err *e)
{
	struct step st = { .s = s, .d = d, .event = event, .ev = ev, .done_expires = done_expires, .audit = audit,
			   .now = clock_now() };
	int rc = spool_delivery_check(d, e);

	if (rc == 0 && ev != NULL)
		rc = spool_event_check(ev, e);
	if (rc == 0 && audit != NULL)
		rc = spool_audit_check(audit, e);
	if (rc != 0)
		return rc;
	rc = spool_writer_do(s->writer, step_job, &st, e);
	if (rc != 0)
		return err_wrap(e, "delivery");
	d->state = st.result.state;
	d->due = st.result.due;
	d->message = st.result.message;
	d->created = st.result.created;
	if (d->state == DLV_QUEUED || d->state == DLV_WAITING)
		spool_queue_bump(s);
	return 0;
}
