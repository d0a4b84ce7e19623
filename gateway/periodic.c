/* SPDX-License-Identifier: EUPL-1.2 */
/* A thread that runs jobs by the clock. */
#include "periodic.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

struct entry {
	struct gw_job job;
	int64_t due;	/* clock_mono */
};

struct gw_periodic {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	struct entry *entries;
	unsigned n;
};

/* Runs what is due; returns ms until the next job. */
static int64_t run_due(struct gw_periodic *s)
{
	int64_t wait = 60 * 1000LL;

	log_catch_up(0);
	for (unsigned i = 0; i < s->n; i++) {
		struct entry *t = &s->entries[i];
		int64_t now = clock_mono();

		if (t->due <= now) {
			struct err e = ERR_INIT;

			if (t->job.run(t->job.ctx, clock_now(), &e) != 0)
				log_event(LOG_ERROR, "job.failed", LOG_STR("job", t->job.name), LOG_ERR(&e));
			now = clock_mono();
			t->due = now + t->job.every_ms;
		}
		if (t->due - now < wait)
			wait = t->due - now;
	}
	return wait;
}

static void *loop(void *arg)
{
	struct gw_periodic *s = arg;

	pthread_mutex_lock(&s->lock);
	while (!s->stopping) {
		struct timespec until;
		int64_t wait;

		pthread_mutex_unlock(&s->lock);
		wait = run_due(s);
		until = clock_after(wait * CLOCK_MS);
		pthread_mutex_lock(&s->lock);
		if (!s->stopping)
			(void)pthread_cond_timedwait(&s->wake, &s->lock, &until);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void dispose(struct gw_periodic *s)
{
	(void)pthread_cond_destroy(&s->wake);
	(void)pthread_mutex_destroy(&s->lock);
	free(s->entries);
	free(s);
}

int gw_periodic_start(const struct gw_job *jobs, unsigned n, struct gw_periodic **out, struct err *e)
{
	struct gw_periodic *s = mem_new(sizeof(*s));
	pthread_condattr_t attr;

	s->entries = mem_new_array(n, sizeof(*s->entries));
	s->n = n;
	for (unsigned i = 0; i < n; i++)
		s->entries[i] = (struct entry){ jobs[i], clock_mono() + jobs[i].every_ms };
	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_mutex_init(&s->lock, NULL) == 0);
	must(pthread_cond_init(&s->wake, &attr) == 0);
	(void)pthread_condattr_destroy(&attr);
	if (pthread_create(&s->thread, NULL, loop, s) != 0) {
		dispose(s);
		return err_set(e, ERR_NOMEM, "cannot start the scheduler");
	}
	*out = s;
	return 0;
}

void gw_periodic_stop(struct gw_periodic *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	(void)pthread_join(s->thread, NULL);
	dispose(s);
}
