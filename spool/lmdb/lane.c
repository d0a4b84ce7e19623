/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lane - what waits for one recipient, and its rest.
 *
 *     head       due (8) lane (16)                  ->             the first entry of `due` per lane, or the end of its rest or
 *                                                                  suspension
 *     rest       lane (16)                          -> record R
 *     rest_peer  SHA-256(peer), 16 bytes, lane (16) ->
 *
 * Claiming walks `head` up to now: a lane that rests is not met at all, and one whose window is full costs one step, however
 * many wait in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define PEER_LEN 16
#define REST_PEER_LEN (PEER_LEN + SPOOL_LANE_LEN)
#define AT_ONCE 256	/* of deliveries that are made due in one job */

static bool rest_load(struct spool_txn *t, struct arena *a, const struct spool_lane *lane, struct spool_rest *r)
{
	struct err ignored = ERR_INIT;
	struct span val;

	/* A damaged rest is none: the worst that happens is an attempt too early. */
	return spool_get(t, TBL_REST, lane->b, SPOOL_LANE_LEN, &val) && spool_rec_rest_get(val, a, r, &ignored) == 0;
}

int64_t spool_lane_rests_until(struct spool_txn *t, const struct spool_lane *lane)
{
	int64_t until = spool_lane_suspended_until(t, lane), rest = 0;
	struct codec_reader rd;
	struct err ignored = ERR_INIT;
	struct span val;

	if (spool_get(t, TBL_REST, lane->b, SPOOL_LANE_LEN, &val) && spool_rec_rest_open(val, &rd, &ignored) == 0)
		rest = codec_read_ms(&rd);
	return rest > until ? rest : until;
}

bool spool_lane_head(struct spool_txn *t, const struct spool_lane *lane, uint8_t key[SPOOL_HEAD_LEN])
{
	int64_t due, until;
	struct spool_cur c;
	bool ok;

	spool_cur_open(&c, t, TBL_DUE);
	ok = spool_cur_seek(&c, lane->b, SPOOL_LANE_LEN) && c.key.n == SPOOL_DUE_LEN &&
	     memcmp(c.key.p, lane->b, SPOOL_LANE_LEN) == 0;
	due = ok ? (int64_t)codec_get_be64((const uint8_t *)c.key.p + SPOOL_LANE_LEN) : 0;
	spool_cur_close(&c);
	if (!ok)
		return false;
	until = spool_lane_rests_until(t, lane);
	codec_be64(key, (uint64_t)(until > due ? until : due));
	memcpy(key + 8, lane->b, SPOOL_LANE_LEN);
	return true;
}

void spool_lane_moved(struct spool_txn *t, const struct spool_lane *lane, const uint8_t *before)
{
	uint8_t after[SPOOL_HEAD_LEN];
	bool has = spool_lane_head(t, lane, after);

	if (has && before != NULL && memcmp(before, after, sizeof(after)) == 0)
		return;
	if (before != NULL)
		spool_del(t, TBL_HEAD, before, sizeof(after));
	if (has)
		spool_put(t, TBL_HEAD, after, sizeof(after), "", 0);
}

static void rest_peer_key(const char *peer, const struct spool_lane *lane, uint8_t key[REST_PEER_LEN])
{
	uint8_t sha[SHA256_LEN];

	sha256(peer, strlen(peer), sha);
	memcpy(key, sha, PEER_LEN);
	memcpy(key + PEER_LEN, lane->b, SPOOL_LANE_LEN);
}

/* NULL: the rest ends. */
static void rest_store(struct spool_txn *t, const struct spool_lane *lane, const struct spool_rest *r)
{
	uint8_t head[SPOOL_HEAD_LEN], key[REST_PEER_LEN];
	bool had = spool_lane_head(t, lane, head);
	struct spool_rest old;
	struct buf b;

	if (rest_load(t, t->arena, lane, &old) && old.peer != NULL) {
		rest_peer_key(old.peer, lane, key);
		spool_del(t, TBL_REST_PEER, key, sizeof(key));
	}
	spool_del(t, TBL_REST, lane->b, SPOOL_LANE_LEN);
	if (r != NULL) {
		buf_init(&b, SPOOL_RECORD_MAX);
		spool_rec_rest_put(&b, r);
		must(!b.over);
		spool_put(t, TBL_REST, lane->b, SPOOL_LANE_LEN, b.p, b.n);
		buf_fini(&b);
		if (r->peer != NULL) {
			rest_peer_key(r->peer, lane, key);
			spool_put(t, TBL_REST_PEER, key, sizeof(key), "", 0);
		}
	}
	spool_lane_moved(t, lane, had ? head : NULL);
}

bool spool_lane_wake(struct spool_txn *t, const struct spool_lane *lane, int64_t last)
{
	struct spool_rest r;

	if (!rest_load(t, t->arena, lane, &r) || r.until <= last)
		return false;
	r.until = 0;
	rest_store(t, lane, &r);
	return true;
}

struct rest_job {
	struct spool_lane lane;
	struct spool_rest rest;
	int64_t now;
	bool more;		/* of the lane's deliveries are to be made due */
};

static int set_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct rest_job *j = ctx;

	rest_store(t, &j->lane, &j->rest);
	return spool_txn_check(t, "rest", e);
}

int spool_lmdb_rest_set(struct spool *spool, const char *recipient, const struct spool_rest *rest, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct rest_job j = { .lane = spool_lane_of(recipient), .rest = *rest };

	j.rest.recipient = recipient;
	return spool_writer_do(s->writer, set_job, &j, e);
}

/* Ids of WAITING deliveries of the lane whose turn is later than now. */
static size_t later_ones(struct spool_txn *t, const struct rest_job *j, struct id *ids)
{
	uint8_t key[SPOOL_LANE_LEN + 8];
	struct spool_cur c;
	size_t n = 0;

	memcpy(key, j->lane.b, SPOOL_LANE_LEN);
	codec_be64(key + SPOOL_LANE_LEN, (uint64_t)j->now + 1);
	spool_cur_open(&c, t, TBL_DUE);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok && n < AT_ONCE; ok = spool_cur_next(&c)) {
		if (c.key.n != SPOOL_DUE_LEN || memcmp(c.key.p, j->lane.b, SPOOL_LANE_LEN) != 0)
			break;
		memcpy(ids[n++].b, c.key.p + SPOOL_LANE_LEN + 8, ID_LEN);
	}
	spool_cur_close(&c);
	return n;
}

static int clear_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct rest_job *j = ctx;
	struct id ids[AT_ONCE];
	size_t n, moved = 0;

	rest_store(t, &j->lane, NULL);
	n = later_ones(t, j, ids);
	for (size_t i = 0; i < n; i++) {
		struct err ignored = ERR_INIT;
		struct spool_delivery old, d;

		if (spool_dlv_load(t, t->arena, &ids[i], &old, &ignored) != 0 || old.state != DLV_WAITING)
			continue;
		d = old;
		d.due = j->now;
		spool_dlv_store(t, &old, &d);
		moved++;
	}
	j->more = n == AT_ONCE && moved > 0;
	return spool_txn_check(t, "rest", e);
}

static int clear_lane(struct spool_lmdb *s, const struct spool_lane *lane, struct err *e)
{
	struct rest_job j = { .lane = *lane, .now = clock_now(), .more = true };
	int rc = 0;

	while (rc == 0 && j.more)
		rc = spool_writer_do(s->writer, clear_job, &j, e);
	return rc;
}

int spool_lmdb_rest_clear(struct spool *spool, const char *recipient, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_lane lane = spool_lane_of(recipient);
	int rc = clear_lane(s, &lane, e);

	if (rc == 0)
		spool_queue_bump(s);
	return rc;
}

/* The lanes that rest because of the peer; the caller frees. */
static struct spool_lane *lanes_of(struct spool_txn *t, const char *peer, size_t *n)
{
	const struct spool_lane none = { { 0 } };
	struct spool_lane *list = NULL;
	uint8_t key[REST_PEER_LEN];
	struct spool_cur c;
	size_t cap = 0;

	*n = 0;
	rest_peer_key(peer, &none, key);
	spool_cur_open(&c, t, TBL_REST_PEER);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok; ok = spool_cur_next(&c)) {
		if (c.key.n != REST_PEER_LEN || memcmp(c.key.p, key, PEER_LEN) != 0)
			break;
		if (*n == cap)
			list = mem_grow(list, cap = cap == 0 ? 16 : 2 * cap, sizeof(*list));
		memcpy(list[(*n)++].b, c.key.p + PEER_LEN, SPOOL_LANE_LEN);
	}
	spool_cur_close(&c);
	return list;
}

struct move_job {
	const struct spool_lane *lanes;
	size_t n;
	const char *peer;
	int64_t until;
};

static int move_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct move_job *m = ctx;

	for (size_t i = 0; i < m->n; i++) {
		struct spool_rest r;

		/* Another one may have moved or ended it since it was listed. */
		if (!rest_load(t, t->arena, &m->lanes[i], &r) || r.peer == NULL || strcmp(r.peer, m->peer) != 0)
			continue;
		r.until = m->until;
		rest_store(t, &m->lanes[i], &r);
	}
	return spool_txn_check(t, "rest", e);
}

int spool_lmdb_rest_peer(struct spool *spool, const char *peer, int64_t until, size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct move_job m = { .peer = peer, .until = until };
	struct spool_lane *lanes;
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	lanes = lanes_of(&t, peer, &m.n);
	m.lanes = lanes;
	rc = spool_txn_check(&t, "rest", e);
	spool_txn_end(&t);
	if (rc == 0 && until != 0 && m.n > 0)
		rc = spool_writer_do(s->writer, move_job, &m, e);
	for (size_t i = 0; rc == 0 && until == 0 && i < m.n; i++)
		rc = clear_lane(s, &lanes[i], e);
	free(lanes);
	if (rc == 0 && n != NULL)
		*n = m.n;
	if (rc == 0 && m.n > 0)
		spool_queue_bump(s);
	return rc;
}

int spool_lmdb_rest_get(struct spool *spool, struct arena *a, const char *recipient, struct spool_rest *out,
			struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_lane lane = spool_lane_of(recipient);
	struct spool_txn t;
	bool found;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	found = rest_load(&t, a, &lane, out);
	rc = spool_txn_check(&t, "rest", e);
	spool_txn_end(&t);
	if (rc == 0 && !found)
		rc = err_set(e, ERR_MISSING, "recipient %s does not rest", recipient == NULL ? "" : recipient);
	return rc;
}

int spool_lmdb_rest_list(struct spool *spool, struct arena *a, struct spool_rest **out, size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_txn t;
	struct spool_cur c;
	size_t count = 0;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*out = arena_alloc(a, ((size_t)spool_entries(&t, TBL_REST) + 1) * sizeof(**out));
	spool_cur_open(&c, &t, TBL_REST);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;

		if (spool_rec_rest_get(c.val, a, &(*out)[count], &ignored) == 0)
			count++;
	}
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "rest", e);
	spool_txn_end(&t);
	*n = count;
	return rc;
}
