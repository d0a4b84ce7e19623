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

static int has_arrived(struct delivery_attempt *t, const struct delivery_channel *ch, const struct delivery_card *card)
{
	if (ch->without_answer != NULL)
		t->r.detail = ch->without_answer;
	t->r.fetched = card->fetched;
	t->r.stored = card->stored != 0 ? card->stored : card->fetched != 0 ? card->fetched : clock_now();
	t->r.ambiguous = false;
	return 0;
}

static bool is_proof(const struct delivery_channel *ch, const struct delivery_card *card)
{
	return !ch->at_once || card->fetched != 0;
}

/* The peer was to pass it on, and nobody has confirmed it to the peer. ERR_MISSING: it never went out there, or may go out again
 * although it did. */
static int judge_open(const struct delivery_attempt *t, const struct delivery_card *card, bool repeat, struct err *e)
{
	int64_t since = card->forwarded != 0 ? card->forwarded : card->stored;
	char when[CLOCK_TEXT_LEN];

	if (clock_now() < since + t->s->conf->reception_within)
		return err_reason(e, ERR_PEER, RSN_OSCI_UNDER_WAY, "no Reception in its process card yet, which is of %s",
				  clock_utc(since, when));
	if (card->forwarded == 0 || repeat)
		return err_set(e, ERR_MISSING, "the recipient has not confirmed it");
	return err_reason(e, ERR_PEER, RSN_OSCI_RECEPTION_UNKNOWN, "sent to the recipient at %s, and no Reception in its process card",
			  clock_utc(card->forwarded, when));
}

static void use_up(struct delivery_attempt *t)
{
	delivery_use_up(t->d);
	t->r.ambiguous = false;
}

/* An id is noted before anything is sent under it. */
static int prepare(struct delivery_attempt *t, const struct delivery_channel *ch, struct delivery_errand *x, struct err *e)
{
	bool had_id = t->d->peer_id != NULL, again = delivery_is_used_up(t->d);
	int rc = ch->prepare(x, e);

	if (rc != 0 || !had_id) {
		ch->classify(x, rc);
		tell(t);
	}
	if (rc != 0 || had_id)
		return rc;
	return note(t, SPOOL_EV_ID_OBTAINED,
		    !again ? NULL : arena_printf(t->a, "%s instead of %s, which was used up", t->d->peer_id, t->d->old_peer_id), e);
}

/* The peer refused it, and its process card does not prove the contrary. */
static void judge_refusal(struct delivery_attempt *t, const struct delivery_card *card, struct err *e)
{
	struct err second = ERR_INIT;

	if (t->r.used_up) {
		if (e->reason == RSN_OSCI_RECEPTION_UNKNOWN && t->choice->repeat)
			e->reason = RSN_OSCI_RECIPIENT_FAILED;
		use_up(t);
	} else if (card->is_there) {
		t->r.ambiguous = true;
		if (judge_open(t, card, t->choice->repeat, &second) == ERR_MISSING)
			(void)err_reason(e, ERR_PEER, RSN_OSCI_RECIPIENT_FAILED, "%s", arena_dup(t->a, second.text));
		else
			*e = second;
		if (e->reason != RSN_OSCI_UNDER_WAY)
			use_up(t);
	}
}

/* A refusal is also what a peer says to a repetition; then its process card is the proof, whatever the code was. */
static int send(struct delivery_attempt *t, const struct delivery_channel *ch, struct delivery_errand *x, struct err *e)
{
	struct err second = ERR_INIT;
	struct delivery_card card = { .is_there = false };
	int rc = ch->send(x, e);

	ch->classify(x, rc);
	tell(t);
	if (rc != ERR_REFUSED)
		return rc;
	if (ask(t, ch, t->route, t->d->peer_id, &card, &second) == 0 && is_proof(ch, &card))
		return has_arrived(t, ch, &card);
	judge_refusal(t, &card, e);
	return (int)e->code;
}

/* Did the attempt before get through? ERR_MISSING: no, or there was none. */
static int look_back(struct delivery_attempt *t, const struct delivery_channel *ch, struct err *e)
{
	struct delivery_card card;
	int rc;

	if (!t->d->ambiguous)
		return err_set(e, ERR_MISSING, "nothing was begun");
	t->r.ambiguous = true;	/* still, if the question fails */
	rc = ask(t, ch, t->route, t->d->peer_id, &card, e);
	if (rc == 0 && is_proof(ch, &card))
		return has_arrived(t, ch, &card);
	if (rc == ERR_MISSING)
		t->r.ambiguous = false;
	if (rc != 0)
		return rc;
	rc = judge_open(t, &card, t->choice->repeat, e);
	if (e->reason != RSN_OSCI_UNDER_WAY)
		use_up(t);
	return rc;
}

/* What came to nothing may have come to something since. */
static int look_further_back(struct delivery_attempt *t, const struct delivery_channel *ch, struct err *e)
{
	struct delivery_card card;
	int rc;

	if (!ch->at_once || !delivery_is_used_up(t->d))
		return err_set(e, ERR_MISSING, "no id was used up");
	rc = ask(t, ch, t->route, t->d->old_peer_id, &card, e);
	if (rc == 0 && !is_proof(ch, &card))
		return err_set(e, ERR_MISSING, "no Reception");
	if (rc != 0)
		return rc;
	t->d->peer_id = t->d->old_peer_id;
	t->d->old_peer = t->d->old_peer_id = NULL;
	return has_arrived(t, ch, &card);
}

static int deliver(struct delivery_attempt *t, const struct delivery_channel *ch, struct delivery_errand *x, struct err *e)
{
	bool was_open = t->d->ambiguous;
	int rc = look_back(t, ch, e);

	if (rc == ERR_MISSING && !was_open)
		rc = look_further_back(t, ch, e);
	if (rc != ERR_MISSING)
		return rc;
	*e = (struct err)ERR_INIT;
	rc = prepare(t, ch, x, e);
	return rc != 0 ? rc : send(t, ch, x, e);
}

static const char *describe(const struct delivery_attempt *t)
{
	char fetched[CLOCK_TEXT_LEN];

	return arena_printf(t->a, "directory entry of %s%s, reader certificate %.16s", clock_utc(t->route->fetched, fetched),
			    t->route->is_stale ? " (stale)" : "", t->route->addressee_cipher->hex);
}

int delivery_attempt(struct delivery_attempt *t, struct err *e)
{
	struct spool_message m;
	struct delivery_errand x = { .s = t->s, .a = t->a, .d = t->d, .m = &m, .route = t->route,
				     .address = t->choice->address, .watch = t->watch, .r = &t->r };
	const struct delivery_channel *ch = t->choice->channel;
	int rc = spool_message_get(t->s->spool, t->a, &t->d->message, &m, e);

	t->r = (struct delivery_result){ .ambiguous = t->d->ambiguous, .detail = describe(t) };
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
	const struct delivery_channel *ch = t->choice->channel;
	struct delivery_card card;
	struct dir_route old;
	int rc = delivery_book_find(t->book, t->d->old_peer, t->a, &old, e);

	t->r = (struct delivery_result){ .ambiguous = true };
	if (rc != 0)
		return err_reason(e, ERR_PEER, RSN_OSCI_MOVED, "it cannot be asked: %s", arena_dup(t->a, e->text));
	rc = ask(t, ch, &old, t->d->old_peer_id, &card, e);
	dir_route_fini(&old);
	if (rc == 0 && is_proof(ch, &card)) {
		delivery_stays(t->d);
		return has_arrived(t, ch, &card);
	}
	if (rc == 0)
		rc = judge_open(t, &card, t->choice->repeat, e);
	if (rc != ERR_MISSING && e->reason == RSN_OSCI_RECEPTION_UNKNOWN)
		t->r.ambiguous = false;	/* a person decides, and then it goes to the new peer */
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
