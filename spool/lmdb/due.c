/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * due - whose turn it is; see due.h.
 *
 * Lanes without leases stand in `head` as they are. A lane with leases does too, at the time of a delivery that somebody may
 * have already: these few are looked at one by one and merged in.
 */
#include "spool/lmdb/due.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"

static int cmp_lease(const void *a, const void *b)
{
	const struct spool_lease *x = a, *y = b;
	int d = memcmp(x->lane.b, y->lane.b, SPOOL_LANE_LEN);

	return d != 0 ? d : id_cmp(&x->id, &y->id);
}

static int cmp_turn(const void *a, const void *b)
{
	const struct spool_turn *x = a, *y = b;

	return (x->when > y->when) - (x->when < y->when);
}

static int cmp_lane(const void *key, const void *lease)
{
	return memcmp(((const struct spool_lane *)key)->b, ((const struct spool_lease *)lease)->lane.b, SPOOL_LANE_LEN);
}

static bool has_leases(const struct spool_due *w, const struct spool_lane *lane)
{
	return w->lease_count > 0 && bsearch(lane, w->leases, w->lease_count, sizeof(*w->leases), cmp_lane) != NULL;
}

static bool is_leased(const struct spool_due *w, const struct spool_lane *lane, const struct id *id)
{
	struct spool_lease key = { .lane = *lane, .id = *id };

	return bsearch(&key, w->leases, w->lease_count, sizeof(key), cmp_lease) != NULL;
}

static void add_turn(struct spool_due *w, int64_t when, const struct spool_lane *lane, const struct id *id)
{
	w->turns[w->turn_count++] = (struct spool_turn){ .when = when, .lane = *lane, .id = *id };
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The first of a lane that nobody has. */
static void add_first_free(struct spool_due *w, const struct spool_lane *lane)
{
	struct spool_cur c;
	struct id id;
	bool found = false;

	spool_cur_open(&c, w->t, TBL_DUE);
	for (bool ok = spool_cur_seek(&c, lane->b, SPOOL_LANE_LEN); ok && !found; ok = spool_cur_next(&c)) {
		if (c.key.n != SPOOL_DUE_LEN || memcmp(c.key.p, lane->b, SPOOL_LANE_LEN) != 0)
			break;
		memcpy(id.b, c.key.p + SPOOL_LANE_LEN + 8, ID_LEN);
		found = !is_leased(w, lane, &id);
		if (found)
			add_turn(w, later((int64_t)codec_get_be64((const uint8_t *)c.key.p + SPOOL_LANE_LEN),
					  spool_lane_rests_until(w->t, lane)), lane, &id);
	}
	spool_cur_close(&c);
}

static void read_head(struct spool_due *w, bool ok)
{
	for (; ok; ok = spool_cur_next(&w->head)) {
		if (w->head.key.n != SPOOL_HEAD_LEN)
			continue;
		w->next = (struct spool_turn){ .when = (int64_t)codec_get_be64((const uint8_t *)w->head.key.p), .first = true };
		memcpy(w->next.lane.b, w->head.key.p + 8, SPOOL_LANE_LEN);
		if (!has_leases(w, &w->next.lane))
			break;
	}
	w->has_next = ok;
}

void spool_due_open(struct spool_due *w, struct spool_txn *t, struct arena *a, int64_t now)
{
	*w = (struct spool_due){ .t = t };
	w->leases = spool_leases(t, a, &w->lease_count);
	if (w->lease_count > 0) {
		qsort(w->leases, w->lease_count, sizeof(*w->leases), cmp_lease);
		w->turns = arena_alloc(a, 2 * w->lease_count * sizeof(*w->turns));
	}
	for (size_t i = 0; i < w->lease_count; i++) {
		const struct spool_lease *l = &w->leases[i];
		int64_t rest = l->until > now ? 0 : spool_lane_rests_until(t, &l->lane);

		add_turn(w, later(l->until, rest), &l->lane, &l->id);
		if (i == 0 || memcmp(l[-1].lane.b, l->lane.b, SPOOL_LANE_LEN) != 0)
			add_first_free(w, &l->lane);
	}
	if (w->turn_count > 0)
		qsort(w->turns, w->turn_count, sizeof(*w->turns), cmp_turn);
	spool_cur_open(&w->head, t, TBL_HEAD);
	read_head(w, spool_cur_first(&w->head));
}

bool spool_due_next(struct spool_due *w, struct spool_turn *out)
{
	bool has_turn = w->at < w->turn_count;

	if (has_turn && (!w->has_next || w->turns[w->at].when <= w->next.when)) {
		*out = w->turns[w->at++];
		return true;
	}
	if (!w->has_next)
		return false;
	*out = w->next;
	read_head(w, spool_cur_next(&w->head));
	return true;
}

void spool_due_close(struct spool_due *w)
{
	spool_cur_close(&w->head);
}

bool spool_due_first(struct spool_txn *t, const struct spool_lane *lane, struct id *id)
{
	struct spool_cur c;
	bool ok;

	spool_cur_open(&c, t, TBL_DUE);
	ok = spool_cur_seek(&c, lane->b, SPOOL_LANE_LEN) && c.key.n == SPOOL_DUE_LEN &&
	     memcmp(c.key.p, lane->b, SPOOL_LANE_LEN) == 0;
	if (ok)
		memcpy(id->b, c.key.p + SPOOL_LANE_LEN + 8, ID_LEN);
	spool_cur_close(&c);
	return ok;
}
