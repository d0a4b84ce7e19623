/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store - the one contract of the spool. What a call acknowledged with 0 survives kill -9 and power loss; what failed
 * left nothing behind. The LMDB engine implements it; tests/unit/spool/store_suite.c says what it means and a later
 * PostgreSQL engine has to pass the same suite.
 *
 * All writes go through one writer thread that commits groups: a call returns when its group is durable. Reads see the
 * last commit and hold no transaction over input or output: everything is copied into the caller's arena.
 * A failed sync or a corrupt database is final: spool_is_dead() turns true and every further call fails with ERR_IO.
 * A full disk is ERR_FULL for the call that met it, and service goes on.
 * Any thread for all calls on struct spool; one thread at a time per edit and per stream.
 */
#ifndef SPOOL_STORE_H
#define SPOOL_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/stream.h"
#include "spool/model.h"

struct spool;
struct spool_edit;

struct spool_options {
	const char *dir;		/* created with 0700 if missing */
	const char *master_key_file;	/* 32 bytes, private (file_check_private); created by spool_key_make */
	uint64_t map_max;		/* upper bound of the LMDB map in bytes; 0: 64 GiB of address space */
	uint64_t reserve;		/* bytes that must stay free on the disk: below, accepting is refused with ERR_FULL */
};

int spool_key_make(const char *path, struct err *e);	/* new random master key, 0600; ERR_EXISTS */
/* Leases of a former life end: an ACTIVE delivery becomes QUEUED, due now, with `ambiguous` set, because nobody knows
 * how far its attempt came. The same happens when a claim meets a lease that ran out (DLV_EV_LEASE_LOST). */
int spool_open(const struct spool_options *o, struct spool **out, struct err *e);
void spool_close(struct spool *s);			/* finishes the group under way; NULL is allowed */
bool spool_is_dead(const struct spool *s);

/* --- writing messages ------------------------------------------------------------------------------------------- */

/* Starts a new message (id NULL) or changes an existing one that is not erased. Nothing is visible before commit.
 * *message is the working copy, owned by the edit, to be filled in or changed by the caller (id, parts, sizes are the
 * store's); strings and spans it points to must live until commit. End with commit or abort. */
int spool_edit_begin(struct spool *s, const struct id *id, struct spool_edit **out, struct spool_message **message,
		     struct err *e);
/* A sink for one more part (name, type, label as in model.h). Close the sink after sink_finish, before commit.
 * Bytes are encrypted under the message's key; above 64 KiB they go to a write-once file, synced by finish. */
int spool_edit_part(struct spool_edit *ed, const char *name, const char *type, const char *label, struct sink **out,
		    struct err *e);
int spool_edit_drop(struct spool_edit *ed, const char *name, struct err *e);	/* removes a part */
/* Also adds this event to the trace with the commit; call it as often as needed. Copies. */
void spool_edit_event(struct spool_edit *ed, const struct spool_event *ev);
/* Makes it durable, together with a first delivery (NULL: none) in state QUEUED, due now; *delivery receives the ids.
 * ERR_EXISTS when foreign_id is taken by another message of the kind; ERR_BUSY when the message was changed since begin
 * (also by mark, expire, set_foreign or a delivery that was accepted): begin again. Frees the edit in either case. */
int spool_edit_commit(struct spool_edit *ed, struct spool_delivery *delivery, struct err *e);
void spool_edit_abort(struct spool_edit *ed);	/* NULL is allowed */

/* --- reading messages ------------------------------------------------------------------------------------------- */

/* ERR_MISSING if there is none. After erasure: meta is empty, parts have no label and no digest. */
int spool_message_get(struct spool *s, struct arena *a, const struct id *id, struct spool_message *out, struct err *e);
int spool_message_find(struct spool *s, struct arena *a, enum spool_kind kind, struct span foreign_id,
		       struct spool_message *out, struct err *e);
/* A stream over the plain bytes of a part. Every block is authenticated before it is handed out: ERR_CRYPTO with
 * RSN_LOC_DATA_BAD otherwise. Close with src_close; may outlive the arena. */
int spool_part_open(struct spool *s, const struct id *id, const char *name, struct src **out, struct err *e);
/* Sets an instant that is not yet set (ERR_WRONG_STATE if it is, 0 if it has the same value); "modified" follows. */
enum spool_instant { SPOOL_STORED, SPOOL_FORWARDED, SPOOL_FETCHED };
int spool_message_mark(struct spool *s, const struct id *id, enum spool_instant which, int64_t ms, struct err *e);
/* Sets when retention ends. Sets the foreign id of an application before its first store (durable on return). */
int spool_message_expire(struct spool *s, const struct id *id, int64_t when, struct err *e);
int spool_message_set_foreign(struct spool *s, const struct id *id, const char *foreign_id, struct err *e);
int spool_event_add(struct spool *s, const struct id *message, const struct spool_event *ev, struct err *e);
int spool_event_list(struct spool *s, struct arena *a, const struct id *message, struct spool_event **out, size_t *n,
		     struct err *e);

/* --- mailboxes and process cards -------------------------------------------------------------------------------- */

struct spool_box_query {
	int64_t accepted_since;		/* OSCI ReceptionOfDelivery; 0: all */
	bool unfetched_only;		/* skip messages whose `fetched` is set */
};
/* The oldest matching message of the mailbox; *more says whether another one matches. ERR_MISSING if none does. */
int spool_box_first(struct spool *s, struct arena *a, const struct spool_box *box, const struct spool_box_query *q,
		    struct spool_message *out, bool *more, struct err *e);

struct spool_card_query {
	struct spool_box box;
	bool as_originator, as_addressee;	/* at least one */
	int64_t accepted_since, modified_since;	/* 0: all */
	bool no_reception;			/* only those without `fetched` */
	size_t limit;				/* >= 1 */
};
/* Messages of kind MAIL, oldest first (open_meta holds what a card needs; meta and parts are not filled in).
 * *more: the limit cut something off. */
int spool_card_list(struct spool *s, struct arena *a, const struct spool_card_query *q, struct spool_message **out,
		    size_t *n, bool *more, struct err *e);

/* --- deliveries ------------------------------------------------------------------------------------------------- */

/* The delivery that is due first, now ACTIVE until now + lease_ms; ERR_MISSING if none is due, *next_due then says when
 * (0: nothing waits). Recipients in `skip` (n spans) are passed over: their window is full. */
int spool_delivery_claim(struct spool *s, struct arena *a, int64_t now, int64_t lease_ms, const struct span *skip,
			 size_t n, struct spool_delivery *out, int64_t *next_due, struct err *e);
/* Prolongs the lease of an ACTIVE delivery; ERR_WRONG_STATE if it was lost. */
int spool_delivery_renew(struct spool *s, const struct id *id, int64_t until, struct err *e);
/* Ends an attempt or obeys a person: checks the step in delivery_fsm, writes state, due, attempts, reason, code, detail,
 * peer, ambiguous from *d, adds *ev to the trace and, if audit is not NULL, a line to the audit trail; all in one commit.
 * done_expires: when accepted, the message's `stored` becomes ev->at and `expires` this value. */
struct spool_audit;
int spool_delivery_step(struct spool *s, struct spool_delivery *d, enum delivery_event event,
			const struct spool_event *ev, int64_t done_expires, const struct spool_audit *audit,
			struct err *e);
int spool_delivery_get(struct spool *s, struct arena *a, const struct id *id, struct spool_delivery *out, struct err *e);
int spool_delivery_of(struct spool *s, struct arena *a, const struct id *message, struct spool_delivery *out,
		      struct err *e);	/* the delivery of a message; ERR_MISSING */
#define SPOOL_LIST_LATE (1U << DLV_STATES)	/* for states: DONE, still followed, and a reason says that it is late */
/* Pages through deliveries by id: after NULL for the first page. states: bit 1 << state; recipient may be NULL. */
int spool_delivery_list(struct spool *s, struct arena *a, unsigned states, const char *recipient, const struct id *after,
			size_t limit, struct spool_delivery **out, size_t *n, struct err *e);
/* A number that grows whenever a delivery may have become due earlier; waits up to ms for it to differ from seen. */
uint64_t spool_queue_wait(struct spool *s, uint64_t seen, int64_t ms);

/* --- what became of it: has the recipient fetched what was stored ------------------------------------------------ */

/* A delivery that is DONE is followed while its `due` is not 0: then somebody has to ask the recipient's intermediary.
 * The step DLV_EV_ACCEPTED starts it with the `due` of its caller. It goes on after the message was erased. */
struct spool_followed {
	struct spool_delivery d;
	const char *foreign_id;		/* of the message; NULL if it has none */
	int64_t stored, fetched;
};
/* At most limit (>= 1) of those that are due, the longest due first. One that cannot be read is left out. */
int spool_follow_due(struct spool *s, struct arena *a, int64_t now, size_t limit, struct spool_followed **out, size_t *n,
		     struct err *e);
struct spool_follow_step {
	struct id delivery;
	int64_t fetched;		/* the message's instant, unless it has one; 0: not known yet */
	int64_t due;			/* of the next question; 0: this was the last one */
	enum reason reason;		/* RSN_NONE, or why it counts as late */
	const char *detail;
	const struct spool_event *ev;	/* added to the trace; NULL: nothing to tell */
};
/* All in one commit. What is not (any more) a DONE delivery is passed over. */
int spool_follow_record(struct spool *s, const struct spool_follow_step *steps, size_t n, struct err *e);

/* --- audit, cache, housekeeping --------------------------------------------------------------------------------- */

struct spool_audit {
	int64_t at;
	const char *actor;	/* "uid 0 (root)" */
	const char *action;	/* "queue.retry" */
	const char *object;	/* id */
	const char *why;	/* --reason */
};
int spool_audit_add(struct spool *s, const struct spool_audit *a, struct err *e);	/* hash-chained */
/* How many lines there are, and so the number of the next: they are numbered from 0. */
int spool_audit_count(struct spool *s, uint64_t *lines, struct err *e);
int spool_audit_list(struct spool *s, struct arena *a, uint64_t from_seq, size_t limit, struct spool_audit **out,
		     size_t *n, uint64_t *next_seq, struct err *e);
int spool_audit_verify(struct spool *s, uint64_t *lines, struct err *e);	/* walks the chain; ERR_CRYPTO if broken */

struct spool_cache_entry {
	int64_t fetched, fresh_until, dead_after;	/* between the last two: stale but usable */
	bool negative;
	struct span value;				/* at most 64 KiB */
};
int spool_cache_get(struct spool *s, struct arena *a, struct span key, struct spool_cache_entry *out, struct err *e);
int spool_cache_put(struct spool *s, struct span key, const struct spool_cache_entry *entry, struct err *e);
/* 32 random bytes made once per spool and kept for ever, by name ("message-id-mac"). */
int spool_secret(struct spool *s, const char *name, uint8_t out[32], struct err *e);

/* Messages whose `expires` lies before now, oldest first. */
int spool_expired(struct spool *s, struct arena *a, int64_t now, size_t limit, struct id **out, size_t *n, struct err *e);
/* Destroys the message's key in the slot file (synced), then removes its parts; the record, cards and trace stay.
 * A draft disappears altogether. ERR_WRONG_STATE while its delivery is not final (cancel it first); 0 if erased already. */
int spool_erase(struct spool *s, const struct id *id, int64_t now, struct err *e);

struct spool_stats {
	uint64_t messages[3], deliveries[DLV_STATES];
	uint64_t followed, late;	/* of those that are DONE */
	uint64_t bytes_used, disk_free, commits, commit_calls;	/* commit_calls / commits = group size */
	int64_t oldest_waiting;					/* created of the oldest delivery not final; 0: none */
};
int spool_stats_get(struct spool *s, struct spool_stats *out, struct err *e);
/* Lets go of what the engine keeps in memory and can have again; call it now and then. Any thread. */
void spool_trim(struct spool *s);
struct spool_shape_row {
	const char *recipient;
	uint64_t count[6];	/* by age of the delivery: < 1 min, < 10 min, < 1 h, < 6 h, < 1 d, older */
	enum reason reason;	/* of the oldest */
	int64_t oldest;
};
/* Deliveries that are not final, or late, by recipient and age: `depesche queue shape`. */
int spool_shape(struct spool *s, struct arena *a, int64_t now, struct spool_shape_row **out, size_t *n, struct err *e);

/* A stream for what must not be parsed before its end is verified: at most mem_max bytes in memory, more in a nameless
 * file under the spool's directory, encrypted under a key that only the process knows. Write, finish, then read once
 * or several times. Needs no struct spool to be alive longer than the directory. */
struct spool_scratch;
struct spool_scratch *spool_scratch_new(const char *dir, size_t mem_max);
struct sink *spool_scratch_sink(struct spool_scratch *x);		/* borrowed; once */
int spool_scratch_open(struct spool_scratch *x, uint64_t offset, struct src **out, struct err *e);	/* caller closes */
uint64_t spool_scratch_size(const struct spool_scratch *x);
void spool_scratch_free(struct spool_scratch *x);	/* NULL is allowed */

/* Copies the whole spool, consistent, while the service runs, to a new folder target (must not exist); progress is
 * called with bytes done and total. The copy holds the wrapped keys, not the master key. */
typedef void spool_progress_fn(void *ctx, uint64_t done, uint64_t total);
int spool_backup(struct spool *s, const char *target, spool_progress_fn *progress, void *ctx, struct err *e);
/* Reads every record, every key and every payload of a spool folder that no daemon uses, and the audit chain. */
struct spool_check_result {
	uint64_t messages, deliveries, payloads, bytes, orphans, problems;
};
int spool_check(const struct spool_options *o, struct spool_check_result *out,
		void (*problem)(void *ctx, const char *text), void *ctx, struct err *e);
/* Verified copy of a backup folder to o->dir, which must be empty or missing. */
int spool_restore(const char *backup, const struct spool_options *o, spool_progress_fn *progress, void *ctx, struct err *e);

#endif
