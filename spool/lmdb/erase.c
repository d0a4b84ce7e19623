/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erase - the end of retention. In this order, so that a crash anywhere is finished by the next start:
 *   1. commit: the record says erased, its sealed value and inline parts are gone, the erasure is noted as under way
 *   2. the key's slot is overwritten and synced - from here on nothing of the message can be decrypted
 *   3. payload files are removed
 *   4. commit, not waited for: the note is taken away, the slot is free
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

struct erase {
	struct spool_lmdb *s;
	struct id id;
	int64_t now;
	bool already;
	bool expired;		/* only if its retention is over */
	struct spool_rec_erasing note;
	struct id files[SPOOL_PARTS_MAX];
};

static void delete_events(struct spool_txn *t, const struct id *message)
{
	uint8_t key[ID_LEN + 4];

	for (;;) {
		struct spool_cur c;
		bool ok;

		spool_cur_open(&c, t, TBL_EVENT);
		ok = spool_cur_seek(&c, message->b, ID_LEN) && c.key.n == sizeof(key) &&
		     memcmp(c.key.p, message->b, ID_LEN) == 0;
		if (ok)
			memcpy(key, c.key.p, sizeof(key));
		spool_cur_close(&c);
		if (!ok)
			return;
		spool_del(t, TBL_EVENT, key, sizeof(key));
	}
}

static void drop_parts(struct spool_txn *t, struct erase *x, const struct spool_rec_msg *r)
{
	x->note.files = x->files;
	x->note.file_count = 0;
	for (size_t i = 0; i < r->m.part_count; i++) {
		spool_del(t, r->refs[i].in_file ? TBL_FILE : TBL_BLOB, r->refs[i].id.b, ID_LEN);
		if (!r->refs[i].in_file)
			continue;
		t->counters.file_bytes -= r->m.parts[i].size;
		x->files[x->note.file_count++] = r->refs[i].id;
	}
}

static void store_erased(struct spool_txn *t, const struct erase *x, const struct spool_rec_msg *old)
{
	struct spool_event ev = { .at = x->now, .kind = SPOOL_EV_ERASED };
	struct spool_rec_msg r = *old;

	if (old->m.kind == SPOOL_DRAFT) {
		delete_events(t, &x->id);
		spool_msg_store(t, old, NULL);
		return;
	}
	r.m.erased = x->now;
	r.slot = 0;
	r.rev++;
	spool_msg_store(t, old, &r);
	spool_event_append(t, &x->id, &ev);
}

/* A draft goes altogether, its deliveries (if it ever had one) with it; others may only go when theirs are over. */
static int check_deliveries(struct spool_txn *t, const struct spool_rec_msg *r, bool remove, struct err *e)
{
	struct id at = { { 0 } };
	struct spool_delivery d;
	int rc;

	while (spool_dlv_next_of(t, &r->m.id, &at)) {
		if ((rc = spool_dlv_load(t, t->arena, &at, &d, e)) != 0)
			return rc;
		if (!delivery_is_final(d.state))
			return err_set(e, ERR_WRONG_STATE, "a delivery is %s: only what is over can be erased",
				       delivery_state_name(d.state));
		if (remove)
			spool_dlv_store(t, &d, NULL);
	}
	return 0;
}

static int erase_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct erase *x = ctx;
	struct spool_rec_msg old;
	struct buf b;
	int rc = spool_msg_load(t, t->arena, &x->id, &old, e);

	if (rc != 0)
		return rc;
	x->already = old.m.erased != 0;
	if (x->already)
		return 0;
	if (x->expired && (old.m.expires <= 0 || old.m.expires >= x->now))
		return err_set(e, ERR_WRONG_STATE, "its retention does not end yet: it was changed meanwhile");
	if ((rc = check_deliveries(t, &old, false, e)) != 0)
		return rc;
	if (old.m.kind == SPOOL_DRAFT && (rc = check_deliveries(t, &old, true, e)) != 0)
		return rc;
	x->note.slot = old.slot;
	drop_parts(t, x, &old);
	spool_del(t, TBL_SEALED, x->id.b, ID_LEN);
	store_erased(t, x, &old);
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_erasing_put(&b, &x->note);
	must(!b.over);
	spool_put(t, TBL_ERASING, x->id.b, ID_LEN, b.p, b.n);
	buf_fini(&b);
	return 0;
}

static int end_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct erase *x = ctx;

	if (spool_del(t, TBL_ERASING, x->id.b, ID_LEN))
		spool_keys_freed(t, x->note.slot);
	return spool_txn_check(t, "end of erasure", e);
}

/* Not committed (disk full, stopping): the note stays, and the next start does the rest. */
static void end_over(void *ctx, bool failed)
{
	(void)failed;
	free(ctx);
}

static int erase(struct spool_lmdb *s, const struct id *id, int64_t now, bool expired, struct err *e)
{
	struct erase *x = mem_new(sizeof(*x));
	int rc;

	x->s = s;
	x->expired = expired;
	x->id = *id;
	x->now = now;
	rc = spool_writer_do(s->writer, erase_job, x, e);
	if (rc == 0 && !x->already)
		rc = spool_keys_destroy(s->keys, &s->db, &x->note.slot, 1, true, e);
	if (rc != 0 || x->already) {
		free(x);
		return rc == 0 ? 0 : err_wrap(e, "erase");
	}
	spool_unlink_files(s, x->note.files, x->note.file_count);
	spool_writer_post(s->writer, end_job, x, end_over);
	return 0;
}

int spool_lmdb_erase(struct spool *spool, const struct id *id, int64_t now, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return erase(s, id, now, false, e);
}

int spool_lmdb_erase_expired(struct spool *spool, const struct id *id, int64_t now, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return erase(s, id, now, true, e);
}

static int next_note(struct spool_lmdb *s, struct arena *a, struct erase *x, bool *found, struct err *e)
{
	struct spool_txn t;
	struct spool_cur c;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	spool_cur_open(&c, &t, TBL_ERASING);
	*found = spool_cur_first(&c) && c.key.n == ID_LEN;
	if (*found) {
		memcpy(x->id.b, c.key.p, ID_LEN);
		rc = spool_rec_erasing_get(c.val, a, &x->note, e);
	}
	spool_cur_close(&c);
	if (rc == 0)
		rc = spool_txn_check(&t, "erasures", e);
	spool_txn_end(&t);
	return rc;
}

int spool_erasures_finish(struct spool_lmdb *s, struct err *e)
{
	struct erase *x = mem_new(sizeof(*x));
	struct arena *a = arena_new();
	bool found;
	int rc;

	for (;;) {
		arena_reset(a);
		if ((rc = next_note(s, a, x, &found, e)) != 0 || !found)
			break;
		if ((rc = spool_keys_destroy(s->keys, &s->db, &x->note.slot, 1, true, e)) != 0)
			break;
		spool_unlink_files(s, x->note.files, x->note.file_count);
		if ((rc = spool_writer_do(s->writer, end_job, x, e)) != 0)
			break;
	}
	arena_free(a);
	free(x);
	return rc;
}

int spool_lmdb_expired(struct spool *spool, struct arena *a, int64_t now, size_t limit, struct id **out, size_t *n,
		       struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_txn t;
	struct spool_cur c;
	struct id *list = NULL;
	size_t count = 0;
	bool wait = atomic_load(&s->ends_settling);
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	spool_cur_open(&c, &t, TBL_EXPIRY);
	for (bool ok = !wait && spool_cur_first(&c); ok && count < limit; ok = spool_cur_next(&c)) {
		if (c.key.n != 8 + ID_LEN || (int64_t)codec_get_be64((const uint8_t *)c.key.p) >= now)
			break;
		if ((count & (count - 1)) == 0)
			list = mem_grow(list, count == 0 ? 1 : 2 * count, sizeof(*list));
		memcpy(list[count++].b, c.key.p + 8, ID_LEN);
	}
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "expired messages", e);
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
