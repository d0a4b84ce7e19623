/* SPDX-License-Identifier: EUPL-1.2 */
/* jobs - what the scheduler does for the daemon; ctx is the struct gw_app. Scheduler thread. */
#ifndef GW_JOBS_H
#define GW_JOBS_H

#include "app.h"

/* Erases what retention has released: applications after delivery plus grace, mail after Reception plus retention. */
int gw_job_retention(void *app, int64_t now, struct err *e);
/* Gives up what failed or is held and nobody decided about in time. */
int gw_job_undecided(void *app, int64_t now, struct err *e);
/* Pulls in what a clock that was ahead has put off. */
int gw_job_clock(void *app, int64_t now, struct err *e);
int gw_job_drafts(void *app, int64_t now, struct err *e);	/* forms nobody finished */
int gw_job_own_keys(void *app, int64_t now, struct err *e);	/* logs those that end soon */
int gw_job_crls(void *app, int64_t now, struct err *e);		/* reads changed revocation lists */

int gw_job_cards(void *app, int64_t now, struct err *e);	/* logs the end of the chain of process cards */
int gw_job_trim(void *app, int64_t now, struct err *e);		/* gives memory back to the system */

#endif
