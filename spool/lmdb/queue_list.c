/* SPDX-License-Identifier: EUPL-1.2 */
/* queue_list - looking at deliveries: one, those of a message, pages of them; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/lmdb/resident.h"

#define STATE_KEY_LEN (1 + ID_LEN)

/* Ends the transaction and gives the list to the caller. */
static int hand_out(struct spool_txn *t, struct arena *a, int rc, struct spool_delivery *list, size_t count,
		    struct spool_delivery **out, size_t *n, struct err *e)
{
	if (rc == 0)
		rc = spool_txn_check(t, "deliveries", e);
	spool_txn_end(t);
	if (rc == 0) {
		*out = arena_alloc(a, (count + 1) * sizeof(*list));
		if (count > 0)
			memcpy(*out, list, count * sizeof(*list));
		*n = count;
	}
	free(list);
	return rc;
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

int spool_lmdb_delivery_of(struct spool *spool, struct arena *a, const struct id *message, struct spool_delivery **out,
			   size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_delivery *list = NULL;
	struct id at = { { 0 } };
	struct spool_txn t;
	size_t count = 0;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	while (rc == 0 && spool_dlv_next_of(&t, message, &at)) {
		if ((count & (count - 1)) == 0)	/* a power of two: full */
			list = mem_grow(list, count == 0 ? 1 : 2 * count, sizeof(*list));
		rc = spool_dlv_load(&t, a, &at, &list[count++], e);
	}
	return hand_out(&t, a, rc, list, count, out, n, e);
}

int spool_lmdb_delivery_ending(struct spool *spool, struct arena *a, int64_t now, size_t limit,
			       struct spool_delivery **out, size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_delivery *list = mem_new_array(limit + 1, sizeof(*list));
	struct spool_txn t;
	struct spool_cur c;
	size_t count = 0;
	bool wait = atomic_load(&s->ends_settling);
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0) {
		free(list);
		return rc;
	}
	spool_cur_open(&c, &t, TBL_ENDING);
	for (bool ok = !wait && spool_cur_first(&c); ok && count < limit; ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;
		struct id id;

		if (c.key.n != 8 + ID_LEN || (int64_t)codec_get_be64((const uint8_t *)c.key.p) > now)
			break;
		memcpy(id.b, c.key.p + 8, ID_LEN);
		if (spool_dlv_load(&t, a, &id, &list[count], &ignored) == 0)
			count++;
	}
	spool_cur_close(&c);
	return hand_out(&t, a, rc, list, count, out, n, e);
}

#define LISTS (SPOOL_STATE_LATE + 1)
#define IN_ONE_LIST (1U << DLV_QUEUED | 1U << DLV_ACTIVE | 1U << DLV_WAITING)
#define MANY 1000	/* entries that were passed over */

/* One cursor per wanted list; together they are walked in the order of ids. */
struct merge {
	struct spool_txn *t;
	struct spool_cur cur[LISTS], records;
	bool has[LISTS];
	const struct spool_lane *lane;	/* NULL: any recipient */
	unsigned states;
	size_t passed_over;
};

static bool here(const struct spool_cur *c, unsigned list)
{
	return c->key.n == STATE_KEY_LEN && (uint8_t)c->key.p[0] == list;
}

/* Whether what waits is in a state that is wanted. */
static bool is_wanted(struct merge *m, const struct spool_cur *c)
{
	const char *id = c->key.p + 1;
	enum delivery_state state;
	struct span val;

	if ((m->states & IN_ONE_LIST) == IN_ONE_LIST)
		return true;
	if ((m->states & IN_ONE_LIST) == 1U << DLV_ACTIVE)
		return spool_get(m->t, TBL_LEASE, id, ID_LEN, &val);
	if (!spool_cur_seek(&m->records, id, ID_LEN) || m->records.key.n != ID_LEN ||
	    memcmp(m->records.key.p, id, ID_LEN) != 0 || !spool_rec_delivery_state(m->records.val, &state))
		return false;
	if ((m->states >> state & 1) == 0 && (m->states >> DLV_ACTIVE & 1) == 0)
		return false;
	if (spool_get(m->t, TBL_LEASE, id, ID_LEN, &val))
		state = DLV_ACTIVE;
	return (m->states >> state & 1) != 0;
}

static bool passes(struct merge *m, const struct spool_cur *c, unsigned list)
{
	if (m->lane != NULL && (c->val.n < SPOOL_LANE_LEN || memcmp(c->val.p, m->lane->b, SPOOL_LANE_LEN) != 0))
		return false;
	return list != SPOOL_STATE_WAITS || is_wanted(m, c);
}

static void settle(struct merge *m, unsigned list, bool ok)
{
	struct spool_cur *c = &m->cur[list];

	while (ok && here(c, list) && !passes(m, c, list)) {
		ok = spool_cur_next(c);
		spool_resident_looked(m->t->db, &m->passed_over);
	}
	m->has[list] = ok && here(c, list);
}

static unsigned lists_of(unsigned states)
{
	return (states & IN_ONE_LIST) == 0 ? states : (states & ~IN_ONE_LIST) | 1U << SPOOL_STATE_WAITS;
}

static void merge_open(struct merge *m, const struct id *after)
{
	uint8_t key[STATE_KEY_LEN];

	spool_cur_open(&m->records, m->t, TBL_DELIVERY);
	for (unsigned i = 0; i < LISTS; i++) {
		bool ok;

		if ((lists_of(m->states) >> i & 1) == 0)
			continue;
		spool_cur_open(&m->cur[i], m->t, TBL_STATE);
		key[0] = (uint8_t)i;
		if (after != NULL)
			memcpy(key + 1, after->b, ID_LEN);
		ok = spool_cur_seek(&m->cur[i], key, after != NULL ? STATE_KEY_LEN : 1);
		if (ok && after != NULL && m->cur[i].key.n == STATE_KEY_LEN &&
		    memcmp(m->cur[i].key.p, key, STATE_KEY_LEN) == 0)
			ok = spool_cur_next(&m->cur[i]);
		settle(m, i, ok);
	}
}

static bool merge_next(struct merge *m, struct id *id)
{
	unsigned best = LISTS;

	for (unsigned i = 0; i < LISTS; i++)
		if (m->has[i] &&
		    (best == LISTS || memcmp(m->cur[i].key.p + 1, m->cur[best].key.p + 1, ID_LEN) < 0))
			best = i;
	if (best == LISTS)
		return false;
	memcpy(id->b, m->cur[best].key.p + 1, ID_LEN);
	for (unsigned i = 0; i < LISTS; i++)	/* one that is done and late stands in two lists */
		if (m->has[i] && memcmp(m->cur[i].key.p + 1, id->b, ID_LEN) == 0)
			settle(m, i, spool_cur_next(&m->cur[i]));
	return true;
}

static void merge_close(struct merge *m)
{
	for (unsigned i = 0; i < LISTS; i++)
		spool_cur_close(&m->cur[i]);
	spool_cur_close(&m->records);
}

int spool_lmdb_delivery_list(struct spool *spool, struct arena *a, unsigned states, const char *recipient,
			     const struct id *after, size_t limit, struct spool_delivery **out, size_t *n,
			     struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_lane lane = spool_lane_of(recipient);
	struct merge m = { .lane = recipient == NULL ? NULL : &lane, .states = states };
	struct spool_delivery *list = NULL;
	struct spool_txn t;
	size_t count = 0;
	struct id id;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	m.t = &t;
	merge_open(&m, after);
	while (rc == 0 && count < limit && merge_next(&m, &id)) {
		if ((count & (count - 1)) == 0)	/* a power of two: full */
			list = mem_grow(list, count == 0 ? 1 : 2 * count, sizeof(*list));
		/* One that cannot be read must not hide the others. */
		if ((rc = spool_dlv_load(&t, a, &id, &list[count], e)) == 0)
			count++;
		else if (spool_is_damage(e))
			rc = 0;
	}
	merge_close(&m);
	if (m.passed_over > MANY)
		spool_resident_release(&s->db);
	return hand_out(&t, a, rc, list, count, out, n, e);
}
