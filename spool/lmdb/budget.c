/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * budget - shares of the disk, so that no use of it pushes out the others.
 *
 *     usage  'D' | 'C' owner (32) | 'T' mailbox (32) | 'F' sender (32)  -> bytes (8) messages (8)
 *            drafts, drafts by owner, mail by mailbox, mail by sender
 *
 * Kept with the message record: what is erased does not count. Checked by the commit, under the writer, and now and then while a
 * part is written, so that an upload does not fill the disk before it is refused.
 */
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define KEY_MAX (1 + SPOOL_BOX_LEN)
#define OVERHEAD 4096	/* of a message: record, sealed value, indexes */

struct share {
	uint8_t key[KEY_MAX];
	size_t n;
	enum reason reason;
	uint64_t budget;
	const char *what;
};

static uint64_t bytes_of(const struct spool_message *m)
{
	uint64_t sum = OVERHEAD + m->open_meta.n;

	for (size_t i = 0; i < m->part_count; i++)
		sum += m->parts[i].size;
	return sum;
}

/* The shares a message counts for. Returns their number. */
static size_t shares_of(const struct spool_budget *b, const struct spool_message *m, struct share out[2])
{
	static const struct spool_box nobody;

	bool is_nobodys = memcmp(m->from.b, nobody.b, SPOOL_BOX_LEN) == 0;

	if (m->erased != 0 || (m->kind == SPOOL_APPLICATION && is_nobodys))
		return 0;
	if (m->kind == SPOOL_APPLICATION) {
		out[0] = (struct share){ { 'F' }, KEY_MAX, RSN_LOC_QUOTA_SENDER, b->sender, "the sender" };
		memcpy(out[0].key + 1, m->from.b, SPOOL_BOX_LEN);
		return 1;
	}
	if (m->kind == SPOOL_DRAFT) {
		out[0] = (struct share){ { 'D' }, 1, RSN_LOC_QUOTA_DRAFTS, b->drafts, "drafts" };
		out[1] = (struct share){ { 'C' }, KEY_MAX, RSN_LOC_QUOTA_DRAFTS, b->owner, "the drafts of one client" };
		memcpy(out[1].key + 1, m->from.b, SPOOL_BOX_LEN);
		return is_nobodys ? 1 : 2;
	}
	out[0] = (struct share){ { 'T' }, KEY_MAX, RSN_LOC_QUOTA_MAILBOX, b->mailbox, "the mailbox" };
	out[1] = (struct share){ { 'F' }, KEY_MAX, RSN_LOC_QUOTA_SENDER, b->sender, "the sender" };
	memcpy(out[0].key + 1, m->to.b, SPOOL_BOX_LEN);
	memcpy(out[1].key + 1, m->from.b, SPOOL_BOX_LEN);
	return 2;
}

static struct spool_usage read_usage(struct spool_txn *t, const struct share *s)
{
	struct spool_usage u = { 0, 0 };
	struct span val;

	if (spool_get(t, TBL_USAGE, s->key, s->n, &val) && val.n == 16) {
		u.bytes = codec_get_be64((const uint8_t *)val.p);
		u.messages = codec_get_be64((const uint8_t *)val.p + 8);
	}
	return u;
}

static uint64_t add(uint64_t a, uint64_t b, bool plus)
{
	return plus ? a + b : a > b ? a - b : 0;
}

static void count(struct spool_txn *t, const struct spool_message *m, bool plus)
{
	static const struct spool_budget any;
	struct share shares[2];
	size_t n = shares_of(&any, m, shares);

	for (size_t i = 0; i < n; i++) {
		struct spool_usage u = read_usage(t, &shares[i]);
		uint8_t val[16];

		u.bytes = add(u.bytes, bytes_of(m), plus);
		u.messages = add(u.messages, 1, plus);
		codec_be64(val, u.bytes);
		codec_be64(val + 8, u.messages);
		if (u.messages > 0)
			spool_put(t, TBL_USAGE, shares[i].key, shares[i].n, val, sizeof(val));
		else
			spool_del(t, TBL_USAGE, shares[i].key, shares[i].n);
	}
}

/* meta is not in every copy of a record: it does not count. */
void spool_usage_move(struct spool_txn *t, const struct spool_message *old, const struct spool_message *now)
{
	bool same = old != NULL && now != NULL && old->kind == now->kind && old->erased == now->erased;

	if (same && bytes_of(old) == bytes_of(now))
		return;
	if (old != NULL)
		count(t, old, false);
	if (now != NULL)
		count(t, now, true);
}

int spool_budget_check(struct spool_lmdb *s, struct spool_txn *t, const struct spool_message *old, const struct spool_message *now,
		       uint64_t more, struct err *e)
{
	uint64_t before = old == NULL ? 0 : bytes_of(old), after = bytes_of(now) + more;
	struct share shares[2];
	size_t n = shares_of(&s->budget, now, shares);

	if (old != NULL && old->kind == now->kind && after <= before)
		return 0;	/* it becomes smaller */
	for (size_t i = 0; i < n; i++) {
		uint64_t used = read_usage(t, &shares[i]).bytes, grows = after - (old != NULL && old->kind == now->kind ? before : 0);

		if (shares[i].budget > 0 && used + grows > shares[i].budget)
			return err_reason(e, ERR_FULL, shares[i].reason, "%s: %llu bytes more than the share of %llu MiB",
					  shares[i].what, (unsigned long long)(used + grows - shares[i].budget),
					  (unsigned long long)(shares[i].budget >> 20));
	}
	return 0;
}

int spool_lmdb_usage_get(struct spool *spool, char what, const struct spool_box *box, struct spool_usage *out,
			 struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct share share = { { (uint8_t)what }, what == 'D' ? 1 : KEY_MAX, RSN_NONE, 0, "" };
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	if (what != 'D')
		memcpy(share.key + 1, box->b, SPOOL_BOX_LEN);
	*out = read_usage(&t, &share);
	rc = spool_txn_check(&t, "usage", e);
	spool_txn_end(&t);
	return rc;
}

bool spool_lmdb_accepting(struct spool *spool, enum reason *why)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct err e = ERR_INIT;

	*why = RSN_NONE;
	if (spool_db_alive(&s->db, &e) != 0)
		*why = RSN_INTERNAL;
	else if (spool_disk_check(s, &e) != 0 || spool_db_has_room(&s->db, &e) != 0)
		*why = RSN_LOC_DISK_FULL;
	return *why == RSN_NONE;
}
