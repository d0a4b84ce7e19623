/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lease - who works on a delivery, until when; see store.h.
 *
 *     lease    delivery (16) -> record L    those that are ACTIVE
 *
 * A claim writes this entry and nothing else, and its table is never larger than there are attempts under way: so a claim
 * costs the same however many wait.
 */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

void spool_lease_put(struct spool_txn *t, const struct spool_delivery *d)
{
	struct spool_lease l = { .lane = spool_lane_of(d->recipient), .node = d->node, .until = d->due, .token = d->token,
				 .attempts = d->attempts, .entered = d->entered };
	struct buf b;

	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_lease_put(&b, &l);
	must(!b.over);
	spool_put(t, TBL_LEASE, d->id.b, ID_LEN, b.p, b.n);
	buf_fini(&b);
}

int spool_lease_apply(struct spool_txn *t, struct spool_delivery *d, struct err *e)
{
	char text[ID_TEXT_LEN];
	struct spool_lease l;
	struct span val;

	if (!spool_get(t, TBL_LEASE, d->id.b, ID_LEN, &val))
		return spool_txn_check(t, "lease", e);
	if (spool_rec_lease_get(val, &l, e) != 0)
		return err_wrap(e, "lease of delivery %s", id_text(&d->id, text));
	d->state = DLV_ACTIVE;
	d->due = l.until;
	d->node = l.node;
	d->token = l.token;
	d->attempts = l.attempts;
	d->entered = l.entered;
	return 0;
}

struct spool_lease *spool_leases(struct spool_txn *t, struct arena *a, size_t *n)
{
	struct spool_lease *list = arena_alloc(a, ((size_t)spool_entries(t, TBL_LEASE) + 1) * sizeof(*list));
	struct spool_cur c;

	*n = 0;
	spool_cur_open(&c, t, TBL_LEASE);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;

		/* One that cannot be read is met, and set aside, with its delivery. */
		if (c.key.n != ID_LEN || spool_rec_lease_get(c.val, &list[*n], &ignored) != 0)
			continue;
		memcpy(list[*n].id.b, c.key.p, ID_LEN);
		++*n;
	}
	spool_cur_close(&c);
	return list;
}

void spool_lease_lose(struct spool_delivery *d, int64_t now)
{
	d->state = (enum delivery_state)delivery_next(d->state, DLV_EV_LEASE_LOST);
	d->ambiguous = true;	/* nobody knows how far the attempt came */
	d->entered = now;
	if (d->reason != RSN_LOC_STOPPED)
		d->since = now;
	d->reason = RSN_LOC_STOPPED;
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
	struct spool_delivery d;
	int rc = spool_dlv_load(t, t->arena, r->id, &d, e);

	if (rc == 0)
		rc = spool_lease_check(&d, r->token, e);
	if (rc != 0)
		return rc;
	d.due = r->until;
	spool_lease_put(t, &d);
	return 0;
}

int spool_lmdb_delivery_renew(struct spool *spool, const struct id *id, uint64_t token, int64_t until, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, renew_job, &(struct renew){ id, token, until }, e);
}

struct leases {
	struct id node;
	int64_t now;
};

static int end_one(struct spool_txn *t, const struct spool_lease *l, int64_t now, struct err *e)
{
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, t->arena, &l->id, &old, e);

	if (rc == 0 && old.state != DLV_ACTIVE)
		rc = err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "a lease for a delivery that is %s",
				delivery_state_name(old.state));
	if (rc != 0)
		return rc;
	d = old;
	spool_lease_lose(&d, now);
	d.due = now;
	spool_dlv_store(t, &old, &d);
	return 0;
}

static int end_leases_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct leases *l = ctx;
	size_t n;
	struct spool_lease *list = spool_leases(t, t->arena, &n);

	for (size_t i = 0; i < n; i++) {
		struct err bad = ERR_INIT;
		int rc = id_cmp(&list[i].node, &l->node) != 0 ? 0 : end_one(t, &list[i], l->now, &bad);

		if (rc != 0 && !spool_is_damage(&bad)) {
			*e = bad;
			return rc;
		}
		if (rc != 0)
			spool_dlv_set_aside(t, &list[i].id, &bad, l->now);
	}
	return spool_txn_check(t, "leases", e);
}

int spool_leases_end(struct spool_lmdb *s, int64_t now, struct err *e)
{
	return spool_writer_do(s->writer, end_leases_job, &(struct leases){ s->node, now }, e);
}
