/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store - the one contract of the spool. What a call acknowledged with 0 survives kill -9 and power loss; what failed
 * left nothing behind. An engine keeps it (spool_options.engine; ops.h is the table of its operations); the suite in
 * tests/unit/spool/suite says what the contract means, and every engine passes it.
 *
 * A call that writes returns when it is durable; what happens at the same time may be made durable together. Reads see what
 * was durable when they began, and hold nothing of the engine over input or output: everything is copied into the caller's
 * arena.
 * A failed sync or a corrupt database is final: it ends the process (spool_on_death).
 * A full disk is ERR_FULL for the call that met it, and service goes on.
 * Any thread for all calls on struct spool; one thread at a time per edit and per stream.
 */
#ifndef SPOOL_STORE_H
#define SPOOL_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/stream.h"
#include "spool/types.h"

struct spool;
struct spool_edit;
struct spool_ops;

/* How long the payload of a message stays after its end, in ms; 0: for ever. A message is over when all its deliveries
 * are: the longest of the times that apply counts from the step that ended the last one.
 * Other times than at the last opening hold for what lies there, too: the store brings the ends to them in the background
 * after spool_open, and nothing ends until that is done. */
struct spool_retention {
	int64_t delivered, cancelled, given_up;
	int64_t undecided;	/* until a delivery that is FAILED or HELD counts as given up (spool_delivery_ending) */
	int64_t unfetched;	/* mail, from `accepted` on, until it is fetched */
	int64_t fetched;	/* mail, from `fetched` on */
	int64_t draft;		/* from `modified` on */
};

/* The longest that anything can have to wait, in ms; 0: not looked at. What lies further ahead was put there by a clock
 * that was wrong. For retention the times of spool_retention count. */
struct spool_clock {
	int64_t wait;		/* of a delivery or a rest; at least a lease */
	int64_t follow;		/* until the next question whether it was fetched */
};

/* Shares of the disk in bytes; 0: as much as there is. What exceeds one is refused with ERR_FULL and LOC-QUOTA-...; accepted
 * applications that are nobody's (`from`) have no share: they are why the others have one. */
struct spool_budget {
	uint64_t drafts;	/* all drafts together */
	uint64_t owner;		/* those with one `from` */
	uint64_t mailbox;	/* mail of one mailbox that is not erased */
	uint64_t sender;	/* the same by sender, in all mailboxes, and applications of his */
	uint64_t scratch;	/* files of requests under way, in the whole process */
};

struct spool_options {
	const struct spool_ops *engine;	/* the table of the engine's folder */
	const char *dir;		/* created with 0700 if missing */
	const char *master_key_file;	/* 32 bytes, private (file_check_private); created by spool_key_make */
	uint64_t size_max;		/* upper bound of the records in bytes, payload files not counted; 0: the engine's own */
	uint64_t reserve;		/* bytes that must stay free on the disk: below, accepting is refused with ERR_FULL */
	struct id node;			/* who claims here; all zero: the spool's own id (one node, one spool) */
	struct spool_retention retention;
	struct spool_clock clock;
	struct spool_budget budget;
};

int spool_key_make(const char *path, struct err *e);	/* new random master key, 0600; ERR_EXISTS */
/* Leases of a former life of this node end: an ACTIVE delivery becomes QUEUED, due now, with `ambiguous` set, because
 * nobody knows how far its attempt came, and RSN_LOC_STOPPED. The same happens when a claim meets a lease that ran out.
 * A spool of an older format is brought to the present one, in one transaction, and the log says so (spool.migrated). */
int spool_open(const struct spool_options *o, struct spool **out, struct err *e);
void spool_close(struct spool *s);			/* finishes what is under way; NULL is allowed */
/* What happens to a spool that serves, after a failed sync or a corrupt database was logged: the process ends with
 * SPOOL_EXIT_DEAD, for the service manager to start it anew, because nobody knows what the disk holds. Tests replace it; then
 * every further call fails with ERR_IO. Called once per spool, on the thread that met it. */
#define SPOOL_EXIT_DEAD 75
extern void (*spool_on_death)(void);
bool spool_is_dead(const struct spool *s);

/* --- writing messages ------------------------------------------------------------------------------------------- */

/* Starts a new message (id NULL) or changes an existing one that is not erased. Nothing is visible before commit.
 * *message is the working copy, owned by the edit, to be filled in or changed by the caller (id, parts, sizes are the
 * store's); strings and spans it points to must live until commit. End with commit or abort. */
int spool_edit_begin(struct spool *s, const struct id *id, struct spool_edit **out, struct spool_message **message,
		     struct err *e);
/* A sink for one more part (name, type, label as in types.h). Close the sink after sink_finish, before commit.
 * Bytes are encrypted under the message's key; above 64 KiB they go to a write-once file, synced by finish. */
int spool_edit_part(struct spool_edit *ed, const char *name, const char *type, const char *label, struct sink **out,
		    struct err *e);
int spool_edit_drop(struct spool_edit *ed, const char *name, struct err *e);	/* removes a part */
/* Also adds this event to the trace with the commit; call it as often as needed. Copies. */
void spool_edit_event(struct spool_edit *ed, const struct spool_event *ev);
/* Makes it durable, together with a first delivery (NULL: none) in state QUEUED, due now; of *delivery the channel,
 * recipient (NULL: the message's), service, first_receipt and deadline are used, and it receives the ids.
 * ERR_EXISTS when foreign_id or alias is taken by another message of the kind; ERR_BUSY when the message was changed since begin
 * (also by mark, expire, set_foreign or a delivery that was accepted): begin again. Frees the edit in either case. */
int spool_edit_commit(struct spool_edit *ed, struct spool_delivery *delivery, struct err *e);
void spool_edit_abort(struct spool_edit *ed);	/* NULL is allowed */

/* --- reading messages ------------------------------------------------------------------------------------------- */

/* ERR_MISSING if there is none. After erasure: meta is empty, parts have no label and no digest. */
int spool_message_get(struct spool *s, struct arena *a, const struct id *id, struct spool_message *out, struct err *e);
/* By its foreign id, or its alias. */
int spool_message_find(struct spool *s, struct arena *a, enum spool_kind kind, struct span foreign_id,
		       struct spool_message *out, struct err *e);
/* A stream over the plain bytes of a part. Every block is authenticated before it is handed out: ERR_CRYPTO with
 * RSN_LOC_DATA_BAD otherwise. Close with src_close; may outlive the arena. */
int spool_part_open(struct spool *s, const struct id *id, const char *name, struct src **out, struct err *e);
/* Sets an instant that is not yet set (ERR_WRONG_STATE if it is, 0 if it has the same value); "modified" follows. */
enum spool_instant { SPOOL_STORED, SPOOL_FORWARDED, SPOOL_FETCHED };
int spool_message_mark(struct spool *s, const struct id *id, enum spool_instant which, int64_t ms, struct err *e);
/* Sets when retention ends, for what the store cannot know (a draft). */
int spool_message_expire(struct spool *s, const struct id *id, int64_t when, struct err *e);
int spool_event_add(struct spool *s, const struct id *message, const struct spool_event *ev, struct err *e);
int spool_event_list(struct spool *s, struct arena *a, const struct id *message, struct spool_event **out, size_t *n,
		     struct err *e);

/* --- mailboxes and process cards -------------------------------------------------------------------------------- */

struct spool_box_query {
	int64_t accepted_since;		/* OSCI ReceptionOfDelivery; 0: all */
	int64_t accepted_until;		/* 0: all; mail that may not be read yet is accepted in the future */
	bool unfetched_only;		/* skip messages whose `fetched` is set */
	/* Others that do not match, or NULL. Called while the engine reads: it must not come back to the store. */
	bool (*skip)(void *ctx, const struct id *id);
	void *skip_ctx;
};
/* The oldest matching message of the mailbox; *more says whether another one matches. ERR_MISSING if none does. */
int spool_box_first(struct spool *s, struct arena *a, const struct spool_box *box, const struct spool_box_query *q,
		    struct spool_message *out, bool *more, struct err *e);

/* What waits in several mailboxes as one list, in the order of acceptance: mail that is not fetched. What is accepted in the
 * future (mail that may not be read before) lies behind `until`. */
struct spool_mail_ref {
	struct id id;
	int64_t accepted;
};
struct spool_box_range {
	const struct spool_box *boxes;	/* each once */
	size_t box_count;
	bool new_only;			/* of that, what was never handed out (`forwarded`) */
	int64_t since, until;		/* accepted from, to, both included; 0: no bound */
	struct spool_mail_ref after;	/* spool_box_list: only what is behind it; all zero: from the first on */
	size_t limit;			/* spool_box_list: >= 1 */
};
/* Costs what the limit says, however many wait. *more: there is another one behind the last. */
int spool_box_list(struct spool *s, struct arena *a, const struct spool_box_range *q, struct spool_mail_ref **out, size_t *n,
		   bool *more, struct err *e);
/* How many match. With `since`, or when very many lie behind `until`, at most 10000 of each mailbox are counted. */
int spool_box_count(struct spool *s, const struct spool_box_range *q, uint64_t *n, struct err *e);
/* All of these are fetched, in one commit, each with an event; those that were already stay as they are. ERR_MISSING, and
 * nothing is changed, if one is not there. */
int spool_mail_fetched(struct spool *s, const struct id *ids, size_t n, int64_t at, struct err *e);
/* Calls back mail whose `accepted` is still to come: its retention ends now, and *ev stands in its trace. ERR_WRONG_STATE
 * when that instant has passed, or it is over already. */
int spool_mail_cancel(struct spool *s, const struct id *id, int64_t now, const struct spool_event *ev, struct err *e);

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

/* The end of the chain of process cards (card_chain.h): links up to it, and the hash over all of them. Kept outside the spool, it
 * shows later that nothing before it was changed, also by somebody who has the master key. */
struct spool_card_head {
	uint64_t links;
	uint8_t hash[SHA256_LEN];
};
int spool_card_head(struct spool *s, struct spool_card_head *out, struct err *e);
typedef void spool_problem_fn(void *ctx, const char *text);
typedef void spool_progress_fn(void *ctx, uint64_t done, uint64_t total);
struct spool_card_verdict {
	uint64_t cards, problems;
	struct spool_card_head head;
};
/* Walks the whole chain and every card, while the service runs. problem is called for each link or card that is not as the chain
 * says; known: an end that was seen before, or NULL; progress (may be NULL) with links. 0 also if there are problems. */
int spool_card_verify(struct spool *s, const struct spool_card_head *known, spool_problem_fn *problem,
		      spool_progress_fn *progress, void *ctx, struct spool_card_verdict *out, struct err *e);

/* --- deliveries ------------------------------------------------------------------------------------------------- */

/* One more delivery of a message: sent again (follows: the old one), redirected, a copy. Of *d the same fields as at
 * commit are used, and follows; it becomes QUEUED, due now, and *d receives the ids. The message has no end for now.
 * ERR_WRONG_STATE when the payload is erased; ERR_MISSING if follows is no delivery of this message. */
struct spool_audit;
int spool_delivery_add(struct spool *s, const struct id *message, struct spool_delivery *d, const struct spool_event *ev,
		       const struct spool_audit *audit, struct err *e);

/* Admission by lane, called while the engine looks for a delivery: must be quick, must not call the spool.
 * admit true: there is a place, and it is taken. leave: that place is given back, because the claim came to nothing after
 * all. When the claim returned 0, one place is taken, for the lane of its delivery; otherwise none. NULL: all admitted. */
struct spool_claim {
	int64_t now, lease_ms;
	bool (*admit)(void *ctx, const struct spool_lane *lane);
	void (*leave)(void *ctx, const struct spool_lane *lane);
	void *ctx;
};
/* The delivery that is due first among the lanes that are admitted, now ACTIVE until now + lease_ms, with one attempt more
 * and a new token; ERR_MISSING if none is due, *next_due then says when (0: nothing waits). */
int spool_delivery_claim(struct spool *s, struct arena *a, const struct spool_claim *c, struct spool_delivery *out,
			 int64_t *next_due, struct err *e);
/* Prolongs the lease; ERR_WRONG_STATE if it was lost (the delivery is not ACTIVE, or has another token). */
int spool_delivery_renew(struct spool *s, const struct id *id, uint64_t token, int64_t until, struct err *e);
/* What an attempt must not forget before it goes on: writes channel (unless NULL), peer, peer_id, old_peer, old_peer_id and
 * ambiguous of *d, and the event if it is not NULL. ERR_WRONG_STATE if the lease was lost. */
int spool_delivery_note(struct spool *s, const struct spool_delivery *d, const struct spool_event *ev, struct err *e);
/* A step of delivery_fsm, in one commit with the event (NULL: none) and a line of the audit trail (NULL: none).
 * A worker's (delivery_by_worker) needs the lease (d->token) and also writes due, reason, code, detail and what
 * spool_delivery_note writes. A person's writes hold_reason with HOLD and leaves reason, code and detail as they are; RETRY
 * and RELEASE take hold_reason and reason away and make it due now.
 * ACCEPTED: `stored` of delivery and message (unless it has one) becomes ev->at. A step that ends the last delivery of a
 * message sets its `expires`. d is brought up to date; its strings are the caller's where they were written. */
int spool_delivery_step(struct spool *s, struct spool_delivery *d, enum delivery_event event,
			const struct spool_event *ev, const struct spool_audit *audit, struct err *e);
int spool_delivery_get(struct spool *s, struct arena *a, const struct id *id, struct spool_delivery *out, struct err *e);
/* The deliveries of a message, oldest first; *n is 0 if it has none. */
int spool_delivery_of(struct spool *s, struct arena *a, const struct id *message, struct spool_delivery **out, size_t *n,
		      struct err *e);
/* The newest delivery that a peer calls so; ERR_MISSING. */
int spool_delivery_find(struct spool *s, struct arena *a, struct span peer_id, struct spool_delivery *out, struct err *e);
#define SPOOL_LIST_LATE (1U << DLV_STATES)	/* for states: DONE, still followed, and a reason says that it is late */
struct spool_list {
	unsigned states;	/* bit 1 << state, and SPOOL_LIST_LATE */
	const char *recipient;	/* NULL: any */
	enum reason why;	/* RSN_NONE: any. Otherwise those with this reason, and those without one whose recipient rests
				   for this one, also if the time of the rest is over */
	const struct id *after;	/* the last one of the page before; NULL: from the first */
	size_t limit;
};
/* Deliveries in the order of their ids. */
int spool_delivery_list(struct spool *s, struct arena *a, const struct spool_list *l, struct spool_delivery **out, size_t *n,
			struct err *e);
/* Those that are FAILED or HELD and that nobody decided about in time (spool_retention.undecided), oldest first; they are
 * given up by a step, DLV_EV_GIVE_UP. */
int spool_delivery_ending(struct spool *s, struct arena *a, int64_t now, size_t limit, struct spool_delivery **out,
			  size_t *n, struct err *e);
/* A number that grows whenever a delivery may have become due earlier; waits up to ms for it to differ from seen. A hint:
 * what other nodes do is not seen. */
uint64_t spool_queue_wait(struct spool *s, uint64_t seen, int64_t ms);

/* --- rest: nothing of a lane is due for a while ------------------------------------------------------------------- */

/* The deliveries are not changed, neither are they walked over: however many wait, it is one record. Setting it again
 * replaces it. Of *rest recipient is not used. */
int spool_rest_set(struct spool *s, const char *recipient, const struct spool_rest *rest, struct err *e);
/* Ends it, and makes due now what waits there after attempts of its own. 0 as well if there is none. */
int spool_rest_clear(struct spool *s, const char *recipient, struct err *e);
/* All lanes that rest because of this peer rest until then; 0: as spool_rest_clear. *n (may be NULL): how many. */
int spool_rest_peer(struct spool *s, const char *peer, int64_t until, size_t *n, struct err *e);
int spool_rest_get(struct spool *s, struct arena *a, const char *recipient, struct spool_rest *out, struct err *e);
/* All of them, in no order. A rest stays until it is cleared, also when its time is over. */
int spool_rest_list(struct spool *s, struct arena *a, struct spool_rest **out, size_t *n, struct err *e);

/* --- suspended by a person ----------------------------------------------------------------------------------------- */

/* A recipient (key of the lane) or a peer (an address without a path) to which nothing goes until then, whatever becomes due; one of
 * both is set. For a recipient the store sees to it: nothing of its lane is due. For a peer its callers ask. */
struct spool_suspension {
	const char *recipient, *peer;
	int64_t since, until;
	const char *actor, *why;
};
#define SPOOL_SUSPENDED_MAX 10000
/* Durable, with the line in the audit trail in the same commit; another one for the same replaces it. ERR_LIMIT. */
int spool_suspend(struct spool *s, const struct spool_suspension *what, const struct spool_audit *audit, struct err *e);
/* Ends it; what waits for the recipient is due as it was. ERR_MISSING, and nothing is written. */
int spool_resume(struct spool *s, const char *recipient, const char *peer, const struct spool_audit *audit, struct err *e);
/* ERR_MISSING when it is not suspended, or not any more. */
int spool_suspension_get(struct spool *s, struct arena *a, const char *recipient, const char *peer, int64_t now,
			 struct spool_suspension *out, struct err *e);
int spool_suspension_list(struct spool *s, struct arena *a, int64_t now, struct spool_suspension **out, size_t *n,
			  struct err *e);	/* those that hold now, in no order */

/* --- what became of it: has the recipient fetched what was stored ------------------------------------------------ */

/* A delivery that is DONE is followed while its `due` is not 0: then somebody has to ask the recipient's intermediary.
 * The step DLV_EV_ACCEPTED starts it with the `due` of its caller. It goes on after the message was erased.
 * At most limit (>= 1) of those that are due, the longest due first. One that cannot be read is left out. */
int spool_follow_due(struct spool *s, struct arena *a, int64_t now, size_t limit, struct spool_delivery **out, size_t *n,
		     struct err *e);
struct spool_follow_step {
	struct id delivery;
	uint64_t token;			/* as it was read: a record that changed since is passed over */
	int64_t fetched;		/* of the delivery, and of the message unless it has one; 0: not known yet */
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
/* One that seems to come from the future (the clock was ahead) is stale, and dies at the age it was given. */
int spool_cache_get(struct spool *s, struct arena *a, struct span key, struct spool_cache_entry *out, struct err *e);
int spool_cache_put(struct spool *s, struct span key, const struct spool_cache_entry *entry, struct err *e);
/* 32 random bytes made once per spool and kept for ever, by name ("message-id-mac"). */
int spool_secret(struct spool *s, const char *name, uint8_t out[32], struct err *e);

/* Pulls in what lies further ahead than spool_clock and spool_retention allow: deliveries and rests are due now, retention
 * ends after its longest time. At open, and to be called every minute or so; *pulled: how many, logged as a jump. */
int spool_clock_check(struct spool *s, int64_t now, uint64_t *pulled, struct err *e);
/* Messages whose `expires` lies before now, oldest first. */
int spool_expired(struct spool *s, struct arena *a, int64_t now, size_t limit, struct id **out, size_t *n, struct err *e);
/* Destroys the message's key in the slot file (synced), then removes its parts; the record, cards and trace stay.
 * A draft disappears altogether. ERR_WRONG_STATE while a delivery is not final (cancel it first); 0 if erased already. */
int spool_erase(struct spool *s, const struct id *id, int64_t now, struct err *e);
/* The same for one of spool_expired: ERR_WRONG_STATE if its retention does not end before now (any more), because somebody
 * saved the draft or added a delivery meanwhile. */
int spool_erase_expired(struct spool *s, const struct id *id, int64_t now, struct err *e);

/* False: nothing new is accepted, and why (RSN_LOC_DISK_FULL). What was accepted goes on. */
bool spool_accepting(struct spool *s, enum reason *why);
struct spool_usage {
	uint64_t bytes, messages;
};
/* what: 'D' all drafts, 'C' those with that `from`, 'T' mail of the mailbox, 'F' mail from the sender. */
int spool_usage_get(struct spool *s, char what, const struct spool_box *box, struct spool_usage *out, struct err *e);
/* A record that cannot be read was set aside where it was met, so that it holds up no other; it is not erased. */
struct spool_damaged {
	struct id id;		/* of a delivery */
	int64_t at;
	const char *text;	/* what is wrong with it */
};
int spool_damaged_list(struct spool *s, struct arena *a, size_t limit, struct spool_damaged **out, size_t *n,
		       struct err *e);

struct spool_stats {
	uint64_t messages[3], deliveries[DLV_STATES];
	uint64_t followed, late;	/* of those that are DONE */
	uint64_t damaged;		/* records set aside: spool_damaged_list */
	uint64_t reasons[RSN_COUNT];	/* of those that are not final, or late; RSN_NONE: nothing is wrong */
	uint64_t events[SPOOL_EV_KINDS];	/* added to traces since the spool was opened */
	uint64_t bytes_used, disk_free, commits, commit_calls;	/* commit_calls / commits = group size */
	int64_t oldest_waiting;					/* created of the oldest delivery not final; 0: none */
};
int spool_stats_get(struct spool *s, struct spool_stats *out, struct err *e);
/* Lets go of what the engine keeps in memory and can have again; call it now and then. Any thread. */
void spool_trim(struct spool *s);
struct spool_shape_row {
	const char *recipient;
	uint64_t count[6];	/* by age of the delivery: < 1 min, < 10 min, < 1 h, < 6 h, < 1 d, older */
	enum reason reason;
	int64_t oldest;
};
/* Deliveries that are not final, or late, by recipient, reason and age: `depesche queue shape`. */
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
 * called with bytes done and total. The copy holds the wrapped keys, not the master key. Payload files that are not there
 * are logged, counted in *missing, and do not keep the rest from being copied. */
int spool_backup(struct spool *s, const char *target, spool_progress_fn *progress, void *ctx, uint64_t *missing,
		 struct err *e);
/* Reads every record, every key and every payload of a spool folder that no daemon uses, and the audit chain. */
struct spool_check_result {
	uint64_t messages, deliveries, payloads, bytes, orphans, problems;
};
int spool_check(const struct spool_options *o, struct spool_check_result *out,
		spool_problem_fn *problem, void *ctx, struct err *e);
/* Verified copy of a backup folder to o->dir, which must be empty or missing. */
int spool_restore(const char *backup, const struct spool_options *o, spool_progress_fn *progress, void *ctx, struct err *e);

#endif
