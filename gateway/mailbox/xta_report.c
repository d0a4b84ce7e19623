/* SPDX-License-Identifier: EUPL-1.2 */
/* Transport reports, and messages that are called back. */
#include <string.h>

#include "base/clock.h"
#include "mailbox/xta_part.h"
#include "xta/warning.h"

struct xta_record mailbox_xta_record(const char *code, const char *reason, int64_t at)
{
	return (struct xta_record){
		.at = at, .key = { .code = code, .list = XTA_WARNING_LIST, .version = XTA_WARNING_LIST_VERSION }, .reason = reason,
	};
}

static void add_warnings(unsigned warnings, int64_t at, struct arena *a, struct xta_report *out)
{
	const struct xta_warning_row *row;
	struct xta_record *list;
	size_t n = 0;

	for (unsigned i = 0; (row = xta_warning_at(i)) != NULL; i++)
		n += (warnings & (unsigned)row->bit) != 0;
	list = arena_alloc(a, (n + 1) * sizeof(*list));
	for (unsigned i = 0; (row = xta_warning_at(i)) != NULL; i++)
		if ((warnings & (unsigned)row->bit) != 0)
			list[out->warning_count++] = mailbox_xta_record(row->code, row->text, at);
	out->warnings = list;
}

/* When its author called it back; 0: never. */
static int cancelled_at(struct mailbox_xta *g, const struct id *id, struct arena *a, int64_t *at, struct err *e)
{
	struct spool_event *list;
	size_t n = 0;
	int rc = spool_event_list(g->spool, a, id, &list, &n, e);

	*at = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (list[i].kind == SPOOL_EV_CANCELLED)
			*at = list[i].at;
	return rc;
}

/* Retention, or what the author says if that is earlier: OSCI's mailbox knows nothing of it. 0: none. */
static int64_t end_of(const struct spool_message *m, const struct xta_meta *meta)
{
	struct err ignored = ERR_INIT;
	int64_t end = 0;

	if (meta->obsolete_after == NULL || xta_date_end(meta->obsolete_after, &end, &ignored) != 0)
		return m->expires;
	return m->expires == 0 || end < m->expires ? end : m->expires;
}

/* XTA 2, MessageStatus: open until it is closed or over without that; then the worst of the three lists. */
static int judge(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a, struct xta_report *out,
		 struct err *e)
{
	int64_t end = end_of(m, &out->meta);
	bool is_over = m->fetched == 0 && (m->erased != 0 || (end != 0 && end <= now));
	struct xta_record *error = arena_alloc(a, sizeof(*error));
	int64_t at = 0;
	int rc = is_over ? cancelled_at(g, &m->id, a, &at, e) : 0;

	if (rc != 0)
		return rc;
	out->status = m->fetched == 0 ? XTA_OPEN : out->warning_count > 0 ? XTA_YELLOW : XTA_GREEN;
	if (!is_over)
		return 0;
	out->status = XTA_RED;
	*error = at != 0 ? mailbox_xta_record(MAILBOX_XTA_CALLED_BACK, "Vom Autor zurückgerufen, nicht zugestellt", at)
			 : mailbox_xta_record(MAILBOX_XTA_NOT_FETCHED, "Vom Leser nicht rechtzeitig abgeholt", end);
	out->errors = error;
	out->error_count = 1;
	out->at = error->at > out->at ? error->at : out->at;
	return 0;
}

/* AdditionalReports: the process card, which OSCI has of every message. d: of one that left, its delivery. */
static int add_card(struct mailbox_xta *g, const struct spool_message *m, const struct spool_delivery *d,
		    struct arena *a, struct xta_report *out, struct err *e)
{
	struct xta_extra_report *card = arena_alloc(a, sizeof(*card));
	struct spool_message there = *m;

	*card = (struct xta_extra_report){
		.key = {.code = "osci.processcard", .list = "urn:de:xta:codeliste:report.type", .version = "1.0"}};
	out->extras = card;
	out->extra_count = 1;
	if (d == NULL)
		return mailbox_bridge_card(&g->bridge, m, out->meta.message_id, a, &card->data, e);
	there.accepted = d->stored;
	there.fetched = d->fetched;
	return mailbox_bridge_card(&g->bridge, &there, d->peer_id != NULL ? d->peer_id : out->meta.message_id, a,
				   &card->data, e);
}

static bool concerns(const struct mailbox_xta_account *who, const struct spool_message *m, int64_t now)
{
	return mailbox_xta_has_box(who, &m->from) || (mailbox_xta_has_box(who, &m->to) && m->accepted <= now);
}

static int report_mail(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
		       struct xta_report *out, struct err *e)
{
	int rc = judge(g, m, now, a, out, e);

	return rc == 0 ? add_card(g, m, NULL, a, out, e) : rc;
}

static int report_left(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
		       struct xta_report *out, struct err *e)
{
	struct spool_delivery d;
	int rc = mailbox_xta_leave_judge(g, m, now, a, out, &d, e);

	return rc == 0 ? add_card(g, m, &d, a, out, e) : rc;
}

/* What this account has sent elsewhere comes first: it may have come back, to a box that is here as well. */
static int find_concerning(struct mailbox_xta *g, const struct mailbox_xta_account *who, const char *id, int64_t now,
			   struct arena *a, struct spool_message *m, struct err *e)
{
	int rc = mailbox_xta_leave_find(g, who, id, a, m, e);

	if (rc != ERR_MISSING)
		return rc;
	*e = (struct err)ERR_INIT;
	rc = mailbox_xta_find(g, id, a, m, e);
	return rc == 0 && !concerns(who, m, now) ? err_set(e, ERR_MISSING, "no business of this account") : rc;
}

static int report(void *ctx, const struct xta_account *who, const char *id, struct arena *a, struct xta_report *out,
		  enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct mailbox_xta_memo memo;
	struct spool_message m;
	int64_t now = clock_now();
	int rc = find_concerning(g, w->account, id, now, a, &m, e);

	if (rc == ERR_MISSING) {
		*e = (struct err)ERR_INIT;
		*code = XTA_9070;
		return 0;
	}
	if (rc == 0)
		rc = mailbox_xta_memo_of(g, &m, now, a, &memo, e);
	if (rc != 0)
		return rc;
	*out = (struct xta_report){ .meta = memo.meta, .at = m.modified };
	add_warnings(memo.warnings, m.submitted, a, out);
	return (m.kind == SPOOL_APPLICATION ? report_left : report_mail)(g, &m, now, a, out, e);
}

/* Asked for again: as the first time. */
static int again(struct mailbox_xta *g, const struct spool_message *m, struct arena *a, enum xta_code *code, struct err *e)
{
	int64_t at = 0;
	int rc = cancelled_at(g, &m->id, a, &at, e);

	*code = rc == 0 && at == 0 ? XTA_9100 : XTA_OK;
	return rc;
}

static int cancel(void *ctx, const struct xta_account *who, const char *id, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;
	struct arena *a = arena_new();
	struct mailbox_xta_memo memo;
	struct spool_message m;
	int64_t now = clock_now();
	int rc = mailbox_xta_leave_find(g, w->account, id, a, &m, e);

	if (rc == ERR_MISSING) {
		*e = (struct err)ERR_INIT;
		rc = mailbox_xta_find(g, id, a, &m, e);
	}
	if (rc == 0 && mailbox_xta_has_box(w->account, &m.from))
		rc = mailbox_xta_memo_of(g, &m, now, a, &memo, e);
	else if (rc == 0)
		rc = ERR_MISSING;
	if (rc == ERR_MISSING) {
		*e = (struct err)ERR_INIT;
		*code = XTA_9070;
		rc = 0;
	} else if (rc == 0 && memo.meta.not_before == 0) {
		*code = XTA_9101;
	} else if (rc == 0) {
		const struct spool_event ev = { .at = now, .kind = SPOOL_EV_CANCELLED };

		rc = m.kind == SPOOL_MAIL ? spool_mail_cancel(g->spool, &m.id, now, &ev, e) : ERR_WRONG_STATE;
		if (rc == ERR_WRONG_STATE) {
			*e = (struct err)ERR_INIT;
			rc = again(g, &m, a, code, e);
		}
	}
	arena_free(a);
	return rc;
}

void mailbox_xta_report_set(struct xta_env *env)
{
	env->report = report;
	env->cancel = cancel;
}
