/* SPDX-License-Identifier: EUPL-1.2 */
/* box_list - what waits in several mailboxes, as one list, and what is done to several at once; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/codec.h"
#include "spool/lmdb/engine.h"

#define BOX_KEY_LEN (SPOOL_BOX_LEN + 8 + ID_LEN)

struct found {
	struct spool_mail_ref *list;
	size_t n, cap;
};

static int by_position(const void *a, const void *b)
{
	const struct spool_mail_ref *x = a, *y = b;

	if (x->accepted != y->accepted)
		return x->accepted < y->accepted ? -1 : 1;
	return id_cmp(&x->id, &y->id);
}

/* Where to begin in a mailbox: behind the position, not before the range. */
static void start_key(uint8_t key[BOX_KEY_LEN], const struct spool_box_range *q, const struct spool_box *box)
{
	bool at_position = q->after.accepted >= q->since;

	memset(key, 0, BOX_KEY_LEN);
	memcpy(key, box->b, SPOOL_BOX_LEN);
	codec_be64(key + SPOOL_BOX_LEN, (uint64_t)(at_position ? q->after.accepted : q->since < 0 ? 0 : q->since));
	if (at_position)
		memcpy(key + SPOOL_BOX_LEN + 8, q->after.id.b, ID_LEN);
}

static void add(struct found *f, const uint8_t *key)
{
	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 64 : 2 * f->cap;
		f->list = mem_grow(f->list, f->cap, sizeof(*f->list));
	}
	f->list[f->n].accepted = (int64_t)codec_get_be64(key + SPOOL_BOX_LEN);
	memcpy(f->list[f->n].id.b, key + SPOOL_BOX_LEN + 8, ID_LEN);
	f->n++;
}

/* One more than the limit of each mailbox is enough to know whether there is more of all. */
static void collect(struct spool_txn *t, const struct spool_box_range *q, const struct spool_box *box, struct found *f)
{
	uint8_t key[BOX_KEY_LEN];
	struct spool_cur c;
	size_t before = f->n;

	start_key(key, q, box);
	spool_cur_open(&c, t, q->new_only ? TBL_NEW : TBL_UNREAD);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok && f->n - before <= q->limit; ok = spool_cur_next(&c)) {
		if (c.key.n != BOX_KEY_LEN || memcmp(c.key.p, box->b, SPOOL_BOX_LEN) != 0)
			break;
		if (memcmp(c.key.p, key, BOX_KEY_LEN) == 0 && !id_is_zero(&q->after.id))
			continue;	/* the position itself */
		if (q->until != 0 && (int64_t)codec_get_be64((const uint8_t *)c.key.p + SPOOL_BOX_LEN) > q->until)
			break;
		add(f, (const uint8_t *)c.key.p);
	}
	spool_cur_close(&c);
}

int spool_lmdb_box_list(struct spool *spool, struct arena *a, const struct spool_box_range *q, struct spool_mail_ref **out,
			size_t *n, bool *more, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct found f = { .n = 0 };
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < q->box_count; i++)
		collect(&t, q, &q->boxes[i], &f);
	rc = spool_txn_check(&t, "mailbox", e);
	spool_txn_end(&t);
	if (rc == 0) {
		if (f.n > 1)
			qsort(f.list, f.n, sizeof(*f.list), by_position);
		*more = f.n > q->limit;
		*n = *more ? q->limit : f.n;
		*out = arena_alloc(a, (*n + 1) * sizeof(**out));
		if (*n > 0)
			memcpy(*out, f.list, *n * sizeof(**out));
	}
	free(f.list);
	return rc;
}

struct fetched {
	const struct spool_lmdb *s;
	const struct id *ids;
	size_t n;
	int64_t at;
};

static int fetched_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct fetched *f = ctx;
	struct spool_rec_msg r, old;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < f->n; i++)	/* all checks come before the first write */
		rc = spool_msg_load(t, t->arena, &f->ids[i], &r, e);
	for (size_t i = 0; rc == 0 && i < f->n; i++) {
		if ((rc = spool_msg_load(t, t->arena, &f->ids[i], &old, e)) != 0)
			break;
		if (old.m.fetched != 0)
			continue;
		r = old;
		r.m.fetched = f->at;
		if (r.m.kind == SPOOL_MAIL)
			r.m.expires = spool_end_of(f->s, t, &r, f->at);
		r.m.modified = f->at > r.m.modified ? f->at : r.m.modified;
		r.rev++;
		spool_msg_store(t, &old, &r);
		spool_event_append(t, &r.m.id, &(struct spool_event){ .at = f->at, .kind = SPOOL_EV_FETCHED });
	}
	return rc;
}

int spool_lmdb_mail_fetched(struct spool *spool, const struct id *ids, size_t n, int64_t at, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, fetched_job, &(struct fetched){ s, ids, n, at }, e);
}

struct cancel {
	const struct id *id;
	int64_t now;
	const struct spool_event *ev;
};

static int cancel_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct cancel *c = ctx;
	struct spool_rec_msg old, r;
	int rc = spool_msg_load(t, t->arena, c->id, &old, e);

	if (rc != 0)
		return rc;
	if (old.m.kind != SPOOL_MAIL || old.m.erased != 0 || old.m.fetched != 0 || old.m.accepted <= c->now ||
	    (old.m.expires != 0 && old.m.expires <= c->now))
		return err_set(e, ERR_WRONG_STATE, "only mail that is not offered yet can be called back");
	r = old;
	r.limit = r.m.expires = c->now;
	r.m.modified = c->now > r.m.modified ? c->now : r.m.modified;
	r.rev++;
	spool_msg_store(t, &old, &r);
	spool_event_append(t, c->id, c->ev);
	return 0;
}

int spool_lmdb_mail_cancel(struct spool *spool, const struct id *id, int64_t now, const struct spool_event *ev,
			   struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, cancel_job, &(struct cancel){ id, now, ev }, e);
}
