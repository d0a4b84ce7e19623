/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * migrate - brings a spool of an older format to the present one, in one transaction: it is all done or nothing is.
 *
 * Format 4 had no chain of process cards.
 * Format 3 had leases in the records of deliveries and in their indexes.
 * Format 2 had no counts of mailboxes, no index of what is new in them, no alias.
 * Format 1 had one delivery per message, named in the message; what the peer called it was the message's foreign id; nothing
 * ended what was cancelled, failed or never fetched. The indexes of deliveries are made anew. Payloads and keys stay.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

struct migration {
	struct spool_lmdb *s;
	struct spool_txn t;
	struct arena *a;
	char from[8];		/* its format */
	int64_t now;
	uint64_t messages, deliveries, damaged;
};

static bool next_id(struct spool_txn *t, enum spool_table table, struct id *at)
{
	struct spool_cur c;
	bool ok;

	spool_cur_open(&c, t, table);
	ok = spool_cur_seek(&c, at->b, ID_LEN);
	if (ok && c.key.n == ID_LEN && memcmp(c.key.p, at->b, ID_LEN) == 0)
		ok = spool_cur_next(&c);
	ok = ok && c.key.n == ID_LEN;
	if (ok)
		memcpy(at->b, c.key.p, ID_LEN);
	spool_cur_close(&c);
	return ok;
}

static bool is_op_held(const struct spool_delivery *d)
{
	return d->state == DLV_HELD && d->reason == RSN_OP_HELD;
}

static void fill_in(const struct migration *g, const struct spool_message *m, struct spool_delivery *d)
{
	d->service = m->service;
	d->peer_id = m->foreign_id;
	d->stored = m->stored;
	d->fetched = m->fetched;
	if (d->state == DLV_ACTIVE)
		d->node = g->s->node;
	d->entered = g->now;	/* nobody knows better */
	if (d->state == DLV_FAILED || d->state == DLV_HELD)
		(void)spool_retention_delivery(&g->s->retention, d, g->now, &d->due);
	if (is_op_held(d)) {	/* a hold had overwritten what the last attempt said */
		d->hold_reason = d->detail != NULL ? d->detail : "";
		d->reason = RSN_NONE;
		d->detail = NULL;
	}
	d->since = d->reason != RSN_NONE ? d->created : 0;
}

static int move_delivery_1(struct migration *g, const struct id *id, struct err *e)
{
	struct spool_delivery d;
	struct spool_rec_msg r;
	int rc = spool_dlv_load_rest(&g->t, g->a, id, &d, e);

	if (rc == 0)
		rc = spool_msg_load(&g->t, g->a, &d.message, &r, e);
	if (rc != 0 && spool_is_damage(e)) {
		spool_dlv_set_aside(&g->t, id, e, g->now);
		g->damaged++;
		return 0;
	}
	if (rc != 0)
		return rc;
	fill_in(g, &r.m, &d);
	spool_dlv_store(&g->t, NULL, &d);
	g->deliveries++;
	return 0;
}

/* The record is at rest, and the lease of an ACTIVE one goes where it belongs. */
static int move_delivery_3(struct migration *g, const struct id *id, struct err *e)
{
	struct spool_delivery d;
	struct span val;
	int rc = 0;

	if (spool_get(&g->t, TBL_DAMAGED, id->b, ID_LEN, &val))
		return 0;	/* in no index */
	rc = spool_dlv_load_rest(&g->t, g->a, id, &d, e);
	if (rc != 0 && spool_is_damage(e)) {
		spool_dlv_set_aside(&g->t, id, e, g->now);
		g->damaged++;
		return 0;
	}
	if (rc != 0)
		return rc;
	spool_dlv_store(&g->t, NULL, &d);
	g->deliveries++;
	return 0;
}

/* What had no end gets one, counted from now: nobody was told of it before. */
static void give_end(const struct migration *g, struct spool_message *m)
{
	const struct spool_retention *ret = &g->s->retention;
	int64_t grace = m->fetched != 0 ? ret->fetched : ret->unfetched;

	if (m->kind == SPOOL_MAIL && m->erased == 0 && m->expires == 0 && grace > 0)
		m->expires = g->now + grace;
}

static int move_message(struct migration *g, const struct id *id, struct err *e)
{
	struct id first = { { 0 } };
	struct spool_rec_msg old, r;
	int rc = spool_msg_load(&g->t, g->a, id, &old, e);

	if (rc != 0 && spool_is_damage(e)) {	/* whoever asks for it is told; it holds up nobody */
		g->damaged++;
		return 0;
	}
	if (rc != 0)
		return rc;
	r = old;
	if (r.m.kind != SPOOL_MAIL)
		r.m.foreign_id = NULL;	/* the delivery has it */
	give_end(g, &r.m);
	spool_msg_store(&g->t, &old, &r);
	if (r.m.erased == 0)
		spool_usage_move(&g->t, NULL, &r.m);	/* it was not counted before */
	g->messages++;
	if (r.m.erased == 0 && r.m.expires == 0 && spool_dlv_next_of(&g->t, id, &first))
		rc = spool_msg_settle(g->s, &g->t, id, 0, g->now, e);
	return rc;
}

static int move_all(struct migration *g, enum spool_table table,
		    int (*move)(struct migration *g, const struct id *id, struct err *e), struct err *e)
{
	struct id at = { { 0 } };
	int rc = 0;

	while (rc == 0 && next_id(&g->t, table, &at)) {
		struct err one = ERR_INIT;

		arena_reset(g->a);
		if ((rc = move(g, &at, &one)) != 0)
			*e = one;
	}
	return rc != 0 ? rc : spool_txn_check(&g->t, "migrate", e);
}

static void clear_indexes(struct migration *g)
{
	static const enum spool_table made_anew[] = { TBL_STATE, TBL_DUE, TBL_HEAD, TBL_LEASE, TBL_FOLLOW };

	for (size_t i = 0; i < ARRAY_LEN(made_anew); i++)
		spool_clear(&g->t, made_anew[i]);
	memset(g->t.counters.deliveries, 0, sizeof(g->t.counters.deliveries));
	memset(g->t.counters.reasons, 0, sizeof(g->t.counters.reasons));
}

static int move_deliveries(struct migration *g, struct err *e)
{
	int rc;

	clear_indexes(g);
	if (strcmp(g->from, SPOOL_FORMAT_1) != 0)
		return move_all(g, TBL_DELIVERY, move_delivery_3, e);
	/* Deliveries first: they take over what the message knew. */
	rc = move_all(g, TBL_DELIVERY, move_delivery_1, e);
	return rc != 0 ? rc : move_all(g, TBL_MESSAGE, move_message, e);
}

static void read_format(struct migration *g)
{
	struct span format;

	must(spool_get(&g->t, TBL_META, "format", 6, &format) && format.n < sizeof(g->from));
	memcpy(g->from, format.p, format.n);
}

static int run(struct migration *g, struct err *e)
{
	int rc;

	log_event(LOG_INFO, "spool.migrating", LOG_STR("dir", g->s->dir), LOG_STR("from", g->from), LOG_STR("to", SPOOL_FORMAT));
	rc = strcmp(g->from, SPOOL_FORMAT_4) == 0 ? 0 : move_deliveries(g, e);
	/* What was moved has been counted on the way; all is counted anew, because the rest was not. */
	if (rc == 0 && strcmp(g->from, SPOOL_FORMAT_3) < 0)
		rc = spool_box_counts_make(&g->t, g->a, e);
	if (rc == 0)
		rc = spool_chain_make(&g->t, g->a, e);
	if (rc != 0)
		return rc;
	spool_put(&g->t, TBL_META, "format", 6, SPOOL_FORMAT, strlen(SPOOL_FORMAT));
	if (strcmp(g->from, SPOOL_FORMAT_4) != 0)
		spool_ends_note(&g->t, &g->s->retention);	/* from now on, whatever they were */
	spool_txn_put_counters(&g->t);
	return 0;
}

int spool_migrate(struct spool_lmdb *s, struct err *e)
{
	struct migration g = { .s = s, .now = clock_now(), .a = arena_new() };
	int64_t start = clock_mono();
	int rc;

	rc = spool_txn_write(&s->db, &g.t, e);
	if (rc == 0) {
		read_format(&g);
		g.t.arena = arena_new();
		rc = run(&g, e);
		arena_free(g.t.arena);
		if (rc != 0)
			spool_txn_end(&g.t);
		else
			rc = spool_txn_commit(&g.t, e);
	}
	arena_free(g.a);
	if (rc != 0)
		return err_wrap(e, "bring the spool from format %s to %s", g.from, SPOOL_FORMAT);
	log_event(LOG_INFO, "spool.migrated", LOG_STR("dir", s->dir), LOG_STR("from", g.from),
		  LOG_STR("to", SPOOL_FORMAT), LOG_INT("messages", (int64_t)g.messages),
		  LOG_INT("deliveries", (int64_t)g.deliveries), LOG_INT("damaged", (int64_t)g.damaged),
		  LOG_INT("ms", clock_mono() - start));
	return 0;
}
