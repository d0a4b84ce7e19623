/* SPDX-License-Identifier: EUPL-1.2 */
/* One change at a time per draft. */
#include "form/application/lock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

/* As many as there are requests under way; the list stays short. */
struct held {
	struct id id;
	struct held *next;
};

struct form_locks {
	pthread_mutex_t mutex;
	pthread_cond_t freed;
	struct held *held;
};

struct form_locks *form_locks_new(void)
{
	struct form_locks *l = mem_new(sizeof(*l));
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->freed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&l->mutex, NULL);
	return l;
}

void form_locks_free(struct form_locks *l)
{
	if (l == NULL)
		return;
	must(l->held == NULL);
	pthread_cond_destroy(&l->freed);
	pthread_mutex_destroy(&l->mutex);
	free(l);
}

static struct held **find(struct form_locks *l, const struct id *id)
{
	struct held **h = &l->held;
	while (*h != NULL && id_cmp(&(*h)->id, id) != 0)
		h = &(*h)->next;
	return h;
}

int form_lock_take(struct form_locks *l, const struct id *id, int wait_ms, struct err *e)
{
	const struct timespec until = clock_after(wait_ms * CLOCK_MS);
	int rc = 0;

	pthread_mutex_lock(&l->mutex);
	while (*find(l, id) != NULL && rc == 0)
		rc = pthread_cond_timedwait(&l->freed, &l->mutex, &until);
	if (*find(l, id) == NULL) {
		struct held *h = mem_new(sizeof(*h));
		h->id = *id;
		h->next = l->held;
		l->held = h;
		rc = 0;
	}
	pthread_mutex_unlock(&l->mutex);
	return rc == 0 ? 0 : err_set(e, ERR_BUSY, "another change of this draft is under way");
}

void form_lock_release(struct form_locks *l, const struct id *id)
{
	pthread_mutex_lock(&l->mutex);
	struct held **h = find(l, id), *gone = *h;
	must(gone != NULL);
	*h = gone->next;
	free(gone);
	pthread_cond_broadcast(&l->freed);
	pthread_mutex_unlock(&l->mutex);
}
