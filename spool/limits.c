/* SPDX-License-Identifier: EUPL-1.2 */
/* limits - what a record takes, checked before anything is written; see limits.h. */
#include "spool/limits.h"

#include <string.h>

int spool_text_check(const char *what, const char *text, size_t max, struct err *e)
{
	if (text != NULL && strnlen(text, max + 1) > max)
		return err_set(e, ERR_LIMIT, "%s: longer than %zu bytes", what, max);
	return 0;
}

int spool_event_check(const struct spool_event *ev, struct err *e)
{
	int rc;

	if ((unsigned)ev->kind >= SPOOL_EV_KINDS)
		return err_set(e, ERR_LIMIT, "event: unknown kind %d", (int)ev->kind);
	if ((rc = spool_text_check("event code", ev->code, SPOOL_NAME_MAX, e)) != 0)
		return rc;
	return spool_text_check("event detail", ev->detail, SPOOL_TEXT_MAX, e);
}

int spool_message_check(const struct spool_message *m, struct err *e)
{
	int rc;

	if ((unsigned)m->kind > SPOOL_MAIL)
		return err_set(e, ERR_LIMIT, "message: unknown kind %d", (int)m->kind);
	if (m->meta.n > SPOOL_META_MAX || m->open_meta.n > SPOOL_META_MAX)
		return err_set(e, ERR_LIMIT, "meta: more than %lu bytes", SPOOL_META_MAX);
	if ((rc = spool_text_check("foreign id", m->foreign_id, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("alias", m->alias, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("service", m->service, SPOOL_TEXT_MAX, e)) != 0)
		return rc;
	return spool_text_check("recipient", m->recipient, SPOOL_TEXT_MAX, e);
}

int spool_delivery_check(const struct spool_delivery *d, struct err *e)
{
	int rc;

	if ((rc = spool_text_check("channel", d->channel, SPOOL_NAME_MAX, e)) != 0 ||
	    (rc = spool_text_check("recipient", d->recipient, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("service", d->service, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("code", d->code, SPOOL_NAME_MAX, e)) != 0 ||
	    (rc = spool_text_check("peer", d->peer, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("peer id", d->peer_id, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("old peer", d->old_peer, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("old peer id", d->old_peer_id, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("hold reason", d->hold_reason, SPOOL_TEXT_MAX, e)) != 0)
		return rc;
	return spool_text_check("detail", d->detail, SPOOL_TEXT_MAX, e);
}

int spool_rest_check(const char *recipient, const struct spool_rest *r, struct err *e)
{
	int rc = spool_text_check("recipient", recipient, SPOOL_TEXT_MAX, e);

	if (rc == 0)
		rc = spool_text_check("peer", r->peer, SPOOL_TEXT_MAX, e);
	return rc != 0 ? rc : spool_text_check("detail", r->detail, SPOOL_TEXT_MAX, e);
}

int spool_suspension_check(const struct spool_suspension *s, struct err *e)
{
	int rc = spool_text_check("recipient", s->recipient, SPOOL_TEXT_MAX, e);

	if (rc == 0)
		rc = spool_text_check("peer", s->peer, SPOOL_TEXT_MAX, e);
	if (rc == 0)
		rc = spool_text_check("who suspends", s->actor, SPOOL_TEXT_MAX, e);
	return rc != 0 ? rc : spool_text_check("why", s->why, SPOOL_TEXT_MAX, e);
}

int spool_audit_check(const struct spool_audit *a, struct err *e)
{
	int rc;

	if ((rc = spool_text_check("actor", a->actor, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("action", a->action, SPOOL_TEXT_MAX, e)) != 0 ||
	    (rc = spool_text_check("object", a->object, SPOOL_TEXT_MAX, e)) != 0)
		return rc;
	return spool_text_check("why", a->why, SPOOL_TEXT_MAX, e);
}

int spool_follow_check(const struct spool_follow_step *steps, size_t n, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = spool_text_check("detail", steps[i].detail, SPOOL_TEXT_MAX, e);
		if (rc == 0 && steps[i].ev != NULL)
			rc = spool_event_check(steps[i].ev, e);
	}
	return rc;
}

int spool_cache_check(const struct spool_cache_entry *entry, struct err *e)
{
	return entry->value.n <= SPOOL_CACHE_MAX ? 0
						 : err_set(e, ERR_LIMIT, "cache: a value of %zu bytes, at most %d are kept",
							   entry->value.n, SPOOL_CACHE_MAX);
}

int spool_change_check(const struct spool_delivery *d, const struct spool_event *ev, const struct spool_audit *audit,
		       struct err *e)
{
	int rc = spool_delivery_check(d, e);

	if (rc == 0 && ev != NULL)
		rc = spool_event_check(ev, e);
	return rc != 0 || audit == NULL ? rc : spool_audit_check(audit, e);
}
