/* SPDX-License-Identifier: EUPL-1.2 */
/* change - what calls make of the record of a delivery; see change.h. */
#include "spool/change.h"

#include "spool/retention.h"

void spool_change_new(struct spool_delivery *d, const struct spool_delivery *wish, const struct spool_message *m, int64_t now)
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

void spool_change_note(struct spool_delivery *d, const struct spool_delivery *wish)
{
	if (wish->channel != NULL)
		d->channel = wish->channel;
	d->peer = wish->peer;
	d->peer_id = wish->peer_id;
	d->old_peer = wish->old_peer;
	d->old_peer_id = wish->old_peer_id;
	d->ambiguous = wish->ambiguous;
}

static void end_attempt(struct spool_delivery *d, const struct spool_step *st)
{
	const struct spool_delivery *wish = st->wish;

	spool_change_note(d, wish);
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
static void obey(struct spool_delivery *d, const struct spool_step *st)
{
	d->hold_reason = st->event == DLV_EV_HOLD ? st->wish->hold_reason : NULL;
	if (st->event == DLV_EV_RETRY || st->event == DLV_EV_RELEASE) {
		d->due = st->now;
		d->reason = RSN_NONE;
		d->since = 0;
	}
}

int spool_change_step(struct spool_delivery *d, const struct spool_step *st, const struct spool_retention *settings,
		      struct err *e)
{
	int next = delivery_next(d->state, st->event);

	if (next < 0)
		return err_set(e, ERR_WRONG_STATE, "not possible: the delivery is %s", delivery_state_name(d->state));
	if (next != (int)d->state)
		d->entered = st->now;
	d->state = (enum delivery_state)next;
	if (delivery_by_worker(st->event))
		end_attempt(d, st);
	else
		obey(d, st);
	if (d->state == DLV_FAILED || d->state == DLV_HELD)
		(void)spool_retention_delivery(settings, d, st->now, &d->due);
	return 0;
}

void spool_change_show(struct spool_delivery *d, const struct spool_delivery *record)
{
	struct spool_delivery old = *d;

	*d = *record;
	d->channel = old.channel;
	d->recipient = old.recipient;
	d->service = old.service;
	d->peer = old.peer;
	d->peer_id = old.peer_id;
	d->old_peer = old.old_peer;
	d->old_peer_id = old.old_peer_id;
	d->code = old.code;
	d->detail = old.detail;
	d->hold_reason = record->hold_reason == NULL ? NULL : old.hold_reason;
}
