/* SPDX-License-Identifier: EUPL-1.2 */
/* box - mailboxes and process cards; see store.h. The filters are answered by the index alone (index_msg.c). */
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define BOX_KEY_LEN (SPOOL_BOX_LEN + 8 + ID_LEN)
#define CARD_VAL_LEN 17

static void start_key(uint8_t key[SPOOL_BOX_LEN + 8], const struct spool_box *box, int64_t since)
{
	memcpy(key, box->b, SPOOL_BOX_LEN);
	codec_be64(key + SPOOL_BOX_LEN, since < 0 ? 0 : (uint64_t)since);
}

static bool in_box(const struct spool_cur *c, const struct spool_box *box)
{
	return c->key.n == BOX_KEY_LEN && memcmp(c->key.p, box->b, SPOOL_BOX_LEN) == 0;
}

/* Moves on from where the cursor is to the first message of the box that is not skipped. */
static bool pass_over(struct spool_cur *c, const struct spool_box *box, const struct spool_box_query *q, bool there,
		      struct id *id)
{
	for (; there && in_box(c, box); there = spool_cur_next(c)) {
		if (q->accepted_until != 0 &&
		    (int64_t)codec_get_be64((const uint8_t *)c->key.p + SPOOL_BOX_LEN) > q->accepted_until)
			return false;
		memcpy(id->b, c->key.p + SPOOL_BOX_LEN + 8, ID_LEN);
		if (q->skip == NULL || !q->skip(q->skip_ctx, id))
			return true;
	}
	return false;
}

static int find_first(struct spool_lmdb *s, const struct spool_box *box, const struct spool_box_query *q, struct id *id,
		      bool *more, struct err *e)
{
	uint8_t key[SPOOL_BOX_LEN + 8];
	struct spool_txn t;
	struct spool_cur c;
	struct id other;
	bool ok;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	start_key(key, box, q->accepted_since);
	spool_cur_open(&c, &t, q->unfetched_only ? TBL_UNREAD : TBL_BOX);
	ok = pass_over(&c, box, q, spool_cur_seek(&c, key, sizeof(key)), id);
	if (ok)
		*more = pass_over(&c, box, q, spool_cur_next(&c), &other);
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "mailbox", e);
	spool_txn_end(&t);
	if (rc != 0)
		return rc;
	return ok ? 0 : err_set(e, ERR_MISSING, "mailbox: no such message");
}

int spool_lmdb_box_first(struct spool *spool, struct arena *a, const struct spool_box *box,
			 const struct spool_box_query *q, struct spool_message *out, bool *more, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct id id;
	int rc;

	/* A message that is erased between the two looks has left its mailbox: then the next one is the first. */
	for (int tries = 0;; tries++) {
		if ((rc = find_first(s, box, q, &id, more, e)) != 0)
			return rc;
		rc = spool_message_get(&s->spool, a, &id, out, e);
		if (tries == 8 || (rc == 0 && out->erased == 0) || (rc != 0 && rc != ERR_MISSING))
			return rc;
	}
}

static bool card_matches(const struct spool_card_query *q, struct span val)
{
	const uint8_t *v = (const uint8_t *)val.p;

	if (val.n != CARD_VAL_LEN)
		return false;
	if (!(q->as_originator && (v[0] & 1) != 0) && !(q->as_addressee && (v[0] & 2) != 0))
		return false;
	if ((int64_t)codec_get_be64(v + 1) < q->modified_since)
		return false;
	return !q->no_reception || codec_get_be64(v + 9) == 0;
}

struct cards {
	struct spool_message *list;
	size_t n;
	bool more;
};

static int collect(struct spool_txn *t, struct arena *a, const struct spool_card_query *q, struct cards *out,
		   struct err *e)
{
	uint8_t key[SPOOL_BOX_LEN + 8];
	struct spool_rec_msg r;
	struct spool_cur c;
	int rc = 0;

	start_key(key, &q->box, q->accepted_since);
	spool_cur_open(&c, t, TBL_CARD);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok && in_box(&c, &q->box); ok = spool_cur_next(&c)) {
		struct id id;

		if (!card_matches(q, c.val))
			continue;
		if (out->n == q->limit) {
			out->more = true;
			break;
		}
		memcpy(id.b, c.key.p + SPOOL_BOX_LEN + 8, ID_LEN);
		if ((rc = spool_msg_load(t, a, &id, &r, e)) != 0)
			break;
		if ((out->n & (out->n - 1)) == 0)
			out->list = mem_grow(out->list, out->n == 0 ? 1 : 2 * out->n, sizeof(*out->list));
		r.m.parts = NULL;
		r.m.part_count = 0;
		out->list[out->n++] = r.m;
	}
	spool_cur_close(&c);
	return rc != 0 ? rc : spool_txn_check(t, "process cards", e);
}

int spool_lmdb_card_list(struct spool *spool, struct arena *a, const struct spool_card_query *q,
			 struct spool_message **out, size_t *n, bool *more, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct cards found = { .list = NULL };
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = collect(&t, a, q, &found, e);
	spool_txn_end(&t);
	if (rc == 0) {
		*out = arena_alloc(a, (found.n + 1) * sizeof(*found.list));
		if (found.n > 0)
			memcpy(*out, found.list, found.n * sizeof(*found.list));
		*n = found.n;
		*more = found.more;
	}
	free(found.list);
	return rc;
}
