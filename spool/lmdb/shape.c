/* SPDX-License-Identifier: EUPL-1.2 */
/* shape - how many deliveries wait for whom, why and for how long; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/lmdb/resident.h"

#define STATE_KEY_LEN (1 + ID_LEN)
#define REASON_MAX 63
#define RECORDS 256	/* that are read between two times of letting go of the map */

struct row {
	struct spool_shape_row r;
	struct id oldest;
};

/* Neighbours mostly belong to one row: it is looked up when another one begins. */
struct rows {
	struct spool_db *db;
	struct map *map;	/* by lane and key of the reason */
	struct row *last;
	uint8_t key[SPOOL_LANE_LEN + REASON_MAX];
	size_t n;
	int64_t now;
	size_t looks;
};

static struct row *row_of(struct rows *rows, const char *lane, struct span reason)
{
	size_t n = reason.n > REASON_MAX ? REASON_MAX : reason.n;
	struct span key;

	if (rows->last != NULL && rows->n == SPOOL_LANE_LEN + n && memcmp(rows->key, lane, SPOOL_LANE_LEN) == 0 &&
	    (n == 0 || memcmp(rows->key + SPOOL_LANE_LEN, reason.p, n) == 0))
		return rows->last;
	memcpy(rows->key, lane, SPOOL_LANE_LEN);
	if (n > 0)
		memcpy(rows->key + SPOOL_LANE_LEN, reason.p, n);
	rows->n = SPOOL_LANE_LEN + n;
	key = (struct span){ (const char *)rows->key, rows->n };
	rows->last = map_get(rows->map, key);
	if (rows->last == NULL) {
		rows->last = mem_new(sizeof(*rows->last));
		memset(rows->last->oldest.b, 0xff, ID_LEN);
		map_put(rows->map, key, rows->last);
	}
	return rows->last;
}

static void count_row(struct rows *rows, const char *lane, struct span reason, const char *id_bytes)
{
	static const int64_t ages[] = { 60000, 600000, 3600000, 21600000, 86400000 };
	struct row *row = row_of(rows, lane, reason);
	struct id id;
	int64_t age;
	size_t i = 0;

	memcpy(id.b, id_bytes, ID_LEN);
	age = rows->now - id_time(&id);
	if (id_cmp(&id, &row->oldest) < 0)
		row->oldest = id;
	while (i < ARRAY_LEN(ages) && age >= ages[i])
		i++;
	row->r.count[i]++;
	spool_resident_looked(rows->db, &rows->looks);
}

/* What waits, lane by lane. */
static void count_waiting(struct spool_txn *t, struct rows *rows)
{
	struct spool_cur c;

	spool_cur_open(&c, t, TBL_DUE);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c))
		if (c.key.n == SPOOL_DUE_LEN && c.val.n > 0)
			count_row(rows, c.key.p, (struct span){ c.val.p + 1, c.val.n - 1 }, c.key.p + SPOOL_LANE_LEN + 8);
	spool_cur_close(&c);
}

/* The lists of what is not final and does not wait, and of what is late. */
static void count_lists(struct spool_txn *t, struct rows *rows)
{
	struct spool_cur c;

	spool_cur_open(&c, t, TBL_STATE);
	for (bool ok = spool_cur_first(&c); ok && (uint8_t)c.key.p[0] <= SPOOL_STATE_LATE;) {
		uint8_t list = (uint8_t)c.key.p[0], next = list + 1;

		if (c.key.n != STATE_KEY_LEN || c.val.n < SPOOL_LANE_LEN || list == SPOOL_STATE_WAITS ||
		    (list != SPOOL_STATE_LATE && delivery_is_final((enum delivery_state)list))) {
			ok = spool_cur_seek(&c, &next, 1);	/* the next list, without looking at these */
			continue;
		}
		count_row(rows, c.val.p, (struct span){ c.val.p + SPOOL_LANE_LEN, c.val.n - SPOOL_LANE_LEN }, c.key.p + 1);
		ok = spool_cur_next(&c);
	}
	spool_cur_close(&c);
}

struct fill {
	struct spool_txn *t;
	struct arena *a;
	struct spool_shape_row *out;
	size_t n;
	int rc;
	struct err *e;
};

static int fill_row(struct span key, void *value, void *ctx)
{
	struct fill *f = ctx;
	struct row *row = value;
	struct spool_delivery d;

	(void)key;
	/* The row of one that cannot be read still counts; only its recipient is not known. */
	if ((f->rc = spool_dlv_load(f->t, f->a, &row->oldest, &d, f->e)) != 0) {
		if (!spool_is_damage(f->e))
			return 1;
		f->rc = 0;
		d = (struct spool_delivery){ .recipient = "?", .reason = RSN_LOC_DATA_BAD, .created = id_time(&row->oldest) };
	}
	row->r.recipient = d.recipient;
	row->r.reason = spool_delivery_reason(&d);
	row->r.oldest = d.created;
	f->out[f->n++] = row->r;
	if (f->n % RECORDS == 0)	/* they lie far apart */
		spool_resident_release(f->t->db);
	return 0;
}

static int cmp_oldest(const void *a, const void *b)
{
	const struct spool_shape_row *x = a, *y = b;

	return (x->oldest > y->oldest) - (x->oldest < y->oldest);
}

int spool_lmdb_shape(struct spool *spool, struct arena *a, int64_t now, struct spool_shape_row **out, size_t *n,
		     struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct rows rows = { .db = &s->db, .map = map_new(free), .now = now };
	struct spool_txn t;
	struct fill f = { .t = &t, .a = a, .e = e };
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		goto out;
	count_waiting(&t, &rows);
	count_lists(&t, &rows);
	f.out = arena_alloc(a, (map_count(rows.map) + 1) * sizeof(*f.out));
	map_each(rows.map, fill_row, &f);
	rc = f.rc != 0 ? f.rc : spool_txn_check(&t, "shape", e);
	spool_txn_end(&t);
	spool_resident_release(&s->db);	/* much of it was looked at */
	if (rc == 0) {
		qsort(f.out, f.n, sizeof(*f.out), cmp_oldest);
		*out = f.out;
		*n = f.n;
	}
out:
	map_free(rows.map);
	return rc;
}
