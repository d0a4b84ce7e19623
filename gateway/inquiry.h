/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * inquiry - asks intermediaries for the process cards of deliveries that lie there: one dialog per intermediary for all of
 * them, a few ids per order. An intermediary that does not answer is left alone for a while that doubles, whatever
 * waits for it; it is logged when it begins to be silent and when it answers again.
 * One thread at a time; gw_inquiry_stop from any.
 */
#ifndef GW_INQUIRY_H
#define GW_INQUIRY_H

#include "attempt.h"
#include "osci/message.h"

struct gw_inquiry;

enum gw_question_state {
	GW_OPEN,	/* not asked: there was no time, or the daemon stops */
	GW_ANSWERED,
	GW_UNANSWERED,
};

struct gw_question {
	const struct spool_followed *about;
	enum gw_question_state state;
	struct osci_card card;		/* ANSWERED; message_id is NULL if the intermediary has none */
	const char *trouble;		/* UNANSWERED: why, in the arena */
	int64_t not_before;		/* UNANSWERED: do not ask again until then; 0: whenever you like */
};

struct gw_inquiry *gw_inquiry_new(const struct gw_sender *sender);	/* copied; what it points to is borrowed */
void gw_inquiry_free(struct gw_inquiry *q);	/* NULL is allowed */
/* Fills in the rest of n questions (at most GW_QUESTIONS); results live in the arena. */
#define GW_QUESTIONS 100
void gw_inquiry_ask(struct gw_inquiry *q, struct gw_question *list, size_t n, int64_t now, struct arena *a);
void gw_inquiry_stop(struct gw_inquiry *q);	/* the order under way ends, no other begins */

#endif
