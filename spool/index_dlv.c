/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * index_dlv - the delivery record and its indexes.
 *
 *     state   state (1) id (16)                        -> recipient hash      lists, shape, counters
 *     due     recipient hash (16) due (8) id (16)      ->                     what waits for one recipient, in order
 *     head    due (8) recipient hash (16)              ->                     the first entry of `due` per recipient
 *     lease   id (16)                                  ->                     deliveries that are ACTIVE
 *     follow  due (8) id (16)                          ->                     DONE ones whose collection is asked for
 *
 * Claiming walks `head`: passing over a recipient whose window is full costs one step, however many wait for it.
 * An ACTIVE delivery keeps its entry in `due` at the end of its lease. A followed one that is late has a second entry in
 * `state`, under SPOOL_STATE_LATE.
 */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/codec.h"
#include "spool/engine.h"

#define DUE_LEN (SPOOL_RHASH_LEN + 8 + ID_LEN)
#define FOLLOW_LEN (8 + ID_LEN)
#define STATE_LEN (1 + ID_LEN)

void spool_rhash(const char *recipient, uint8_t out[SPOOL_RHASH_LEN])
{
	uint8_t sha[SHA256_LEN];

	sha256(recipient == NULL ? "" : recipient, recipient == NULL ? 0 : strlen(recipient), sha);
	memcpy(out, sha, SPOOL_RHASH_LEN);
}

/* Due time of the recipient's first entry. */
static bool head_of(struct spool_txn *t, const uint8_t rhash[SPOOL_RHASH_LEN], uint8_t due[8])
{
	struct spool_cur c;
	bool ok;

	spool_cur_open(&c, t, TBL_DUE);
	ok = spool_cur_seek(&c, rhash, SPOOL_RHASH_LEN) && c.key.n == DUE_LEN &&
	     memcmp(c.key.p, rhash, SPOOL_RHASH_LEN) == 0;
	if (ok)
		memcpy(due, c.key.p + SPOOL_RHASH_LEN, 8);
	spool_cur_close(&c);
	return ok;
}

static void head_key(uint8_t key[8 + SPOOL_RHASH_LEN], const uint8_t due[8], const uint8_t rhash[SPOOL_RHASH_LEN])
{
	memcpy(key, due, 8);
	memcpy(key + 8, rhash, SPOOL_RHASH_LEN);
}

static bool waits(const struct spool_delivery *d)
{
	return d->state == DLV_QUEUED || d->state == DLV_WAITING || d->state == DLV_ACTIVE;
}

static void due_key(uint8_t key[DUE_LEN], const uint8_t rhash[SPOOL_RHASH_LEN], const struct spool_delivery *d)
{
	memcpy(key, rhash, SPOOL_RHASH_LEN);
	spool_be64(key + SPOOL_RHASH_LEN, d->due < 0 ? 0 : (uint64_t)d->due);
	memcpy(key + SPOOL_RHASH_LEN + 8, d->id.b, ID_LEN);
}

static void move_due(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *now,
		     const uint8_t rhash[SPOOL_RHASH_LEN])
{
	uint8_t before[8], after[8], key[DUE_LEN], head[8 + SPOOL_RHASH_LEN];
	bool had = head_of(t, rhash, before), has;

	if (old != NULL && waits(old)) {
		due_key(key, rhash, old);
		spool_del(t, TBL_DUE, key, sizeof(key));
	}
	if (now != NULL && waits(now)) {
		due_key(key, rhash, now);
		spool_put(t, TBL_DUE, key, sizeof(key), "", 0);
	}
	has = head_of(t, rhash, after);
	if (had && has && memcmp(before, after, 8) == 0)
		return;
	if (had) {
		head_key(head, before, rhash);
		spool_del(t, TBL_HEAD, head, sizeof(head));
	}
	if (has) {
		head_key(head, after, rhash);
		spool_put(t, TBL_HEAD, head, sizeof(head), "", 0);
	}
}

static bool is_followed(const struct spool_delivery *d)
{
	return d->state == DLV_DONE && d->due > 0;
}

static bool is_late(const struct spool_delivery *d)
{
	return is_followed(d) && d->reason != RSN_NONE;
}

static void follow_key(uint8_t key[FOLLOW_LEN], const struct spool_delivery *d)
{
	spool_be64(key, (uint64_t)d->due);
	memcpy(key + 8, d->id.b, ID_LEN);
}

static void state_key(uint8_t key[STATE_LEN], unsigned state, const struct spool_delivery *d)
{
	key[0] = (uint8_t)state;
	memcpy(key + 1, d->id.b, ID_LEN);
}

static void move_follow(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *now,
			const uint8_t rhash[SPOOL_RHASH_LEN])
{
	uint8_t key[FOLLOW_LEN], late[STATE_LEN];

	if (old != NULL && is_followed(old)) {
		follow_key(key, old);
		spool_del(t, TBL_FOLLOW, key, sizeof(key));
	}
	if (old != NULL && is_late(old)) {
		state_key(late, SPOOL_STATE_LATE, old);
		spool_del(t, TBL_STATE, late, sizeof(late));
	}
	if (now != NULL && is_followed(now)) {
		follow_key(key, now);
		spool_put(t, TBL_FOLLOW, key, sizeof(key), "", 0);
	}
	if (now != NULL && is_late(now)) {
		state_key(late, SPOOL_STATE_LATE, now);
		spool_put(t, TBL_STATE, late, sizeof(late), rhash, SPOOL_RHASH_LEN);
	}
}

static void move_state(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *now,
		       const uint8_t rhash[SPOOL_RHASH_LEN])
{
	uint8_t key[STATE_LEN];

	if (old != NULL && now != NULL && old->state == now->state)
		return;
	if (old != NULL) {
		state_key(key, old->state, old);
		spool_del(t, TBL_STATE, key, sizeof(key));
		t->counters.deliveries[old->state]--;
		if (old->state == DLV_ACTIVE)
			spool_del(t, TBL_LEASE, old->id.b, ID_LEN);
	}
	if (now != NULL) {
		state_key(key, now->state, now);
		spool_put(t, TBL_STATE, key, sizeof(key), rhash, SPOOL_RHASH_LEN);
		t->counters.deliveries[now->state]++;
		if (now->state == DLV_ACTIVE)
			spool_put(t, TBL_LEASE, now->id.b, ID_LEN, "", 0);
	}
}

void spool_dlv_store(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *new_rec)
{
	const struct spool_delivery *either = old != NULL ? old : new_rec;
	uint8_t rhash[SPOOL_RHASH_LEN];
	struct buf b;

	must(either != NULL);
	/* The recipient of a delivery never changes. */
	spool_rhash(either->recipient, rhash);
	move_due(t, old, new_rec, rhash);
	move_state(t, old, new_rec, rhash);
	move_follow(t, old, new_rec, rhash);
	if (new_rec == NULL) {
		spool_del(t, TBL_DELIVERY, old->id.b, ID_LEN);
		return;
	}
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_delivery_put(&b, new_rec);
	must(!b.over);
	spool_put(t, TBL_DELIVERY, new_rec->id.b, ID_LEN, b.p, b.n);
	buf_fini(&b);
}

int spool_dlv_load(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_delivery *d, struct err *e)
{
	char text[ID_TEXT_LEN];
	struct span val;

	if (spool_get(t, TBL_DELIVERY, id->b, ID_LEN, &val)) {
		int rc = spool_rec_delivery_get(val, a, d, e);

		return rc == 0 ? 0 : err_wrap(e, "delivery %s", id_text(id, text));
	}
	if (t->sticky != 0)
		return spool_txn_check(t, "delivery", e);
	return err_set(e, ERR_MISSING, "delivery %s: not found", id_text(id, text));
}

static bool follow_indexed(struct spool_txn *t, const struct spool_delivery *d)
{
	uint8_t key[FOLLOW_LEN], late[STATE_LEN];
	struct span val;

	follow_key(key, d);
	state_key(late, SPOOL_STATE_LATE, d);
	return spool_get(t, TBL_FOLLOW, key, sizeof(key), &val) == is_followed(d) &&
	       spool_get(t, TBL_STATE, late, sizeof(late), &val) == is_late(d);
}

bool spool_dlv_indexed(struct spool_txn *t, const struct spool_delivery *d)
{
	uint8_t rhash[SPOOL_RHASH_LEN], key[DUE_LEN], first[8], head[8 + SPOOL_RHASH_LEN], state[STATE_LEN];
	struct span val;

	spool_rhash(d->recipient, rhash);
	state_key(state, d->state, d);
	if (!spool_get(t, TBL_STATE, state, sizeof(state), &val) || !follow_indexed(t, d))
		return false;
	if (spool_get(t, TBL_LEASE, d->id.b, ID_LEN, &val) != (d->state == DLV_ACTIVE))
		return false;
	due_key(key, rhash, d);
	if (spool_get(t, TBL_DUE, key, sizeof(key), &val) != waits(d))
		return false;
	if (!waits(d))
		return true;
	if (!head_of(t, rhash, first))
		return false;
	head_key(head, first, rhash);
	return spool_get(t, TBL_HEAD, head, sizeof(head), &val);
}

struct leases {
	int64_t now;
};

static int end_leases_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct leases *l = ctx;
	struct spool_delivery old = { .state = DLV_QUEUED }, d;
	struct spool_cur c;
	struct id id;
	int rc;

	for (;;) {
		bool ok;

		spool_cur_open(&c, t, TBL_LEASE);
		ok = spool_cur_first(&c) && c.key.n == ID_LEN;
		if (ok)
			memcpy(id.b, c.key.p, ID_LEN);
		spool_cur_close(&c);
		if (!ok)
			return spool_txn_check(t, "leases", e);
		if ((rc = spool_dlv_load(t, t->arena, &id, &old, e)) != 0)
			return rc;
		if (old.state != DLV_ACTIVE)
			return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "spool: a lease for a delivery that is %s",
					  delivery_state_name(old.state));
		d = old;
		d.state = (enum delivery_state)delivery_next(old.state, DLV_EV_LEASE_LOST);
		d.due = l->now;
		d.ambiguous = true;
		d.reason = RSN_LOC_STOPPED;
		spool_dlv_store(t, &old, &d);
	}
}

int spool_leases_end(struct spool *s, int64_t now, struct err *e)
{
	struct leases l = { now };

	return spool_writer_do(s->writer, end_leases_job, &l, e);
}
