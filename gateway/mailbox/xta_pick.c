/* SPDX-License-Identifier: EUPL-1.2 */
/* What comes next in message boxes. */
#include "mailbox/xta_pick.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define SCAN_MAX 1000	/* messages looked at for one request */

bool mailbox_xta_select_ok(const struct xta_selection *s)
{
	return s->id_count <= MAILBOX_XTA_CURSOR_IDS && s->relates_to_count <= MAILBOX_XTA_CURSOR_IDS &&
	       (s->from == 0 || s->to == 0 || s->from <= s->to);
}

/* All boxes of the account, or those of the party whose own one it is. */
static const struct spool_box *boxes_of(const struct mailbox_xta_account *account, const struct mailbox_xta_cursor *c,
					size_t *n)
{
	*n = account->box_count;
	for (size_t i = 0; !c->any_party && i < account->party_count; i++)
		if (memcmp(mailbox_xta_own_box(account, i), &c->box, sizeof(c->box)) == 0) {
			*n = account->first[i + 1] - account->first[i];
			return mailbox_xta_own_box(account, i);
		}
	return account->boxes;
}

/* The boxes of a position, and now as its end if it has none before: what is delivered later is not there yet. */
static struct spool_box_range range_of(const struct mailbox_xta_account *account, const struct mailbox_xta_cursor *c)
{
	int64_t now = clock_now();
	size_t n;
	const struct spool_box *boxes = boxes_of(account, c, &n);

	return (struct spool_box_range){
		.boxes = boxes,
		.box_count = n,
		.new_only = c->new_only,
		.since = c->since,
		.until = c->until == 0 || c->until > now ? now : c->until,
		.after = c->after,
	};
}

/* What came by OSCI was not asked for these when it was stored. */
static bool is_for(const struct mailbox_xta_account *account, const struct xta_meta *meta, int64_t now)
{
	int64_t end = 0;
	struct err ignored = ERR_INIT;

	if ((meta->is_test && !account->takes_tests) || meta->not_before > now)
		return false;
	return meta->obsolete_after == NULL || xta_date_end(meta->obsolete_after, &end, &ignored) != 0 || end > now;
}

/* ERR_MISSING: it is not offered (any more). */
static int load(struct mailbox_xta *g, const struct mailbox_xta_account *account, const struct id *id, struct arena *a,
		struct mailbox_xta_picked *out, struct err *e)
{
	int64_t now = clock_now();
	int rc = spool_message_get(g->spool, a, id, &out->m, e);

	if (rc == 0 && !mailbox_xta_is_offered(&out->m, now))
		rc = err_set(e, ERR_MISSING, "message is not offered");
	if (rc == 0)
		rc = mailbox_xta_memo_of(g, &out->m, now, a, &out->memo, e);
	if (rc == 0 && !is_for(account, &out->memo.meta, now))
		rc = err_set(e, ERR_MISSING, "message is not for this account");
	return rc;
}

static bool is_one_of(const char *id, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (xta_id_is(id, list[i]))
			return true;
	return false;
}

static bool matches(const struct xta_selection *s, const struct spool_message *m, const struct xta_meta *meta)
{
	bool related = s->relates_to_count == 0;

	for (size_t i = 0; !related && i < meta->in_reply_to_count; i++)
		related = is_one_of(meta->in_reply_to[i], s->relates_to, s->relates_to_count);
	return related && (s->from == 0 || m->accepted >= s->from) && (s->to == 0 || m->accepted <= s->to) &&
	       (s->entries == XTA_ALL_ENTRIES || (s->entries == XTA_NEW_ENTRIES) == (m->forwarded == 0));
}

static int by_position(const void *a, const void *b)
{
	const struct spool_mail_ref *x = a, *y = b;

	if (x->accepted != y->accepted)
		return x->accepted < y->accepted ? -1 : 1;
	return id_cmp(&x->id, &y->id);
}

/* In the order of delivery, each once. */
static void remember(struct mailbox_xta_cursor *c, struct spool_mail_ref *refs, size_t n)
{
	qsort(refs, n, sizeof(*refs), by_position);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || id_cmp(&refs[i].id, &refs[i - 1].id) != 0)
			c->ids[c->id_count++] = refs[i].id;
	c->pending = c->id_count;
}

static int select_ids(struct mailbox_xta *g, const struct mailbox_xta_who *who, const struct xta_selection *s, struct arena *a,
		      struct mailbox_xta_cursor *c, struct err *e)
{
	struct spool_mail_ref refs[MAILBOX_XTA_CURSOR_IDS] = { { .accepted = 0 } };
	struct mailbox_xta_memo memo;
	int64_t now = clock_now();
	size_t n = 0;

	for (size_t i = 0; i < s->id_count; i++) {
		struct spool_message m;
		int rc = mailbox_xta_find(g, s->ids[i], a, &m, e);

		if (rc == 0 && mailbox_xta_has_box(who->account, &m.to) && mailbox_xta_is_offered(&m, now)) {
			rc = mailbox_xta_memo_of(g, &m, now, a, &memo, e);
			if (rc == 0 && matches(s, &m, &memo.meta))
				refs[n++] = (struct spool_mail_ref){ m.id, m.accepted };
		}
		if (rc != 0 && rc != ERR_MISSING)
			return rc;
	}
	*e = (struct err)ERR_INIT;
	remember(c, refs, n);
	return 0;
}

static int select_scanned(struct mailbox_xta *g, const struct mailbox_xta_who *who, const struct xta_selection *s,
			  struct arena *a, struct mailbox_xta_cursor *c, struct err *e)
{
	struct spool_mail_ref refs[MAILBOX_XTA_CURSOR_IDS], *list;
	struct spool_box_range q = range_of(who->account, c);
	struct mailbox_xta_picked found;
	size_t n = 0, got;
	bool more;
	int rc;

	q.limit = SCAN_MAX;
	if ((rc = spool_box_list(g->spool, a, &q, &list, &got, &more, e)) != 0)
		return rc;
	for (size_t i = 0; i < got && n < MAILBOX_XTA_CURSOR_IDS; i++) {
		rc = load(g, who->account, &list[i].id, a, &found, e);
		if (rc == 0 && matches(s, &found.m, &found.memo.meta))
			refs[n++] = list[i];
		if (rc != 0 && rc != ERR_MISSING)
			return rc;
	}
	*e = (struct err)ERR_INIT;
	remember(c, refs, n);
	return 0;
}

int mailbox_xta_select(struct mailbox_xta *g, const struct mailbox_xta_who *who, const struct xta_selection *s, struct arena *a,
		       struct mailbox_xta_cursor *out, struct err *e)
{
	*out = (struct mailbox_xta_cursor){.any_party = who->any_party,
					   .box = *mailbox_xta_own_box(who->account, who->party),
					   .new_only = s->entries == XTA_NEW_ENTRIES,
					   .since = s->from,
					   .until = s->to};
	out->named = s->id_count > 0 || s->relates_to_count > 0 || s->entries == XTA_SEEN_ENTRIES;
	if (!out->named)
		return 0;
	out->ids = arena_alloc(a, MAILBOX_XTA_CURSOR_IDS * sizeof(*out->ids));
	return s->id_count > 0 ? select_ids(g, who, s, a, out, e) : select_scanned(g, who, s, a, out, e);
}

/* Of those named one by one: what is still there. */
static int pick_named(struct mailbox_xta *g, const struct mailbox_xta_account *account, struct mailbox_xta_cursor *c,
		      size_t max, struct arena *a, struct mailbox_xta_picked *out, size_t *n, struct err *e)
{
	size_t i = 0;

	for (; i < c->id_count && *n < max; i++) {
		int rc = load(g, account, &c->ids[i], a, &out[*n], e);

		if (rc != 0 && rc != ERR_MISSING)
			return rc;
		*n += rc == 0;
	}
	*e = (struct err)ERR_INIT;
	c->ids += i;
	c->id_count -= i;
	c->pending = c->id_count;
	return 0;
}

/* Of a page of the index: what is still there. Position and number of those behind it move on. */
static int take_page(struct mailbox_xta *g, const struct mailbox_xta_account *account, struct mailbox_xta_cursor *c,
		     const struct spool_mail_ref *refs, size_t got, struct arena *a, struct mailbox_xta_picked *out,
		     size_t *n, struct err *e)
{
	for (size_t i = 0; i < got; i++) {
		int rc = load(g, account, &refs[i].id, a, &out[*n], e);

		if (rc != 0 && rc != ERR_MISSING)
			return rc;
		*n += rc == 0;
		c->after = refs[i];
		c->pending -= c->pending > 0;
	}
	*e = (struct err)ERR_INIT;
	return 0;
}

int mailbox_xta_pick(struct mailbox_xta *g, const struct mailbox_xta_account *account, struct mailbox_xta_cursor *c, size_t max,
		     bool goes_on, struct arena *a, struct mailbox_xta_picked *out, size_t *n, struct err *e)
{
	size_t scanned = 0;
	bool more = true;
	int rc = 0;

	*n = 0;
	if (c->named)
		return pick_named(g, account, c, max, a, out, n, e);
	if (!goes_on) {
		const struct spool_box_range q = range_of(account, c);

		rc = spool_box_count(g->spool, &q, &c->pending, e);
	}
	while (rc == 0 && more && *n < max && scanned < SCAN_MAX) {
		struct spool_box_range q = range_of(account, c);
		struct spool_mail_ref *refs;
		size_t got;

		q.limit = max - *n;
		rc = spool_box_list(g->spool, a, &q, &refs, &got, &more, e);
		if (rc == 0)
			rc = take_page(g, account, c, refs, got, a, out, n, e);
		scanned += got;
	}
	/* The count is of another moment than the list: whether there is anything at all is known for certain. */
	if (!more)
		c->pending = 0;
	else if (c->pending == 0)
		c->pending = 1;
	return rc;
}
