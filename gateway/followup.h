/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * followup - the fourth instant: asks the recipient's intermediary for the process cards of what was stored there, until
 * they say when it was fetched. What is not fetched in time is reported, once in log and trace, and stays listed.
 *
 * Runs as a job of a clockwork of its own, so that a slow intermediary holds up nothing else. Which delivery is asked
 * for when is kept in the spool. One run at a time.
 */
#ifndef GW_FOLLOWUP_H
#define GW_FOLLOWUP_H

#include "attempt.h"

struct gw_followup;

struct gw_followup *gw_followup_new(const struct gw_sender *sender);	/* copied; what it points to is borrowed */
void gw_followup_free(struct gw_followup *f);	/* NULL is allowed; after its clockwork has stopped */
/* Shaped for struct gw_job: works off what is due at now, for about a minute at most. */
int gw_followup_run(void *followup, int64_t now, struct err *e);
int64_t gw_followup_every_ms(const struct conf_delivery *c);	/* how often to run it */
void gw_followup_stop(struct gw_followup *f);	/* a run under way comes to its end; any thread; NULL is allowed */

#endif
