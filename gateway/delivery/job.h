/* SPDX-License-Identifier: EUPL-1.2 */
/* job - one claimed delivery on its way through a turn of the crew; for deliver.c and record.c only. */
#ifndef DELIVERY_JOB_H
#define DELIVERY_JOB_H

#include "delivery/attempt.h"
#include "delivery/gate.h"
#include "delivery/lease.h"

#include <stdatomic.h>

struct delivery_workers {
	struct delivery_sender sender;
	struct delivery_gate gate;
	struct delivery_leases *leases;
	struct delivery_book *book;
	atomic_llong directory_failed;	/* clock_now; 0: it answers, as far as is known */
};

struct delivery_job {
	struct delivery_workers *g;
	struct delivery_turn *turn;
	struct arena *a;
	struct delivery_visit visit;
	struct spool_delivery d;
	struct delivery_lease lease;
	struct dir_route route;
	struct delivery_choice choice;
	struct spool_rest rest;		/* of the lane; recipient NULL: it did not rest */
	char peer[PEER_KEY_LEN];	/* the one that is talked to; "" before that is known */
	bool asks_old;			/* not the peer that the directory names */
	struct delivery_result r;
	int64_t start;			/* clock_mono */
};

/* What an attempt came to, in the spool and in the log; what it taught about peer and recipient. rc, e: of the attempt. */
void delivery_record(struct delivery_job *j, int rc, const struct err *e);
/* The peer answers: whatever rests because of it goes out at once. */
void delivery_record_answer(void *job, int64_t took);
/* Back into the queue without an attempt, the lane resting until then. */
void delivery_record_yield(struct delivery_job *j, enum peer_entry why, const struct peer_wait *wait);
/* The same because a person has suspended its peer; looked at again within the hour. */
void delivery_record_suspended(struct delivery_job *j, const struct spool_suspension *by);

#endif
