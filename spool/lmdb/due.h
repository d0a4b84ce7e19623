/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * due - what could be claimed, in the order of its turn, across all lanes: of each lane the first delivery that nobody has, and
 * each lease at its end. Inside one transaction that changes nothing meanwhile.
 */
#ifndef SPOOL_LMDB_DUE_H
#define SPOOL_LMDB_DUE_H

#include "spool/lmdb/engine.h"

struct spool_turn {
	int64_t when;
	struct spool_lane lane;
	struct id id;
	bool first;		/* of the lane as a whole: the id is not looked up (spool_due_first) */
};

struct spool_due {
	struct spool_txn *t;
	struct spool_lease *leases;	/* by lane and id */
	size_t lease_count;
	struct spool_turn *turns;	/* of the lanes with leases, by time */
	size_t turn_count, at;
	struct spool_cur head;
	struct spool_turn next;		/* of the others */
	bool has_next;
};

/* a: where it keeps what it knows. Close it before anything is written. */
void spool_due_open(struct spool_due *w, struct spool_txn *t, struct arena *a, int64_t now);
bool spool_due_next(struct spool_due *w, struct spool_turn *out);
void spool_due_close(struct spool_due *w);
/* The first delivery of a lane without leases. False: there is none. */
bool spool_due_first(struct spool_txn *t, const struct spool_lane *lane, struct id *id);

#endif
