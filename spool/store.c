/* SPDX-License-Identifier: EUPL-1.2 */
/* store - the calls of store.h on the whole spool and on messages, each handed to the engine. */
#include <unistd.h>

#include "spool/crash.h"
#include "spool/limits.h"
#include "spool/ops.h"

spool_crash_fn *_Atomic spool_crash_hook;

void spool_crash_point(const char *where)
{
	spool_crash_fn *hook = spool_crash_hook;

	if (hook != NULL)
		hook(where);
}

static void end_process(void)
{
	_exit(SPOOL_EXIT_DEAD);
}

void (*spool_on_death)(void) = end_process;

int spool_open(const struct spool_options *o, struct spool **out, struct err *e)
{
	int rc = o->engine->open(o, out, e);

	if (rc == 0)
		spool_scratch_limit(o->budget.scratch, o->reserve);
	return rc;
}

void spool_close(struct spool *s)
{
	if (s != NULL)
		s->ops->close(s);
}

bool spool_is_dead(const struct spool *s)
{
	return s->ops->is_dead(s);
}

int spool_edit_begin(struct spool *s, const struct id *id, struct spool_edit **out, struct spool_message **message,
		     struct err *e)
{
	return s->ops->edit_begin(s, id, out, message, e);
}

int spool_edit_part(struct spool_edit *ed, const char *name, const char *type, const char *label, struct sink **out,
		    struct err *e)
{
	return ed->spool->ops->edit_part(ed, name, type, label, out, e);
}

int spool_edit_drop(struct spool_edit *ed, const char *name, struct err *e)
{
	return ed->spool->ops->edit_drop(ed, name, e);
}

void spool_edit_event(struct spool_edit *ed, const struct spool_event *ev)
{
	ed->spool->ops->edit_event(ed, ev);
}

int spool_edit_commit(struct spool_edit *ed, struct spool_delivery *delivery, struct err *e)
{
	return ed->spool->ops->edit_commit(ed, delivery, e);
}

void spool_edit_abort(struct spool_edit *ed)
{
	if (ed != NULL)
		ed->spool->ops->edit_abort(ed);
}

int spool_message_get(struct spool *s, struct arena *a, const struct id *id, struct spool_message *out, struct err *e)
{
	return s->ops->message_get(s, a, id, out, e);
}

int spool_message_find(struct spool *s, struct arena *a, enum spool_kind kind, struct span foreign_id,
		       struct spool_message *out, struct err *e)
{
	return s->ops->message_find(s, a, kind, foreign_id, out, e);
}

int spool_part_open(struct spool *s, const struct id *id, const char *name, struct src **out, struct err *e)
{
	return s->ops->part_open(s, id, name, out, e);
}

int spool_message_mark(struct spool *s, const struct id *id, enum spool_instant which, int64_t ms, struct err *e)
{
	return s->ops->message_mark(s, id, which, ms, e);
}

int spool_message_expire(struct spool *s, const struct id *id, int64_t when, struct err *e)
{
	return s->ops->message_expire(s, id, when, e);
}

int spool_event_add(struct spool *s, const struct id *message, const struct spool_event *ev, struct err *e)
{
	int rc = spool_event_check(ev, e);

	return rc != 0 ? rc : s->ops->event_add(s, message, ev, e);
}

int spool_event_list(struct spool *s, struct arena *a, const struct id *message, struct spool_event **out, size_t *n,
		     struct err *e)
{
	return s->ops->event_list(s, a, message, out, n, e);
}
