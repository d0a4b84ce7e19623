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
	const struct spool_delivery *d;	/* the caller's wish */
	struct spool_delivery result;
	enum delivery_event event;
	const struct spool_event *ev;
	int64_t now;
	const struct spool_audit *audit;
};

static void note(struct spool_delivery *d, const struct spool_delivery *wish)
{
	d->peer = wish->peer;
	d->peer_id = wish->peer_id;
	d->old_peer = wish->old_peer;
	d->old_peer_id = wish->old_peer_id;
	d->ambiguous = wish->ambiguous;
}

static void end_attempt(struct spool_delivery *d, const struct step *st)
{
	const struct spool_delivery *wish = st->d;

	note(d, wish);
	d->due = wish->due;
	if (st->event == DLV_EV_YIELDED) {
		d->attempts -= d->attempts > 0;
		return;	/* the reason of the attempt before stays */
	}
	if (d->reason != wish->reason)
		d->since = st->ev != NULL ? st->ev->at : st->now;
	d->reason = wish->reason;
	d->code = wish->code;
	d->detail = wish->detail;
	if (st->event == DLV_EV_ACCEPTED)
		d->stored = st->ev != NULL ? st->ev->at : st->now;
}

/* A person may have looked at the record a while ago: only what the person decided is taken from it. */
static void obey(struct spool_delivery *d, const struct step *st)
{
	d->hold_reason = st->event == DLV_EV_HOLD ? st->d->hold_reason : NULL;
	if (st->event == DLV_EV_RETRY || st->event == DLV_EV_RELEASE) {
		d->due = st->now;
		d->reason = RSN_NONE;
		d->since = 0;
	}
}

static void change(struct spool_delivery *d, const struct step *st, enum delivery_state next)
{
	if (next != d->state)
		d->entered = st->now;
	d->state = next;
	if (delivery_by_worker(st->event))
		end_attempt(d, st);
	else
		obey(d, st);
	if (next == DLV_FAILED || next == DLV_HELD)
		(void)spool_retention_delivery(&st->s->retention, d, st->now, &d->due);
}

static int step_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct step *st = ctx;
	struct spool_delivery old, *d = &st->result;
	int rc = spool_dlv_load(t, t->arena, &st->d->id, &old, e), next;

	if (rc != 0)
		return rc;
	if (delivery_by_worker(st->event) && (rc = spool_lease_check(&old, st->d->token, e)) != 0)
		return rc;
	if ((next = delivery_next(old.state, st->event)) < 0)
		return err_set(e, ERR_WRONG_STATE, "not possible: the delivery is %s", delivery_state_name(old.state));
	*d = old;
	change(d, st, (enum delivery_state)next);
	spool_dlv_store(t, &old, d);
	if (delivery_is_final(d->state))
		rc = spool_msg_settle(st->s, t, &d->message, st->event == DLV_EV_ACCEPTED ? d->stored : 0, st->now, e);
	if (rc == 0 && st->ev != NULL)
		spool_event_append(t, &d->message, st->ev);
	return rc != 0 || st->audit == NULL ? rc : spool_audit_append(st->s, t, st->audit, e);
}

/* Strings of the record are in the writer's arena: the caller keeps those it gave. */
static void show(struct spool_delivery *d, const struct spool_delivery *result)
{
	struct spool_delivery old = *d;

	*d = *result;
	d->channel = old.channel;
	d->recipient = old.recipient;
	d->service = old.service;
	d->peer = old.peer;
	d->peer_id = old.peer_id;
	d->old_peer = old.old_peer;
	d->old_peer_id = old.old_peer_id;
	d->code = old.code;
	d->detail = old.detail;
	d->hold_reason = result->hold_reason == NULL ? NULL : old.hold_reason;
}

static int check(const struct spool_delivery *d, const struct spool_event *ev, const struct spool_audit *audit,
		 struct err *e)
{
	int rc = spool_delivery_check(d, e);

	if (rc == 0 && ev != NULL)
		rc = spool_event_check(ev, e);
	return rc != 0 || audit == NULL ? rc : spool_audit_check(audit, e);
}

int spool_lmdb_delivery_step(struct spool *spool, struct spool_delivery *d, enum delivery_event event,
			     const struct spool_event *ev, const struct spool_audit *audit, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct step st = { .s = s, .d = d, .event = event, .ev = ev, .audit = audit, .now = clock_now() };
	int rc = check(d, ev, audit, e);

	if (rc == 0)
		rc = spool_writer_do(s->writer, step_job, &st, e);
	if (rc != 0)
		return err_wrap(e, "delivery");
	show(d, &st.result);
	if (d->state == DLV_QUEUED || d->state == DLV_WAITING)
		spool_queue_bump(s);
	return 0;
}

static int note_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct step *st = ctx;
	struct spool_delivery old, d;
	int rc = spool_dlv_load(t, t->arena, &st->d->id, &old, e);

	if (rc == 0)
		rc = spool_lease_check(&old, st->d->token, e);
	if (rc != 0)
		return rc;
	d = old;
	note(&d, st->d);
	spool_dlv_store(t, &old, &d);
	if (st->ev != NULL)
		spool_event_append(t, &d.message, st->ev);
	return 0;
}

int spool_lmdb_delivery_note(struct spool *spool, const struct spool_delivery *d, const struct spool_event *ev,
			     struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct step st = { .s = s, .d = d, .ev = ev };
	int rc = check(d, ev, NULL, e);

	if (rc == 0)
		rc = spool_writer_do(s->writer, note_job, &st, e);
	return rc == 0 ? 0 : err_wrap(e, "delivery");
}

void spool_dlv_make(struct spool_delivery *d, const struct spool_delivery *wish, const struct spool_message *m, int64_t now)
{
	*d = (struct spool_delivery){
		.id = id_new(),
		.message = m->id,
		.follows = wish->follows,
		.state = DLV_QUEUED,
		.channel = wish->channel,
		.recipient = wish->recipient != NULL ? wish->recipient : m->recipient,
		.service = wish->service != NULL ? wish->service : m->service,
		.first_receipt = wish->first_receipt,
		.deadline = wish->deadline,
		.due = now,
		.entered = now,
	};
	d->created = id_time(&d->id);
}

struct adding {
	struct step st;
	const struct id *message;
};

static int check_follows(struct spool_txn *t, const struct adding *ad, struct err *e)
{
	struct spool_delivery d;
	int rc;

	if (id_is_zero(&ad->st.d->follows))
		return 0;
	if ((rc = spool_dlv_load(t, t->arena, &ad->st.d->follows, &d, e)) != 0)
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
	spool_dlv_make(&st->result, st->d, &msg.m, st->now);
	spool_dlv_store(t, NULL, &st->result);
	rc = spool_msg_settle(st->s, t, ad->message, 0, st->now, e);
	if (rc == 0 && st->ev != NULL)
		spool_event_append(t, ad->message, st->ev);
	return rc != 0 || st->audit == NULL ? rc : spool_audit_append(st->s, t, st->audit, e);
}

int spool_lmdb_delivery_add(struct spool *spool, const struct id *message, struct spool_delivery *d,
			    const struct spool_event *ev, const struct spool_audit *audit, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct adding ad = { { .s = s, .d = d, .ev = ev, .audit = audit, .now = clock_now() }, message };
	int rc = check(d, ev, audit, e);

	if (rc == 0)
		rc = spool_writer_do(s->writer, add_job, &ad, e);
	if (rc != 0)
		return err_wrap(e, "one more delivery");
	show(d, &ad.st.result);
	spool_queue_bump(s);
	return 0;
}
