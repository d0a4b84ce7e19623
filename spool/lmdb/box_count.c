/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * box_count - how much waits in a mailbox, without walking through it.
 *
 *     usage  'U' mailbox (32) | 'N' mailbox (32)  -> 0 (8) messages (8)    mail not fetched; of that, never handed out
 */
#include <string.h>

#include "base/mem.h"
#include "base/codec.h"
#include "spool/lmdb/engine.h"

#define KEY_LEN (1 + SPOOL_BOX_LEN)
#define COUNT_MAX 10000		/* entries looked at for one answer: beyond it the answer is at least so many */

static bool is_waiting(const struct spool_message *m)
{
	static const struct spool_box none;

	return m != NULL && m->kind == SPOOL_MAIL && m->erased == 0 && m->fetched == 0 &&
	       memcmp(&m->to, &none, sizeof(none)) != 0;
}

static bool is_new(const struct spool_message *m)
{
	return m != NULL && is_waiting(m) && m->forwarded == 0;
}

static uint64_t read_count(struct spool_txn *t, char what, const struct spool_box *box, uint8_t key[KEY_LEN])
{
	struct span val;

	key[0] = (uint8_t)what;
	memcpy(key + 1, box->b, SPOOL_BOX_LEN);
	return spool_get(t, TBL_USAGE, key, KEY_LEN, &val) && val.n == 16 ? codec_get_be64((const uint8_t *)val.p + 8) : 0;
}

static void change(struct spool_txn *t, char what, const struct spool_box *box, bool plus)
{
	uint8_t key[KEY_LEN], val[16] = { 0 };
	uint64_t n = read_count(t, what, box, key);

	n = plus ? n + 1 : n - (n > 0);
	codec_be64(val + 8, n);
	if (n > 0)
		spool_put(t, TBL_USAGE, key, sizeof(key), val, sizeof(val));
	else
		spool_del(t, TBL_USAGE, key, sizeof(key));
}

void spool_box_counts_move(struct spool_txn *t, const struct spool_message *old, const struct spool_message *now)
{
	bool moved = old != NULL && now != NULL && memcmp(&old->to, &now->to, sizeof(now->to)) != 0;

	if (moved || is_waiting(old) != is_waiting(now)) {
		if (is_waiting(old))
			change(t, 'U', &old->to, false);
		if (is_waiting(now))
			change(t, 'U', &now->to, true);
	}
	if (moved || is_new(old) != is_new(now)) {
		if (is_new(old))
			change(t, 'N', &old->to, false);
		if (is_new(now))
			change(t, 'N', &now->to, true);
	}
}

static int count_in(struct spool_txn *t, struct arena *a, const uint8_t *key, size_t n, struct err *e)
{
	struct spool_rec_msg r;
	struct id id;
	int rc;

	memcpy(id.b, key + n - ID_LEN, ID_LEN);
	arena_reset(a);
	rc = spool_msg_load(t, a, &id, &r, e);
	if (rc != 0 && spool_is_damage(e)) {	/* whoever asks for it is told; it holds up nobody */
		*e = (struct err)ERR_INIT;
		return 0;
	}
	if (rc != 0)
		return rc;
	spool_box_counts_move(t, NULL, &r.m);
	if (is_new(&r.m))
		spool_put(t, TBL_NEW, key, n, NULL, 0);
	return 0;
}

static void forget(struct spool_txn *t, uint8_t what)
{
	uint8_t key[KEY_LEN];
	bool ok;

	do {
		struct spool_cur c;

		spool_cur_open(&c, t, TBL_USAGE);
		ok = spool_cur_seek(&c, &what, 1) && c.key.n == KEY_LEN && (uint8_t)c.key.p[0] == what;
		if (ok)
			memcpy(key, c.key.p, KEY_LEN);
		spool_cur_close(&c);
		if (ok)
			spool_del(t, TBL_USAGE, key, KEY_LEN);
	} while (ok);
}

int spool_box_counts_make(struct spool_txn *t, struct arena *a, struct err *e)
{
	uint8_t key[SPOOL_BOX_LEN + 8 + ID_LEN] = { 0 };
	bool ok = true;
	int rc = 0;

	forget(t, 'U');
	forget(t, 'N');
	spool_clear(t, TBL_NEW);
	/* A cursor does not outlive a write: each step seeks anew, behind the key before. */
	while (rc == 0 && ok) {
		struct spool_cur c;

		spool_cur_open(&c, t, TBL_UNREAD);
		ok = spool_cur_seek(&c, key, sizeof(key));
		if (ok && c.key.n == sizeof(key) && memcmp(c.key.p, key, sizeof(key)) == 0)
			ok = spool_cur_next(&c);
		ok = ok && c.key.n == sizeof(key);
		if (ok)
			memcpy(key, c.key.p, sizeof(key));
		spool_cur_close(&c);
		if (ok)
			rc = count_in(t, a, key, sizeof(key), e);
	}
	return rc != 0 ? rc : spool_txn_check(t, "counts of mailboxes", e);
}

/* Entries of one mailbox accepted from `since` to `until` (0: no end), at most COUNT_MAX. */
static uint64_t walk(struct spool_txn *t, enum spool_table table, const struct spool_box *box, int64_t since, int64_t until)
{
	uint8_t key[SPOOL_BOX_LEN + 8];
	struct spool_cur c;
	uint64_t n = 0;

	memcpy(key, box->b, SPOOL_BOX_LEN);
	codec_be64(key + SPOOL_BOX_LEN, since < 0 ? 0 : (uint64_t)since);
	spool_cur_open(&c, t, table);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok && n < COUNT_MAX; ok = spool_cur_next(&c)) {
		if (c.key.n != sizeof(key) + ID_LEN || memcmp(c.key.p, box->b, SPOOL_BOX_LEN) != 0)
			break;
		if (until != 0 && (int64_t)codec_get_be64((const uint8_t *)c.key.p + SPOOL_BOX_LEN) > until)
			break;
		n++;
	}
	spool_cur_close(&c);
	return n;
}

/* All there are, less those behind the end; or what lies between, looked at one by one. */
static uint64_t count_box(struct spool_txn *t, const struct spool_box_range *q, const struct spool_box *box)
{
	enum spool_table table = q->new_only ? TBL_NEW : TBL_UNREAD;
	uint8_t key[KEY_LEN];
	uint64_t all, behind;

	if (q->since > 0)
		return walk(t, table, box, q->since, q->until);
	all = read_count(t, q->new_only ? 'N' : 'U', box, key);
	behind = q->until == 0 ? 0 : walk(t, table, box, q->until + 1, 0);
	if (behind == COUNT_MAX)
		return walk(t, table, box, 0, q->until);
	return all > behind ? all - behind : 0;
}

int spool_lmdb_box_count(struct spool *spool, const struct spool_box_range *q, uint64_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*n = 0;
	for (size_t i = 0; i < q->box_count; i++)
		*n += count_box(&t, q, &q->boxes[i]);
	rc = spool_txn_check(&t, "mailbox", e);
	spool_txn_end(&t);
	return rc;
}
