/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages for readers who have no box here: they leave as deliveries. The message is kept as an application is, with
 * its content as parts and MessageMetaData as the part that goes out as a header entry; its report follows the
 * delivery.
 */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/xta_part.h"
#include "xta/meta.h"

#define ROOT "<m:MessageMetaData"
#define HEADER_MAX ((size_t)256 << 10)

/* A test is for procedures that we know to be tests; and nothing waits here for its day. */
int mailbox_xta_leave_check(struct mailbox_xta *g, const struct mailbox_xta_account *sender, const struct xta_meta *m,
			    enum xta_code *code, struct err *e)
{
	if (g->outward == NULL || !sender->may_send_elsewhere || m->is_test || m->not_before > clock_now() ||
	    m->reader.value == NULL) {
		*code = XTA_9022;
		return 0;
	}
	return g->outward->find(g->outward->ctx, m->reader.value, m->service == NULL ? "" : m->service, code, e);
}

/* As OSCI carries it, where the header entry has that Id. */
static int put_metadata(struct spool_edit *edit, const struct xta_meta *m, struct err *e)
{
	struct sink *to = NULL;
	struct buf text;
	int rc;

	buf_init(&text, HEADER_MAX);
	rc = xta_meta_text(m, &text, e);
	if (rc == 0)
		rc = spool_edit_part(edit, SPOOL_PART_METADATA, "application/xml", NULL, &to, e);
	if (rc == 0) {
		must(strncmp(buf_str(&text), ROOT, strlen(ROOT)) == 0);
		rc = sink_printf(to, e, ROOT " Id=\"MetaData\"%s", buf_str(&text) + strlen(ROOT));
	}
	if (rc == 0)
		rc = sink_finish(to, e);
	sink_close(to);
	buf_wipe(&text);
	return rc;
}

int mailbox_xta_leave_fill(struct spool_edit *edit, struct spool_message *to, const struct xta_meta *m, struct err *e)
{
	bool has_service = m->service != NULL && m->service[0] != '\0';

	to->kind = SPOOL_APPLICATION;
	to->to = (struct spool_box){{0}};
	to->recipient = m->reader.value;
	to->service = has_service ? m->service : NULL;
	to->accepted = to->submitted;
	to->expires = 0;
	return put_metadata(edit, m, e);
}

int mailbox_xta_leave_find(struct mailbox_xta *g, const struct mailbox_xta_account *who, const char *id,
			   struct arena *a, struct spool_message *m, struct err *e)
{
	int rc;

	if (id == NULL || strlen(id) > MAILBOX_XTA_ID_MAX)
		return err_set(e, ERR_MISSING, "no message has such an id");
	rc = spool_message_find(g->spool, a, SPOOL_APPLICATION, span_of(mailbox_xta_id_key(id, a)), m, e);
	if (rc == 0 && (!mailbox_xta_memo_is(m->open_meta) || !mailbox_xta_has_box(who, &m->from)))
		rc = err_set(e, ERR_MISSING, "this account has not sent it");
	return rc;
}

static bool is_late(const struct spool_delivery *d, int64_t now)
{
	return d->deadline != 0 && now >= d->deadline;
}

static bool has_failed(const struct spool_delivery *d, int64_t now)
{
	return d->state == DLV_CANCELLED || d->state == DLV_GIVEN_UP || (d->state == DLV_FAILED && is_late(d, now));
}

/* Why it failed, or what it waits for; code NULL: there is nothing to tell. */
static struct xta_record record_of(const struct spool_delivery *d, int64_t now, int64_t at)
{
	const char *why = reason_info(spool_delivery_reason(d))->text_de;

	if (has_failed(d, now))
		return mailbox_xta_record(is_late(d, now) ? MAILBOX_XTA_NOT_FETCHED : MAILBOX_XTA_NOT_DELIVERED,
					  d->reason == RSN_NONE ? "Nicht zugestellt" : why, at);
	if (d->state == DLV_DONE)
		return mailbox_xta_record(MAILBOX_XTA_UNDER_WAY,
					  "Beim Intermediär des Lesers abgelegt, noch nicht abgeholt", at);
	return mailbox_xta_record(spool_delivery_reason(d) == RSN_NONE ? NULL : MAILBOX_XTA_UNDER_WAY, why, at);
}

/* What one delivery says. */
static void judge(const struct spool_delivery *d, const struct spool_message *m, int64_t now, struct arena *a,
		  struct xta_report *out)
{
	struct xta_record *record = arena_alloc(a, sizeof(*record));
	int64_t at = d->entered != 0 ? d->entered : m->modified;

	*record = record_of(d, now, at);
	if (has_failed(d, now)) {
		out->status = XTA_RED;
		out->errors = record;
		out->error_count = 1;
	} else if (d->state == DLV_DONE && (d->fetched != 0 || d->due == 0)) {
		out->status = out->warning_count > 0 ? XTA_YELLOW : XTA_GREEN;
	} else {
		out->status = XTA_OPEN;
		out->infos = record;
		out->info_count = record->key.code != NULL;
	}
	if (out->at < at)
		out->at = at;
}

/* Not fetched as long as it was asked for: it is there, and more will not be known. */
static void warn_uncollected(const struct spool_delivery *d, struct arena *a, struct xta_report *out)
{
	struct xta_record *list;

	if (d->state != DLV_DONE || d->fetched != 0 || d->due != 0 || d->reason == RSN_NONE)
		return;
	list = arena_alloc(a, (out->warning_count + 1) * sizeof(*list));
	if (out->warning_count > 0)
		memcpy(list, out->warnings, out->warning_count * sizeof(*list));
	list[out->warning_count++] =
		mailbox_xta_record(MAILBOX_XTA_NOT_FETCHED, reason_info(d->reason)->text_de, d->since);
	out->warnings = list;
}

int mailbox_xta_leave_judge(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
			    struct xta_report *out, struct spool_delivery *d, struct err *e)
{
	struct spool_delivery *list;
	size_t n = 0;
	int rc = spool_delivery_of(g->spool, a, &m->id, &list, &n, e);

	if (rc == 0 && n == 0)
		rc = err_set(e, ERR_INTERNAL, "a message that leaves has no delivery");
	if (rc != 0)
		return rc;
	*d = list[n - 1]; /* the one that replaced the others */
	out->meta.delivery = d->stored;
	out->meta.reception = d->fetched;
	warn_uncollected(d, a, out);
	judge(d, m, now, a, out);
	return 0;
}
