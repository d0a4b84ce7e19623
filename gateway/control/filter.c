/* SPDX-License-Identifier: EUPL-1.2 */
/* filter - which deliveries a person means. */
#include "control/filter.h"

#include <string.h>

#include "base/clock.h"

#define ALL ((1u << DLV_STATES) - 1)
#define NOT_FINAL (ALL & ~(1u << DLV_DONE | 1u << DLV_CANCELLED | 1u << DLV_GIVEN_UP))

static int read_states(const char *name, unsigned *states, struct err *e)
{
	enum delivery_state s;

	*states = NOT_FINAL | SPOOL_LIST_LATE;
	if (name == NULL)
		return 0;
	if (strcmp(name, "all") == 0)
		*states = ALL;
	else if (strcmp(name, "uncollected") == 0)
		*states = SPOOL_LIST_LATE;
	else if (delivery_state_parse(name, &s))
		*states = 1u << s;
	else
		return err_set(e, ERR_SYNTAX,
			       "state %s: expected queued, active, waiting, held, done, failed, cancelled, given-up, uncollected or all",
			       name);
	return 0;
}

static int read_reason(const char *why, enum reason *out, struct err *e)
{
	*out = why == NULL ? RSN_NONE : reason_from_key(why);
	return why == NULL || *out != RSN_NONE ? 0 :
		       err_set(e, ERR_SYNTAX, "why %s: no such reason; docs/reasons.md lists them", why);
}

static int read_peer(const char *text, struct control_filter *f, struct err *e)
{
	struct err inner = ERR_INIT;

	f->has_peer = text != NULL;
	if (text != NULL && uri_parse(span_of(text), &f->peer, &inner) != 0)
		return err_set(e, ERR_SYNTAX, "peer %s: expected an address such as https://osci.example.de:443", text);
	return 0;
}

static int read_after(const char *text, struct control_filter *f, struct err *e)
{
	f->has_after = text != NULL;
	if (text != NULL && !id_parse(span_of(text), &f->after))
		return err_set(e, ERR_SYNTAX, "after %s: expected the id of a delivery", text);
	return 0;
}

int control_filter_read(const struct control_call *c, struct control_filter *f, struct err *e)
{
	int64_t older = json_opt_int(c->args, "older", -1);
	int rc = read_states(json_opt_string(c->args, "state", NULL), &f->states, e);

	f->recipient = json_opt_string(c->args, "recipient", NULL);
	f->channel = json_opt_string(c->args, "channel", NULL);
	f->form = json_opt_string(c->args, "form", NULL);
	f->case_text = json_opt_string(c->args, "case", NULL);
	f->created_before = older < 0 ? INT64_MAX : clock_now() - older;
	if (rc == 0)
		rc = read_reason(json_opt_string(c->args, "why", NULL), &f->reason, e);
	if (rc == 0)
		rc = read_peer(json_opt_string(c->args, "peer", NULL), f, e);
	return rc == 0 ? read_after(json_opt_string(c->args, "after", NULL), f, e) : rc;
}

/* The same program there, whatever the path. */
static bool is_peer(const struct uri *want, const char *has)
{
	struct err ignored = ERR_INIT;
	struct uri u;

	return has != NULL && uri_parse(span_of(has), &u, &ignored) == 0 && u.tls == want->tls && u.port == want->port &&
	       strcmp(u.host, want->host) == 0;
}

/* The id of a message is the case number that the citizen's receipt shows. */
static bool has_case(const struct id *message, const char *text)
{
	char id[ID_TEXT_LEN];

	return strstr(id_text(message, id), text) != NULL;
}

static bool is_form(const struct control_call *c, struct arena *a, const struct spool_delivery *d, const char *form)
{
	struct err ignored = ERR_INIT;
	struct spool_message m;

	if (d->service != NULL)
		return strcmp(d->service, form) == 0;
	return spool_message_get(c->ctx->spool, a, &d->message, &m, &ignored) == 0 && m.service != NULL &&
	       strcmp(m.service, form) == 0;
}

static bool is_text(const char *want, const char *has)
{
	return want == NULL || (has != NULL && strcmp(want, has) == 0);
}

static bool is_state(unsigned states, const struct spool_delivery *d)
{
	bool is_late = d->state == DLV_DONE && d->reason != RSN_NONE;

	return (states >> d->state & 1) != 0 || (is_late && (states & SPOOL_LIST_LATE) != 0);
}

bool control_filter_fits(const struct control_call *c, struct arena *a, const struct control_filter *f,
			 const struct spool_delivery *d)
{
	if (!is_state(f->states, d) || d->created >= f->created_before)
		return false;
	if (f->reason != RSN_NONE && spool_delivery_reason(d) != f->reason)
		return false;
	if (!is_text(f->recipient, d->recipient) || !is_text(f->channel, d->channel))
		return false;
	if (f->has_peer && !is_peer(&f->peer, d->peer))
		return false;
	if (f->case_text != NULL && !has_case(&d->message, f->case_text))
		return false;
	return f->form == NULL || is_form(c, a, d, f->form);
}
