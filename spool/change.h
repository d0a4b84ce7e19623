/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * change - what a call makes of the record of a delivery; the engine only reads it before and keeps it after. Pure: no
 * clock, no database. Strings are borrowed, from the record or from the caller's wish. Any thread.
 */
#ifndef SPOOL_CHANGE_H
#define SPOOL_CHANGE_H

#include "spool/store.h"

/* A new delivery of the message: what it gets besides the caller's wishes (spool_edit_commit, spool_delivery_add). */
void spool_change_new(struct spool_delivery *d, const struct spool_delivery *wish, const struct spool_message *m, int64_t now);
/* spool_delivery_note: what it writes. */
void spool_change_note(struct spool_delivery *d, const struct spool_delivery *wish);

struct spool_step {
	enum delivery_event event;
	const struct spool_delivery *wish;	/* the caller's */
	const struct spool_event *ev;		/* or NULL */
	int64_t now;
};
/* spool_delivery_step. *d is the record; ERR_WRONG_STATE, and *d is as it was, if the step is not possible. Whether who takes it
 * has the lease is looked at before (delivery_by_worker). */
int spool_change_step(struct spool_delivery *d, const struct spool_step *st, const struct spool_retention *settings,
		      struct err *e);
/* Brings the caller's *d up to date with the record; its strings stay the caller's. */
void spool_change_show(struct spool_delivery *d, const struct spool_delivery *record);

#endif
