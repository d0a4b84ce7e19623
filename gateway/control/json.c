/* SPDX-License-Identifier: EUPL-1.2 */
/* Records of the spool as rows for people and programs. */
#include "control/control.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define XTA_SCHEME "urn:de:xta:messageid:"

json_t *control_json_time(int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	return ms == 0 ? json_null() : json_string(clock_utc(ms, text));
}

json_t *control_json_text(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

json_t *control_json_id(const struct id *id)
{
	char text[ID_TEXT_LEN];

	return json_string(id_text(id, text));
}

/* What German tables show; the names of delivery_state_name are for programs. */
static const char *const states_de[DLV_STATES] = {
	[DLV_QUEUED] = "bereit", [DLV_ACTIVE] = "in Arbeit", [DLV_WAITING] = "wartet",	   [DLV_HELD] = "angehalten",
	[DLV_DONE] = "abgelegt", [DLV_FAILED] = "gescheitert", [DLV_CANCELLED] = "abgebrochen",
	[DLV_GIVEN_UP] = "aufgegeben",
};

const struct control_choice control_choices[] = {
	{ DLV_EV_RETRY, "retry" }, { DLV_EV_HOLD, "hold" }, { DLV_EV_RELEASE, "release" }, { DLV_EV_CANCEL, "cancel" },
	{ DLV_EVENTS, NULL },
};

/* One that waits behind others for nothing of its own is retried as well: its lane is woken. */
static json_t *choices_of(const struct spool_delivery *d)
{
	json_t *list = json_array();

	for (const struct control_choice *x = control_choices; x->name != NULL; x++)
		if (delivery_next(d->state, x->event) >= 0 ||
		    (x->event == DLV_EV_RETRY && d->state == DLV_QUEUED && d->reason != RSN_NONE))
			(void)json_array_append_new(list, json_string(x->name));
	return list;
}

/* A person's hold is what counts now; what the last attempt said stands beside it. */
json_t *control_json_delivery(const struct spool_delivery *d)
{
	enum reason now = spool_delivery_reason(d);
	const struct reason_info *r = reason_info(now);
	bool held = d->hold_reason != NULL, wrong = now != RSN_NONE, has_owner = wrong && d->state != DLV_CANCELLED;
	bool rests = delivery_is_final(d->state) || d->state == DLV_HELD || d->state == DLV_FAILED;
	json_t *row = json_object();

	if (!id_is_zero(&d->follows))
		(void)json_object_set_new(row, "follows", control_json_id(&d->follows));
	(void)json_object_set_new(row, "delivery", control_json_id(&d->id));
	(void)json_object_set_new(row, "message", control_json_id(&d->message));
	(void)json_object_set_new(row, "state", json_string(delivery_state_name(d->state)));
	(void)json_object_set_new(row, "state_de", json_string(states_de[d->state]));
	(void)json_object_set_new(row, "recipient", control_json_text(d->recipient));
	(void)json_object_set_new(row, "channel", control_json_text(d->channel));
	(void)json_object_set_new(row, "created", control_json_time(d->created));
	(void)json_object_set_new(row, "due", control_json_time(rests ? 0 : d->due));
	(void)json_object_set_new(row, "attempts", json_integer((json_int_t)d->attempts));
	(void)json_object_set_new(row, "reason", control_json_text(wrong ? r->key : NULL));
	(void)json_object_set_new(row, "owner", control_json_text(has_owner ? reason_owner_name(r->owner, 0) : NULL));
	(void)json_object_set_new(row, "owner_de", control_json_text(has_owner ? reason_owner_name(r->owner, 1) : NULL));
	(void)json_object_set_new(row, "code", control_json_text(d->code));
	(void)json_object_set_new(row, "detail", control_json_text(held ? d->hold_reason : d->detail));
	(void)json_object_set_new(row, "peer", control_json_text(d->peer));
	(void)json_object_set_new(row, "former_peer", control_json_text(d->old_peer));
	(void)json_object_set_new(row, "former_id", control_json_text(d->old_peer_id));
	(void)json_object_set_new(row, "unsure", json_boolean(d->ambiguous));
	(void)json_object_set_new(row, "can", choices_of(d));
	if (held && d->reason != RSN_NONE) {
		(void)json_object_set_new(row, "last_reason", json_string(reason_info(d->reason)->key));
		(void)json_object_set_new(row, "last_detail", control_json_text(d->detail));
	}
	return row;
}

/* Over whatever it waits for: while it is suspended, that is not what it waits for. */
static bool add_suspension(struct spool *s, struct arena *a, struct spool_delivery *d)
{
	struct err ignored = ERR_INIT;
	struct spool_suspension by;

	if (spool_suspension_get(s, a, d->recipient, NULL, clock_now(), &by, &ignored) != 0)
		return false;
	d->due = d->due > by.until ? d->due : by.until;
	d->reason = RSN_OP_SUSPENDED;
	d->since = by.since;
	d->detail = arena_printf(a, "%s: %s", by.actor, by.why);
	return true;
}

void control_add_rest(struct spool *s, struct arena *a, struct spool_delivery *d)
{
	struct err ignored = ERR_INIT;
	struct spool_rest r;

	if (d->state != DLV_QUEUED && d->state != DLV_WAITING)
		return;
	if (add_suspension(s, a, d) || spool_rest_get(s, a, d->recipient, &r, &ignored) != 0 || r.until <= clock_now())
		return;
	if (d->due < r.until)
		d->due = r.until;
	if (d->reason != RSN_NONE && r.reason != RSN_OP_SUSPENDED)
		return;
	d->reason = r.reason;
	d->since = r.since;
	d->detail = r.detail;
	if (d->peer == NULL)
		d->peer = r.peer;
}

/* The newest delivery of the message; DLV_STATES: it has none. */
static int newest(struct control_call *c, const struct id *message, struct spool_delivery *d, struct err *e)
{
	struct spool_delivery *list;
	size_t n = 0;
	int rc = spool_delivery_of(c->ctx->spool, c->arena, message, &list, &n, e);

	*d = rc == 0 && n > 0 ? list[n - 1] : (struct spool_delivery){ .state = DLV_STATES };
	control_add_rest(c->ctx->spool, c->arena, d);
	return rc;
}

/* By our id or the peer's. */
static int find_delivery(struct control_call *c, const char *text, struct spool_delivery *d, struct err *e)
{
	struct id id;
	int rc = ERR_MISSING;

	if (id_parse(span_of(text), &id))
		rc = spool_delivery_get(c->ctx->spool, c->arena, &id, d, e);
	return rc == ERR_MISSING ? spool_delivery_find(c->ctx->spool, c->arena, span_of(text), d, e) : rc;
}

/* Ids of XTA have no case, and those that we made for mail of OSCI end with our own. */
static const char *lower_xta(struct control_call *c, const char *text, const char **uuid)
{
	const char *last = strrchr(text, ':');
	char *key;

	*uuid = text;
	if (strncasecmp(text, XTA_SCHEME, strlen(XTA_SCHEME)) != 0)
		return text;
	key = arena_dup(c->arena, text);
	for (char *p = key; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	*uuid = last + 1;
	return key;
}

static int find_message(struct control_call *c, const char *given, struct spool_message *m, struct err *e)
{
	const char *uuid, *text = lower_xta(c, given, &uuid);
	struct id id;
	int rc = ERR_MISSING;

	if (id_parse(span_of(uuid), &id))
		rc = spool_message_get(c->ctx->spool, c->arena, &id, m, e);
	if (rc == ERR_MISSING)
		rc = spool_message_find(c->ctx->spool, c->arena, SPOOL_APPLICATION, span_of(text), m, e);
	return rc == ERR_MISSING ? spool_message_find(c->ctx->spool, c->arena, SPOOL_MAIL, span_of(text), m, e) : rc;
}

int control_call_message(struct control_call *c, struct spool_message *m, struct spool_delivery *d, struct err *e)
{
	struct err missing = ERR_INIT;
	const char *text;
	int rc = json_need_string(c->args, "id", &text, e);

	if (rc != 0)
		return rc;
	rc = find_delivery(c, text, d, &missing);
	if (rc == 0) {
		control_add_rest(c->ctx->spool, c->arena, d);
		return spool_message_get(c->ctx->spool, c->arena, &d->message, m, e);
	}
	if (rc == ERR_MISSING && (rc = find_message(c, text, m, &missing)) == 0)
		return newest(c, &m->id, d, e);
	if (rc == ERR_MISSING)
		return err_set(e, ERR_MISSING, "no message, delivery or message id of OSCI or XTA %s here", text);
	*e = missing;
	return rc;
}
