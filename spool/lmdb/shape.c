/* SPDX-License-Identifier: EUPL-1.2 */
/* shape - how many deliveries wait for whom, why and for how long; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define STATE_KEY_LEN (1 + ID_LEN)

struct row {
	struct spool_shape_row r;
	struct id oldest;
};

static void count_row(struct map *rows, struct span key, const struct id *id, int64_t now)
{
	static const int64_t ages[] = { 60000, 600000, 3600000, 21600000, 86400000 };
	struct row *row = map_get(rows, key);
	int64_t age = now - id_time(id);
	size_t i = 0;

	if (row == NULL) {
		row = mem_new(sizeof(*row));
		row->oldest = *id;
		map_put(rows, key, row);
	}
	if (id_cmp(id, &row->oldest) < 0)
		row->oldest = *id;
	while (i < ARRAY_LEN(ages) && age >= ages[i])
		i++;
	row->r.count[i]++;
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
	struct map *rows = map_new(free);
	struct spool_txn t;
	struct fill f = { .t = &t, .a = a, .e = e };
	struct spool_cur c;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		goto out;
	spool_cur_open(&c, &t, TBL_STATE);
	for (bool ok = spool_cur_first(&c); ok && (uint8_t)c.key.p[0] <= SPOOL_STATE_LATE;) {
		uint8_t state = (uint8_t)c.key.p[0], next = state + 1;
		struct id id;

		if (c.key.n != STATE_KEY_LEN || c.val.n < SPOOL_LANE_LEN ||
		    (state != SPOOL_STATE_LATE && delivery_is_final((enum delivery_state)state))) {
			ok = spool_cur_seek(&c, &next, 1);	/* the next state, without looking at these */
			continue;
		}
		memcpy(id.b, c.key.p + 1, ID_LEN);
		count_row(rows, c.val, &id, now);
		ok = spool_cur_next(&c);
	}
	spool_cur_close(&c);
	f.out = arena_alloc(a, (map_count(rows) + 1) * sizeof(*f.out));
	map_each(rows, fill_row, &f);
	rc = f.rc != 0 ? f.rc : spool_txn_check(&t, "shape", e);
	spool_txn_end(&t);
	if (rc == 0) {
		qsort(f.out, f.n, sizeof(*f.out), cmp_oldest);
		*out = f.out;
		*n = f.n;
	}
out:
	map_free(rows);
	return rc;
}
