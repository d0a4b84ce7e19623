/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * index_msg - the message record and everything that finds it: foreign id and alias, expiry, mailbox, unread, new, process card.
 * Each index is a function from a record to at most one entry, so a change is "entry of the old, entry of the new".
 */
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define KEY_MAX 400	/* LMDB allows 511 bytes */

struct entry {
	uint8_t key[KEY_MAX + SHA256_LEN + 8];
	size_t n;
	uint8_t val[24];
	size_t vn;
};

static void add(struct entry *en, const void *p, size_t n)
{
	memcpy(en->key + en->n, p, n);
	en->n += n;
}

static void add_ms(struct entry *en, int64_t ms)
{
	codec_be64(en->key + en->n, (uint64_t)ms);
	en->n += 8;
}

/* kind, then the text, or for long ones a zero byte (no text starts with it) and the digest. */
static void foreign_key(struct entry *en, enum spool_kind kind, struct span text)
{
	uint8_t k = (uint8_t)kind, long_mark = 0, sha[SHA256_LEN];

	add(en, &k, 1);
	if (text.n <= KEY_MAX) {
		add(en, text.p, text.n);
		return;
	}
	sha256(text.p, text.n, sha);
	add(en, &long_mark, 1);
	add(en, sha, sizeof(sha));
}

static bool has_box(const struct spool_box *box)
{
	static const struct spool_box none;

	return memcmp(box, &none, sizeof(none)) != 0;
}

static bool found_by(const struct spool_rec_msg *r, const char *text, struct entry *en)
{
	if (text == NULL || text[0] == '\0')
		return false;
	foreign_key(en, r->m.kind, span_of(text));
	memcpy(en->val, r->m.id.b, ID_LEN);
	en->vn = ID_LEN;
	return true;
}

static bool foreign_entry(const struct spool_rec_msg *r, struct entry *en)
{
	return found_by(r, r->m.foreign_id, en);
}

static bool alias_entry(const struct spool_rec_msg *r, struct entry *en)
{
	bool same = r->m.alias != NULL && r->m.foreign_id != NULL && strcmp(r->m.alias, r->m.foreign_id) == 0;

	return !same && found_by(r, r->m.alias, en);
}

static bool expiry_entry(const struct spool_rec_msg *r, struct entry *en)
{
	if (r->m.expires <= 0 || r->m.erased != 0)
		return false;
	add_ms(en, r->m.expires);
	add(en, r->m.id.b, ID_LEN);
	return true;
}

static bool box_entry(const struct spool_rec_msg *r, struct entry *en)
{
	if (r->m.kind != SPOOL_MAIL || !has_box(&r->m.to) || r->m.erased != 0)
		return false;
	add(en, r->m.to.b, SPOOL_BOX_LEN);
	add_ms(en, r->m.accepted);
	add(en, r->m.id.b, ID_LEN);
	return true;
}

static bool unread_entry(const struct spool_rec_msg *r, struct entry *en)
{
	return r->m.fetched == 0 && box_entry(r, en);
}

static bool new_entry(const struct spool_rec_msg *r, struct entry *en)
{
	return r->m.forwarded == 0 && unread_entry(r, en);
}

/* The value answers the card filters, so that a card list reads only the records it hands out. */
static bool card_entry(const struct spool_rec_msg *r, const struct spool_box *box, uint8_t roles, struct entry *en)
{
	if (r->m.kind != SPOOL_MAIL || !has_box(box))
		return false;
	add(en, box->b, SPOOL_BOX_LEN);
	add_ms(en, r->m.accepted);
	add(en, r->m.id.b, ID_LEN);
	en->val[0] = roles;
	codec_be64(en->val + 1, (uint64_t)r->m.modified);
	codec_be64(en->val + 9, (uint64_t)r->m.fetched);
	en->vn = 17;
	return true;
}

static bool card_to_entry(const struct spool_rec_msg *r, struct entry *en)
{
	bool both = memcmp(&r->m.from, &r->m.to, sizeof(r->m.to)) == 0;

	return card_entry(r, &r->m.to, both ? 3 : 2, en);
}

static bool card_from_entry(const struct spool_rec_msg *r, struct entry *en)
{
	return memcmp(&r->m.from, &r->m.to, sizeof(r->m.to)) != 0 && card_entry(r, &r->m.from, 1, en);
}

static const struct {
	enum spool_table table;
	bool (*entry)(const struct spool_rec_msg *r, struct entry *en);
} indexes[] = {
	{ TBL_FOREIGN, foreign_entry }, { TBL_FOREIGN, alias_entry }, { TBL_EXPIRY, expiry_entry },
	{ TBL_BOX, box_entry },		{ TBL_UNREAD, unread_entry }, { TBL_NEW, new_entry },
	{ TBL_CARD, card_to_entry },	{ TBL_CARD, card_from_entry },
};

static void move_index(struct spool_txn *t, size_t i, const struct spool_rec_msg *old, const struct spool_rec_msg *now)
{
	struct entry was = { .n = 0 }, is = { .n = 0 };
	bool had = old != NULL && indexes[i].entry(old, &was);
	bool has = now != NULL && indexes[i].entry(now, &is);

	if (had && has && was.n == is.n && memcmp(was.key, is.key, is.n) == 0 && was.vn == is.vn &&
	    memcmp(was.val, is.val, is.vn) == 0)
		return;
	if (had)
		spool_del(t, indexes[i].table, was.key, was.n);
	if (has)
		spool_put(t, indexes[i].table, is.key, is.n, is.val, is.vn);
}

void spool_msg_store(struct spool_txn *t, const struct spool_rec_msg *old, const struct spool_rec_msg *new_rec)
{
	struct buf b;

	for (size_t i = 0; i < ARRAY_LEN(indexes); i++)
		move_index(t, i, old, new_rec);
	spool_box_counts_move(t, old == NULL ? NULL : &old->m, new_rec == NULL ? NULL : &new_rec->m);
	spool_usage_move(t, old == NULL ? NULL : &old->m, new_rec == NULL ? NULL : &new_rec->m);
	spool_chain_move(t, old == NULL ? NULL : &old->m, new_rec == NULL ? NULL : &new_rec->m);
	if (old != NULL)
		t->counters.messages[old->m.kind]--;
	if (new_rec == NULL) {
		spool_del(t, TBL_MESSAGE, old->m.id.b, ID_LEN);
		return;
	}
	t->counters.messages[new_rec->m.kind]++;
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_msg_put(&b, new_rec);
	must(!b.over);
	spool_put(t, TBL_MESSAGE, new_rec->m.id.b, ID_LEN, b.p, b.n);
	buf_fini(&b);
}

bool spool_foreign_find(struct spool_txn *t, enum spool_kind kind, struct span foreign_id, struct id *id)
{
	struct entry en = { .n = 0 };
	struct span val;

	if (foreign_id.n == 0)
		return false;
	foreign_key(&en, kind, foreign_id);
	if (!spool_get(t, TBL_FOREIGN, en.key, en.n, &val) || val.n != ID_LEN)
		return false;
	memcpy(id->b, val.p, ID_LEN);
	return true;
}

int spool_msg_load(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_rec_msg *r, struct err *e)
{
	char text[ID_TEXT_LEN];
	struct span val;

	if (spool_get(t, TBL_MESSAGE, id->b, ID_LEN, &val))
		return spool_rec_msg_get(val, a, r, e);
	if (t->sticky != 0)
		return spool_txn_check(t, "message", e);
	return err_set(e, ERR_MISSING, "message %s: not found", id_text(id, text));
}
