/* SPDX-License-Identifier: EUPL-1.2 */
/* followup - rounds of questions, and what is made of the answers. */
#include "delivery/followup.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "delivery/follow_plan.h"
#include "delivery/inquiry.h"

#define ROUNDS 10	/* of one run; what is left comes with the next */
#define RUN_MS 60000
#define REST_MS 60000	/* after the answers could not be recorded: whoever answered is not asked again at once */

struct delivery_followup {
	const struct conf_delivery *conf;
	struct spool *spool;
	struct delivery_inquiry *inquiry;
	atomic_bool stopping;
	int64_t rest_until;	/* clock_mono */
};

static const char *text_of_card(const struct delivery_question *q, struct arena *a)
{
	const struct delivery_card *c = &q->card;
	char created[CLOCK_TEXT_LEN], forwarded[CLOCK_TEXT_LEN], received[CLOCK_TEXT_LEN];

	if (q->state == QUESTION_UNANSWERED)
		return q->trouble;
	if (!c->is_there)
		return "its intermediary has no process card for it any more";
	return arena_printf(a, "process card: Creation %s, Forwarding %s, Reception %s",
			    c->stored != 0 ? clock_utc(c->stored, created) : "-",
			    c->forwarded != 0 ? clock_utc(c->forwarded, forwarded) : "-",
			    c->fetched != 0 ? clock_utc(c->fetched, received) : "-");
}

static bool is_fetched(const struct delivery_question *q)
{
	return q->state == QUESTION_ANSWERED && q->card.is_there && q->card.fetched > 0;
}

/* What the peer said when it took the delivery stays to be seen. */
static const char *warning_of(const struct spool_delivery *d)
{
	return d->detail != NULL && strncmp(d->detail, DELIVERY_WARNED, strlen(DELIVERY_WARNED)) == 0 ? d->detail : NULL;
}

static const struct spool_event *event(struct arena *a, int64_t at, enum spool_event_kind kind, enum reason reason,
				       const char *detail)
{
	struct spool_event *ev = arena_alloc(a, sizeof(*ev));

	*ev = (struct spool_event){ .at = at, .kind = kind, .reason = reason, .detail = detail };
	return ev;
}

static void plan_next(struct delivery_followup *f, const struct delivery_question *q, int64_t now, struct arena *a,
		      struct spool_follow_step *step)
{
	const struct spool_delivery *d = q->about;
	uint32_t dice;

	random_bytes(&dice, sizeof(dice));
	step->due = delivery_follow_next(f->conf, q->about->stored, now, dice);
	if (step->due != 0 && step->due < q->not_before)
		step->due = q->not_before;
	step->detail = q->state == QUESTION_UNANSWERED ? q->trouble : warning_of(d);
	if (!delivery_follow_is_late(f->conf, q->about->stored, now))
		return;
	step->reason = RSN_OSCI_NOT_COLLECTED;
	step->detail = text_of_card(q, a);
	if (d->reason == RSN_NONE || step->due == 0)
		step->ev = event(a, now, SPOOL_EV_UNCOLLECTED, step->reason,
				 step->due != 0 ? step->detail :
						  arena_printf(a, "not asked for any more; %s", step->detail));
}

static void decide(struct delivery_followup *f, const struct delivery_question *q, int64_t now, struct arena *a,
		   struct spool_follow_step *step)
{
	*step = (struct spool_follow_step){ .delivery = q->about->id, .token = q->about->token };
	if (!is_fetched(q)) {
		plan_next(f, q, now, a, step);
		return;
	}
	step->fetched = q->card.fetched;
	step->detail = warning_of(q->about);
	step->ev = event(a, step->fetched, SPOOL_EV_FETCHED, RSN_NONE, text_of_card(q, a));
}

static void report(const struct delivery_question *q, const struct spool_follow_step *step, int64_t now)
{
	const struct spool_delivery *d = q->about;
	long long age = (now - q->about->stored) / 1000;

	if (step->fetched != 0)
		log_event(LOG_INFO, "delivery.fetched", LOG_ID("message", &d->message), LOG_STR("peer", d->peer),
			  LOG_INT("after_s", (step->fetched - q->about->stored) / 1000));
	else if (step->ev != NULL)
		log_event(LOG_WARN, step->due != 0 ? "delivery.uncollected" : "delivery.follow-ended",
			  LOG_ID("message", &d->message), LOG_STR("recipient", d->recipient), LOG_STR("peer", d->peer),
			  LOG_STR("why", reason_info(step->reason)->key), LOG_INT("age_s", age),
			  LOG_STR("detail", step->detail));
}

/* *all: the round was full and everything in it was asked for, so that there may be more. */
static int round_once(struct delivery_followup *f, int64_t now, struct arena *a, bool *all, struct err *e)
{
	struct delivery_question list[DELIVERY_QUESTIONS];
	struct spool_follow_step steps[DELIVERY_QUESTIONS];
	const struct delivery_question *of[DELIVERY_QUESTIONS];
	struct spool_delivery *due;
	size_t n = 0, count = 0;
	int rc = spool_follow_due(f->spool, a, now, DELIVERY_QUESTIONS, &due, &n, e);

	*all = false;
	if (rc != 0 || n == 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		list[i] = (struct delivery_question){ .about = &due[i] };
	delivery_inquiry_ask(f->inquiry, list, n, now, a);
	for (size_t i = 0; i < n; i++) {
		if (list[i].state == QUESTION_OPEN)
			continue;
		decide(f, &list[i], now, a, &steps[count]);
		of[count++] = &list[i];
	}
	rc = spool_follow_record(f->spool, steps, count, e);
	for (size_t i = 0; rc == 0 && i < count; i++)
		report(of[i], &steps[i], now);
	*all = n == DELIVERY_QUESTIONS && count == n;
	return rc;
}

int delivery_followup_run(void *followup, int64_t now, struct err *e)
{
	struct delivery_followup *f = followup;
	int64_t start = clock_mono(), end = start + RUN_MS;
	struct arena *a;
	bool more = true;
	int rc = 0;

	if (start < f->rest_until)
		return 0;
	a = arena_new();
	for (int i = 0; rc == 0 && more && i < ROUNDS && clock_mono() < end && !atomic_load(&f->stopping); i++) {
		arena_reset(a);
		rc = round_once(f, now, a, &more, e);
	}
	arena_free(a);
	if (rc != 0)
		f->rest_until = clock_mono() + REST_MS;
	return rc;
}

int64_t delivery_followup_every_ms(const struct conf_delivery *c)
{
	int64_t ms = c->follow_after / 4;

	return ms < 50 ? 50 : ms > 10000 ? 10000 : ms;
}

struct delivery_followup *delivery_followup_new(const struct delivery_sender *sender)
{
	struct delivery_followup *f = mem_new(sizeof(*f));

	f->conf = sender->conf;
	f->spool = sender->spool;
	f->inquiry = delivery_inquiry_new(sender);
	return f;
}

void delivery_followup_stop(struct delivery_followup *f)
{
	if (f == NULL)
		return;
	atomic_store(&f->stopping, true);
	delivery_inquiry_stop(f->inquiry);
}

void delivery_followup_free(struct delivery_followup *f)
{
	if (f == NULL)
		return;
	delivery_inquiry_free(f->inquiry);
	free(f);
}
