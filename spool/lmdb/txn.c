/* SPDX-License-Identifier: EUPL-1.2 */
/* txn - transactions and cursors with a sticky error; see db.h. */
#include <string.h>

#include "base/mem.h"
#include "spool/lmdb/db.h"

int spool_txn_read(struct spool_db *db, struct spool_txn *t, struct err *e)
{
	int rc = spool_db_alive(db, e), mrc;

	if (rc != 0)
		return rc;
	*t = (struct spool_txn){ .db = db };
	mrc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &t->mdb);
	return mrc == 0 ? 0 : spool_db_fail(db, mrc, "begin reading", e);
}

int spool_txn_write(struct spool_db *db, struct spool_txn *t, struct err *e)
{
	int rc = spool_db_alive(db, e), mrc;

	if (rc != 0)
		return rc;
	*t = (struct spool_txn){ .db = db, .counters = db->counters };
	mrc = mdb_txn_begin(db->env, NULL, 0, &t->mdb);
	return mrc == 0 ? 0 : spool_db_fail(db, mrc, "begin writing", e);
}

void spool_txn_end(struct spool_txn *t)
{
	if (t->mdb != NULL)
		mdb_txn_abort(t->mdb);
	t->mdb = NULL;
}

int spool_txn_check(const struct spool_txn *t, const char *what, struct err *e)
{
	return t->sticky == 0 ? 0 : spool_db_fail(t->db, t->sticky, what, e);
}

void spool_txn_put_counters(struct spool_txn *t)
{
	struct buf b;

	if (memcmp(&t->counters, &t->db->counters, offsetof(struct spool_counters, events)) == 0)
		return;
	buf_init(&b, 4096);
	spool_rec_counters_put(&b, &t->counters);
	spool_put(t, TBL_META, "counters", 8, b.p, b.n);
	buf_fini(&b);
}

int spool_txn_get_counters(struct spool_txn *t, struct spool_counters *out, struct err *e)
{
	struct span val;

	if (!spool_get(t, TBL_META, "counters", 8, &val))
		return spool_txn_check(t, "counters", e);
	return spool_rec_counters_get(val, out, e);
}

int spool_db_load_counters(struct spool_db *db, struct err *e)
{
	struct spool_txn t;
	int rc = spool_txn_read(db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_txn_get_counters(&t, &db->counters, e);
	spool_txn_end(&t);
	return rc;
}

static MDB_val val_of(const void *p, size_t n)
{
	union { const void *c; void *m; } u = { .c = p };	/* LMDB does not write through keys and put values */

	return (MDB_val){ n, u.m };
}

bool spool_get(struct spool_txn *t, enum spool_table table, const void *key, size_t n, struct span *out)
{
	MDB_val k = val_of(key, n), v;
	int mrc;

	if (t->sticky != 0)
		return false;
	mrc = mdb_get(t->mdb, t->db->tables[table], &k, &v);
	if (mrc == 0)
		*out = (struct span){ v.mv_data, v.mv_size };
	else if (mrc != MDB_NOTFOUND)
		t->sticky = mrc;
	return mrc == 0;
}

void spool_put(struct spool_txn *t, enum spool_table table, const void *key, size_t n, const void *val, size_t vn)
{
	MDB_val k = val_of(key, n), v = val_of(val, vn);

	if (t->sticky != 0)
		return;
	t->dirty = true;
	t->puts++;
	t->bytes += n + vn;
	t->sticky = mdb_put(t->mdb, t->db->tables[table], &k, &v, 0);
}

bool spool_del(struct spool_txn *t, enum spool_table table, const void *key, size_t n)
{
	MDB_val k = val_of(key, n);
	int mrc;

	if (t->sticky != 0)
		return false;
	t->puts++;
	mrc = mdb_del(t->mdb, t->db->tables[table], &k, NULL);
	if (mrc == 0)
		t->dirty = true;
	else if (mrc != MDB_NOTFOUND)
		t->sticky = mrc;
	return mrc == 0;
}

void spool_clear(struct spool_txn *t, enum spool_table table)
{
	if (t->sticky != 0)
		return;
	t->dirty = true;
	t->sticky = mdb_drop(t->mdb, t->db->tables[table], 0);
}

uint64_t spool_entries(struct spool_txn *t, enum spool_table table)
{
	MDB_stat st = { .ms_entries = 0 };

	if (t->sticky == 0)
		t->sticky = mdb_stat(t->mdb, t->db->tables[table], &st);
	return st.ms_entries;
}

void spool_cur_open(struct spool_cur *c, struct spool_txn *t, enum spool_table table)
{
	*c = (struct spool_cur){ .t = t };
	if (t->sticky == 0)
		t->sticky = mdb_cursor_open(t->mdb, t->db->tables[table], &c->mdb);
}

static bool step(struct spool_cur *c, MDB_val k, MDB_cursor_op op)
{
	MDB_val v;
	int mrc;

	if (c->t->sticky != 0)
		return false;
	mrc = mdb_cursor_get(c->mdb, &k, &v, op);
	if (mrc == 0) {
		c->key = (struct span){ k.mv_data, k.mv_size };
		c->val = (struct span){ v.mv_data, v.mv_size };
	} else if (mrc != MDB_NOTFOUND) {
		c->t->sticky = mrc;
	}
	return mrc == 0;
}

bool spool_cur_seek(struct spool_cur *c, const void *key, size_t n)
{
	return step(c, val_of(key, n), MDB_SET_RANGE);
}

bool spool_cur_first(struct spool_cur *c)
{
	return step(c, val_of(NULL, 0), MDB_FIRST);
}

bool spool_cur_next(struct spool_cur *c)
{
	return step(c, val_of(NULL, 0), MDB_NEXT);
}

bool spool_cur_prev(struct spool_cur *c)
{
	return step(c, val_of(NULL, 0), MDB_PREV);
}

void spool_cur_close(struct spool_cur *c)
{
	if (c->mdb != NULL)
		mdb_cursor_close(c->mdb);
	c->mdb = NULL;
}
