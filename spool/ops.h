/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ops - the table of operations behind store.h: what an engine is, and nothing that callers of the store need.
 *
 * An engine is one `struct spool_ops`, filled in completely, in a folder of its own; spool_options names it. The calls of
 * store.h go through it (store.c, store_box.c, store_delivery.c, store_rest.c, store_care.c). The contract of an operation is the text at
 * the call of its name in store.h; README.md says what an engine promises beyond the single calls. Its own structures begin with
 * those below.
 */
#ifndef SPOOL_OPS_H
#define SPOOL_OPS_H

#include "spool/store.h"

/* X(name, what): the operations in the order of store.h. WRITES: after 0 it survives a kill, and after a kill it has
 * happened or not, nothing between; each has a row in the crash test of every engine. OPENS: the same for starts. */
#define SPOOL_OPS(X)                                                                                                   \
	X(open, OPENS)                                                                                                 \
	X(close, OPENS)                                                                                                \
	X(is_dead, READS)                                                                                              \
	X(edit_begin, READS)                                                                                           \
	X(edit_part, READS)                                                                                            \
	X(edit_drop, READS)                                                                                            \
	X(edit_event, READS)                                                                                           \
	X(edit_commit, WRITES)                                                                                         \
	X(edit_abort, READS)                                                                                           \
	X(message_get, READS)                                                                                          \
	X(message_find, READS)                                                                                         \
	X(part_open, READS)                                                                                            \
	X(message_mark, WRITES)                                                                                        \
	X(message_expire, WRITES)                                                                                      \
	X(event_add, WRITES)                                                                                           \
	X(event_list, READS)                                                                                           \
	X(box_first, READS)                                                                                            \
	X(box_list, READS)                                                                                             \
	X(box_count, READS)                                                                                            \
	X(mail_fetched, WRITES)                                                                                        \
	X(mail_cancel, WRITES)                                                                                         \
	X(card_list, READS)                                                                                            \
	X(card_head, READS)                                                                                            \
	X(card_verify, READS)                                                                                          \
	X(delivery_add, WRITES)                                                                                        \
	X(delivery_claim, WRITES)                                                                                      \
	X(delivery_renew, WRITES)                                                                                      \
	X(delivery_note, WRITES)                                                                                       \
	X(delivery_step, WRITES)                                                                                       \
	X(delivery_get, READS)                                                                                         \
	X(delivery_of, READS)                                                                                          \
	X(delivery_find, READS)                                                                                        \
	X(delivery_list, READS)                                                                                        \
	X(delivery_ending, READS)                                                                                      \
	X(queue_wait, READS)                                                                                           \
	X(rest_set, WRITES)                                                                                            \
	X(rest_clear, WRITES)                                                                                          \
	X(rest_peer, WRITES)                                                                                           \
	X(rest_get, READS)                                                                                             \
	X(rest_list, READS)                                                                                            \
	X(suspend, WRITES)                                                                                             \
	X(resume, WRITES)                                                                                              \
	X(suspension_get, READS)                                                                                       \
	X(suspension_list, READS)                                                                                      \
	X(follow_due, READS)                                                                                           \
	X(follow_record, WRITES)                                                                                       \
	X(audit_add, WRITES)                                                                                           \
	X(audit_count, READS)                                                                                          \
	X(audit_list, READS)                                                                                           \
	X(audit_verify, READS)                                                                                         \
	X(cache_get, READS)                                                                                            \
	X(cache_put, WRITES)                                                                                           \
	X(secret, WRITES)                                                                                              \
	X(clock_check, WRITES)                                                                                         \
	X(expired, READS)                                                                                              \
	X(erase, WRITES)                                                                                               \
	X(erase_expired, WRITES)                                                                                       \
	X(accepting, READS)                                                                                            \
	X(usage_get, READS)                                                                                            \
	X(damaged_list, READS)                                                                                         \
	X(stats_get, READS)                                                                                            \
	X(trim, READS)                                                                                                 \
	X(shape, READS)                                                                                                \
	X(backup, READS)                                                                                               \
	X(check, READS)                                                                                                \
	X(restore, READS)

/* Each operation has the type of the call of its name. */
#define X(op, what) __typeof__(spool_##op)(*(op));
struct spool_ops {
	const char *name;
	SPOOL_OPS(X)
};
#undef X

struct spool {
	const struct spool_ops *ops;
};

struct spool_edit {
	struct spool *spool;
};

/* scratch.c: the budget and the reserve of all scratch of the process; by spool_open. */
void spool_scratch_limit(uint64_t budget, uint64_t reserve);

#endif
