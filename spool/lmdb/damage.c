/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * damage - what cannot be read is set aside, so that it holds up nothing else.
 *
 *     damaged  delivery (16) -> record B    the record itself stays where it is, for whoever repairs it
 *
 * The indexes still tell state, lane and reason of the delivery; what they do not tell (when it was due) is looked for.
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

/* Finds and deletes the entry (prefix) due (8) id of a table; with a prefix only within it. *val (may be NULL) gets its
 * value. False: there is none. */
static bool drop_by_id(struct spool_txn *t, enum spool_table table, const void *prefix, size_t n, const struct id *id,
		       struct buf *val)
{
	uint8_t key[SPOOL_DUE_LEN];
	struct spool_cur c;
	bool found = false;

	spool_cur_open(&c, t, table);
	for (bool ok = n > 0 ? spool_cur_seek(&c, prefix, n) : spool_cur_first(&c); ok && !found; ok = spool_cur_next(&c)) {
		if (c.key.n != n + 8 + ID_LEN || (n > 0 && memcmp(c.key.p, prefix, n) != 0))
			break;
		found = memcmp(c.key.p + n + 8, id->b, ID_LEN) == 0;
		if (!found)
			continue;
		memcpy(key, c.key.p, c.key.n);
		if (val != NULL)
			buf_put(val, c.val.p, c.val.n);
	}
	spool_cur_close(&c);
	return found && spool_del(t, table, key, n + 8 + ID_LEN);
}

static void uncount(struct spool_txn *t, unsigned list, struct span reason)
{
	char key[64] = "";

	if (reason.n < sizeof(key) && reason.n > 0)
		memcpy(key, reason.p, reason.n);
	if (list != SPOOL_STATE_LATE)
		t->counters.deliveries[list]--;
	if (list == SPOOL_STATE_LATE || !delivery_is_final((enum delivery_state)list))
		t->counters.reasons[key[0] == '\0' ? RSN_NONE : reason_from_key(key)]--;
}

static void drop_from_lane(struct spool_txn *t, const struct spool_lane *lane, const struct id *id)
{
	uint8_t head[SPOOL_HEAD_LEN];
	bool had = spool_lane_head(t, lane, head);
	struct buf val;

	buf_init(&val, 128);
	if (drop_by_id(t, TBL_DUE, lane->b, SPOOL_LANE_LEN, id, &val) && val.n > 0 && (uint8_t)val.p[0] < DLV_STATES)
		uncount(t, (uint8_t)val.p[0], (struct span){ (const char *)val.p + 1, val.n - 1 });
	buf_fini(&val);
	spool_lane_moved(t, lane, had ? head : NULL);
}

static void drop_from_list(struct spool_txn *t, unsigned list, const struct id *id)
{
	uint8_t key[1 + ID_LEN];
	struct spool_lane lane;
	struct span val;

	key[0] = (uint8_t)list;
	memcpy(key + 1, id->b, ID_LEN);
	if (!spool_get(t, TBL_STATE, key, sizeof(key), &val) || val.n < SPOOL_LANE_LEN)
		return;
	memcpy(lane.b, val.p, SPOOL_LANE_LEN);
	if (list != SPOOL_STATE_WAITS)
		uncount(t, list, (struct span){ val.p + SPOOL_LANE_LEN, val.n - SPOOL_LANE_LEN });
	spool_del(t, TBL_STATE, key, sizeof(key));
	if (list == SPOOL_STATE_WAITS)
		drop_from_lane(t, &lane, id);
}

void spool_dlv_set_aside(struct spool_txn *t, const struct id *id, const struct err *why, int64_t now)
{
	struct spool_damaged d = { .id = *id, .at = now, .text = why->text };
	struct span val;
	struct buf b;

	if (spool_get(t, TBL_DAMAGED, id->b, ID_LEN, &val))
		return;
	for (unsigned list = 0; list <= SPOOL_STATE_LATE; list++)
		drop_from_list(t, list, id);
	spool_del(t, TBL_LEASE, id->b, ID_LEN);
	(void)drop_by_id(t, TBL_FOLLOW, NULL, 0, id, NULL);
	(void)drop_by_id(t, TBL_ENDING, NULL, 0, id, NULL);
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
