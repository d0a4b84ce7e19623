/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients and intermediaries that a person suspends for a while: suspend, resume, and which ones are. */
#include "control/control.h"

#include <string.h>

#include "base/clock.h"
#include "base/uri.h"

#define LONGEST_MS (90LL * 24 * 3600 * 1000)	/* whoever means for ever holds or cancels */

/* What a command is about: a recipient's key, or the address of an intermediary without its path. */
struct target {
	const char *recipient, *peer;
	char origin[URI_ORIGIN_LEN];
};

static int read_target(struct control_call *c, bool is_peer, struct target *t, struct err *e)
{
	const char *text;
	struct uri u;
	int rc = json_need_string(c->args, "id", &text, e);

	*t = (struct target){ .recipient = is_peer ? NULL : text };
	if (rc != 0)
		return rc;
	if (!is_peer)
		return strchr(text, ':') != NULL ? 0 : err_set(e, ERR_SYNTAX, "recipient: expected a key such as ags:05315000");
	if ((rc = uri_parse(span_of(text), &u, e)) == 0)
		t->peer = uri_origin(&u, t->origin);
	return rc;
}

static const char *name_of(const struct target *t)
{
	return t->recipient != NULL ? t->recipient : t->peer;
}

static void row(struct control_call *c, const struct spool_suspension *s)
{
	control_call_row(c, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "kind", s->recipient != NULL ? "recipient" : "peer", "name",
				      s->recipient != NULL ? s->recipient : s->peer, "since", control_json_time(s->since), "until",
				      control_json_time(s->until), "actor", control_json_text(s->actor), "reason",
				      control_json_text(s->why)));
}

static int suspend(struct control_call *c, bool is_peer, struct err *e)
{
	struct spool_audit line = { .at = clock_now(), .actor = c->actor, .why = json_opt_string(c->args, "reason", ""),
				    .action = is_peer ? "suspend.peer" : "suspend.recipient" };
	struct spool_suspension s = { .since = line.at, .actor = c->actor, .why = line.why };
	long long ms = json_opt_int(c->args, "for", 0);
	struct target t;
	int rc = read_target(c, is_peer, &t, e);

	if (rc == 0 && (ms < 1000 || ms > LONGEST_MS))
		rc = err_set(e, ERR_SYNTAX, "for: expected how long, from 1 s to 90 d");
	if (rc != 0)
		return rc;
	s.recipient = t.recipient;
	s.peer = t.peer;
	s.until = s.since + ms;
	line.object = name_of(&t);
	rc = spool_suspend(c->ctx->spool, &s, &line, e);
	if (rc == 0)
		row(c, &s);
	return rc;
}

/* What rests because of the peer goes on at once. */
static int resume(struct control_call *c, bool is_peer, struct err *e)
{
	struct spool_audit line = { .at = clock_now(), .actor = c->actor, .why = json_opt_string(c->args, "reason", ""),
				    .action = is_peer ? "resume.peer" : "resume.recipient" };
	struct spool_suspension s;
	struct target t;
	int rc = read_target(c, is_peer, &t, e);

	if (rc == 0)
		rc = spool_suspension_get(c->ctx->spool, c->arena, t.recipient, t.peer, line.at, &s, e);
	if (rc != 0)
		return rc;
	line.object = name_of(&t);
	rc = spool_resume(c->ctx->spool, t.recipient, t.peer, &line, e);
	if (rc == 0 && is_peer)
		rc = spool_rest_peer(c->ctx->spool, t.peer, 0, NULL, e);
	if (rc == 0)
		row(c, &s);
	return rc;
}

int control_suspend_recipient(struct control_call *c, struct err *e)
{
	return suspend(c, false, e);
}

int control_suspend_peer(struct control_call *c, struct err *e)
{
	return suspend(c, true, e);
}

int control_resume_recipient(struct control_call *c, struct err *e)
{
	return resume(c, false, e);
}

int control_resume_peer(struct control_call *c, struct err *e)
{
	return resume(c, true, e);
}

int control_suspended(struct control_call *c, struct err *e)
{
	struct spool_suspension *list;
	size_t n = 0;
	int rc = spool_suspension_list(c->ctx->spool, c->arena, clock_now(), &list, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		row(c, &list[i]);
	return rc;
}
