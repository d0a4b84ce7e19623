/* SPDX-License-Identifier: EUPL-1.2 */
/* Messages on their way into a box of an account. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/xta_part.h"

#define LATEST_MS (30LL * 24 * 3600 * 1000)	/* how far ahead NotBefore may lie */

struct xta_making {
	struct mailbox_xta *g;
	const struct xta_meta *meta;
	const char *key;		/* its message id as it is stored */
	struct spool_box from, to;
	int64_t obsolete;		/* end of ObsoleteAfter; 0: none */
	bool leaves;                    /* its reader has no box here */
	struct mailbox_xta_scan *scan;	/* NULL: nothing is scanned */
	struct spool_edit *edit;
	struct spool_message *message;
	struct arena *arena;		/* of the call */
};

/* An id of ours was issued to this account, and nobody has used it. */
static int check_id(struct mailbox_xta *g, const struct mailbox_xta_account *sender, const char *id, struct arena *a,
		    enum xta_code *code, struct err *e)
{
	enum mailbox_xta_origin origin = mailbox_xta_id_judge(&g->ids, sender->name, id == NULL ? "" : id);
	struct spool_message m;
	int rc;

	if (origin == MAILBOX_XTA_ID_BAD)
		*code = XTA_9021;
	else if (origin == MAILBOX_XTA_ID_OTHERS)
		*code = XTA_9024;
	if (*code != XTA_OK)
		return 0;
	rc = spool_message_find(g->spool, a, SPOOL_MAIL, span_of(mailbox_xta_id_key(id, a)), &m, e);
	if (rc == ERR_MISSING)
		rc = spool_message_find(g->spool, a, SPOOL_APPLICATION, span_of(mailbox_xta_id_key(id, a)), &m, e);
	if (rc == 0)
		*code = XTA_9024;
	if (rc == ERR_MISSING)
		*e = (struct err)ERR_INIT;
	return rc == ERR_MISSING ? 0 : rc;
}

/* A test never gets to a procedure that works on what it gets. */
static int check_reader(struct mailbox_xta *g, const struct mailbox_xta_account *sender, struct xta_making *making,
			enum xta_code *code, struct err *e)
{
	const struct xta_meta *m = making->meta;
	size_t party = 0;
	const struct mailbox_xta_account *reader =
		m->reader.value == NULL ? NULL : mailbox_xta_owner(g->accounts, m->reader.type, m->reader.value, &party);

	making->leaves = reader == NULL;
	if (making->leaves)
		return mailbox_xta_leave_check(g, sender, m, code, e);
	if (!reader->may_receive || (m->is_test && !reader->takes_tests))
		*code = XTA_9022;
	else
		making->to = *mailbox_xta_own_box(reader, party);
	return 0;
}

static enum xta_code check_times(const struct xta_meta *m, int64_t now, int64_t *obsolete)
{
	struct err ignored = ERR_INIT;

	*obsolete = 0;
	if (m->not_before > now + LATEST_MS)
		return XTA_9022;
	if (m->obsolete_after == NULL)
		return XTA_OK;
	if (xta_date_end(m->obsolete_after, obsolete, &ignored) != 0 || *obsolete <= now || *obsolete <= m->not_before)
		return XTA_9022;
	return XTA_OK;
}

static int send_begin(void *ctx, const struct xta_account *who, const struct xta_meta *m, bool is_sync, struct arena *a,
		      struct xta_making **out, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct xta_making *making = mem_new(sizeof(*making));
	int rc;

	*making =
		(struct xta_making){.g = g, .meta = m, .from = *mailbox_xta_own_box(w->account, w->party), .arena = a};
	if (is_sync)
		*code = XTA_9080;
	rc = *code == XTA_OK ? check_id(g, w->account, m->message_id, a, code, e) : 0;
	if (rc == 0 && *code == XTA_OK)
		*code = check_times(m, clock_now(), &making->obsolete);
	if (rc == 0 && *code == XTA_OK)
		rc = check_reader(g, w->account, making, code, e);
	if (rc != 0 || *code != XTA_OK) {
		free(making);
		return rc;
	}
	making->key = mailbox_xta_id_key(m->message_id, a);
	if (g->scanner != NULL)
		making->scan = mailbox_xta_scan_new(g->scanner, g->bridge.scratch_dir);
	*out = making;
	return 0;
}

static int begin_edit(struct xta_making *m, struct err *e)
{
	return m->edit != NULL ? 0 : spool_edit_begin(m->g->spool, NULL, &m->edit, &m->message, e);
}

static int send_part(void *ctx, struct xta_making *m, size_t index, const struct xta_part *part, struct sink **out,
		     struct err *e)
{
	char name[32];
	int rc = begin_edit(m, e);

	(void)ctx;
	(void)snprintf(name, sizeof(name), "content-%zu", index);
	if (rc == 0)
		rc = spool_edit_part(m->edit, name, part->type == NULL ? "" : part->type, NULL, out, e);
	if (rc == 0 && m->scan != NULL)
		*out = mailbox_xta_scan_part(m->scan, *out);
	return rc;
}

static void send_abort(void *ctx, struct xta_making *m)
{
	(void)ctx;
	if (m == NULL)
		return;
	spool_edit_abort(m->edit);
	mailbox_xta_scan_free(m->scan);
	free(m);
}

static int fill_in(struct xta_making *m, const struct xta_received *r, struct buf *meta, struct buf *open, struct err *e)
{
	struct mailbox_xta_memo memo = { .meta = *m->meta, .warnings = r->warnings, .part_count = r->part_count };
	struct spool_message *to = m->message;
	int rc;

	memo.parts = arena_alloc(m->arena, (r->part_count + 1) * sizeof(*memo.parts));
	memcpy(memo.parts, r->parts, r->part_count * sizeof(*memo.parts));
	if (memo.meta.initial_send == 0)
		memo.meta.initial_send = r->at;
	rc = mailbox_xta_memo_put(meta, &memo, e);
	if (rc == 0)
		rc = mailbox_xta_memo_put_open(open, &memo, e);
	to->kind = SPOOL_MAIL;
	to->foreign_id = m->key;
	to->from = m->from;
	to->to = m->to;
	to->submitted = r->at;
	to->accepted = m->meta->not_before > r->at ? m->meta->not_before : r->at;
	to->modified = r->at;
	to->expires = m->obsolete;
	to->meta = buf_view(meta);
	to->open_meta = buf_view(open);
	return rc == 0 && m->leaves ? mailbox_xta_leave_fill(m->edit, to, &memo.meta, e) : rc;
}

/* What the store refuses, as far as it is the sender's business. */
static int judge(int rc, enum xta_code *code, struct err *e)
{
	if (rc == ERR_EXISTS)
		*code = XTA_9024;
	else if (rc == ERR_LIMIT)
		*code = XTA_9022;
	else if (rc == ERR_FULL && (e->reason == RSN_LOC_QUOTA_MAILBOX || e->reason == RSN_LOC_QUOTA_SENDER))
		*code = XTA_9032;
	return *code == XTA_OK ? rc : 0;
}

static int send_commit(void *ctx, struct xta_making *m, const struct xta_received *r, enum xta_code *code, struct err *e)
{
	struct spool_delivery delivery = {.deadline = m->obsolete};
	struct xta_received seen = *r;
	struct spool_edit *edit;
	struct buf meta, open;
	int rc = begin_edit(m, e);

	buf_init(&meta, SPOOL_META_MAX);
	buf_init(&open, SPOOL_META_MAX);
	if (rc == 0 && m->scan != NULL)
		rc = mailbox_xta_scan_run(m->scan, m->meta->message_id, code, &seen.warnings, e);
	if (rc == 0 && *code == XTA_OK)
		rc = fill_in(m, &seen, &meta, &open, e);
	if (rc == 0 && *code == XTA_OK) {
		spool_edit_event(m->edit, &(struct spool_event){ .at = r->at, .kind = SPOOL_EV_ACCEPTED });
		edit = m->edit;
		m->edit = NULL;	/* commit frees it, whatever happens */
		rc = spool_edit_commit(edit, m->leaves ? &delivery : NULL, e);
	}
	buf_wipe(&meta);
	buf_fini(&open);
	send_abort(ctx, m);
	return judge(rc, code, e);
}

/* send_begin refuses what is synchronous. */
static int send_sync(void *ctx, struct xta_making *m, const struct xta_received *r, struct arena *a, struct xta_item *answer,
		     enum xta_code *code, struct err *e)
{
	(void)r;
	(void)a;
	(void)answer;
	(void)e;
	send_abort(ctx, m);
	*code = XTA_9080;
	return 0;
}

void mailbox_xta_send_set(struct xta_env *env)
{
	env->send_begin = send_begin;
	env->send_part = send_part;
	env->send_commit = send_commit;
	env->send_sync = send_sync;
	env->send_abort = send_abort;
}
