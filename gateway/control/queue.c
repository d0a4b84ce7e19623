/* SPDX-License-Identifier: EUPL-1.2 */
/* The queue: listing it, and what a person decides about one delivery. */
#include "control/control.h"

#include <limits.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "control/filter.h"

#define PAGE 200
#define LIST_DEFAULT 100

/* What becomes of those that fit: a row each, or only how many there are. */
struct listing {
	struct control_filter f;
	long long limit;
	bool only_counts;
	json_int_t count;
};

static int read_listing(struct control_call *c, struct listing *l, struct err *e)
{
	int rc = control_filter_read(c, &l->f, e);

	l->count = 0;
	l->only_counts = json_opt_bool(c->args, "count", 0);
	l->limit = json_opt_int(c->args, "limit", LIST_DEFAULT);
	if (rc == 0 && l->limit < 1)
		rc = err_set(e, ERR_SYNTAX, "limit: expected at least 1");
	return rc;
}

/* False: there are enough. */
static bool list_page(struct control_call *c, struct arena *page, struct listing *l, struct spool_delivery *d, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		control_add_rest(c->ctx->spool, page, &d[i]);
		if (!control_filter_fits(c, page, &l->f, &d[i]))
			continue;
		if (!l->only_counts && l->count == l->limit) {
			c->more = true;
			return false;
		}
		l->count++;
		if (!l->only_counts)
			control_call_row(c, control_json_delivery(&d[i]));
	}
	return true;
}

int control_queue_list(struct control_call *c, struct err *e)
{
	struct arena *page = arena_new();	/* c->arena holds who calls */
	struct listing l;
	struct id last, *after;
	size_t n = PAGE;
	int rc = read_listing(c, &l, e);

	after = rc == 0 && l.f.has_after ? &l.f.after : NULL;
	while (rc == 0 && n == PAGE) {
		struct spool_delivery *d;

		arena_reset(page);
		rc = spool_delivery_list(c->ctx->spool, page,
					 &(struct spool_list){ .states = l.f.states, .recipient = l.f.recipient,
							       .why = l.f.reason, .after = after, .limit = PAGE },
					 &d, &n, e);
		if (rc != 0 || n == 0 || !list_page(c, page, &l, d, n))
			break;
		last = d[n - 1].id;
		after = &last;
	}
	if (rc == 0 && l.only_counts)
		control_call_row(c, json_pack("{s:I}", "count", l.count));
	arena_free(page);
	return rc;
}

int control_queue_show(struct control_call *c, struct err *e)
{
	struct spool_message m;
	struct spool_delivery d;
	json_t *row, *parts;
	int rc = control_call_message(c, &m, &d, e);

	if (rc != 0)
		return rc;
	row = d.state == DLV_STATES ? json_object() : control_json_delivery(&d);
	parts = json_array();
	for (size_t i = 0; i < m.part_count; i++)
		(void)json_array_append_new(parts, json_pack("{s:s, s:s, s:I}", "name", m.parts[i].name, "type",
							     m.parts[i].type, "size", (json_int_t)m.parts[i].size));
	(void)json_object_set_new(row, "message", control_json_id(&m.id));
	(void)json_object_set_new(row, "kind", json_string(spool_kind_name(m.kind)));
	(void)json_object_set_new(row, "osci_id", control_json_text(d.peer_id != NULL ? d.peer_id : m.foreign_id));
	(void)json_object_set_new(row, "service", control_json_text(m.service));
	(void)json_object_set_new(row, "submitted", control_json_time(m.submitted));
	(void)json_object_set_new(row, "accepted", control_json_time(m.accepted));
	(void)json_object_set_new(row, "stored", control_json_time(m.stored));
	(void)json_object_set_new(row, "fetched", control_json_time(m.fetched));
	(void)json_object_set_new(row, "erased", control_json_time(m.erased));
	(void)json_object_set_new(row, "expires", control_json_time(m.expires));
	(void)json_object_set_new(row, "parts", parts);
	control_call_row(c, row);
	return 0;
}

int control_queue_shape(struct control_call *c, struct err *e)
{
	static const char *const columns[] = { "1min", "10min", "1h", "6h", "1d", "older" };
	struct spool_shape_row *rows;
	size_t n;
	int rc = spool_shape(c->ctx->spool, c->arena, clock_now(), &rows, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		bool wrong = rows[i].reason != RSN_NONE;
		const struct reason_info *r = reason_info(rows[i].reason);
		json_t *row = json_pack("{s:s, s:o, s:o, s:o}", "recipient", rows[i].recipient, "oldest",
					control_json_time(rows[i].oldest), "reason", control_json_text(wrong ? r->key : NULL), "owner",
					control_json_text(wrong ? reason_owner_name(r->owner, 0) : NULL));

		for (size_t k = 0; k < 6; k++)
			(void)json_object_set_new(row, columns[k], json_integer((json_int_t)rows[i].count[k]));
		control_call_row(c, row);
	}
	return rc;
}

/* What a person may do instead. */
static const char *possible(struct arena *a, enum delivery_state s)
{
	const char *text = NULL;

	if (s == DLV_ACTIVE)
		return "an attempt is under way, try again in a moment";
	for (const struct control_choice *x = control_choices; x->name != NULL; x++)
		if (delivery_next(s, x->event) >= 0)
			text = text == NULL ? arena_printf(a, "possible: %s", x->name) :
					      arena_printf(a, "%s, %s", text, x->name);
	return text == NULL ? "nothing can be changed any more" : text;
}

/* Both ids, so that the audit trail is found by either. */
static const char *object_of(struct control_call *c, const struct spool_delivery *d)
{
	char message[ID_TEXT_LEN], delivery[ID_TEXT_LEN];

	return arena_printf(c->arena, "message %s delivery %s", id_text(&d->message, message), id_text(&d->id, delivery));
}

/* Before a step behind which the next attempt may begin at once. */
static void ask_again(struct control_call *c, const struct spool_delivery *d, const struct spool_message *m)
{
	if (c->ctx->dir != NULL)
		dir_ask_again(c->ctx->dir, d->recipient, d->service != NULL ? d->service : m->service);
}

/* Of one that was not tried because its lane rests there is nothing to retry: its lane is. */
static int wake_lane(struct control_call *c, const struct spool_delivery *d, const struct spool_message *m,
		     const char *action, struct err *e)
{
	const struct spool_audit line = { .at = clock_now(), .actor = c->actor, .action = action, .object = object_of(c, d),
					  .why = json_opt_string(c->args, "reason", "") };
	int rc = spool_audit_add(c->ctx->spool, &line, e);

	ask_again(c, d, m);
	if (rc == 0)
		rc = spool_rest_clear(c->ctx->spool, d->recipient, e);
	if (rc == 0)
		control_call_row(c, control_json_delivery(d));
	return rc;
}

/* One step of the state machine, written to trace and audit trail in the same commit. */
static int take_step(struct control_call *c, struct spool_delivery *d, enum delivery_event event, enum spool_event_kind kind,
		     const char *action, struct err *e)
{
	const char *why = json_opt_string(c->args, "reason", "");
	int64_t now = clock_now();
	bool lets_out = event == DLV_EV_RETRY || event == DLV_EV_RELEASE;
	int rc;

	if (event == DLV_EV_HOLD)	/* who holds it and why, for `why` */
		d->hold_reason = arena_printf(c->arena, "%s: %s", c->actor, why);
	rc = spool_delivery_step(c->ctx->spool, d, event, &(struct spool_event){ .at = now, .kind = kind, .detail = why },
				 &(struct spool_audit){ .at = now, .actor = c->actor, .action = action,
							.object = object_of(c, d), .why = why },
				 e);
	/* Behind the step: what keeps the lane back ends, and its next one goes out. */
	return rc == 0 && lets_out ? spool_rest_clear(c->ctx->spool, d->recipient, e) : rc;
}

/* One of many was chosen by what it was a moment ago. Without arguments of the filter everything fits. */
static int still_meant(struct control_call *c, const struct spool_delivery *d, struct err *e)
{
	struct control_filter f;
	char id[ID_TEXT_LEN];
	int rc = control_filter_read(c, &f, e);

	if (json_opt_string(c->args, "state", NULL) == NULL)
		f.states = UINT_MAX;
	if (rc == 0 && !control_filter_fits(c, c->arena, &f, d))
		rc = err_set(e, ERR_WRONG_STATE, "delivery %s is not among those chosen any more", id_text(&d->id, id));
	return rc;
}

/* A person's decision. */
static int obey(struct control_call *c, enum delivery_event event, enum spool_event_kind kind, const char *action,
		struct err *e)
{
	struct spool_message m;
	struct spool_delivery d;
	char id[ID_TEXT_LEN];
	int rc = control_call_message(c, &m, &d, e);

	if (rc != 0)
		return rc;
	if (d.state == DLV_STATES)
		return err_set(e, ERR_MISSING, "message %s has no delivery", id_text(&m.id, id));
	rc = still_meant(c, &d, e);
	if (rc != 0)
		return rc;
	if (event == DLV_EV_RETRY && d.state == DLV_QUEUED && d.reason != RSN_NONE)
		return wake_lane(c, &d, &m, action, e);
	if (delivery_next(d.state, event) < 0)
		return err_set(e, ERR_WRONG_STATE, "delivery %s is %s: no %s; %s", id_text(&d.id, id),
			       delivery_state_name(d.state), strchr(action, '.') + 1, possible(c->arena, d.state));
	/* Before the step: behind it the next attempt may begin at once. */
	if (event == DLV_EV_RETRY || event == DLV_EV_RELEASE)
		ask_again(c, &d, &m);
	rc = take_step(c, &d, event, kind, action, e);
	if (rc == 0)
		control_call_row(c, control_json_delivery(&d));
	return rc;
}

int control_queue_retry(struct control_call *c, struct err *e)
{
	return obey(c, DLV_EV_RETRY, SPOOL_EV_RETRY, "queue.retry", e);
}

int control_queue_hold(struct control_call *c, struct err *e)
{
	return obey(c, DLV_EV_HOLD, SPOOL_EV_HELD, "queue.hold", e);
}

int control_queue_release(struct control_call *c, struct err *e)
{
	return obey(c, DLV_EV_RELEASE, SPOOL_EV_RELEASED, "queue.release", e);
}

int control_queue_cancel(struct control_call *c, struct err *e)
{
	return obey(c, DLV_EV_CANCEL, SPOOL_EV_CANCELLED, "queue.cancel", e);
}

/* The same application once more, for the certificate that the directory names now; the recipient has lost its key, or the
 * former intermediary is gone. What may still arrive by itself is to be cancelled first: nothing is doubled by accident. */
int control_queue_resend(struct control_call *c, struct err *e)
{
	const char *why = json_opt_string(c->args, "reason", "");
	struct spool_message m;
	struct spool_delivery old, d;
	char id[ID_TEXT_LEN];
	int64_t now = clock_now();
	int rc = control_call_message(c, &m, &old, e);

	if (rc != 0)
		return rc;
	if (old.state == DLV_STATES)
		return err_set(e, ERR_MISSING, "message %s has no delivery", id_text(&m.id, id));
	if (!delivery_is_final(old.state))
		return err_set(e, ERR_WRONG_STATE, "delivery %s is %s and may still arrive; cancel it first",
			       id_text(&old.id, id), delivery_state_name(old.state));
	ask_again(c, &old, &m);
	d = (struct spool_delivery){ .channel = old.channel, .recipient = old.recipient, .service = old.service,
				     .first_receipt = old.first_receipt, .deadline = old.deadline, .follows = old.id };
	rc = spool_delivery_add(c->ctx->spool, &m.id, &d, &(struct spool_event){ .at = now, .kind = SPOOL_EV_ADDED, .detail = why },
				&(struct spool_audit){ .at = now, .actor = c->actor, .action = "queue.resend",
						       .object = object_of(c, &old), .why = why },
				e);
	if (rc == 0)
		rc = spool_rest_clear(c->ctx->spool, d.recipient, e);
	if (rc == 0)
		control_call_row(c, control_json_delivery(&d));
	return rc;
}
