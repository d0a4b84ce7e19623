/* SPDX-License-Identifier: EUPL-1.2 */
/* Worker threads behind a bounded queue. */
#include "base/work.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct task {
	work_fn *run;
	void *job;
};

struct work {
	pthread_mutex_t lock;
	pthread_cond_t todo;	/* a task or the end has come */
	pthread_cond_t gone;	/* all threads have ended */
	struct task *ring;
	size_t max, first, n;
	bool stopping, joining, joined;
	char name[16];
	unsigned threads;
	pthread_t thread[];
};

static void lock(struct work *w)
{
	must(pthread_mutex_lock(&w->lock) == 0);
}

static void unlock(struct work *w)
{
	must(pthread_mutex_unlock(&w->lock) == 0);
}

/* False: nothing will come any more. */
static bool next(struct work *w, struct task *t)
{
	bool got;

	lock(w);
	while (w->n == 0 && !w->stopping)
		must(pthread_cond_wait(&w->todo, &w->lock) == 0);
	got = w->n > 0;
	if (got) {
		*t = w->ring[w->first];
		w->first = (w->first + 1) % w->max;
		w->n--;
	}
	unlock(w);
	return got;
}

static void *run_thread(void *arg)
{
	struct work *w = arg;
	struct task t;

	(void)pthread_setname_np(pthread_self(), w->name);
	while (next(w, &t))
		t.run(t.job);
	return NULL;
}

int work_new(const char *name, unsigned threads, size_t queue_max, struct work **out, struct err *e)
{
	struct work *w;
	sigset_t all, old;
	int num = 0;

	must(threads >= 1 && queue_max >= 1);
	w = mem_new(sizeof(*w) + threads * sizeof(w->thread[0]));
	w->ring = mem_new_array(queue_max, sizeof(w->ring[0]));
	w->max = queue_max;
	(void)snprintf(w->name, sizeof(w->name), "%.15s", name);
	must(pthread_mutex_init(&w->lock, NULL) == 0 && pthread_cond_init(&w->todo, NULL) == 0 &&
	     pthread_cond_init(&w->gone, NULL) == 0);
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);	/* signals belong to the main thread */
	while (w->threads < threads && num == 0) {
		num = pthread_create(&w->thread[w->threads], NULL, run_thread, w);
		if (num == 0)
			w->threads++;
	}
	must(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
	if (num != 0) {
		work_free(w);
		return err_set(e, err_from_errno(num), "start thread %s: %s", name, strerror(num));
	}
	*out = w;
	return 0;
}

int work_submit(struct work *w, work_fn *run, void *job, struct err *e)
{
	int rc = 0;

	lock(w);
	if (w->stopping)
		rc = err_set(e, ERR_STOPPING, "%s: shutting down", w->name);
	else if (w->n == w->max)
		rc = err_set(e, ERR_BUSY, "%s: %zu jobs are waiting already", w->name, w->max);
	if (rc == 0) {
		w->ring[(w->first + w->n) % w->max] = (struct task){ run, job };
		w->n++;
		must(pthread_cond_signal(&w->todo) == 0);
	}
	unlock(w);
	return rc;
}

size_t work_waiting(struct work *w)
{
	size_t n;

	lock(w);
	n = w->n;
	unlock(w);
	return n;
}

void work_stop(struct work *w)
{
	bool mine;

	lock(w);
	w->stopping = true;
	must(pthread_cond_broadcast(&w->todo) == 0);
	mine = !w->joining;
	w->joining = true;
	while (!mine && !w->joined)	/* somebody else joins the threads: wait for that */
		must(pthread_cond_wait(&w->gone, &w->lock) == 0);
	unlock(w);
	if (!mine)
		return;
	for (unsigned i = 0; i < w->threads; i++)
		must(pthread_join(w->thread[i], NULL) == 0);
	lock(w);
	w->joined = true;
	must(pthread_cond_broadcast(&w->gone) == 0);
	unlock(w);
}

void work_free(struct work *w)
{
	if (w == NULL)
		return;
	work_stop(w);
	pthread_cond_destroy(&w->gone);
	pthread_cond_destroy(&w->todo);
	pthread_mutex_destroy(&w->lock);
	free(w->ring);
	free(w);
}
