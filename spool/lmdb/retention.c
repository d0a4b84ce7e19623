/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * retention - ends in the records and in `expiry` and `ending`, kept true when the settings change; see spool/retention.h.
 *
 *     meta  "retention" -> the settings (7 times 8 bytes) by which the ends in all records were made
 *
 * After a start with other settings a walk in the background compares each record with them. It may be cut off anywhere:
 * what it does to a record does not depend on what the record had, and the note of the settings is written at its end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define AT_ONCE 256
#define NOTE "retention"
#define NOTE_LEN (7 * 8)

int64_t spool_end_of(const struct spool_lmdb *s, struct spool_txn *t, const struct spool_rec_msg *r, int64_t now)
{
	struct spool_delivery *list = NULL;
	struct id at = { { 0 } };
	size_t n = 0;
	int64_t end = r->m.expires;

	while (r->m.kind == SPOOL_APPLICATION && spool_dlv_next_of(t, &r->m.id, &at)) {
		struct err ignored = ERR_INIT;

		list = mem_grow(list, n + 1, sizeof(*list));
		/* One that cannot be read may still be needed. */
		if (spool_dlv_load(t, t->arena, &at, &list[n], &ignored) != 0)
			list[n] = (struct spool_delivery){ .state = DLV_QUEUED };
		n++;
	}
	if (!spool_retention_message(&s->retention, r, list, n, now, &end))
		end = r->m.expires;
	free(list);
	return end;
}

static void note_of(const struct spool_retention *r, uint8_t out[NOTE_LEN])
{
	const int64_t all[] = { r->delivered, r->cancelled, r->given_up, r->undecided, r->unfetched, r->fetched, r->draft };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		codec_be64(out + 8 * i, (uint64_t)all[i]);
}

void spool_ends_note(struct spool_txn *t, const struct spool_retention *r)
{
	uint8_t note[NOTE_LEN];

	note_of(r, note);
	spool_put(t, TBL_META, NOTE, strlen(NOTE), note, sizeof(note));
}

int spool_ends_look(struct spool_lmdb *s, struct err *e)
{
	uint8_t note[NOTE_LEN];
	struct spool_txn t;
	struct span val;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	note_of(&s->retention, note);
	atomic_store(&s->ends_settling, !spool_get(&t, TBL_META, NOTE, strlen(NOTE), &val) || val.n != sizeof(note) ||
						memcmp(val.p, note, sizeof(note)) != 0);
	rc = spool_txn_check(&t, "settings of retention", e);
	spool_txn_end(&t);
	return rc;
}

/* Over all messages, or over all deliveries in one state. */
struct walk {
	struct spool_lmdb *s;
	int64_t now;
	enum spool_table table;		/* TBL_MESSAGE, or TBL_STATE with the state in front */
	uint8_t state;
	struct id at, next;		/* the last one that was looked at, before and after a job */
	bool more;
	uint64_t changed;		/* by the job */
};

static bool change_message(struct spool_txn *t, const struct walk *w, const struct id *id)
{
	struct spool_rec_msg old, r;
	struct err ignored = ERR_INIT;

	/* Whoever asks for one that cannot be read is told. */
	if (spool_msg_load(t, t->arena, id, &old, &ignored) != 0 || old.m.erased != 0)
		return false;
	r = old;
	r.m.expires = spool_end_of(w->s, t, &r, w->now);
	if (r.m.expires == old.m.expires)
		return false;
	r.rev++;
	spool_msg_store(t, &old, &r);
	return true;
}

static bool change_delivery(struct spool_txn *t, const struct walk *w, const struct id *id)
{
	struct spool_delivery old, d;
	struct err ignored = ERR_INIT;

	if (spool_dlv_load(t, t->arena, id, &old, &ignored) != 0)
		return false;
	d = old;
	if (!spool_retention_delivery(&w->s->retention, &old, w->now, &d.due) || d.due == old.due)
		return false;
	spool_dlv_store(t, &old, &d);
	return true;
}

/* The ids behind w->at, at most AT_ONCE. */
static size_t next_ids(struct spool_txn *t, const struct walk *w, struct id ids[AT_ONCE])
{
	const size_t front = w->table == TBL_STATE ? 1 : 0;
	uint8_t key[1 + ID_LEN] = { w->state };
	struct spool_cur c;
	size_t n = 0;

	memcpy(key + front, w->at.b, ID_LEN);
	spool_cur_open(&c, t, w->table);
	for (bool ok = spool_cur_seek(&c, key, front + ID_LEN); ok && n < AT_ONCE; ok = spool_cur_next(&c)) {
		if (c.key.n != front + ID_LEN || memcmp(c.key.p, key, front) != 0)
			break;
		if (memcmp(c.key.p, key, c.key.n) != 0)
			memcpy(ids[n++].b, c.key.p + front, ID_LEN);
	}
	spool_cur_close(&c);
	return n;
}

static int walk_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct walk *w = ctx;
	struct id ids[AT_ONCE];
	size_t n = next_ids(t, w, ids);

	w->changed = 0;
	for (size_t i = 0; i < n; i++)
		w->changed += w->table == TBL_MESSAGE ? change_message(t, w, &ids[i]) : change_delivery(t, w, &ids[i]);
	w->more = n == AT_ONCE;
	if (n > 0)
		w->next = ids[n - 1];
	return spool_txn_check(t, "changed retention", e);
}

static int walk(struct spool_lmdb *s, enum spool_table table, enum delivery_state state, uint64_t *changed, struct err *e)
{
	struct walk w = { .s = s, .now = clock_now(), .table = table, .state = (uint8_t)state, .more = true };
	int rc = 0;

	while (rc == 0 && w.more && !atomic_load(&s->stop_sweep)) {
		if ((rc = spool_writer_do(s->writer, walk_job, &w, e)) == 0)
			*changed += w.changed;
		w.at = w.next;
	}
	return rc;
}

static int note_job(struct spool_txn *t, void *ctx, struct err *e)
{
	spool_ends_note(t, ctx);
	return spool_txn_check(t, "settings of retention", e);
}

void spool_ends_settle(struct spool_lmdb *s)
{
	uint64_t messages = 0, deliveries = 0;
	struct err e = ERR_INIT;
	int rc;

	if (!atomic_load(&s->ends_settling))
		return;
	rc = walk(s, TBL_MESSAGE, DLV_QUEUED, &messages, &e);
	if (rc == 0)
		rc = walk(s, TBL_STATE, DLV_FAILED, &deliveries, &e);
	if (rc == 0)
		rc = walk(s, TBL_STATE, DLV_HELD, &deliveries, &e);
	if (atomic_load(&s->stop_sweep))
		return;		/* the next start begins again */
	if (rc == 0)
		rc = spool_writer_do(s->writer, note_job, &s->retention, &e);
	if (rc != 0)
		log_event(LOG_ERROR, "spool.retention-failed", LOG_ERR(&e));
	else
		log_event(LOG_INFO, "spool.retention-changed", LOG_INT("messages", (int64_t)messages),
			  LOG_INT("deliveries", (int64_t)deliveries));
	/* Also after a failure: on a full disk nothing but erasing makes room. */
	atomic_store(&s->ends_settling, false);
}
