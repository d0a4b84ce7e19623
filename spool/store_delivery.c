/* SPDX-License-Identifier: EUPL-1.2 */
/* store_delivery - the calls of store.h on deliveries and what became of them, each handed to the engine. */
#include "spool/limits.h"
#include "spool/ops.h"

int spool_delivery_add(struct spool *s, const struct id *message, struct spool_delivery *d, const struct spool_event *ev,
		       const struct spool_audit *audit, struct err *e)
{
	int rc = spool_change_check(d, ev, audit, e);

	return rc != 0 ? rc : s->ops->delivery_add(s, message, d, ev, audit, e);
}

int spool_delivery_claim(struct spool *s, struct arena *a, const struct spool_claim *c, struct spool_delivery *out,
			 int64_t *next_due, struct err *e)
{
	return s->ops->delivery_claim(s, a, c, out, next_due, e);
}

int spool_delivery_renew(struct spool *s, const struct id *id, uint64_t token, int64_t until, struct err *e)
{
	return s->ops->delivery_renew(s, id, token, until, e);
}

int spool_delivery_note(struct spool *s, const struct spool_delivery *d, const struct spool_event *ev, struct err *e)
{
	int rc = spool_change_check(d, ev, NULL, e);

	return rc != 0 ? rc : s->ops->delivery_note(s, d, ev, e);
}

int spool_delivery_step(struct spool *s, struct spool_delivery *d, enum delivery_event event,
			const struct spool_event *ev, const struct spool_audit *audit, struct err *e)
{
	int rc = spool_change_check(d, ev, audit, e);

	return rc != 0 ? rc : s->ops->delivery_step(s, d, event, ev, audit, e);
}

int spool_delivery_get(struct spool *s, struct arena *a, const struct id *id, struct spool_delivery *out, struct err *e)
{
	return s->ops->delivery_get(s, a, id, out, e);
}

int spool_delivery_of(struct spool *s, struct arena *a, const struct id *message, struct spool_delivery **out, size_t *n,
		      struct err *e)
{
	return s->ops->delivery_of(s, a, message, out, n, e);
}

int spool_delivery_find(struct spool *s, struct arena *a, struct span peer_id, struct spool_delivery *out, struct err *e)
{
	return s->ops->delivery_find(s, a, peer_id, out, e);
}

int spool_delivery_list(struct spool *s, struct arena *a, const struct spool_list *l, struct spool_delivery **out, size_t *n,
			struct err *e)
{
	return s->ops->delivery_list(s, a, l, out, n, e);
}

int spool_delivery_ending(struct spool *s, struct arena *a, int64_t now, size_t limit, struct spool_delivery **out,
			  size_t *n, struct err *e)
{
	return s->ops->delivery_ending(s, a, now, limit, out, n, e);
}

uint64_t spool_queue_wait(struct spool *s, uint64_t seen, int64_t ms)
{
	return s->ops->queue_wait(s, seen, ms);
}

int spool_follow_due(struct spool *s, struct arena *a, int64_t now, size_t limit, struct spool_delivery **out, size_t *n,
		     struct err *e)
{
	return s->ops->follow_due(s, a, now, limit, out, n, e);
}

int spool_follow_record(struct spool *s, const struct spool_follow_step *steps, size_t n, struct err *e)
{
	int rc = spool_follow_check(steps, n, e);

	return rc != 0 ? rc : s->ops->follow_record(s, steps, n, e);
}
