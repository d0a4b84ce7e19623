/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * delivery - the record of a delivery, the lease that may stand over it, and the ways to one.
 *
 *     delivery delivery (16) -> record D
 *
 * At rest is what record and indexes say. Of an ACTIVE delivery that is what it was before the claim (lease.c).
 */
#include <string.h>

#include "base/mem.h"
#include "spool/lmdb/engine.h"

/* What a claim changes, as it was before: of an ACTIVE delivery that is what its record still says. */
static void put_to_rest(struct spool_txn *t, struct spool_delivery *d, const struct spool_delivery *before)
{
	struct spool_delivery rest;
	struct span val;

	if (d->state != DLV_ACTIVE)
		return;
	if (before != NULL && before->state != DLV_ACTIVE)
		rest = *before;
	else if (!spool_get(t, TBL_DELIVERY, d->id.b, ID_LEN, &val) || !spool_rec_delivery_peek(val, &rest) || !spool_dlv_waits(&rest))
		rest = (struct spool_delivery){ .state = DLV_QUEUED, .due = d->due, .attempts = d->attempts,
						.token = d->token, .node = d->node, .entered = d->entered };
	d->state = rest.state;
	d->due = rest.due;
	d->attempts = rest.attempts;
	d->token = rest.token;
	d->node = rest.node;
	d->entered = rest.entered;
}

static void put_record(struct spool_txn *t, const struct spool_delivery *d)
{
	struct span val;
	struct buf b;

	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_delivery_put(&b, d);
	must(!b.over);
	if (!spool_get(t, TBL_DELIVERY, d->id.b, ID_LEN, &val) || val.n != b.n || memcmp(val.p, b.p, b.n) != 0)
		spool_put(t, TBL_DELIVERY, d->id.b, ID_LEN, b.p, b.n);
	buf_fini(&b);
}

void spool_dlv_store(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *new_rec)
{
	struct spool_delivery was, is;

	must(old != NULL || new_rec != NULL);
	if (old != NULL) {
		was = *old;
		put_to_rest(t, &was, NULL);
	}
	if (new_rec != NULL) {
		is = *new_rec;
		put_to_rest(t, &is, old);
	}
	spool_dlv_index(t, old == NULL ? NULL : &was, new_rec == NULL ? NULL : &is);
	if (new_rec != NULL)
		put_record(t, &is);
	else
		spool_del(t, TBL_DELIVERY, old->id.b, ID_LEN);
	if (new_rec != NULL && new_rec->state == DLV_ACTIVE)
		spool_lease_put(t, new_rec);
	else if (old != NULL && old->state == DLV_ACTIVE)
		spool_del(t, TBL_LEASE, old->id.b, ID_LEN);
}

int spool_dlv_load_rest(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_delivery *d, struct err *e)
{
	char text[ID_TEXT_LEN];
	struct span val;

	if (spool_get(t, TBL_DELIVERY, id->b, ID_LEN, &val)) {
		int rc = spool_rec_delivery_get(val, a, d, e);

		return rc == 0 ? 0 : err_wrap(e, "delivery %s", id_text(id, text));
	}
	if (t->sticky != 0)
		return spool_txn_check(t, "delivery", e);
	return err_set(e, ERR_MISSING, "delivery %s: not found", id_text(id, text));
}

int spool_dlv_load(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_delivery *d, struct err *e)
{
	int rc = spool_dlv_load_rest(t, a, id, d, e);

	return rc == 0 && spool_dlv_waits(d) ? spool_lease_apply(t, d, e) : rc;
}

int spool_lmdb_delivery_get(struct spool *spool, struct arena *a, const struct id *id, struct spool_delivery *out,
			    struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_dlv_load(&t, a, id, out, e);
	spool_txn_end(&t);
	return rc;
}

bool spool_dlv_next_of(struct spool_txn *t, const struct id *message, struct id *at)
{
	uint8_t key[2 * ID_LEN];
	struct spool_cur c;
	bool ok;

	memcpy(key, message->b, ID_LEN);
	memcpy(key + ID_LEN, at->b, ID_LEN);
	spool_cur_open(&c, t, TBL_OF);
	ok = spool_cur_seek(&c, key, sizeof(key));
	if (ok && c.key.n == sizeof(key) && memcmp(c.key.p, key, sizeof(key)) == 0)
		ok = spool_cur_next(&c);
	ok = ok && c.key.n == sizeof(key) && memcmp(c.key.p, message->b, ID_LEN) == 0;
	if (ok)
		memcpy(at->b, c.key.p + ID_LEN, ID_LEN);
	spool_cur_close(&c);
	return ok;
}

/* Long texts by a 01 byte (no id begins with it) and their digest. */
size_t spool_peer_id_key(struct span text, uint8_t key[SPOOL_PEER_ID_LEN])
{
	size_t n = text.n;

	if (n <= SPOOL_PEER_ID_LEN - 1) {
		memcpy(key, text.p, n);
	} else {
		key[0] = 1;
		sha256(text.p, n, key + 1);
		n = 1 + SHA256_LEN;
	}
	key[n] = 0;
	return n + 1;
}

int spool_lmdb_delivery_find(struct spool *spool, struct arena *a, struct span peer_id, struct spool_delivery *out,
			     struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	uint8_t key[SPOOL_PEER_ID_LEN + ID_LEN], last[sizeof(key)];
	size_t text = spool_peer_id_key(peer_id, key);
	struct spool_txn t;
	struct spool_cur c;
	struct id id;
	bool ok;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	memcpy(last, key, text);
	memset(last + text, 0xff, ID_LEN);
	spool_cur_open(&c, &t, TBL_PEER_ID);
	(void)spool_cur_seek(&c, last, text + ID_LEN);
	ok = spool_cur_prev(&c) && c.key.n == text + ID_LEN && memcmp(c.key.p, key, text) == 0;
	if (ok)
		memcpy(id.b, c.key.p + text, ID_LEN);
	spool_cur_close(&c);
	if (ok)
		rc = spool_dlv_load(&t, a, &id, out, e);
	else if ((rc = spool_txn_check(&t, "peer id", e)) == 0)
		rc = err_set(e, ERR_MISSING, "no delivery is called %.*s", (int)(peer_id.n > 200 ? 200 : peer_id.n),
			     peer_id.n == 0 ? "" : peer_id.p);
	spool_txn_end(&t);
	return rc;
}
