/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * writer - the one thread that writes the database, in groups: everything that queued up while the last group was
 * being synced is committed together (facts: 12 times the rate of a commit each, at 16 senders).
 *
 * A job that fails does not harm its neighbours: if it had written nothing it just leaves the group, otherwise the
 * group is dropped and its jobs run again one by one. A job must therefore be repeatable: all it changes lies in the
 * transaction and in results it sets anew each time. It runs on the writer's thread and must not wait for anything.
 */
#ifndef SPOOL_LMDB_WRITER_H
#define SPOOL_LMDB_WRITER_H

#include "spool/lmdb/db.h"

struct spool_writer;
typedef int spool_job_fn(struct spool_txn *t, void *ctx, struct err *e);

int spool_writer_new(struct spool_db *db, struct spool_writer **out, struct err *e);
/* Runs fn in the next group; returns when that is durable. Any thread but the writer's. */
int spool_writer_do(struct spool_writer *w, spool_job_fn *fn, void *ctx, struct err *e);
/* The same without waiting: drop(ctx, failed) is called on the writer's thread when it is over. */
typedef void spool_drop_fn(void *ctx, bool failed);
void spool_writer_post(struct spool_writer *w, spool_job_fn *fn, void *ctx, spool_drop_fn *drop);
void spool_writer_counts(struct spool_writer *w, uint64_t *commits, uint64_t *calls);
/* A copy of the counters as committed. */
struct spool_counters spool_writer_counters(struct spool_writer *w);
void spool_writer_free(struct spool_writer *w);	/* finishes what is queued; NULL is allowed */

#endif
