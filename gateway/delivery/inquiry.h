/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * inquiry - asks intermediaries for the process cards of deliveries that lie there: one dialog per intermediary for all of
 * them, a few ids per order. An intermediary that does not answer is left alone for a while that doubles, whatever
 * waits for it; it is logged when it begins to be silent and when it answers again.
 * One thread at a time; delivery_inquiry_stop from any.
 */
#ifndef DELIVERY_INQUIRY_H
#define DELIVERY_INQUIRY_H

#include "delivery/channel.h"

struct delivery_inquiry;

enum delivery_question_state {
	QUESTION_OPEN,	/* not asked: there was no time, or the daemon stops */
	QUESTION_ANSWERED,
	QUESTION_UNANSWERED,
};

struct delivery_question {
	const struct spool_delivery *about;
	enum delivery_question_state state;
	struct delivery_card card;	/* ANSWERED */
	const char *trouble;		/* UNANSWERED: why, in the arena */
	int64_t not_before;		/* UNANSWERED: do not ask again until then; 0: whenever you like */
};

struct delivery_inquiry *delivery_inquiry_new(const struct delivery_sender *sender);	/* copied; what it points to is borrowed */
void delivery_inquiry_free(struct delivery_inquiry *q);	/* NULL is allowed */
/* Fills in the rest of n questions (at most DELIVERY_QUESTIONS); results live in the arena. */
#define DELIVERY_QUESTIONS 100
void delivery_inquiry_ask(struct delivery_inquiry *q, struct delivery_question *list, size_t n, int64_t now, struct arena *a);
void delivery_inquiry_stop(struct delivery_inquiry *q);	/* the order under way ends, no other begins */

#endif
