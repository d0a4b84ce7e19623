/* SPDX-License-Identifier: EUPL-1.2 */
/* queue_list - looking at deliveries: one, pages of them, and how many wait for whom; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "spool/engine.h"

#define STATE_KEY_LEN (1 + ID_LEN)

int spool_delivery_get(struct spool *s, struct arena *a, const struct id *id, struct spool_delivery *out, struct err *e)
{
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_dlv_load(&t, a, id, out, e);
	spool_txn_end(&t);
	return rc;
}

int spool_delivery_of(struct spool *s, struct arena *a, const struct id *message, struct spool_delivery *out,
		      struct err *e)
{
	struct spool_rec_msg r;
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_msg_load(&t, a, message, &r, e);
	if (rc == 0 && id_is_zero(&r.delivery))
		rc = err_set(e, ERR_MISSING, "the message has no delivery");
	if (rc == 0)
		rc = spool_dlv_load(&t, a, &r.delivery, out, e);
	spool_txn_end(&t);
	return rc;
}

#define LISTS (SPOOL_STATE_LATE + 1)

/* One cursor per wanted state, and one for what is late; together they are walked in the order of ids. */
struct merge {
	struct spool_cur cur[LISTS];
	bool has[LISTS];
	const uint8_t *rhash;		/* NULL: any recipient */
};

static bool here(const struct spool_cur *c, unsigned state)
{
	return c->key.n == STATE_KEY_LEN && (uint8_t)c->key.p[0] == state;
}

static void settle(struct merge *m, unsigned state, bool ok)
{
	struct spool_cur *c = &m->cur[state];

	while (ok && here(c, state) && m->rhash != NULL &&
	       (c->val.n != SPOOL_RHASH_LEN || memcmp(c->val.p, m->rhash, SPOOL_RHASH_LEN) != 0))
		ok = spool_cur_next(c);
	m->has[state] = ok && here(c, state);
}

static void merge_open(struct merge *m, struct spool_txn *t, unsigned states, const struct id *after)
{
	uint8_t key[STATE_KEY_LEN];

	for (unsigned i = 0; i < LISTS; i++) {
		bool ok;

		if ((states >> i & 1) == 0)
			continue;
		spool_cur_open(&m->cur[i], t, TBL_STATE);
		key[0] = (uint8_t)i;
		if (after != NULL)
			memcpy(key + 1, after->b, ID_LEN);
		ok = spool_cur_seek(&m->cur[i], key, after != NULL ? STATE_KEY_LEN : 1);
		if (ok && after != NULL && m->cur[i].key.n == STATE_KEY_LEN &&
		    memcmp(m->cur[i].key.p, key, STATE_KEY_LEN) == 0)
			ok = spool_cur_next(&m->cur[i]);
		settle(m, i, ok);
	}
}

static bool merge_next(struct merge *m, struct id *id)
{
	unsigned best = LISTS;

	for (unsigned i = 0; i < LISTS; i++)
		if (m->has[i] &&
		    (best == LISTS || memcmp(m->cur[i].key.p + 1, m->cur[best].key.p + 1, ID_LEN) < 0))
			best = i;
	if (best == LISTS)
		return false;
	memcpy(id->b, m->cur[best].key.p + 1, ID_LEN);
	for (unsigned i = 0; i < LISTS; i++)	/* one that is done and late stands in two lists */
		if (m->has[i] && memcmp(m->cur[i].key.p + 1, id->b, ID_LEN) == 0)
			settle(m, i, spool_cur_next(&m->cur[i]));
	return true;
}

static void merge_close(struct merge *m)
{
	for (unsigned i = 0; i < LISTS; i++)
		spool_cur_close(&m->cur[i]);
}

int spool_delivery_list(struct spool *s, struct arena *a, unsigned states, const char *recipient,
			const struct id *after, size_t limit, struct spool_delivery **out, size_t *n, struct err *e)
{
	uint8_t rhash[SPOOL_RHASH_LEN];
	struct merge m = { .rhash = NULL };
	struct spool_delivery *list = NULL;
	struct spool_txn t;
	size_t count = 0;
	struct id id;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	if (recipient != NULL) {
		spool_rhash(recipient, rhash);
		m.rhash = rhash;
	}
	merge_open(&m, &t, states, after);
	while (rc == 0 && count < limit && merge_next(&m, &id)) {
		if ((count & (count - 1)) == 0)	/* a power of two: full */
			list = mem_grow(list, count == 0 ? 1 : 2 * count, sizeof(*list));
		rc = spool_dlv_load(&t, a, &id, &list[count++], e);
	}
	merge_close(&m);
	if (rc == 0)
		rc = spool_txn_check(&t, "deliveries", e);
	spool_txn_end(&t);
	if (rc == 0) {
		*out = arena_alloc(a, (count + 1) * sizeof(*list));
		if (count > 0)
			memcpy(*out, list, count * sizeof(*list));
		*n = count;
	}
	free(list);
	return rc;
}

struct row {
	struct spool_shape_row r;
	struct id oldest;
};

static void count_row(struct map *rows, const struct span rhash, const struct id *id, int64_t now)
{
	static const int64_t ages[] = { 60000, 600000, 3600000, 21600000, 86400000 };
	struct row *row = map_get(rows, rhash);
	int64_t age = now - id_time(id);
	size_t i = 0;

	if (row == NULL) {
		row = mem_new(sizeof(*row));
		row->oldest = *id;
		map_put(rows, rhash, row);
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

static int fill_row(struct span rhash, void *value, void *ctx)
{
	struct fill *f = ctx;
	struct row *row = value;
	struct spool_delivery d;

	(void)rhash;
	if ((f->rc = spool_dlv_load(f->t, f->a, &row->oldest, &d, f->e)) != 0)
		return 1;
	row->r.recipient = d.recipient;
	row->r.reason = d.reason;
	row->r.oldest = d.created;
	f->out[f->n++] = row->r;
	return 0;
}

static int cmp_oldest(const void *a, const void *b)
{
	const struct spool_shape_row *x = a, *y = b;

	return (x->oldest > y->oldest) - (x->oldest < y->oldest);
}

int spool_shape(struct spool *s, struct arena *a, int64_t now, struct spool_shape_row **out, size_t *n, struct err *e)
{
	struct map *rows = map_new(free);
	struct spool_txn t;
	struct fill f = { .t = &t, .a = a, .e = e };
	struct spool_cur c;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		goto out;
	spool_cur_open(&c, &t, TBL_STATE);
	for (bool ok = spool_cur_first(&c); ok && (uint8_t)c.key.p[0] < LISTS;) {
		uint8_t state = (uint8_t)c.key.p[0], next = state + 1;
		struct id id;

		if (c.key.n != STATE_KEY_LEN || c.val.n != SPOOL_RHASH_LEN ||
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
