/* SPDX-License-Identifier: EUPL-1.2 */
/* follow - stored deliveries of which nobody knows yet whether they were fetched; see store.h and index_dlv.c. */
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define FOLLOW_LEN (8 + ID_LEN)

static size_t due_ids(struct spool_txn *t, int64_t now, struct id *ids, size_t limit)
{
	struct spool_cur c;
	size_t n = 0;

	spool_cur_open(&c, t, TBL_FOLLOW);
	for (bool ok = spool_cur_first(&c); ok && n < limit; ok = spool_cur_next(&c)) {
		if (c.key.n != FOLLOW_LEN || (int64_t)codec_get_be64((const uint8_t *)c.key.p) > now)
			break;
		memcpy(ids[n++].b, c.key.p + 8, ID_LEN);
	}
	spool_cur_close(&c);
	return n;
}

struct aside {
	struct id id;
	struct err why;
};

static int aside_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct aside *x = ctx;

	spool_dlv_set_aside(t, &x->id, &x->why, clock_now());
	return spool_txn_check(t, "set aside", e);
}

static int read_list(struct spool_lmdb *s, struct arena *a, int64_t now, size_t limit, struct spool_delivery *list, size_t *n,
		     struct aside *bad, struct err *e)
{
	struct id *ids = arena_alloc(a, limit * sizeof(*ids));
	struct spool_txn t;
	size_t count;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	count = due_ids(&t, now, ids, limit);
	for (size_t i = 0; i < count && rc == 0; i++) {
		bad->why = (struct err)ERR_INIT;
		bad->id = ids[i];
		if ((rc = spool_dlv_load(&t, a, &ids[i], &list[*n], &bad->why)) == 0)
			++*n;
	}
	if (rc != 0 && !spool_is_damage(&bad->why))
		*e = bad->why;
	else
		rc = rc != 0 ? ERR_CRYPTO : spool_txn_check(&t, "followed deliveries", e);
	spool_txn_end(&t);
	return rc;
}

int spool_lmdb_follow_due(struct spool *spool, struct arena *a, int64_t now, size_t limit, struct spool_delivery **out,
			  size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_delivery *list = arena_alloc(a, limit * sizeof(*list));
	struct aside bad;
	int rc;

	/* A record that cannot be read must not keep the others from being asked for. */
	do {
		*n = 0;
		rc = read_list(s, a, now, limit, list, n, &bad, e);
		if (rc == ERR_CRYPTO && (rc = spool_writer_do(s->writer, aside_job, &bad, e)) == 0)
			continue;
		break;
	} while (true);
	*out = list;
	return rc;
}

static int mark_fetched(struct spool_txn *t, const struct id *message, int64_t at, struct err *e)
{
	struct spool_rec_msg old, r;
	int rc = spool_msg_load(t, t->arena, message, &old, e);

	if (rc != 0 || old.m.fetched != 0)
		return rc;
	r = old;
	r.m.fetched = at;
	r.m.modified = at > r.m.modified ? at : r.m.modified;
	r.rev++;
	spool_msg_store(t, &old, &r);
	return 0;
}

static int record_one(struct spool_txn *t, const struct spool_follow_step *step, int64_t now, struct err *e)
{
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, t->arena, &step->delivery, &old, e);

	if (rc == ERR_MISSING || (rc == 0 && (old.state != DLV_DONE || old.token != step->token)))
		return 0;
	if (rc != 0)
		return rc;
	d = old;
	d.due = step->due;
	if (d.reason != step->reason)
		d.since = step->ev != NULL ? step->ev->at : now;
	d.reason = step->reason;
	d.detail = step->detail;
	d.token++;	/* whoever asked at the same time says nothing new */
	if (d.fetched == 0)
		d.fetched = step->fetched;
	spool_dlv_store(t, &old, &d);
	if (step->fetched != 0)
		rc = mark_fetched(t, &old.message, step->fetched, e);
	if (rc == 0 && step->ev != NULL)
		spool_event_append(t, &old.message, step->ev);
	return rc;
}

struct batch {
	const struct spool_follow_step *steps;
	size_t n;
	int64_t now;
};

static int record_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct batch *b = ctx;
	int rc = 0;

	for (size_t i = 0; i < b->n && rc == 0; i++)
		rc = record_one(t, &b->steps[i], b->now, e);
	return rc;
}

int spool_lmdb_follow_record(struct spool *spool, const struct spool_follow_step *steps, size_t n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	int rc = spool_writer_do(s->writer, record_job, &(struct batch){ steps, n, clock_now() }, e);

	return rc == 0 ? 0 : err_wrap(e, "follow");
}
