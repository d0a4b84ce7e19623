/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crew - the threads of delivery, and who of them may look for work.
 *
 * To look for work a thread needs a seat, and there are as many seats as workers. Who finds that it will have to wait for
 * a peer that is slow, dead or not yet known to work leaves its seat to another thread and goes on beside the crew: up to
 * `patient` of them at once. So peers that do not answer never take a worker from those that do.
 */
#ifndef DELIVERY_CREW_H
#define DELIVERY_CREW_H

#include <stdbool.h>

#include "base/err.h"

struct delivery_crew;

/* One turn of one thread. Zeroed before each. */
struct delivery_turn {
	struct delivery_crew *crew;
	bool is_patient;	/* it has left its seat; the crew's */
};

struct delivery_crew_options {
	unsigned workers, patient;	/* at least 1 each */
	/* Looks for work and does it, or waits for some for about a second at most. */
	void (*work)(void *ctx, struct delivery_turn *turn);
	void *ctx;
};

int delivery_crew_start(const struct delivery_crew_options *o, struct delivery_crew **out, struct err *e);
/* No turn begins any more. Any thread. */
void delivery_crew_end(struct delivery_crew *c);
/* Waits until all turns are over, and frees. NULL is allowed. */
void delivery_crew_free(struct delivery_crew *c);
bool delivery_crew_is_ending(const struct delivery_crew *c);

/* Leaves the seat of this turn to another thread. False: too many are waiting already; the seat is kept.
 * Any thread, while the turn lasts. must: as many again may leave, so that those who are surprised by a peer always can. */
bool delivery_crew_be_patient(struct delivery_turn *turn, bool must);
bool delivery_crew_has_patience(struct delivery_crew *c);	/* be_patient would succeed now */

#endif
