/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Message boxes: lists, messages, and closing. Where a reader stands is in the request id (xta_cursor.h): the env keeps
 * nothing. xta_pick.c finds what comes next.
 */
#include "mailbox/xta_pick.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define CLOSE_MAX 1000	/* ids of one request */

static void begin_state(struct xta_box_state *s)
{
	*s = (struct xta_box_state){ .request_id = "urn:depesche:msgbox:none" };
}

static int answer_list(struct mailbox_xta *g, const struct mailbox_xta_who *w, struct mailbox_xta_cursor *c, size_t max,
		       bool goes_on, struct arena *a, struct xta_list *out, struct err *e)
{
	struct mailbox_xta_picked *picked = arena_alloc(a, (max + 1) * sizeof(*picked));
	struct xta_meta *entries = arena_alloc(a, (max + 1) * sizeof(*entries));
	size_t n;
	int rc = mailbox_xta_pick(g, w->account, c, max, goes_on, a, picked, &n, e);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		entries[i] = picked[i].memo.meta;
	out->form = c->whole ? XTA_LIST_META : XTA_LIST_ATTRIBUTES;
	out->entries = entries;
	out->count = n;
	out->state.availability = n > 0 ? XTA_AVAILABLE : XTA_NO_MATCH;
	out->state.pending = c->pending;
	out->state.request_id = mailbox_xta_cursor_text(g->cursor_key, w->account->name, c, a);
	return 0;
}

static int list(void *ctx, const struct xta_account *who, const struct xta_selection *s, enum xta_list_form form, size_t max,
		struct arena *a, struct xta_list *out, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct mailbox_xta_cursor c;
	int rc;

	(void)code;
	*out = (struct xta_list){ .form = form };
	begin_state(&out->state);
	if (!mailbox_xta_select_ok(s)) {
		out->state.availability = XTA_BAD_SELECTION;
		return 0;
	}
	rc = mailbox_xta_select(g, w, s, a, &c, e);
	c.lists = true;
	c.whole = form == XTA_LIST_META;
	c.limit = (uint32_t)max;
	return rc == 0 ? answer_list(g, w, &c, max, false, a, out, e) : rc;
}

static int list_next(void *ctx, const struct xta_account *who, const char *request_id, const char *const *last,
		     size_t last_count, size_t max, struct arena *a, struct xta_list *out, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct mailbox_xta_cursor c;

	(void)code;
	(void)last;
	(void)last_count;
	*out = (struct xta_list){ .form = XTA_LIST_META };
	begin_state(&out->state);
	if (!mailbox_xta_cursor_read(g->cursor_key, w->account->name, request_id, a, &c) || !c.lists ||
	    (!c.any_party && !mailbox_xta_has_box(w->account, &c.box))) {
		out->state.availability = XTA_BAD_REQUEST_ID;
		return 0;
	}
	return answer_list(g, w, &c, c.limit > 0 && c.limit < max ? c.limit : max, true, a, out, e);
}

/* What an opener needs. */
struct part_ref {
	struct spool *spool;
	struct id id;
	size_t index;
};

static int open_part(void *ctx, struct src **out, struct err *e)
{
	const struct part_ref *r = ctx;
	char name[32];

	(void)snprintf(name, sizeof(name), "content-%zu", r->index);
	return spool_part_open(r->spool, &r->id, name, out, e);
}

static int hand_out(struct mailbox_xta *g, const struct mailbox_xta_picked *p, struct arena *a, struct xta_item *out,
		    struct err *e)
{
	struct part_ref *refs = arena_alloc(a, (p->memo.part_count + 1) * sizeof(*refs));
	struct mailbox_bridge_content *content = NULL;
	int rc;

	out->meta = p->memo.meta;
	if (mailbox_bridge_is(&p->m)) {
		rc = mailbox_bridge_open(&g->bridge, &p->m, a, &out->parts, &out->part_count, &content, e);
		out->held = content;
		return rc;
	}
	for (size_t i = 0; i < p->memo.part_count; i++) {
		refs[i] = (struct part_ref){g->spool, p->m.id, i};
		p->memo.parts[i].open = open_part;
		p->memo.parts[i].ctx = &refs[i];
	}
	out->parts = p->memo.parts;
	out->part_count = p->memo.part_count;
	return 0;
}

static void handed(void *ctx, struct xta_item *item)
{
	(void)ctx;
	mailbox_bridge_close(item->held);
	item->held = NULL;
}

static int answer_item(struct mailbox_xta *g, const struct mailbox_xta_who *w, struct mailbox_xta_cursor *c, bool goes_on,
		       struct arena *a, struct xta_item *out, struct err *e)
{
	struct mailbox_xta_picked *picked = arena_alloc(a, sizeof(*picked));
	size_t n;
	int rc = mailbox_xta_pick(g, w->account, c, 1, goes_on, a, picked, &n, e);

	if (rc != 0)
		return rc;
	out->state.availability = n > 0 ? XTA_AVAILABLE : XTA_NO_MATCH;
	out->state.pending = c->pending;
	out->state.request_id = mailbox_xta_cursor_text(g->cursor_key, w->account->name, c, a);
	return n > 0 ? hand_out(g, picked, a, out, e) : 0;
}

static int fetch(void *ctx, const struct xta_account *who, const struct xta_selection *s, struct arena *a, struct xta_item *out,
		 enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct mailbox_xta_cursor c;
	int rc;

	*out = (struct xta_item){ .part_count = 0 };
	begin_state(&out->state);
	if (!mailbox_xta_select_ok(s)) {
		out->state.availability = XTA_BAD_SELECTION;
		return 0;
	}
	rc = mailbox_xta_select(g, w, s, a, &c, e);
	if (rc == 0)
		rc = answer_item(g, w, &c, false, a, out, e);
	if (rc == 0 && out->state.availability == XTA_NO_MATCH && s->id_count > 0)
		*code = XTA_9070;
	return rc;
}

static int fetch_next(void *ctx, const struct xta_account *who, const char *request_id, const char *const *last,
		      size_t last_count, struct arena *a, struct xta_item *out, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct mailbox_xta_cursor c;

	(void)last;
	(void)last_count;
	(void)code;
	*out = (struct xta_item){ .part_count = 0 };
	begin_state(&out->state);
	if (!mailbox_xta_cursor_read(g->cursor_key, w->account->name, request_id, a, &c) || c.lists ||
	    (!c.any_party && !mailbox_xta_has_box(w->account, &c.box))) {
		out->state.availability = XTA_BAD_REQUEST_ID;
		return 0;
	}
	return answer_item(g, w, &c, true, a, out, e);
}

static int fetched(void *ctx, const struct xta_account *who, const char *id, int64_t at, struct err *e)
{
	struct mailbox_xta *g = ctx;
	struct arena *a = arena_new();
	struct spool_message m;
	int rc = mailbox_xta_find(g, id, a, &m, e);

	(void)who;
	if (rc == 0 && m.forwarded == 0)
		rc = spool_message_mark(g->spool, &m.id, SPOOL_FORWARDED, at, e);
	arena_free(a);
	/* Somebody was quicker, or it is gone: the answer was whole, and that is all that is to be said. */
	return rc == ERR_WRONG_STATE || rc == ERR_MISSING ? 0 : rc;
}

/* Adds the one that this id names to those to be closed; what is closed already is passed over. ERR_MISSING if the account
 * has no such message. */
static int add_open(struct mailbox_xta *g, const struct mailbox_xta_account *who, const char *id, int64_t now, struct arena *a,
		    struct id *open, size_t *n, struct err *e)
{
	struct spool_message m;
	int rc = mailbox_xta_find(g, id, a, &m, e);

	if (rc != 0 || (mailbox_xta_has_box(who, &m.to) && m.fetched != 0))
		return rc;
	if (!mailbox_xta_has_box(who, &m.to) || !mailbox_xta_is_offered(&m, now))
		return err_set(e, ERR_MISSING, "not in a box of this account");
	open[(*n)++] = m.id;
	return 0;
}

static int close_box(void *ctx, const struct xta_account *who, const char *request_id, const char *const *ids, size_t count,
		     int64_t at, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct arena *a = arena_new();
	struct id *open = arena_alloc(a, (count < CLOSE_MAX ? count + 1 : CLOSE_MAX) * sizeof(*open));
	size_t n = 0;
	int rc = 0;

	(void)request_id;
	if (count >= CLOSE_MAX)
		rc = err_set(e, ERR_MISSING, "more ids than one answer hands out");
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = add_open(g, w->account, ids[i], at, a, open, &n, e);
	if (rc == 0 && n > 0)
		rc = spool_mail_fetched(g->spool, open, n, at, e);
	arena_free(a);
	if (rc != ERR_MISSING)
		return rc;
	*e = (struct err)ERR_INIT;
	*code = XTA_9070;
	return 0;
}

void mailbox_xta_box_set(struct xta_env *env)
{
	env->list = list;
	env->list_next = list_next;
	env->fetch = fetch;
	env->fetch_next = fetch_next;
	env->fetched = fetched;
	env->handed = handed;
	env->close = close_box;
}
