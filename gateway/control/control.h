/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control - the operators' socket: one JSON object in, JSON Lines out.
 *
 * A client connects to the Unix socket (mode 0600: root and the daemon's own user; 0660 with a group), sends one line
 * {"command": "queue.list", ...arguments} and reads lines until {"end": {...}}: rows as they are, then
 * {"end": {"ok": true}}, with "more": true if a limit cut something off, or
 * {"end": {"ok": false, "code": "ERR_MISSING", "error": "..."}}.
 * Who asks is known from the socket's credentials (caller.h) and goes into the audit trail with every change.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include "base/arena.h"
#include "base/json.h"
#include "dir/resolve.h"
#include "spool/store.h"

struct control;

struct control_ctx {		/* what commands may touch; borrowed */
	struct spool *spool;
	struct dir *dir;	/* NULL: no directory is configured */
	const char *version, *config_file;
	const char *group;	/* whose members may give commands too; NULL: nobody's */
	int64_t started;
	/* Appends one row per thing to know: {"name": "...", "value": ...}; may be NULL. */
	void (*status)(void *ctx, json_t *rows);
	void *status_ctx;
};

/* Listens at path; the socket of a daemon that is gone is replaced. ERR_BUSY while another one listens there. */
int control_start(const char *path, const struct control_ctx *ctx, struct control **out, struct err *e);
void control_stop(struct control *c);	/* NULL is allowed; frees and removes the socket */

/* --- for the commands ------------------------------------------------------------------------------------------- */

struct control_call {
	const struct control_ctx *ctx;
	const json_t *args;
	struct arena *arena;
	const char *actor;		/* "uid 0 (root), login 1001 (anna)" */
	bool more;			/* set by a command whose limit cut rows off */
	int fd;
};

/* Sends one row and gives the reference of obj back. A client that is gone is not an error of the command. */
void control_call_row(struct control_call *c, json_t *obj);

struct control_command {
	const char *name;
	bool is_change;			/* demands "reason" and is audited */
	int (*run)(struct control_call *c, struct err *e);
};

/* The table of all commands (table.c); ends with name NULL. */
extern const struct control_command control_commands[];

/* An id argument: "id" may be our id or an OSCI message id of an application. Fills the message and, where there is
 * one, its delivery (d->state is DLV_STATES if not). */
int control_call_message(struct control_call *c, struct spool_message *m, struct spool_delivery *d, struct err *e);
/* One that waits and has no reason of its own waits because nothing goes to its recipient for now: then that is its reason,
 * and its next attempt is not before. For showing, not for writing back. */
void control_add_rest(struct spool *s, struct arena *a, struct spool_delivery *d);
json_t *control_json_time(int64_t ms);		/* UTC text or null */
json_t *control_json_text(const char *s);		/* null for NULL */
json_t *control_json_id(const struct id *id);
/* What a person may decide about a delivery; ends with name NULL. */
struct control_choice {
	enum delivery_event event;
	const char *name;	/* "retry": the verb of the command */
};
extern const struct control_choice control_choices[];
/* A delivery as a row: id, message, state, recipient, channel, created, due, attempts, reason, code, owner, detail, peer, and
 * the choices that its state leaves. */
json_t *control_json_delivery(const struct spool_delivery *d);

/* "N:HASH", in the arena. */
const char *control_card_head(struct arena *a, const struct spool_card_head *head);

/* One per noun. */
int control_queue_list(struct control_call *c, struct err *e);
int control_queue_show(struct control_call *c, struct err *e);
int control_queue_shape(struct control_call *c, struct err *e);
int control_queue_retry(struct control_call *c, struct err *e);
int control_queue_hold(struct control_call *c, struct err *e);
int control_queue_release(struct control_call *c, struct err *e);
int control_queue_cancel(struct control_call *c, struct err *e);
int control_queue_resend(struct control_call *c, struct err *e);
int control_queue_damaged(struct control_call *c, struct err *e);
int control_suspend_recipient(struct control_call *c, struct err *e);
int control_suspend_peer(struct control_call *c, struct err *e);
int control_resume_recipient(struct control_call *c, struct err *e);
int control_resume_peer(struct control_call *c, struct err *e);
int control_suspended(struct control_call *c, struct err *e);
int control_card_verify(struct control_call *c, struct err *e);
int control_trace(struct control_call *c, struct err *e);
int control_why(struct control_call *c, struct err *e);
int control_status(struct control_call *c, struct err *e);
int control_audit(struct control_call *c, struct err *e);
int control_backup(struct control_call *c, struct err *e);

#endif
