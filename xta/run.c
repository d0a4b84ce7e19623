/* SPDX-License-Identifier: EUPL-1.2 */
/* What the operations do. */
#include <stdio.h>

#include "xta/call.h"

static void note_id(struct xta_call *c, const char *id)
{
	if (id != NULL)
		snprintf(c->done->message_id, sizeof(c->done->message_id), "%s", id);
}

/* That the account is found and not locked was checked before: nothing is left to do. */
int xta_run_check(struct xta_call *c, enum xta_code *code, struct err *e)
{
	(void)c;
	(void)code;
	(void)e;
	return 0;
}

int xta_run_lookup(struct xta_call *c, enum xta_code *code, struct err *e)
{
	size_t n = c->ask.service_count;
	struct xta_service *list = arena_alloc(c->a, n * sizeof(*list));

	c->reply.services = list;
	c->reply.service_count = n;
	for (size_t i = 0; i < n; i++) {
		list[i] = c->ask.services[i];
		if (c->env->lookup(c->env->ctx, &c->who, c->a, &list[i], code, e) != 0)
			return (int)e->code;
		if (*code != XTA_OK)
			return 0;
		if (arena_check(c->a, "the services asked for", e) != 0)
			return (int)e->code;
	}
	return 0;
}

int xta_run_message_id(struct xta_call *c, enum xta_code *code, struct err *e)
{
	int rc = c->env->message_id(c->env->ctx, &c->who, c->a, &c->reply.message_id, code, e);

	if (rc == 0 && *code == XTA_OK)
		note_id(c, c->reply.message_id);
	return rc;
}

int xta_run_report(struct xta_call *c, enum xta_code *code, struct err *e)
{
	int rc;

	note_id(c, c->ask.message_id);
	rc = c->env->report(c->env->ctx, &c->who, c->ask.message_id, c->a, &c->reply.report, code, e);
	if (rc == 0 && c->reply.report.server == NULL)
		c->reply.report.server = c->policy->identity;
	return rc;
}

int xta_run_cancel(struct xta_call *c, enum xta_code *code, struct err *e)
{
	note_id(c, c->ask.message_id);
	return c->env->cancel(c->env->ctx, &c->who, c->ask.message_id, code, e);
}

static struct xta_received received(struct xta_call *c)
{
	note_id(c, c->meta.message_id);
	return (struct xta_received){
		.parts = c->in.parts,
		.part_count = c->in.part_count,
		.warnings = c->in.warnings,
		.at = c->now,
	};
}

int xta_run_send(struct xta_call *c, enum xta_code *code, struct err *e)
{
	const struct xta_received r = received(c);
	struct xta_making *making = c->making;

	c->making = NULL;
	return c->env->send_commit(c->env->ctx, making, &r, code, e);
}

int xta_run_sync(struct xta_call *c, enum xta_code *code, struct err *e)
{
	const struct xta_received r = received(c);
	struct xta_making *making = c->making;

	c->making = NULL;
	return c->env->send_sync(c->env->ctx, making, &r, c->a, &c->reply.item, code, e);
}

static size_t list_max(const struct xta_call *c)
{
	return c->ask.max > 0 && c->ask.max < c->policy->list_max ? (size_t)c->ask.max : c->policy->list_max;
}

int xta_run_list(struct xta_call *c, enum xta_code *code, struct err *e)
{
	c->reply.list.form = c->ask.form;
	return c->env->list(c->env->ctx, &c->who, &c->ask.selection, c->ask.form, list_max(c), c->a, &c->reply.list,
			    code, e);
}

int xta_run_next_list(struct xta_call *c, enum xta_code *code, struct err *e)
{
	return c->env->list_next(c->env->ctx, &c->who, c->ask.request_id, c->ask.last, c->ask.last_count, list_max(c),
				 c->a, &c->reply.list, code, e);
}

static void note_fetch(struct xta_call *c)
{
	struct xta_item *item = &c->reply.item;

	if (item->state.availability != XTA_AVAILABLE)
		return;
	note_id(c, item->meta.message_id);
	c->is_first_fetch = item->meta.initial_fetch == 0;
	if (c->is_first_fetch)
		item->meta.initial_fetch = c->now;
}

int xta_run_fetch(struct xta_call *c, enum xta_code *code, struct err *e)
{
	int rc = c->env->fetch(c->env->ctx, &c->who, &c->ask.selection, c->a, &c->reply.item, code, e);

	if (rc == 0 && *code == XTA_OK)
		note_fetch(c);
	return rc;
}

int xta_run_next_fetch(struct xta_call *c, enum xta_code *code, struct err *e)
{
	int rc = c->env->fetch_next(c->env->ctx, &c->who, c->ask.request_id, c->ask.last, c->ask.last_count, c->a,
				    &c->reply.item, code, e);

	if (rc == 0 && *code == XTA_OK)
		note_fetch(c);
	return rc;
}

int xta_run_close(struct xta_call *c, enum xta_code *code, struct err *e)
{
	if (c->ask.last_count > 0)
		note_id(c, c->ask.last[0]);
	return c->env->close(c->env->ctx, &c->who, c->ask.request_id, c->ask.last, c->ask.last_count, c->now, code, e);
}
