/* SPDX-License-Identifier: EUPL-1.2 */
#include "delivery/attempt.h"

#include <string.h>

#include "base/clock.h"
#include "delivery/parcel.h"

struct attempt {
	struct delivery_sender *s;
	struct arena *a;
	struct spool_delivery *d;
	struct spool_message m;
	struct dir_route route;
	struct peer_osci line;
	struct delivery_result *r;
};

/* The id belongs to the intermediary that issued it: both are written together. */
static bool has_id_of(const struct attempt *t)
{
	return t->d->peer_id != NULL && t->d->peer != NULL && strcmp(t->d->peer, t->route.intermediary_uri) == 0;
}

static int obtain_id(struct attempt *t, struct err *e)
{
	const char *message_id = NULL;
	int rc;

	if (has_id_of(t))
		return 0;
	/* An earlier attempt went elsewhere and nobody knows how it ended: a new id could double the delivery. */
	if (t->d->peer_id != NULL && t->d->ambiguous)
		return err_reason(e, ERR_REFUSED, RSN_OSCI_REFUSED,
				  "the intermediary changed from %s while an attempt there was open", t->d->peer);
	rc = osci_client_get_message_id(t->line.client, t->a, &message_id, e);
	if (rc != 0) {
		if (e->reason == RSN_NET_ANSWER_LOST)	/* nothing of the application was in that request */
			e->reason = RSN_NET_UNREACHABLE;
		return err_wrap(e, "getMessageId");
	}
	t->d->peer = arena_dup(t->a, t->route.intermediary_uri);	/* the route ends before the delivery */
	t->d->peer_id = message_id;
	return spool_delivery_note(t->s->spool, t->d, NULL, e);
}

/* Asks the intermediary whether it has the delivery. 0 and *stored, or ERR_MISSING: it has not. */
static int ask_for_card(struct attempt *t, int64_t *stored, struct err *e)
{
	struct osci_card card;
	int rc = peer_osci_cards(&t->line, &t->d->peer_id, 1, t->a, &card, e);

	if (rc == 0 && card.message_id == NULL)
		return err_set(e, ERR_MISSING, "no process card");
	if (rc == 0)
		*stored = card.created != 0 ? card.created : clock_now();
	return rc;
}

static int store(struct attempt *t, struct err *e)
{
	struct delivery_parcel *parcel = NULL;
	struct osci_card card = { .created = 0 };
	int rc = delivery_parcel_new(t->s, t->a, &t->m, t->d->peer_id, t->route.addressee_cipher, &parcel, e);

	if (rc == 0) {
		rc = osci_client_store(t->line.client, delivery_parcel_outgoing(parcel), t->a, &card, e);
		t->r->ambiguous = rc != 0 && osci_client_is_ambiguous(t->line.client);
		if (t->r->ambiguous)
			(void)err_default_reason(e, RSN_NET_ANSWER_LOST);
	}
	if (rc == 0)
		t->r->stored = card.created != 0 ? card.created : clock_now();
	delivery_parcel_free(parcel);
	return rc == 0 ? 0 : err_wrap(e, "storeDelivery");
}

/* The code that the attempt is judged by: of the last order, unless an earlier one is already noted. */
static void note_code(struct attempt *t)
{
	const char *digits = osci_client_said(t->line.client)->digits;

	if (t->r->code == NULL && *digits != '\0')
		t->r->code = arena_dup(t->a, digits);
}

static int deliver(struct attempt *t, struct err *e)
{
	int rc = ERR_MISSING;

	if (t->d->ambiguous && t->d->peer_id != NULL) {
		t->r->ambiguous = true;	/* still, if the question fails */
		rc = ask_for_card(t, &t->r->stored, e);
		if (rc != ERR_MISSING)
			return rc;
		t->r->ambiguous = false;
	}
	rc = store(t, e);
	/* "used already" is also what an intermediary says to a repetition: then its process card is the proof */
	if (rc != 0 && osci_client_said(t->line.client)->code == OSCI_9801) {
		struct err second = ERR_INIT;

		note_code(t);
		if (ask_for_card(t, &t->r->stored, &second) == 0) {
			t->r->code = NULL;
			return 0;
		}
	}
	return rc;
}

static void describe(struct attempt *t)
{
	char fetched[CLOCK_TEXT_LEN];

	t->r->peer = arena_dup(t->a, t->route.intermediary_uri);
	t->r->detail = arena_printf(t->a, "directory entry of %s%s, reader certificate %.16s",
				    clock_utc(t->route.fetched, fetched), t->route.is_stale ? " (stale)" : "",
				    t->route.addressee_cipher->hex);
}

int delivery_attempt(struct delivery_sender *s, struct arena *a, struct spool_delivery *d, struct delivery_result *r, struct err *e)
{
	struct attempt t = { .s = s, .a = a, .d = d, .r = r };
	int rc;

	*r = (struct delivery_result){ .ambiguous = d->ambiguous };
	rc = spool_message_get(s->spool, a, &d->message, &t.m, e);
	if (rc != 0)
		goto out;
	rc = dir_resolve(s->dir, d->recipient, d->service, a, &t.route, e);
	if (rc != 0)
		goto out;
	describe(&t);
	rc = delivery_sender_dial(s, &t.route, s->conf->attempt_timeout, &t.line, e);
	if (rc != 0)
		goto out;
	rc = obtain_id(&t, e);
	if (rc == 0)
		rc = deliver(&t, e);
	note_code(&t);
	/* The recipient's side says it cannot read what we encrypt: ask the directory anew next time. */
	if (rc != 0 && osci_feedback_reaction(osci_feedback_code(r->code), false).doubts_entry)
		dir_forget(s->dir, d->recipient, d->service);
out:
	peer_osci_close(&t.line);
	dir_route_fini(&t.route);
	return rc;
}
