/* SPDX-License-Identifier: EUPL-1.2 */
/* check - the state of a run of spool_check. One thread. */
#ifndef SPOOL_LMDB_CHECK_H
#define SPOOL_LMDB_CHECK_H

#include "spool/lmdb/engine.h"

struct spool_checker {
	struct spool_lmdb *s;
	struct spool_check_result *out;
	void (*problem)(void *ctx, const char *text);
	void *ctx;
	struct spool_counters counted;
	uint64_t slot_count;		/* of the key file */
	uint8_t *named;			/* a bit per slot that something names */
};

/* Counts a problem and tells the caller of spool_check. */
void spool_check_problem(struct spool_checker *ck, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* check_keys.c: every key opens and belongs to a message, the spare ones, or an erasure under way. */
void spool_check_keys_begin(struct spool_checker *ck);
void spool_check_slot_named(struct spool_checker *ck, uint64_t slot, const char *by);
int spool_check_keys_end(struct spool_checker *ck, struct err *e);

#endif
