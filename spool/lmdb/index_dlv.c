/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * index_dlv - the indexes of deliveries. Each index is a function from a record to at most one entry, so a change
 * is "entry of the old, entry of the new".
 *
 *     state    list (1) id (16)                     -> lane, key of the reason   lists, shape
 *     due      lane (16) due (8) id (16)            -> state, key of the reason  what waits for one recipient, in order
 *     follow   due (8) id (16)                      ->                           DONE ones whose collection is asked for
 *     ending   due (8) id (16)                      ->                           FAILED and HELD ones: when they are given up
 *     of       message (16) id (16)                 ->                           the deliveries of a message
 *     peer_id  peer_id, 00, id (16)                 ->                           what a peer calls it
 *
 * An ACTIVE delivery is at rest in all of them: record and entries are those from before the claim, which has written the
 * lease and nothing else (lease.c). What waits is in one list of `state`, whatever its state and reason, so that attempts do
 * not touch it. A followed one that is late has a second entry in `state`, under SPOOL_STATE_LATE. `head` is derived from
 * `due` (lane.c).
 */
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define REASON_MAX 40	/* of a reason's key */

struct entry {
	uint8_t key[SPOOL_PEER_ID_LEN + ID_LEN];
	size_t n;
	uint8_t val[SPOOL_LANE_LEN + REASON_MAX];
	size_t vn;
};

static void add(struct entry *en, const void *p, size_t n)
{
	memcpy(en->key + en->n, p, n);
	en->n += n;
}

static void add_due(struct entry *en, const struct spool_delivery *d)
{
	codec_be64(en->key + en->n, d->due < 0 ? 0 : (uint64_t)d->due);
	en->n += 8;
}

static void add_val(struct entry *en, const void *p, size_t n)
{
	must(en->vn + n <= sizeof(en->val));
	memcpy(en->val + en->vn, p, n);
	en->vn += n;
}

bool spool_dlv_waits(const struct spool_delivery *d)
{
	return d->state == DLV_QUEUED || d->state == DLV_WAITING;
}

static bool is_followed(const struct spool_delivery *d)
{
	return d->state == DLV_DONE && d->due > 0;
}

static bool is_late(const struct spool_delivery *d)
{
	return is_followed(d) && d->reason != RSN_NONE;
}

static void add_reason(struct entry *en, const struct spool_delivery *d)
{
	enum reason r = spool_delivery_reason(d);

	if (r != RSN_NONE)
		add_val(en, reason_info(r)->key, strlen(reason_info(r)->key));
}

static void in_list(const struct spool_delivery *d, unsigned list, struct entry *en)
{
	struct spool_lane lane = spool_lane_of(d->recipient);
	uint8_t l = (uint8_t)list;

	add(en, &l, 1);
	add(en, d->id.b, ID_LEN);
	add_val(en, lane.b, sizeof(lane.b));
}

static bool state_entry(const struct spool_delivery *d, struct entry *en)
{
	in_list(d, spool_dlv_waits(d) ? SPOOL_STATE_WAITS : d->state, en);
	if (!spool_dlv_waits(d))
		add_reason(en, d);
	return true;
}

static bool late_entry(const struct spool_delivery *d, struct entry *en)
{
	in_list(d, SPOOL_STATE_LATE, en);
	add_reason(en, d);
	return is_late(d);
}

static bool due_entry(const struct spool_delivery *d, struct entry *en)
{
	struct spool_lane lane = spool_lane_of(d->recipient);
	uint8_t state = (uint8_t)d->state;

	add(en, lane.b, sizeof(lane.b));
	add_due(en, d);
	add(en, d->id.b, ID_LEN);
	add_val(en, &state, 1);
	add_reason(en, d);
	return spool_dlv_waits(d);
}

static bool follow_entry(const struct spool_delivery *d, struct entry *en)
{
	add_due(en, d);
	add(en, d->id.b, ID_LEN);
	return is_followed(d);
}

static bool ending_entry(const struct spool_delivery *d, struct entry *en)
{
	add_due(en, d);
	add(en, d->id.b, ID_LEN);
	return (d->state == DLV_FAILED || d->state == DLV_HELD) && d->due > 0;
}

static bool of_entry(const struct spool_delivery *d, struct entry *en)
{
	add(en, d->message.b, ID_LEN);
	add(en, d->id.b, ID_LEN);
	return true;
}

static bool peer_id_entry(const struct spool_delivery *d, struct entry *en)
{
	if (d->peer_id == NULL || d->peer_id[0] == '\0')
		return false;
	en->n = spool_peer_id_key(span_of(d->peer_id), en->key);
	add(en, d->id.b, ID_LEN);
	return true;
}

static const struct {
	enum spool_table table;
	bool (*entry)(const struct spool_delivery *d, struct entry *en);
} indexes[] = {
	{ TBL_STATE, state_entry },   { TBL_STATE, late_entry },    { TBL_DUE, due_entry },
	{ TBL_FOLLOW, follow_entry }, { TBL_ENDING, ending_entry }, { TBL_OF, of_entry },   { TBL_PEER_ID, peer_id_entry },
};

static void move_index(struct spool_txn *t, size_t i, const struct spool_delivery *old, const struct spool_delivery *now)
{
	struct entry was = { .n = 0 }, is = { .n = 0 };
	bool had = old != NULL && indexes[i].entry(old, &was);
	bool has = now != NULL && indexes[i].entry(now, &is);

	bool moved = had != has || was.n != is.n || memcmp(was.key, is.key, is.n) != 0;

	if (had && moved)
		spool_del(t, indexes[i].table, was.key, was.n);
	if (has && (moved || was.vn != is.vn || memcmp(was.val, is.val, is.vn) != 0))
		spool_put(t, indexes[i].table, is.key, is.n, is.val, is.vn);
}

static void count(struct spool_txn *t, const struct spool_delivery *d, uint64_t by)
{
	if (d == NULL)
		return;
	t->counters.deliveries[d->state] += by;
	if (!delivery_is_final(d->state) || is_late(d))
		t->counters.reasons[spool_delivery_reason(d)] += by;
}

void spool_dlv_index(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *now)
{
	struct spool_lane lane = spool_lane_of((old != NULL ? old : now)->recipient);	/* it never changes */
	uint8_t head[SPOOL_HEAD_LEN];
	bool had, turn;

	turn = old == NULL || now == NULL || spool_dlv_waits(old) != spool_dlv_waits(now) || old->due != now->due;
	had = turn && spool_lane_head(t, &lane, head);
	for (size_t i = 0; i < ARRAY_LEN(indexes); i++)
		move_index(t, i, old, now);
	if (turn)
		spool_lane_moved(t, &lane, had ? head : NULL);
	count(t, old, UINT64_MAX);
	count(t, now, 1);
}

bool spool_dlv_indexed(struct spool_txn *t, const struct spool_delivery *d)
{
	struct spool_lane lane = spool_lane_of(d->recipient);
	uint8_t head[SPOOL_HEAD_LEN];
	struct span val;

	for (size_t i = 0; i < ARRAY_LEN(indexes); i++) {
		struct entry en = { .n = 0 };
		bool should = indexes[i].entry(d, &en);

		if (en.n > 0 && spool_get(t, indexes[i].table, en.key, en.n, &val) != should)
			return false;
	}
	return !spool_dlv_waits(d) || (spool_lane_head(t, &lane, head) && spool_get(t, TBL_HEAD, head, sizeof(head), &val));
}
