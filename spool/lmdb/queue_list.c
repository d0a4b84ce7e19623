/* SPDX-License-Identifier: EUPL-1.2 */
/* queue_list - lists of deliveries: those of a message, those nobody decides about, pages of all; see store.h. */
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
	const struct spool_list *l;
	struct spool_cur cur[LISTS], records;
	bool has[LISTS];
	struct spool_lane lane;		/* of the wanted recipient */
	struct span why;		/* key of the wanted reason; empty: any */
	struct spool_lane *resting;	/* for that reason, in the order of lanes */
	size_t resting_count;
	size_t passed_over;
};

static bool here(const struct spool_cur *c, unsigned list)
{
	return c->key.n == STATE_KEY_LEN && (uint8_t)c->key.p[0] == list;
}

static int cmp_lane(const void *a, const void *b)
{
	return memcmp(a, b, SPOOL_LANE_LEN);
}

static bool has_reason(const struct merge *m, struct span reason, const char *lane, bool waits)
{
	if (reason.n == m->why.n && (reason.n == 0 || memcmp(reason.p, m->why.p, reason.n) == 0))
		return true;
	return reason.n == 0 && waits && m->resting_count > 0 &&
	       bsearch(lane, m->resting, m->resting_count, sizeof(*m->resting), cmp_lane) != NULL;
}

/* Of what waits: its state when it is at rest, and the key of its reason. */
static bool glance(struct merge *m, const char *id, enum delivery_state *state, struct span *reason)
{
	return spool_cur_seek(&m->records, id, ID_LEN) && m->records.key.n == ID_LEN &&
	       memcmp(m->records.key.p, id, ID_LEN) == 0 && spool_rec_delivery_glance(m->records.val, state, reason);
}

static bool is_leased(struct merge *m, const char *id)
{
	struct span val;

	return spool_get(m->t, TBL_LEASE, id, ID_LEN, &val);
}

static bool has_state(struct merge *m, const char *id, enum delivery_state rest)
{
	const unsigned states = m->l->states & IN_ONE_LIST, as_rest = states >> rest & 1, as_active = states >> DLV_ACTIVE & 1;

	return (as_rest == as_active ? as_rest : is_leased(m, id) ? as_active : as_rest) != 0;
}

/* Whether what waits has a state and a reason that are wanted. */
static bool waits_wanted(struct merge *m, const struct spool_cur *c)
{
	const unsigned states = m->l->states & IN_ONE_LIST;
	const char *id = c->key.p + 1;
	enum delivery_state state;
	struct span reason;

	if (states == IN_ONE_LIST && m->why.n == 0)
		return true;
	if (states == 1U << DLV_ACTIVE && !is_leased(m, id))
		return false;
	return glance(m, id, &state, &reason) && (m->why.n == 0 || has_reason(m, reason, c->val.p, true)) &&
	       has_state(m, id, state);
}

static bool passes(struct merge *m, const struct spool_cur *c, unsigned list)
{
	if (c->val.n < SPOOL_LANE_LEN ||
	    (m->l->recipient != NULL && memcmp(c->val.p, m->lane.b, SPOOL_LANE_LEN) != 0))
		return false;
	if (list == SPOOL_STATE_WAITS)
		return waits_wanted(m, c);
	return m->why.n == 0 ||
	       has_reason(m, (struct span){ c->val.p + SPOOL_LANE_LEN, c->val.n - SPOOL_LANE_LEN }, c->val.p, false);
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

static void find_resting(struct merge *m, struct arena *a)
{
	struct spool_cur c;

	m->resting = arena_alloc(a, ((size_t)spool_entries(m->t, TBL_REST) + (size_t)spool_entries(m->t, TBL_SUSPENDED) + 1) *
					    sizeof(*m->resting));
	spool_cur_open(&c, m->t, TBL_REST);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		struct err ignored = ERR_INIT;
		struct spool_rest r;

		if (c.key.n == SPOOL_LANE_LEN && spool_rec_rest_get(c.val, a, &r, &ignored) == 0 && r.reason == m->l->why)
			memcpy(m->resting[m->resting_count++].b, c.key.p, SPOOL_LANE_LEN);
	}
	spool_cur_close(&c);
	if (m->l->why == RSN_OP_SUSPENDED)
		m->resting_count += spool_lanes_suspended(m->t, m->resting + m->resting_count);
}

/* The counters know of all that is not final, or late. */
static bool nobody_has_it(struct merge *m)
{
	const unsigned final = 1U << DLV_DONE | 1U << DLV_CANCELLED | 1U << DLV_GIVEN_UP;
	struct spool_counters n = { .slots = 0 };
	struct err ignored = ERR_INIT;

	return m->why.n > 0 && (m->l->states & final) == 0 && m->resting_count == 0 &&
	       spool_txn_get_counters(m->t, &n, &ignored) == 0 && n.reasons[m->l->why] == 0;
}

static void merge_open(struct merge *m, struct arena *a)
{
	const struct id *after = m->l->after;
	uint8_t key[STATE_KEY_LEN];

	m->lane = spool_lane_of(m->l->recipient);
	if (m->l->why != RSN_NONE) {
		m->why = span_of(reason_info(m->l->why)->key);
		find_resting(m, a);
	}

	if (nobody_has_it(m))
		return;
	spool_cur_open(&m->records, m->t, TBL_DELIVERY);
	for (unsigned i = 0; i < LISTS; i++) {
		bool ok;

		if ((lists_of(m->l->states) >> i & 1) == 0)
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

int spool_lmdb_delivery_list(struct spool *spool, struct arena *a, const struct spool_list *l, struct spool_delivery **out,
			     size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct merge m = { .l = l };
	struct spool_delivery *list = NULL;
	struct spool_txn t;
	size_t count = 0;
	struct id id;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	m.t = &t;
	merge_open(&m, a);
	while (rc == 0 && count < l->limit && merge_next(&m, &id)) {
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
