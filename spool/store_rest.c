/* SPDX-License-Identifier: EUPL-1.2 */
/* store_rest - the calls of store.h on what keeps deliveries back: rests, and what a person has suspended. */
#include "spool/limits.h"
#include "spool/ops.h"

int spool_rest_set(struct spool *s, const char *recipient, const struct spool_rest *rest, struct err *e)
{
	int rc = spool_rest_check(recipient, rest, e);

	return rc != 0 ? rc : s->ops->rest_set(s, recipient, rest, e);
}

int spool_rest_clear(struct spool *s, const char *recipient, struct err *e)
{
	return s->ops->rest_clear(s, recipient, e);
}

int spool_rest_peer(struct spool *s, const char *peer, int64_t until, size_t *n, struct err *e)
{
	return s->ops->rest_peer(s, peer, until, n, e);
}

int spool_rest_get(struct spool *s, struct arena *a, const char *recipient, struct spool_rest *out, struct err *e)
{
	return s->ops->rest_get(s, a, recipient, out, e);
}

int spool_rest_list(struct spool *s, struct arena *a, struct spool_rest **out, size_t *n, struct err *e)
{
	return s->ops->rest_list(s, a, out, n, e);
}

int spool_suspend(struct spool *s, const struct spool_suspension *what, const struct spool_audit *audit, struct err *e)
{
	int rc = spool_suspension_check(what, e);

	if (rc == 0)
		rc = spool_audit_check(audit, e);
	return rc != 0 ? rc : s->ops->suspend(s, what, audit, e);
}

int spool_resume(struct spool *s, const char *recipient, const char *peer, const struct spool_audit *audit, struct err *e)
{
	int rc = spool_audit_check(audit, e);

	return rc != 0 ? rc : s->ops->resume(s, recipient, peer, audit, e);
}

int spool_suspension_get(struct spool *s, struct arena *a, const char *recipient, const char *peer, int64_t now,
			 struct spool_suspension *out, struct err *e)
{
	return s->ops->suspension_get(s, a, recipient, peer, now, out, e);
}

int spool_suspension_list(struct spool *s, struct arena *a, int64_t now, struct spool_suspension **out, size_t *n, struct err *e)
{
	return s->ops->suspension_list(s, a, now, out, n, e);
}
