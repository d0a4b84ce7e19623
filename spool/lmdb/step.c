/* SPDX-License-Identifier: EUPL-1.2 */
/* step - the steps of a delivery's life, what an attempt notes, and one more delivery; see store.h. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

int spool_msg_settle(struct spool_lmdb *s, struct spool_txn *t, const struct id *message, int64_t stored, int64_t now,
		     struct err *e)
{
	struct spool_rec_msg old, r;
	int rc = spool_msg_load(t, t->arena, message, &old, e);

	if (rc != 0)
		return rc;
	r = old;
	if (stored != 0 && r.m.stored == 0) {
		r.m.stored = stored;
		r.m.modified = stored > r.m.modified ? stored : r.m.modified;
	}
	r.m.expires = spool_end_of(s, t, &r, now);
	if (r.m.stored == old.m.stored && r.m.expires == old.m.expires)
		return 0;
	r.rev++;
	spool_msg_store(t, &old, &r);
	return 0;
}

struct step {
	struct spool_lmdb *s;
	struct spool_step what;
	const struct spool_audit *audit;
	struct spool_delivery result;
};

static int step_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct step *st = ctx;
	struct spool_delivery old, *d = &st->result;
	const struct spool_step *what = &st->what;
	int rc = spool_dlv_load(t, t->arena, &what->wish->id, &old, e);

	if (rc == 0 && delivery_by_worker(what->event))
		rc = spool_lease_check(&old, what->wish->token, e);
	if (rc != 0)
		return rc;
	*d = old;
	if ((rc = spool_change_step(d, what, &st->s->retention, e)) != 0)
		return rc;
	spool_dlv_store(t, &old, d);
	if (delivery_is_final(d->state))
		rc = spool_msg_settle(st->s, t, &d->message, what->event == DLV_EV_ACCEPTED ? d->stored : 0, what->now, e);
	if (rc == 0 && what->ev != NULL)
		spool_event_append(t, &d->message, what->ev);
	return rc != 0 || st->audit == NULL ? rc : spool_audit_append(st->s, t, st->audit, e);
}

int spool_lmdb_delivery_step(struct spool *spool, struct spool_delivery *d, enum delivery_event event,
			     const struct spool_event *ev, const struct spool_audit *audit, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct step st = { .s = s, .audit = audit, .what = { event, d, ev, clock_now() } };
	int rc = spool_writer_do(s->writer, step_job, &st, e);

	if (rc != 0)
		return err_wrap(e, "delivery");
	spool_change_show(d, &st.result);
	if (d->state == DLV_QUEUED || d->state == DLV_WAITING)
		spool_queue_bump(s);
	return 0;
}

static int note_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct spool_step *what = ctx;
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, t->arena, &what->wish->id, &old, e);

	if (rc == 0)
		rc = spool_lease_check(&old, what->wish->token, e);
	if (rc != 0)
		return rc;
	d = old;
	spool_change_note(&d, what->wish);
	spool_dlv_store(t, &old, &d);
	if (what->ev != NULL)
		spool_event_append(t, &d.message, what->ev);
	return 0;
}

int spool_lmdb_delivery_note(struct spool *spool, const struct spool_delivery *d, const struct spool_event *ev,
			     struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_step what = { .wish = d, .ev = ev };
	int rc = spool_writer_do(s->writer, note_job, &what, e);

	return rc == 0 ? 0 : err_wrap(e, "delivery");
}

struct adding {
	struct step st;
	const struct id *message;
};

static int check_follows(struct spool_txn *t, const struct adding *ad, struct err *e)
{
	struct spool_delivery d;
	int rc;

	if (id_is_zero(&ad->st.what.wish->follows))
		return 0;
	if ((rc = spool_dlv_load(t, t->arena, &ad->st.what.wish->follows, &d, e)) != 0)
		return rc;
	return id_cmp(&d.message, ad->message) == 0 ? 0 : err_set(e, ERR_MISSING, "not a delivery of this message");
}

static int add_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct adding *ad = ctx;
	struct step *st = &ad->st;
	struct spool_rec_msg msg;
	int rc = spool_msg_load(t, t->arena, ad->message, &msg, e);

	if (rc == 0 && msg.m.erased != 0)
		rc = err_set(e, ERR_WRONG_STATE, "the payload of the message is erased");
	if (rc == 0)
		rc = check_follows(t, ad, e);
	if (rc != 0)
		return rc;
	spool_change_new(&st->result, st->what.wish, &msg.m, st->what.now);
	spool_dlv_store(t, NULL, &st->result);
	rc = spool_msg_settle(st->s, t, ad->message, 0, st->what.now, e);
	if (rc == 0 && st->what.ev != NULL)
		spool_event_append(t, ad->message, st->what.ev);
	return rc != 0 || st->audit == NULL ? rc : spool_audit_append(st->s, t, st->audit, e);
}

int spool_lmdb_delivery_add(struct spool *spool, const struct id *message, struct spool_delivery *d,
			    const struct spool_event *ev, const struct spool_audit *audit, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct adding ad = { { .s = s, .audit = audit, .what = { .wish = d, .ev = ev, .now = clock_now() } }, message };
	int rc = spool_writer_do(s->writer, add_job, &ad, e);

	if (rc != 0)
		return err_wrap(e, "one more delivery");
	spool_change_show(d, &ad.st.result);
	spool_queue_bump(s);
	return 0;
}
