/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * damage - what cannot be read is set aside, so that it holds up nothing else.
 *
 *     damaged  delivery (16) -> record B    the record itself stays where it is, for whoever repairs it
 *
 * The state index still tells state, lane and reason of the delivery; what it does not tell (when it was due) is looked for.
 */
#include <string.h>

#include "base/codec.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

bool spool_is_damage(const struct err *e)
{
	return e->code == ERR_MISSING || e->reason == RSN_LOC_DATA_BAD;
}

/* Deletes the entries (prefix) due (8) id of a table; with a prefix only within it. */
static void drop_by_id(struct spool_txn *t, enum spool_table table, const void *prefix, size_t n, const struct id *id)
{
	uint8_t key[SPOOL_DUE_LEN];
	struct spool_cur c;
	bool found = false;

	spool_cur_open(&c, t, table);
	for (bool ok = n > 0 ? spool_cur_seek(&c, prefix, n) : spool_cur_first(&c); ok && !found; ok = spool_cur_next(&c)) {
		if (c.key.n != n + 8 + ID_LEN || (n > 0 && memcmp(c.key.p, prefix, n) != 0))
			break;
		found = memcmp(c.key.p + n + 8, id->b, ID_LEN) == 0;
		if (found)
			memcpy(key, c.key.p, c.key.n);
	}
	spool_cur_close(&c);
	if (found)
		spool_del(t, table, key, n + 8 + ID_LEN);
}

static void drop_from_lane(struct spool_txn *t, const struct spool_lane *lane, const struct id *id)
{
	uint8_t head[SPOOL_HEAD_LEN];
	bool had = spool_lane_head(t, lane, head);

	drop_by_id(t, TBL_DUE, lane->b, SPOOL_LANE_LEN, id);
	spool_lane_moved(t, lane, had ? head : NULL);
}

static void drop_state(struct spool_txn *t, unsigned state, const struct id *id)
{
	uint8_t key[1 + ID_LEN];
	char reason[64] = "";
	struct spool_lane lane;
	struct span val;

	key[0] = (uint8_t)state;
	memcpy(key + 1, id->b, ID_LEN);
	if (!spool_get(t, TBL_STATE, key, sizeof(key), &val) || val.n < SPOOL_LANE_LEN ||
	    val.n - SPOOL_LANE_LEN >= sizeof(reason))
		return;
	memcpy(lane.b, val.p, SPOOL_LANE_LEN);
	memcpy(reason, val.p + SPOOL_LANE_LEN, val.n - SPOOL_LANE_LEN);
	spool_del(t, TBL_STATE, key, sizeof(key));
	if (state != SPOOL_STATE_LATE)
		t->counters.deliveries[state]--;
	if (state == SPOOL_STATE_LATE || !delivery_is_final((enum delivery_state)state))
		t->counters.reasons[reason[0] == '\0' ? RSN_NONE : reason_from_key(reason)]--;
	drop_from_lane(t, &lane, id);
}

void spool_dlv_set_aside(struct spool_txn *t, const struct id *id, const struct err *why, int64_t now)
{
	struct spool_damaged d = { .id = *id, .at = now, .text = why->text };
	struct span val;
	struct buf b;

	if (spool_get(t, TBL_DAMAGED, id->b, ID_LEN, &val))
		return;
	for (unsigned state = 0; state <= SPOOL_STATE_LATE; state++)
		drop_state(t, state, id);
	spool_del(t, TBL_LEASE, id->b, ID_LEN);
	drop_by_id(t, TBL_FOLLOW, NULL, 0, id);
	drop_by_id(t, TBL_ENDING, NULL, 0, id);
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_damage_put(&b, &d);
	must(!b.over);
	spool_put(t, TBL_DAMAGED, id->b, ID_LEN, b.p, b.n);
	buf_fini(&b);
	log_event(LOG_ERROR, "spool.damaged", LOG_ID("delivery", id), LOG_STR("why", reason_info(RSN_LOC_DATA_BAD)->key),
		  LOG_ERR(why));
}

int spool_lmdb_damaged_list(struct spool *spool, struct arena *a, size_t limit, struct spool_damaged **out, size_t *n,
			    struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_txn t;
	struct spool_cur c;
	size_t count = 0;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*out = arena_alloc(a, (limit + 1) * sizeof(**out));
	spool_cur_open(&c, &t, TBL_DAMAGED);
	for (bool ok = spool_cur_first(&c); ok && count < limit; ok = spool_cur_next(&c)) {
		struct spool_damaged *d = &(*out)[count];
		struct err ignored = ERR_INIT;

		if (c.key.n != ID_LEN)
			continue;
		*d = (struct spool_damaged){ .at = 0 };
		if (spool_rec_damage_get(c.val, a, d, &ignored) != 0)
			d->text = "unreadable";
		memcpy(d->id.b, c.key.p, ID_LEN);
		count++;
	}
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "damaged records", e);
	spool_txn_end(&t);
	*n = count;
	return rc;
}
