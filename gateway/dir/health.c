/* SPDX-License-Identifier: EUPL-1.2 */
/* health - counts and remembers what the directory's last answers were like. */
#include "dir/health.h"

#include <stdio.h>

#include "base/mem.h"

void dir_health_init(struct dir_health *h)
{
	*h = (struct dir_health){ .now = { .failing_since = 0 } };
	must(pthread_mutex_init(&h->lock, NULL) == 0);
}

void dir_health_fini(struct dir_health *h)
{
	(void)pthread_mutex_destroy(&h->lock);
}

void dir_health_answered(struct dir_health *h)
{
	pthread_mutex_lock(&h->lock);
	h->now.failing_since = 0;
	h->now.reason = RSN_NONE;
	h->now.detail[0] = '\0';
	pthread_mutex_unlock(&h->lock);
}

void dir_health_failed(struct dir_health *h, int64_t now, const struct err *e)
{
	pthread_mutex_lock(&h->lock);
	h->now.failures++;
	if (h->now.failing_since == 0)
		h->now.failing_since = now;
	h->now.reason = e->reason;
	(void)snprintf(h->now.detail, sizeof(h->now.detail), "%s", e->text);
	pthread_mutex_unlock(&h->lock);
}

void dir_health_stale(struct dir_health *h)
{
	pthread_mutex_lock(&h->lock);
	h->now.stale_used++;
	pthread_mutex_unlock(&h->lock);
}
