/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * engine - what the files of the LMDB engine share: struct spool_lmdb and the tables' records with their indexes.
 * Functions that take a struct spool_txn run inside it and put failures into its sticky error or *e.
 */
#ifndef SPOOL_LMDB_ENGINE_H
#define SPOOL_LMDB_ENGINE_H

#include <pthread.h>

#include "spool/change.h"
#include "spool/limits.h"
#include "spool/lmdb/db.h"
#include "spool/lmdb/keys.h"
#include "spool/lmdb/writer.h"
#include "spool/ops.h"
#include "spool/payload.h"
#include "spool/record.h"
#include "spool/retention.h"

#define SPOOL_FORMAT "5"
#define SPOOL_FORMAT_4 "4"		/* no chain of process cards */
#define SPOOL_FORMAT_3 "3"		/* what was ACTIVE said so in its record and in `state` and `due` */
#define SPOOL_FORMAT_2 "2"		/* no counts of mailboxes, no index of what is new in them, no alias */
#define SPOOL_FORMAT_1 "1"		/* until commit 5a2aa16: one delivery per message, its id in the message */

struct spool_lmdb {
	struct spool spool;
	char *dir, *master_key_file;
	int dir_fd;			/* holds the lock: one process per spool */
	uint64_t reserve;
	struct id node;
	struct spool_retention retention;
	struct spool_clock clock;
	struct spool_budget budget;
	struct spool_db db;
	struct spool_writer *writer;
	struct spool_keys *keys;
	uint8_t id[SPOOL_ID_LEN];

	pthread_mutex_t lock;		/* for the rest */
	pthread_cond_t queue_moved;
	uint64_t queue_seq;
	int pins;			/* backups under way: files are removed at their end */
	struct id *late_unlinks;
	size_t late_count;

	atomic_bool ends_settling;	/* records may have ends by other settings: nothing ends meanwhile */
	pthread_t sweeper;
	bool sweeping;
	atomic_bool stop_sweep;
	struct id born;			/* payload files with smaller ids are of a former life */
};

static inline struct spool_lmdb *spool_lmdb_of(struct spool *s)
{
	return (struct spool_lmdb *)s;
}

/* The operations: lmdb.c makes the table of them. */
#define X(op, what) __typeof__(spool_##op) spool_lmdb_##op;
SPOOL_OPS(X)
#undef X

/* open.c: shared by spool_open and spool_check. quiet: nothing is recovered, nothing swept, nothing written. */
int spool_attach(const struct spool_options *o, bool quiet, struct spool_lmdb **out, struct err *e);
int spool_lock_dir(const char *dir, int *fd, struct err *e);	/* ERR_BUSY if another process has it */
/* ERR_FULL while less than the reserve is free. */
int spool_disk_check(const struct spool_lmdb *s, struct err *e);
void spool_queue_bump(struct spool_lmdb *s);
/* budget.c: brings the usage from one record to the other (NULL: none); and ERR_FULL with a reason if the message, `more`
 * bytes larger than it says, does not fit into its shares. */
void spool_usage_move(struct spool_txn *t, const struct spool_message *old, const struct spool_message *now);
int spool_budget_check(struct spool_lmdb *s, struct spool_txn *t, const struct spool_message *old, const struct spool_message *now,
		       uint64_t more, struct err *e);
/* box_count.c: brings the counts of the mailboxes from one record to the other; and makes them anew, with the index `new`,
 * for a spool that did not have them. */
void spool_box_counts_move(struct spool_txn *t, const struct spool_message *old, const struct spool_message *now);
int spool_box_counts_make(struct spool_txn *t, struct arena *a, struct err *e);
/* chain.c: adds a link if the process card is another one now (NULL: there was none; there is none any more); and makes the chain
 * for a spool that had none. The key has to be set once the keys are open. */
void spool_chain_move(struct spool_txn *t, const struct spool_message *old, const struct spool_message *now);
int spool_chain_make(struct spool_txn *t, struct arena *a, struct err *e);
void spool_chain_key(struct spool_db *db, const struct spool_keys *keys);
/* pair.c: ERR_CONFIG if database and key file are of different times, or one is cut off; then the count of both. */
int spool_pair_check(struct spool_lmdb *s, bool fresh, struct err *e);
int spool_pair_bump(struct spool_lmdb *s, struct err *e);
/* migrate.c: inside the transaction that also writes the new format. */
int spool_migrate(struct spool_lmdb *s, struct err *e);
/* sweep.c: removes payload files no record names, of ids before s->born, in a thread of its own. */
void spool_sweep_start(struct spool_lmdb *s);
void spool_sweep_stop(struct spool_lmdb *s);
void spool_sweep_wait(struct spool_lmdb *s);		/* until it is through (tests) */
typedef int spool_file_fn(void *ctx, const struct id *id, const char *path);
int spool_payload_walk(const char *dir, spool_file_fn *fn, void *ctx);
/* Removes the files now, or at the end of a running backup. */
void spool_unlink_files(struct spool_lmdb *s, const struct id *ids, size_t n);
void spool_pin(struct spool_lmdb *s);
void spool_unpin(struct spool_lmdb *s);

/* --- messages (message.c, index_msg.c) --------------------------------------------------------------------------- */

/* ERR_MISSING with the id in the text. */
int spool_msg_load(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_rec_msg *r, struct err *e);
/* Writes the record and brings all indexes, the foreign id and the counters from old (NULL: new message) to new
 * (NULL: it disappears). */
void spool_msg_store(struct spool_txn *t, const struct spool_rec_msg *old, const struct spool_rec_msg *new_rec);
/* False if foreign_id is NULL or nobody's; *id is its owner. */
bool spool_foreign_find(struct spool_txn *t, enum spool_kind kind, struct span foreign_id, struct id *id);
void spool_event_append(struct spool_txn *t, const struct id *message, const struct spool_event *ev);
/* Key, sealed value and inline bytes are read into the arena under t; decrypting happens after its end. */
int spool_sealed_load(struct spool_lmdb *s, struct arena *a, struct span sealed, struct spool_rec_msg *r, struct err *e);
void spool_sealed_make(struct buf *out, const uint8_t key[SPOOL_KEY_LEN], const struct spool_message *m);

/* --- deliveries (delivery.c, index_dlv.c, lane.c, lease.c, damage.c) -------------------------------------------------------------------- */

/* Lists in the table `state`: one for each state, but what is QUEUED, ACTIVE or WAITING is in the first; and one for what is
 * done, followed, and late as a reason says. */
#define SPOOL_STATE_WAITS DLV_QUEUED
#define SPOOL_STATE_LATE DLV_STATES
#define SPOOL_DUE_LEN (SPOOL_LANE_LEN + 8 + ID_LEN)	/* key in `due`: lane, due, delivery */
#define SPOOL_HEAD_LEN (8 + SPOOL_LANE_LEN)		/* key in `head`: due, lane */
int spool_dlv_load(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_delivery *d, struct err *e);
/* The record as it is, without the lease that may go with it: of an ACTIVE delivery what it was before the claim. */
int spool_dlv_load_rest(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_delivery *d, struct err *e);
/* Brings record, indexes, lease and counters from old (NULL: a new one) to new_rec (NULL: it disappears). Of two records at
 * rest, a lease is not touched. */
void spool_dlv_store(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *new_rec);
/* The same for the indexes and counters alone, of records at rest. */
void spool_dlv_index(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *now);
bool spool_dlv_waits(const struct spool_delivery *d);	/* at rest */
/* The key of `peer_id` up to the id. Returns its length. */
#define SPOOL_PEER_ID_LEN 401	/* LMDB allows 511 bytes */
size_t spool_peer_id_key(struct span text, uint8_t key[SPOOL_PEER_ID_LEN]);
/* True if every index leads to it (spool_check). */
bool spool_dlv_indexed(struct spool_txn *t, const struct spool_delivery *d);
/* Ids of the deliveries of a message, oldest first, from the one after *at on (all zero: from the first). */
bool spool_dlv_next_of(struct spool_txn *t, const struct id *message, struct id *at);
/* Writes the lease of an ACTIVE delivery; and makes a delivery at rest ACTIVE if there is one. */
void spool_lease_put(struct spool_txn *t, const struct spool_delivery *d);
int spool_lease_apply(struct spool_txn *t, struct spool_delivery *d, struct err *e);
/* All that can be read, as many as there are attempts under way. */
struct spool_lease *spool_leases(struct spool_txn *t, struct arena *a, size_t *n);
/* What happens to an ACTIVE delivery whose lease ended without a step. */
void spool_lease_lose(struct spool_delivery *d, int64_t now);
/* ERR_WRONG_STATE unless this token holds the lease. */
int spool_lease_check(const struct spool_delivery *d, uint64_t token, struct err *e);
/* At start: deliveries that were ACTIVE by this node become QUEUED, due now, ambiguous. */
int spool_leases_end(struct spool_lmdb *s, int64_t now, struct err *e);
/* After a delivery of the message became final, or was added: its `stored` and `expires`. */
int spool_msg_settle(struct spool_lmdb *s, struct spool_txn *t, const struct id *message, int64_t stored, int64_t now,
		     struct err *e);

/* --- ends (retention.c) -------------------------------------------------------------------------------------------- */

/* When the payload may go by the present settings; 0: never, or not known yet. */
int64_t spool_end_of(const struct spool_lmdb *s, struct spool_txn *t, const struct spool_rec_msg *r, int64_t now);
/* At start: looks whether the settings are those that the ends in the records were made by; if not, nothing ends until
 * spool_ends_settle, run in the background, has brought them to the present ones. */
int spool_ends_look(struct spool_lmdb *s, struct err *e);
void spool_ends_note(struct spool_txn *t, const struct spool_retention *r);	/* they are made by these */
void spool_ends_settle(struct spool_lmdb *s);

/* The first entry of a lane, or when its rest ends if that is later: the key of `head`. False: nothing waits. */
bool spool_lane_head(struct spool_txn *t, const struct spool_lane *lane, uint8_t key[SPOOL_HEAD_LEN]);
/* When the rest of a lane ends; 0: it does not rest. */
int64_t spool_lane_rests_until(struct spool_txn *t, const struct spool_lane *lane);
/* suspend.c: until when a person has suspended the recipient; 0: nobody has. */
/* Takes away those that were set by a clock that was ahead: later than `last`. Returns how many. */
size_t spool_suspensions_ahead(struct spool_txn *t, int64_t last);
/* All such lanes, into an array with room for as many entries as the table has. Returns how many. */
size_t spool_lanes_suspended(struct spool_txn *t, struct spool_lane *out);
int64_t spool_lane_suspended_until(struct spool_txn *t, const struct spool_lane *lane);
/* Brings `head` up to date after `due` or `rest` changed; before: what spool_lane_head said, NULL: nothing waited. */
void spool_lane_moved(struct spool_txn *t, const struct spool_lane *lane, const uint8_t *before);

/* Ends the wait of a rest that goes beyond `last`; the rest stays. False: there is none. */
bool spool_lane_wake(struct spool_txn *t, const struct spool_lane *lane, int64_t last);

/* Whether this error means that the record itself is bad. */
bool spool_is_damage(const struct err *e);
/* Takes a delivery whose record cannot be read out of all indexes and notes why. */
void spool_dlv_set_aside(struct spool_txn *t, const struct id *id, const struct err *why, int64_t now);

/* --- audit, erasure ---------------------------------------------------------------------------------------------- */

int spool_audit_append(struct spool_lmdb *s, struct spool_txn *t, const struct spool_audit *a, struct err *e);
int spool_erasures_finish(struct spool_lmdb *s, struct err *e);	/* at start: those a crash interrupted */

#endif
