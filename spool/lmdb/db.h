/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * db - LMDB behind a small wall: the environment, its tables, and transactions with a sticky error.
 *
 * After the first failure each call on a transaction is a no-op that finds nothing, so a sequence of calls needs one
 * look at the end (spool_txn_check). All LMDB codes are mapped in one place. A failed sync or a corrupt page makes the
 * database dead for good: what the kernel still holds of it can no longer be trusted.
 *
 * The whole map (map_max) is reserved as address space at open; the file grows under it as needed and its blocks are
 * allocated before a commit writes to them, so that a full disk is met while nothing has been written yet.
 * Read transactions are short: never hold one over input or output (an idle reader stops page reuse, facts: 436 MiB
 * became 6.8 GiB). Any number of readers in any threads, one writer: writer.h.
 */
#ifndef SPOOL_LMDB_DB_H
#define SPOOL_LMDB_DB_H

#include <lmdb.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "spool/crash.h"
#include "spool/record.h"

/* X(symbol, name): the tables; keys and values are in docs/spool-format.md. */
#define SPOOL_TABLES(X)                                                                                                \
	X(TBL_META, "meta")                                                                                            \
	X(TBL_MESSAGE, "message")                                                                                      \
	X(TBL_SEALED, "sealed")                                                                                        \
	X(TBL_BLOB, "blob")                                                                                            \
	X(TBL_FILE, "file")                                                                                            \
	X(TBL_EVENT, "event")                                                                                          \
	X(TBL_FOREIGN, "foreign")                                                                                      \
	X(TBL_EXPIRY, "expiry")                                                                                        \
	X(TBL_BOX, "box")                                                                                              \
	X(TBL_UNREAD, "unread")                                                                                        \
	X(TBL_NEW, "new")                                                                                              \
	X(TBL_CARD, "card")                                                                                            \
	X(TBL_LINK, "link")                                                                                            \
	X(TBL_LINKED, "linked")                                                                                        \
	X(TBL_DELIVERY, "delivery")                                                                                    \
	X(TBL_STATE, "state")                                                                                          \
	X(TBL_DUE, "due")                                                                                              \
	X(TBL_HEAD, "head")                                                                                            \
	X(TBL_LEASE, "lease")                                                                                          \
	X(TBL_FOLLOW, "follow")                                                                                        \
	X(TBL_OF, "of")                                                                                                \
	X(TBL_PEER_ID, "peer_id")                                                                                      \
	X(TBL_ENDING, "ending")                                                                                        \
	X(TBL_REST, "rest")                                                                                            \
	X(TBL_REST_PEER, "rest_peer")                                                                                  \
	X(TBL_SUSPENDED, "suspended")                                                                                  \
	X(TBL_DAMAGED, "damaged")                                                                                      \
	X(TBL_USAGE, "usage")                                                                                          \
	X(TBL_AUDIT, "audit")                                                                                          \
	X(TBL_CACHE, "cache")                                                                                          \
	X(TBL_SECRET, "secret")                                                                                        \
	X(TBL_SPARE, "spare")                                                                                          \
	X(TBL_FREE, "free")                                                                                            \
	X(TBL_ERASING, "erasing")

#define X(sym, name) sym,
enum spool_table { SPOOL_TABLES(X) TBL_COUNT };
#undef X

#define SPOOL_DB_FILE "data.mdb"

struct spool_db {
	MDB_env *env;
	MDB_dbi tables[TBL_COUNT];
	uint64_t map_size, page_size;
	uint64_t allocated;		/* bytes of data.mdb whose blocks are on disk; writer only */
	void *map;			/* resident.h; NULL: not found */
	size_t unreleased;		/* bytes of records written since the map was let go; writer only */
	bool can_allocate, read_only;
	atomic_bool dead;
	uint64_t needed;		/* bytes of the file at open, at least */
	bool cut_off;			/* it has fewer */
	uint8_t chain_key[SHA256_LEN];	/* of the code at the end of the chain of cards */
	atomic_bool serving;		/* once it is dead the process ends (spool_on_death) */
	struct spool_counters counters;	/* as committed; writer only after open */
};

/* dir/data.mdb, created unless read_only. map_max 0: 64 GiB. */
int spool_db_open(struct spool_db *db, const char *dir, uint64_t map_max, bool read_only, struct err *e);
void spool_db_close(struct spool_db *db);

/* Maps an LMDB or system code; what is fatal makes db dead. Returns the code. */
int spool_db_fail(struct spool_db *db, int code, const char *what, struct err *e);
/* Makes it dead because of *e (a sync of another file of the spool failed); logged once. */
void spool_db_die(struct spool_db *db, const struct err *e);
/* ERR_IO once the database is dead. */
int spool_db_alive(const struct spool_db *db, struct err *e);
/* Bytes of the file in use by records, free pages of former records not counted. */
int spool_db_used(struct spool_db *db, uint64_t *used, struct err *e);
/* ERR_FULL when less than a sixteenth of the map is left: the rest is kept for deliveries, cards and erasing. */
int spool_db_has_room(struct spool_db *db, struct err *e);

struct spool_txn {
	struct spool_db *db;
	MDB_txn *mdb;
	int sticky;		/* first LMDB code that was not 0 or "not found" */
	bool dirty;		/* something was written */
	size_t puts, bytes;	/* since begin: how much a commit may have to allocate */
	struct arena *arena;	/* emptied before each job of the writer; NULL in readers */
	struct spool_counters counters;	/* working copy; written with the commit; writer only */
};

int spool_txn_read(struct spool_db *db, struct spool_txn *t, struct err *e);
int spool_txn_write(struct spool_db *db, struct spool_txn *t, struct err *e);
void spool_txn_end(struct spool_txn *t);	/* drops it; for readers the normal end */
/* Allocates, commits, and makes t->counters the committed ones. The transaction is over in either case. */
int spool_txn_commit(struct spool_txn *t, struct err *e);
void spool_txn_put_counters(struct spool_txn *t);	/* into the transaction, if they changed */
/* As they were when the transaction began; *out stays as it is if there are none yet. */
int spool_txn_get_counters(struct spool_txn *t, struct spool_counters *out, struct err *e);
int spool_db_load_counters(struct spool_db *db, struct err *e);	/* once after open */
int spool_txn_check(const struct spool_txn *t, const char *what, struct err *e);

/* True if found. The bytes are the database's: valid until the next write or the end of the transaction. */
bool spool_get(struct spool_txn *t, enum spool_table table, const void *key, size_t n, struct span *out);
void spool_put(struct spool_txn *t, enum spool_table table, const void *key, size_t n, const void *val, size_t vn);
bool spool_del(struct spool_txn *t, enum spool_table table, const void *key, size_t n);	/* false: was not there */
void spool_clear(struct spool_txn *t, enum spool_table table);	/* all its entries */
uint64_t spool_entries(struct spool_txn *t, enum spool_table table);	/* how many a table has; costs nothing */

/* Walks a table in key order:  for (ok = spool_cur_seek(&c, k, n); ok; ok = spool_cur_next(&c)) ... */
struct spool_cur {
	struct spool_txn *t;
	MDB_cursor *mdb;
	struct span key, val;
};
void spool_cur_open(struct spool_cur *c, struct spool_txn *t, enum spool_table table);
bool spool_cur_seek(struct spool_cur *c, const void *key, size_t n);	/* first key >= key */
bool spool_cur_first(struct spool_cur *c);
bool spool_cur_next(struct spool_cur *c);
bool spool_cur_prev(struct spool_cur *c);	/* after a seek that found nothing: the last key */
void spool_cur_close(struct spool_cur *c);

#endif
