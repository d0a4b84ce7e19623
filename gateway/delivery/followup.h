/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * followup - the fourth instant: asks the recipient's intermediary for the process cards of what was stored there, until
 * they say when it was fetched. What is not fetched in time is reported, once in log and trace, and stays listed.
 *
 * Runs as a job of a clockwork of its own, so that a slow intermediary holds up nothing else. Which delivery is asked
 * for when is kept in the spool. One run at a time.
 */
#ifndef DELIVERY_FOLLOWUP_H
#define DELIVERY_FOLLOWUP_H

#include "delivery/sender.h"

struct delivery_followup;

struct delivery_followup *delivery_followup_new(const struct delivery_sender *sender);	/* copied; what it points to is borrowed */
void delivery_followup_free(struct delivery_followup *f);	/* NULL is allowed; after its clockwork has stopped */
/* Shaped for struct gw_job: works off what is due at now, for about a minute at most. */
int delivery_followup_run(void *followup, int64_t now, struct err *e);
int64_t delivery_followup_every_ms(const struct conf_delivery *c);	/* how often to run it */
void delivery_followup_stop(struct delivery_followup *f);	/* a run under way comes to its end; any thread; NULL is allowed */

#endif
