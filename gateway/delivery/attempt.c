/* SPDX-License-Identifier: EUPL-1.2 */
/* attempt - the steps of one attempt, whatever the channel. */
#include "delivery/attempt.h"

#include "base/clock.h"
#include "delivery/move.h"

static void tell(struct delivery_attempt *t)
{
	if (t->r.answered && t->answered != NULL)
		t->answered(t->ctx, t->r.took);
}

static int note(struct delivery_attempt *t, enum spool_event_kind kind, const char *detail, struct err *e)
{
	const struct spool_event ev = { .at = clock_now(), .kind = kind, .detail = detail };

	return spool_delivery_note(t->s->spool, t->d, detail == NULL ? NULL : &ev, e);
}

static int ask(struct delivery_attempt *t, const struct delivery_channel *ch, const struct dir_route *route, const char *id,
	       struct delivery_card *card, struct err *e)
{
	const struct delivery_query q = { .s = t->s, .route = route, .watch = t->watch,
					  .timeout_ms = t->s->conf->attempt_timeout, .ids = &id, .n = 1, .a = t->a };
	int rc = ch->ask(&q, card, e);

	t->r.answered = rc == 0;
	t->r.took = 0;
	tell(t);
	if (rc == 0 && !card->is_there)
		return err_set(e, ERR_MISSING, "the peer has no process card for it");
	return rc;
}

static int is_stored(struct delivery_attempt *t, const struct delivery_card *card)
{
	t->r.stored = card->stored != 0 ? card->stored : clock_now();
	t->r.ambiguous = false;
	return 0;
}

/* An id is noted before anything is sent under it. */
static int prepare(struct delivery_attempt *t, const struct delivery_channel *ch, struct delivery_errand *x, struct err *e)
{
	bool had_id = t->d->peer_id != NULL;
	int rc = ch->prepare(x, e);

	if (rc != 0 || !had_id) {
		ch->classify(x, rc);
		tell(t);
	}
	return rc != 0 || had_id ? rc : note(t, SPOOL_EV_ID_OBTAINED, NULL, e);
}

/* A refusal is also what a peer says to a repetition; then its process card is the proof, whatever the code was. */
static int send(struct delivery_attempt *t, const struct delivery_channel *ch, struct delivery_errand *x, struct err *e)
{
	struct err second = ERR_INIT;
	struct delivery_card card;
	int rc = ch->send(x, e);

	ch->classify(x, rc);
	tell(t);
	if (rc == ERR_REFUSED && ask(t, ch, t->route, t->d->peer_id, &card, &second) == 0)
		return is_stored(t, &card);
	return rc;
}

static int deliver(struct delivery_attempt *t, const struct delivery_channel *ch, struct delivery_errand *x, struct err *e)
{
	int rc = prepare(t, ch, x, e);

	if (rc != 0)
		return rc;
	if (t->d->ambiguous) {
		struct delivery_card card;

		t->r.ambiguous = true;	/* still, if the question fails */
		rc = ask(t, ch, t->route, t->d->peer_id, &card, e);
		if (rc == 0)
			return is_stored(t, &card);
		if (rc != ERR_MISSING)
			return rc;
		*e = (struct err)ERR_INIT;
		t->r.ambiguous = false;
	}
	return send(t, ch, x, e);
}

static const char *describe(const struct delivery_attempt *t)
{
	char fetched[CLOCK_TEXT_LEN];

	return arena_printf(t->a, "directory entry of %s%s, reader certificate %.16s", clock_utc(t->route->fetched, fetched),
			    t->route->is_stale ? " (stale)" : "", t->route->addressee_cipher->hex);
}

static int find_channel(const struct spool_delivery *d, const struct delivery_channel **ch, struct err *e)
{
	*ch = delivery_channel_find(d->channel);
	return *ch != NULL ? 0 : err_set(e, ERR_UNSUPPORTED, "channel %s is not known here", d->channel);
}

int delivery_attempt(struct delivery_attempt *t, struct err *e)
{
	struct spool_message m;
	struct delivery_errand x = { .s = t->s, .a = t->a, .d = t->d, .m = &m, .route = t->route, .watch = t->watch, .r = &t->r };
	const struct delivery_channel *ch;
	int rc = find_channel(t->d, &ch, e);

	t->r = (struct delivery_result){ .ambiguous = t->d->ambiguous, .detail = describe(t) };
	if (rc == 0)
		rc = spool_message_get(t->s->spool, t->a, &t->d->message, &m, e);
	if (rc == 0)
		rc = delivery_book_note(t->book, t->route, e);
	if (rc != 0)
		return rc;
	/* Nothing was begun under an id, so there is nothing to ask for. */
	if (t->d->peer_id == NULL)
		t->d->ambiguous = t->r.ambiguous = false;
	rc = deliver(t, ch, &x, e);
	ch->finish(&x);
	return rc;
}

int delivery_attempt_ask_old(struct delivery_attempt *t, struct err *e)
{
	const struct delivery_channel *ch;
	struct delivery_card card;
	struct dir_route old;
	int rc = find_channel(t->d, &ch, e);

	t->r = (struct delivery_result){ .ambiguous = true };
	if (rc == 0)
		rc = delivery_book_find(t->book, t->d->old_peer, t->a, &old, e);
	if (rc != 0)
		return err_reason(e, ERR_PEER, RSN_OSCI_MOVED, "it cannot be asked: %s", arena_dup(t->a, e->text));
	rc = ask(t, ch, &old, t->d->old_peer_id, &card, e);
	dir_route_fini(&old);
	if (rc == 0) {
		delivery_stays(t->d);
		return is_stored(t, &card);
	}
	if (rc == ERR_MISSING) {
		struct err second = ERR_INIT;

		t->d->ambiguous = t->r.ambiguous = false;
		if (note(t, SPOOL_EV_RESOLVED, arena_printf(t->a, "nothing arrived at %s; it goes to %s", t->d->old_peer, t->d->peer),
			 &second) != 0) {
			*e = second;
			return (int)e->code;
		}
	}
	return rc;
}
