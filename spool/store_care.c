/* SPDX-License-Identifier: EUPL-1.2 */
/* store_care - the calls of store.h on audit trail, cache, retention and backup, each handed to the engine. */
#include "spool/limits.h"
#include "spool/ops.h"

int spool_audit_add(struct spool *s, const struct spool_audit *a, struct err *e)
{
	int rc = spool_audit_check(a, e);

	return rc != 0 ? rc : s->ops->audit_add(s, a, e);
}

int spool_audit_count(struct spool *s, uint64_t *lines, struct err *e)
{
	return s->ops->audit_count(s, lines, e);
}

int spool_audit_list(struct spool *s, struct arena *a, uint64_t from_seq, size_t limit, struct spool_audit **out,
		     size_t *n, uint64_t *next_seq, struct err *e)
{
	return s->ops->audit_list(s, a, from_seq, limit, out, n, next_seq, e);
}

int spool_audit_verify(struct spool *s, uint64_t *lines, struct err *e)
{
	return s->ops->audit_verify(s, lines, e);
}

int spool_cache_get(struct spool *s, struct arena *a, struct span key, struct spool_cache_entry *out, struct err *e)
{
	return s->ops->cache_get(s, a, key, out, e);
}

int spool_cache_put(struct spool *s, struct span key, const struct spool_cache_entry *entry, struct err *e)
{
	int rc = spool_cache_check(entry, e);

	return rc != 0 ? rc : s->ops->cache_put(s, key, entry, e);
}

int spool_secret(struct spool *s, const char *name, uint8_t out[32], struct err *e)
{
	return s->ops->secret(s, name, out, e);
}

int spool_clock_check(struct spool *s, int64_t now, uint64_t *pulled, struct err *e)
{
	return s->ops->clock_check(s, now, pulled, e);
}

int spool_expired(struct spool *s, struct arena *a, int64_t now, size_t limit, struct id **out, size_t *n, struct err *e)
{
	return s->ops->expired(s, a, now, limit, out, n, e);
}

int spool_erase(struct spool *s, const struct id *id, int64_t now, struct err *e)
{
	return s->ops->erase(s, id, now, e);
}

int spool_erase_expired(struct spool *s, const struct id *id, int64_t now, struct err *e)
{
	return s->ops->erase_expired(s, id, now, e);
}

bool spool_accepting(struct spool *s, enum reason *why)
{
	return s->ops->accepting(s, why);
}

int spool_usage_get(struct spool *s, char what, const struct spool_box *box, struct spool_usage *out, struct err *e)
{
	return s->ops->usage_get(s, what, box, out, e);
}

int spool_damaged_list(struct spool *s, struct arena *a, size_t limit, struct spool_damaged **out, size_t *n,
		       struct err *e)
{
	return s->ops->damaged_list(s, a, limit, out, n, e);
}

int spool_stats_get(struct spool *s, struct spool_stats *out, struct err *e)
{
	return s->ops->stats_get(s, out, e);
}

void spool_trim(struct spool *s)
{
	s->ops->trim(s);
}

int spool_shape(struct spool *s, struct arena *a, int64_t now, struct spool_shape_row **out, size_t *n, struct err *e)
{
	return s->ops->shape(s, a, now, out, n, e);
}

int spool_backup(struct spool *s, const char *target, spool_progress_fn *progress, void *ctx, uint64_t *missing,
		 struct err *e)
{
	return s->ops->backup(s, target, progress, ctx, missing, e);
}

int spool_check(const struct spool_options *o, struct spool_check_result *out,
		spool_problem_fn *problem, void *ctx, struct err *e)
{
	return o->engine->check(o, out, problem, ctx, e);
}

int spool_restore(const char *backup, const struct spool_options *o, spool_progress_fn *progress, void *ctx, struct err *e)
{
	return o->engine->restore(backup, o, progress, ctx, e);
}
