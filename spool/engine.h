/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * engine - what the files of the LMDB engine share: struct spool and the tables' records with their indexes.
 * Functions that take a struct spool_txn run inside it and put failures into its sticky error or *e.
 */
#ifndef SPOOL_ENGINE_H
#define SPOOL_ENGINE_H

#include <pthread.h>

#include "spool/db.h"
#include "spool/keys.h"
#include "spool/payload.h"
#include "spool/record.h"
#include "spool/store.h"
#include "spool/writer.h"

#define SPOOL_RECORD_MAX (8U << 20)	/* cap of an encoding buffer; everything that goes in is checked before */
#define SPOOL_TEXT_MAX 4096		/* of a string in a record */
#define SPOOL_NAME_MAX 255		/* of a part's name and type */

struct spool {
	char *dir, *master_key_file;
	int dir_fd;			/* holds the lock: one process per spool */
	uint64_t reserve;
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

	pthread_t sweeper;
	bool sweeping;
	atomic_bool stop_sweep;
	struct id born;			/* payload files with smaller ids are of a former life */
};

/* spool.c: shared by spool_open and spool_check. quiet: nothing is recovered, nothing swept, nothing written. */
int spool_attach(const struct spool_options *o, bool quiet, struct spool **out, struct err *e);
int spool_lock_dir(const char *dir, int *fd, struct err *e);	/* ERR_BUSY if another process has it */
/* ERR_FULL while less than the reserve is free. */
int spool_disk_check(const struct spool *s, struct err *e);
void spool_queue_bump(struct spool *s);
/* sweep.c: removes payload files no record names, of ids before s->born, in a thread of its own. */
void spool_sweep_start(struct spool *s);
void spool_sweep_stop(struct spool *s);
void spool_sweep_wait(struct spool *s);		/* until it is through (tests) */
typedef int spool_file_fn(void *ctx, const struct id *id, const char *path);
int spool_payload_walk(const char *dir, spool_file_fn *fn, void *ctx);
/* Removes the files now, or at the end of a running backup. */
void spool_unlink_files(struct spool *s, const struct id *ids, size_t n);
void spool_pin(struct spool *s);
void spool_unpin(struct spool *s);

/* limits.c: ERR_LIMIT for strings that no record takes. */
int spool_text_check(const char *what, const char *text, size_t max, struct err *e);
int spool_event_check(const struct spool_event *ev, struct err *e);
int spool_message_check(const struct spool_message *m, struct err *e);
int spool_delivery_check(const struct spool_delivery *d, struct err *e);
int spool_audit_check(const struct spool_audit *a, struct err *e);

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
int spool_sealed_load(struct spool *s, struct arena *a, struct span sealed, struct spool_rec_msg *r, struct err *e);
void spool_sealed_make(struct buf *out, const uint8_t key[SPOOL_KEY_LEN], const struct spool_message *m);

/* --- deliveries (index_dlv.c) ------------------------------------------------------------------------------------ */

#define SPOOL_RHASH_LEN 16	/* of a recipient in index keys */
#define SPOOL_STATE_LATE DLV_STATES	/* in the table `state`: done, followed, and a reason says that it is late */
void spool_rhash(const char *recipient, uint8_t out[SPOOL_RHASH_LEN]);
int spool_dlv_load(struct spool_txn *t, struct arena *a, const struct id *id, struct spool_delivery *d, struct err *e);
void spool_dlv_store(struct spool_txn *t, const struct spool_delivery *old, const struct spool_delivery *new_rec);
/* True if every index leads to it (spool_check). */
bool spool_dlv_indexed(struct spool_txn *t, const struct spool_delivery *d);
/* At start: deliveries that were ACTIVE become QUEUED, due now, ambiguous. */
int spool_leases_end(struct spool *s, int64_t now, struct err *e);

/* --- audit, erasure ---------------------------------------------------------------------------------------------- */

int spool_audit_append(struct spool *s, struct spool_txn *t, const struct spool_audit *a, struct err *e);
int spool_erasures_finish(struct spool *s, struct err *e);	/* at start: those a crash interrupted */

#endif
