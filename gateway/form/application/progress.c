/* SPDX-License-Identifier: EUPL-1.2 */
/* How far an application has come: the stage from the spool, the words from one table. */
#include "form/application/progress.h"

#define DEADLINE                                                                                                       \
	"Müssen Sie eine Frist wahren? Dann warten Sie nicht länger: Geben Sie den Antrag zusätzlich auf anderem Weg ab, " \
	"zum Beispiel ausgedruckt bei der Behörde oder in deren Briefkasten. Geht es um eine Sozialleistung, nehmen ihn "  \
	"auch alle anderen Leistungsträger und alle Gemeinden entgegen (§ 16 Absatz 1 SGB I). Bewahren Sie die "           \
	"Sendebestätigung auf: Sie zeigt, wann Sie den Antrag abgesendet haben."

/* An answer may have been lost, so nothing here says that the authority has not got it: only that nobody confirmed it. */
static const struct {
	const char *name, *title, *text, *advice;
	bool is_over;		/* what has not happened will not happen */
} stages[] = {
	[FORM_WAITING] = { "waiting", "Ihr Antrag ist angenommen",
			   "Er ist hier sicher gespeichert und wird an die Behörde übermittelt. Meist dauert das wenige "
			   "Minuten. Dass er dort eingegangen ist, ist noch nicht bestätigt.", NULL, false },
	[FORM_LATE] = { "late", "Die Übermittlung Ihres Antrags dauert länger als üblich",
			"Er ist hier sicher gespeichert und wird weiter an die Behörde übermittelt, ohne dass Sie etwas tun. Dass "
			"er dort eingegangen ist, ist noch nicht bestätigt.", DEADLINE, false },
	[FORM_HELD] = { "held", "Die Übermittlung Ihres Antrags ist unterbrochen",
			"Er ist hier sicher gespeichert. Die Übermittlung an die Behörde geht erst weiter, wenn der Betreiber "
			"dieses Dienstes etwas unternommen hat. Dass er dort eingegangen ist, ist noch nicht bestätigt.", DEADLINE,
			false },
	[FORM_FAILED] = { "failed", "Ihr Antrag konnte nicht übermittelt werden",
			  "Er ist hier sicher gespeichert, die Übermittlung an die Behörde ist aber gescheitert. Ob sie wiederholt "
			  "wird, entscheidet der Betreiber dieses Dienstes. Dass er dort eingegangen ist, ist nicht bestätigt.",
			  DEADLINE, false },
	[FORM_ENDED] = { "ended", "Ihr Antrag wird nicht übermittelt",
			 "Die Übermittlung wurde beendet, ohne dass der Eingang bei der Behörde bestätigt ist. Bitte stellen Sie den "
			 "Antrag neu.", DEADLINE, true },
	[FORM_STORED] = { "stored", "Ihr Antrag ist bei der Behörde eingegangen",
			  "Er liegt im elektronischen Postfach der Behörde. Sie müssen nichts weiter tun.", NULL, false },
	[FORM_UNCOLLECTED] = { "uncollected", "Ihr Antrag ist bei der Behörde eingegangen",
			       "Er liegt im elektronischen Postfach der Behörde. Dass sie ihn von dort abholt, dauert länger als "
			       "üblich; eingegangen ist er trotzdem. Wenn es eilt, fragen Sie bei der Behörde nach und nennen Sie die "
			       "Vorgangsnummer und die OSCI-Nachrichten-ID.", NULL, false },
	[FORM_FETCHED] = { "fetched", "Die Behörde hat Ihren Antrag abgeholt",
			   "Sie müssen nichts weiter tun. Die Behörde meldet sich bei Ihnen.", NULL, false },
};

static const struct {
	const char *name, *done, *open, *never;
} instants[FORM_INSTANTS] = {
	{ "Abgesendet", "Sie haben auf „Antrag absenden“ gedrückt.", "", "" },
	{ "Angenommen", "Der Antrag ist bei diesem Dienst sicher gespeichert.", "", "" },
	{ "Eingegangen", "Seitdem liegt der Antrag im elektronischen Postfach der Behörde (OSCI-Intermediär). Dieser Zeitpunkt "
			 "gilt als Zugang.",
	  "Sobald der Antrag im elektronischen Postfach der Behörde liegt (OSCI-Intermediär), steht hier der Zeitpunkt. Erst "
	  "damit geht er der Behörde zu.", "Dass der Antrag eingegangen ist, wurde nicht bestätigt." },
	{ "Von der Behörde abgeholt", "Die Behörde hat den Antrag aus ihrem elektronischen Postfach abgeholt.",
	  "Sobald die Behörde den Antrag aus ihrem elektronischen Postfach holt, steht hier der Zeitpunkt.",
	  "Dass der Antrag abgeholt wurde, wurde nicht bestätigt." },
};

static enum form_stage stage_of(const struct form_draft *d, const struct spool_delivery *dlv, int64_t now)
{
	const struct spool_message *m = &d->message;

	if (m->fetched > 0)
		return FORM_FETCHED;
	if (m->stored > 0)
		return dlv->reason == RSN_OSCI_NOT_COLLECTED ? FORM_UNCOLLECTED : FORM_STORED;
	if (dlv->state == DLV_HELD)
		return FORM_HELD;
	if (dlv->state == DLV_FAILED)
		return FORM_FAILED;
	if (delivery_is_final(dlv->state) && dlv->state != DLV_DONE)
		return FORM_ENDED;
	return now - m->accepted > d->office->late_ms ? FORM_LATE : FORM_WAITING;
}

static bool is_turn(enum spool_event_kind kind)
{
	return kind == SPOOL_EV_HELD || kind == SPOOL_EV_RELEASED || kind == SPOOL_EV_FAILED || kind == SPOOL_EV_RETRY ||
	       kind == SPOOL_EV_CANCELLED || kind == SPOOL_EV_UNCOLLECTED || kind == SPOOL_EV_GIVEN_UP ||
	       kind == SPOOL_EV_ADDED || kind == SPOOL_EV_ERASED;
}

static int find_since(const struct form_draft *d, struct form_progress *p, struct err *e)
{
	struct spool_event *list;
	size_t n;
	int rc = spool_event_list(d->office->spool, d->arena, &d->message.id, &list, &n, e);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < FORM_INSTANTS; i++)
		p->since = p->instants[i].at > p->since ? p->instants[i].at : p->since;
	for (size_t i = 0; i < n; i++)
		p->since = is_turn(list[i].kind) && list[i].at > p->since ? list[i].at : p->since;
	if (p->stage == FORM_LATE && d->message.accepted + d->office->late_ms > p->since)
		p->since = d->message.accepted + d->office->late_ms;
	return 0;
}

static void put_instants(const struct spool_message *m, struct form_progress *p)
{
	const int64_t at[FORM_INSTANTS] = { m->submitted, m->accepted, m->stored, m->fetched };
	bool is_over = stages[p->stage].is_over;

	for (size_t i = 0; i < FORM_INSTANTS; i++)
		p->instants[i] = (struct form_instant){ .name = instants[i].name, .at = at[i],
			.open = is_over ? "nicht bestätigt" : "noch nicht",
			.meaning = at[i] > 0 ? instants[i].done : is_over ? instants[i].never : instants[i].open };
}

static const char *where_it_is(const struct spool_message *m)
{
	if (m->erased == 0)
		return NULL;
	return m->stored > 0 ? "Der Antrag ist bei der Behörde eingegangen; sein Inhalt wurde hier gelöscht."
			     : "Der Inhalt des Antrags wurde hier gelöscht.";
}

int form_progress_get(const struct form_draft *d, int64_t now, struct form_progress *out, struct err *e)
{
	struct spool_delivery *list;
	size_t n = 0;
	int rc = spool_delivery_of(d->office->spool, d->arena, &d->message.id, &list, &n, e);

	if (rc == 0 && n == 0)
		rc = err_set(e, ERR_MISSING, "the application has no delivery");
	if (rc != 0)
		return rc;
	/* The newest delivery tells how far it is: one that was sent again or elsewhere follows the one before. */
	*out = (struct form_progress){ .stage = stage_of(d, &list[n - 1], now), .kept = where_it_is(&d->message) };
	for (size_t i = 0; i < n; i++)
		out->message_id = list[i].peer_id != NULL ? list[i].peer_id : out->message_id;
	out->id_text = out->message_id != NULL ? out->message_id :
		       out->stage < FORM_ENDED ? "noch nicht vergeben" : "keine";
	out->name = stages[out->stage].name;
	out->title = stages[out->stage].title;
	out->text = stages[out->stage].text;
	out->advice = stages[out->stage].advice;
	put_instants(&d->message, out);
	return find_since(d, out, e);
}
