/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * edit - the inside of an edit: edit.c begins and ends it, edit_part.c collects its parts, edit_commit.c is the job of
 * the writer. One thread at a time per edit.
 */
#ifndef SPOOL_LMDB_EDIT_H
#define SPOOL_LMDB_EDIT_H

#include "spool/lmdb/engine.h"

#define SPOOL_INLINE_MAX (512U << 10)	/* bytes of parts one edit holds in memory; what comes then goes to files */

struct spool_edit_part {
	struct spool_part part;		/* strings in the edit's arena */
	struct spool_part_ref ref;
	struct spool_payload *fresh;	/* written in this edit; NULL: was there before */
};

struct spool_part_sink;

struct spool_lmdb_edit {
	struct spool_edit edit;
	struct spool_lmdb *s;
	struct arena *arena;
	bool is_new, key_used;
	struct spool_rec_msg old;	/* as it was at begin; not for new messages */
	struct spool_message m;		/* the working copy */
	uint64_t slot;
	uint8_t key[SPOOL_KEY_LEN];
	struct spool_edit_part *parts;	/* grows; at most SPOOL_PARTS_MAX */
	size_t part_count;
	struct spool_edit_part *dropped;	/* of former edits: removed with the commit */
	size_t dropped_count;
	struct spool_event *events;
	size_t event_count;
	size_t inline_bytes;
	struct spool_part_sink *open;	/* sinks not closed yet */
	struct err failed;		/* a part that could not be written: commit refuses with this */
	struct spool_delivery *delivery;	/* of the commit under way */
	struct spool_rec_msg rec;	/* what the commit writes, refs and m.parts made by prepare */
	struct buf sealed;
};

static inline struct spool_lmdb_edit *spool_lmdb_edit_of(struct spool_edit *ed)
{
	return (struct spool_lmdb_edit *)ed;
}

/* Cuts the open sinks off: writing to them fails from then on. */
void spool_edit_detach(struct spool_lmdb_edit *ed);
spool_job_fn spool_edit_job;	/* ctx: struct spool_lmdb_edit */

#endif
