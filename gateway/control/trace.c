/* SPDX-License-Identifier: EUPL-1.2 */
/* What happened to a message, and why it is where it is. */
#include "control/control.h"

#include "base/clock.h"

static const char *const events_de[SPOOL_EV_KINDS] = {
	[SPOOL_EV_SUBMITTED] = "abgesendet", [SPOOL_EV_ACCEPTED] = "angenommen", [SPOOL_EV_RESOLVED] = "Weg gefunden",
	[SPOOL_EV_ID_OBTAINED] = "Nummer erhalten", [SPOOL_EV_ATTEMPT] = "Versuch", [SPOOL_EV_DEFERRED] = "aufgeschoben",
	[SPOOL_EV_STORED] = "abgelegt", [SPOOL_EV_FORWARDED] = "ausgegeben", [SPOOL_EV_FETCHED] = "abgeholt",
	[SPOOL_EV_FAILED] = "gescheitert", [SPOOL_EV_HELD] = "angehalten", [SPOOL_EV_RELEASED] = "freigegeben",
	[SPOOL_EV_RETRY] = "neuer Versuch verlangt", [SPOOL_EV_CANCELLED] = "abgebrochen", [SPOOL_EV_ERASED] = "gelöscht",
	[SPOOL_EV_UNCOLLECTED] = "nicht abgeholt", [SPOOL_EV_GIVEN_UP] = "aufgegeben",
	[SPOOL_EV_ADDED] = "erneut gesendet", [SPOOL_EV_REPLIED] = "beantwortet",
};
_Static_assert(SPOOL_EV_REPLIED + 1 == SPOOL_EV_KINDS, "each kind of event has a German word");

int control_trace(struct control_call *c, struct err *e)
{
	struct spool_message m;
	struct spool_delivery d;
	struct spool_event *ev;
	size_t n;
	int rc = control_call_message(c, &m, &d, e);

	if (rc == 0)
		rc = spool_event_list(c->ctx->spool, c->arena, &m.id, &ev, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		control_call_row(c, json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:I, s:o}", "at", control_json_time(ev[i].at), "event",
					 spool_event_name(ev[i].kind), "event_de", events_de[ev[i].kind], "reason",
					 control_json_text(ev[i].reason == RSN_NONE ? NULL : reason_info(ev[i].reason)->key),
					 "code", control_json_text(ev[i].code), "detail", control_json_text(ev[i].detail),
					 "count", (json_int_t)ev[i].count, "last", control_json_time(ev[i].last)));
	return rc;
}

static const char *queued_text(const struct spool_delivery *d, int german)
{
	if (d->attempts > 0)
		return german ? "Wartet auf den nächsten Versuch." : "Waits for its next attempt.";
	return german ? "Wartet auf den ersten Versuch." : "Waits for its first attempt.";
}

/* What to say about a delivery that has no reason: the state itself explains it. */
static const char *state_text(const struct spool_message *m, const struct spool_delivery *d, int german)
{
	if (d->state == DLV_DONE && m->fetched != 0)
		return german ? "Vom Empfänger abgeholt." : "Fetched by the recipient.";
	switch (d->state) {
	case DLV_QUEUED:
		return queued_text(d, german);
	case DLV_ACTIVE:
		return german ? "Ein Versuch läuft gerade." : "An attempt is under way.";
	case DLV_DONE:
		return german ? "Beim Intermediär des Empfängers abgelegt, noch nicht abgeholt." :
				"Stored at the recipient's intermediary, not fetched yet.";
	case DLV_CANCELLED:
		return german ? "Vom Betrieb abgebrochen." : "Cancelled by an operator.";
	case DLV_GIVEN_UP:
		return german ? "Aufgegeben: niemand hat rechtzeitig entschieden." : "Given up: nobody decided about it in time.";
	default:
		return german ? "Keine Zustellung." : "No delivery.";
	}
}

/* Of a hold: when the person said so. */
static int held_since(struct control_call *c, const struct id *message, int64_t *since, struct err *e)
{
	struct spool_event *ev;
	size_t n;
	int rc = spool_event_list(c->ctx->spool, c->arena, message, &ev, &n, e);

	while (rc == 0 && n > 0 && ev[n - 1].kind != SPOOL_EV_HELD)
		n--;
	*since = rc == 0 && n > 0 ? ev[n - 1].at : 0;
	return rc;
}

static void add_reason(json_t *row, const struct reason_info *r, int64_t since)
{
	(void)json_object_set_new(row, "text", json_string(r->text_en));
	(void)json_object_set_new(row, "text_de", json_string(r->text_de));
	(void)json_object_set_new(row, "next", json_string(r->next_en));
	(void)json_object_set_new(row, "next_de", json_string(r->next_de));
	(void)json_object_set_new(row, "class", json_string(reason_retry_name(r->retry)));
	(void)json_object_set_new(row, "since", control_json_time(since));
}

int control_why(struct control_call *c, struct err *e)
{
	struct spool_message m;
	struct spool_delivery d;
	bool wrong, held;
	int64_t since;
	json_t *row;
	int rc = control_call_message(c, &m, &d, e);

	if (rc != 0)
		return rc;
	held = d.state != DLV_STATES && d.hold_reason != NULL;
	wrong = held || (d.state != DLV_STATES && d.state != DLV_CANCELLED && d.reason != RSN_NONE);
	since = wrong ? d.since : 0;
	if (held && (rc = held_since(c, &m.id, &since, e)) != 0)
		return rc;
	row = d.state == DLV_STATES ? json_pack("{s:o}", "message", control_json_id(&m.id)) : control_json_delivery(&d);
	if (wrong) {
		add_reason(row, reason_info(spool_delivery_reason(&d)), since);
	} else {
		(void)json_object_set_new(row, "text", json_string(state_text(&m, &d, 0)));
		(void)json_object_set_new(row, "text_de", json_string(state_text(&m, &d, 1)));
	}
	(void)json_object_set_new(row, "accepted", control_json_time(m.accepted));
	(void)json_object_set_new(row, "stored", control_json_time(m.stored));
	(void)json_object_set_new(row, "fetched", control_json_time(m.fetched));
	(void)json_object_set_new(row, "ask_again", control_json_time(d.state == DLV_DONE ? d.due : 0));
	control_call_row(c, row);
	return 0;
}
