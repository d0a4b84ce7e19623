/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * suspend - recipients and peers that a person has suspended for a while.
 *
 *     suspended   'R' lane (16)                  -> record H
 *     suspended   'P' SHA-256(peer), 16 bytes    -> record H
 *
 * What waits for a suspended recipient is in no one's way: its lane has its head behind the end of it (lane.c).
 */
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define KEY_LEN (1 + SPOOL_LANE_LEN)

struct suspend {
	struct spool_lmdb *s;
	const struct spool_suspension *what;	/* of one that ends only recipient and peer */
	const struct spool_audit *audit;
	bool ends;
};

static void key_of(const char *recipient, const char *peer, uint8_t key[KEY_LEN])
{
	struct spool_lane lane = recipient != NULL ? spool_lane_of(recipient) : spool_lane_of(peer);

	key[0] = recipient != NULL ? 'R' : 'P';
	memcpy(key + 1, lane.b, SPOOL_LANE_LEN);
}

int64_t spool_lane_suspended_until(struct spool_txn *t, const struct spool_lane *lane)
{
	struct spool_suspension s;
	struct err ignored = ERR_INIT;
	uint8_t key[KEY_LEN] = { 'R' };
	struct span val;

	memcpy(key + 1, lane->b, SPOOL_LANE_LEN);
	/* A damaged one is none: the worst that happens is an attempt. */
	if (!spool_get(t, TBL_SUSPENDED, key, sizeof(key), &val) || spool_rec_suspension_until(val, &s.until, &ignored) != 0)
		return 0;
	return s.until;
}

size_t spool_lanes_suspended(struct spool_txn *t, struct spool_lane *out)
{
	struct spool_cur c;
	size_t n = 0;

	spool_cur_open(&c, t, TBL_SUSPENDED);
	for (bool ok = spool_cur_seek(&c, "R", 1); ok; ok = spool_cur_next(&c))
		if (c.key.n == KEY_LEN && c.key.p[0] == 'R')
			memcpy(out[n++].b, c.key.p + 1, SPOOL_LANE_LEN);
	spool_cur_close(&c);
	return n;
}

/* Those whose time is over, so that the table holds no more than people have set. */
static void drop_old(struct spool_txn *t, int64_t now)
{
	uint8_t keys[64][KEY_LEN];
	struct spool_cur c;
	size_t n = 0;

	spool_cur_open(&c, t, TBL_SUSPENDED);
	for (bool ok = spool_cur_first(&c); ok && n < ARRAY_LEN(keys); ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;
		int64_t until;

		if (c.key.n == KEY_LEN && (spool_rec_suspension_until(c.val, &until, &ignored) != 0 || until <= now))
			memcpy(keys[n++], c.key.p, KEY_LEN);
	}
	spool_cur_close(&c);
	for (size_t i = 0; i < n; i++)
		(void)spool_del(t, TBL_SUSPENDED, keys[i], KEY_LEN);
}

size_t spool_suspensions_ahead(struct spool_txn *t, int64_t last)
{
	uint8_t keys[64][KEY_LEN];
	struct spool_cur c;
	size_t n = 0;

	spool_cur_open(&c, t, TBL_SUSPENDED);
	for (bool ok = spool_cur_first(&c); ok && n < ARRAY_LEN(keys); ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;
		struct spool_suspension s;

		if (c.key.n == KEY_LEN && spool_rec_suspension_get(c.val, t->arena, &s, &ignored) == 0 && s.since > last)
			memcpy(keys[n++], c.key.p, KEY_LEN);
	}
	spool_cur_close(&c);
	for (size_t i = 0; i < n; i++) {
		struct spool_lane lane;
		uint8_t head[SPOOL_HEAD_LEN];
		bool had;

		memcpy(lane.b, keys[i] + 1, SPOOL_LANE_LEN);
		had = keys[i][0] == 'R' && spool_lane_head(t, &lane, head);
		(void)spool_del(t, TBL_SUSPENDED, keys[i], KEY_LEN);
		if (keys[i][0] == 'R')
			spool_lane_moved(t, &lane, had ? head : NULL);
	}
	return n;
}

static int put(struct spool_txn *t, const struct suspend *j, const uint8_t key[KEY_LEN], struct err *e)
{
	struct buf b;

	drop_old(t, j->what->since);
	if (spool_entries(t, TBL_SUSPENDED) >= SPOOL_SUSPENDED_MAX)
		return err_set(e, ERR_LIMIT, "%d recipients and peers are suspended already", SPOOL_SUSPENDED_MAX);
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_suspension_put(&b, j->what);
	must(!b.over);
	spool_put(t, TBL_SUSPENDED, key, KEY_LEN, b.p, b.n);
	buf_fini(&b);
	return 0;
}

static int suspend_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct suspend *j = ctx;
	const struct spool_suspension *w = j->what;
	struct spool_lane lane = spool_lane_of(w->recipient != NULL ? w->recipient : w->peer);
	uint8_t key[KEY_LEN], head[SPOOL_HEAD_LEN];
	bool had = w->recipient != NULL && spool_lane_head(t, &lane, head);
	int rc = 0;

	key_of(w->recipient, w->peer, key);
	if (!j->ends)
		rc = put(t, j, key, e);
	else if (!spool_del(t, TBL_SUSPENDED, key, KEY_LEN))
		rc = err_set(e, ERR_MISSING, "%s is not suspended", w->recipient != NULL ? w->recipient : w->peer);
	if (rc == 0 && w->recipient != NULL)
		spool_lane_moved(t, &lane, had ? head : NULL);
	return rc != 0 ? rc : spool_audit_append(j->s, t, j->audit, e);
}

int spool_lmdb_suspend(struct spool *spool, const struct spool_suspension *what, const struct spool_audit *audit, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, suspend_job, &(struct suspend){ s, what, audit, false }, e);
}

int spool_lmdb_resume(struct spool *spool, const char *recipient, const char *peer, const struct spool_audit *audit, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	const struct spool_suspension what = { .recipient = recipient, .peer = peer };
	int rc = spool_writer_do(s->writer, suspend_job, &(struct suspend){ s, &what, audit, true }, e);

	if (rc == 0)
		spool_queue_bump(s);
	return rc;
}

int spool_lmdb_suspension_get(struct spool *spool, struct arena *a, const char *recipient, const char *peer, int64_t now,
			      struct spool_suspension *out, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	uint8_t key[KEY_LEN];
	struct spool_txn t;
	struct span val;
	int rc = spool_txn_read(&s->db, &t, e);
	bool found;

	if (rc != 0)
		return rc;
	key_of(recipient, peer, key);
	found = spool_get(&t, TBL_SUSPENDED, key, sizeof(key), &val);
	if (found)
		rc = spool_rec_suspension_get(val, a, out, e);
	if (rc == 0)
		rc = spool_txn_check(&t, "suspended", e);
	spool_txn_end(&t);
	if (rc == 0 && (!found || out->until <= now))
		rc = err_set(e, ERR_MISSING, "%s is not suspended", recipient != NULL ? recipient : peer);
	return rc;
}

int spool_lmdb_suspension_list(struct spool *spool, struct arena *a, int64_t now, struct spool_suspension **out, size_t *n,
			       struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_txn t;
	struct spool_cur c;
	size_t count = 0;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*out = arena_alloc(a, ((size_t)spool_entries(&t, TBL_SUSPENDED) + 1) * sizeof(**out));
	spool_cur_open(&c, &t, TBL_SUSPENDED);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;
		struct spool_suspension *to = &(*out)[count];

		if (spool_rec_suspension_get(c.val, a, to, &ignored) == 0 && to->until > now)
			count++;
	}
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "suspended", e);
	spool_txn_end(&t);
	*n = count;
	return rc;
}
