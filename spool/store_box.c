/* SPDX-License-Identifier: EUPL-1.2 */
/* store_box - the calls of store.h on mailboxes and process cards, each handed to the engine. */
#include "spool/limits.h"
#include "spool/ops.h"

int spool_box_first(struct spool *s, struct arena *a, const struct spool_box *box, const struct spool_box_query *q,
		    struct spool_message *out, bool *more, struct err *e)
{
	return s->ops->box_first(s, a, box, q, out, more, e);
}

int spool_box_list(struct spool *s, struct arena *a, const struct spool_box_range *q, struct spool_mail_ref **out, size_t *n,
		   bool *more, struct err *e)
{
	return s->ops->box_list(s, a, q, out, n, more, e);
}

int spool_box_count(struct spool *s, const struct spool_box_range *q, uint64_t *n, struct err *e)
{
	return s->ops->box_count(s, q, n, e);
}

int spool_mail_fetched(struct spool *s, const struct id *ids, size_t n, int64_t at, struct err *e)
{
	return s->ops->mail_fetched(s, ids, n, at, e);
}

int spool_mail_cancel(struct spool *s, const struct id *id, int64_t now, const struct spool_event *ev, struct err *e)
{
	int rc = spool_event_check(ev, e);

	return rc != 0 ? rc : s->ops->mail_cancel(s, id, now, ev, e);
}

int spool_card_list(struct spool *s, struct arena *a, const struct spool_card_query *q, struct spool_message **out,
		    size_t *n, bool *more, struct err *e)
{
	return s->ops->card_list(s, a, q, out, n, more, e);
}

int spool_card_head(struct spool *s, struct spool_card_head *out, struct err *e)
{
	return s->ops->card_head(s, out, e);
}

int spool_card_verify(struct spool *s, const struct spool_card_head *known, spool_problem_fn *problem,
		      spool_progress_fn *progress, void *ctx, struct spool_card_verdict *out, struct err *e)
{
	return s->ops->card_verify(s, known, problem, progress, ctx, out, e);
}
