/* SPDX-License-Identifier: EUPL-1.2 */
/* The one thread that writes, in groups. */
#include "spool/lmdb/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/arena.h"
#include "base/mem.h"

#define GROUP_MAX 256
#define GROUP_BYTES (8U << 20)	/* a group is closed when its records have this size */
#define GATHER_MIN 100000	/* ns a group waits for as many callers as the last one had: a quarter of what */
#define GATHER_MAX 2000000	/* the last commit took, within these limits */

struct job {
	spool_job_fn *fn;
	void *ctx;
	spool_drop_fn *drop;	/* posted jobs only: they free themselves */
	struct err err;
	int rc;
	bool done;
	pthread_cond_t over;
	struct job *next;
};

struct spool_writer {
	struct spool_db *db;
	struct arena *arena;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job *head, **tail;
	size_t queued, last_group;
	int64_t last_ns;	/* what the last group took to run and commit */
	bool stop;
	uint64_t commits, calls;
	struct spool_counters counters;	/* copy for readers, under lock */
};

static int run_job(struct spool_txn *t, struct job *j)
{
	struct spool_counters before = t->counters;
	int rc;

	t->dirty = false;
	arena_reset(t->arena);
	rc = j->fn(t, j->ctx, &j->err);
	if (t->sticky != 0)
		rc = spool_txn_check(t, "write", &j->err);
	if (rc != 0)
		t->counters = before;
	return rc;
}

/* After a failure that spoiled a group: each job in a transaction of its own, so that only the guilty ones fail. */
static void run_alone(struct spool_writer *w, struct job *j)
{
	struct spool_txn t;

	if ((j->rc = spool_txn_write(w->db, &t, &j->err)) != 0)
		return;
	t.arena = w->arena;
	if ((j->rc = run_job(&t, j)) != 0 || !t.dirty) {
		spool_txn_end(&t);
		return;
	}
	spool_txn_put_counters(&t);
	j->rc = spool_txn_commit(&t, &j->err);
}

static int fail_all(struct job *list, int rc, const struct err *e)
{
	for (struct job *j = list; j != NULL; j = j->next) {
		if (j->rc == 0) {
			j->err = *e;
			j->rc = rc;
		}
	}
	return rc;
}

/* Jobs that ran are taken off the list: *rest is the first that did not fit into this group. False: run them alone. */
static bool run_group(struct spool_writer *w, struct job *list, struct job **rest)
{
	struct spool_txn t;
	struct err e = ERR_INIT;
	bool dirty = false;
	struct job *j, **at;
	int rc;

	*rest = NULL;
	if ((rc = spool_txn_write(w->db, &t, &e)) != 0) {
		fail_all(list, rc, &e);
		return true;
	}
	t.arena = w->arena;
	for (at = &list; (j = *at) != NULL; at = &j->next) {
		if (t.bytes > GROUP_BYTES) {
			*rest = j;
			*at = NULL;
			break;
		}
		if ((j->rc = run_job(&t, j)) != 0 && (t.dirty || t.sticky != 0)) {
			spool_txn_end(&t);
			return false;
		}
		dirty = dirty || t.dirty;
	}
	if (!dirty) {
		spool_txn_end(&t);
		return true;
	}
	spool_txn_put_counters(&t);
	rc = spool_txn_commit(&t, &e);
	if (rc != 0 && !atomic_load(&w->db->dead))
		return false;
	if (rc != 0)
		fail_all(list, rc, &e);
	return true;
}

static struct job *take_group(struct spool_writer *w, size_t *n)
{
	struct job *list = w->head, *j = list;

	for (*n = 1; *n < GROUP_MAX && j->next != NULL; ++*n)
		j = j->next;
	w->head = j->next;
	if (w->head == NULL)
		w->tail = &w->head;
	w->queued -= *n;
	j->next = NULL;
	return list;
}

/* Callers that were answered together come back together, a moment later; the first of them alone is a poor group. */
static void gather(struct spool_writer *w)
{
	int64_t ns = w->last_ns / 4;
	struct timespec until;

	if (w->last_group < 2 || w->queued >= w->last_group || w->stop)
		return;
	until = clock_after(ns < GATHER_MIN ? GATHER_MIN : ns > GATHER_MAX ? GATHER_MAX : ns);
	while (w->queued < w->last_group && !w->stop)
		if (pthread_cond_timedwait(&w->work, &w->lock, &until) != 0)
			break;
}

static void answer(struct spool_writer *w, struct job *list)
{
	struct job *next;

	for (struct job *j = list; j != NULL; j = next) {
		next = j->next;	/* the caller's stack frame may be gone after the signal */
		if (j->drop != NULL) {
			pthread_mutex_unlock(&w->lock);
			j->drop(j->ctx, j->rc != 0);
			free(j);
			pthread_mutex_lock(&w->lock);
			continue;
		}
		j->done = true;
		pthread_cond_signal(&j->over);
	}
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Back to the front of the queue. Returns their number. */
static size_t put_back(struct spool_writer *w, struct job *list)
{
	struct job *last = list;
	size_t n = 1;

	for (; last->next != NULL; last = last->next)
		n++;
	last->next = w->head;
	if (w->head == NULL)
		w->tail = &last->next;
	w->head = list;
	w->queued += n;
	return n;
}

static void one_group(struct spool_writer *w)
{
	struct job *list, *rest;
	int64_t start;
	size_t n;

	gather(w);
	list = take_group(w, &n);
	w->last_group = n;
	pthread_mutex_unlock(&w->lock);
	start = now_ns();
	if (!run_group(w, list, &rest)) {
		for (struct job *j = list; j != NULL; j = j->next)
			run_alone(w, j);
	}
	pthread_mutex_lock(&w->lock);
	w->last_ns = now_ns() - start;
	if (rest != NULL)
		n -= put_back(w, rest);
	w->commits++;
	w->calls += n;
	w->counters = w->db->counters;
	answer(w, list);
}

static void *writer_main(void *arg)
{
	struct spool_writer *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (w->head == NULL && !w->stop)
			pthread_cond_wait(&w->work, &w->lock);
		if (w->head == NULL)
			break;
		one_group(w);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int spool_writer_new(struct spool_db *db, struct spool_writer **out, struct err *e)
{
	struct spool_writer *w = mem_new(sizeof(*w));
	pthread_condattr_t attr;

	w->db = db;
	w->counters = db->counters;
	w->arena = arena_new();
	w->tail = &w->head;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->work, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&w->thread, NULL, writer_main, w) != 0) {
		pthread_cond_destroy(&w->work);
		pthread_mutex_destroy(&w->lock);
		arena_free(w->arena);
		free(w);
		return err_set(e, ERR_BUSY, "spool: no thread for the writer");
	}
	pthread_setname_np(w->thread, "spool-writer");
	*out = w;
	return 0;
}

static void enqueue(struct spool_writer *w, struct job *j)
{
	*w->tail = j;
	w->tail = &j->next;
	w->queued++;
	/* While a group gathers, waking the writer for each caller would cost more than it brings. */
	if (w->queued == 1 || w->queued >= w->last_group)
		pthread_cond_signal(&w->work);
}

int spool_writer_do(struct spool_writer *w, spool_job_fn *fn, void *ctx, struct err *e)
{
	struct job j = { .fn = fn, .ctx = ctx };
	int rc = spool_db_alive(w->db, e);

	if (rc != 0)
		return rc;
	pthread_cond_init(&j.over, NULL);
	pthread_mutex_lock(&w->lock);
	enqueue(w, &j);
	while (!j.done)
		pthread_cond_wait(&j.over, &w->lock);
	pthread_mutex_unlock(&w->lock);
	pthread_cond_destroy(&j.over);
	if (j.rc != 0)
		*e = j.err;
	return j.rc;
}

void spool_writer_post(struct spool_writer *w, spool_job_fn *fn, void *ctx, spool_drop_fn *drop)
{
	struct job *j = mem_new(sizeof(*j));

	j->fn = fn;
	j->ctx = ctx;
	j->drop = drop;
	pthread_mutex_lock(&w->lock);
	enqueue(w, j);
	pthread_mutex_unlock(&w->lock);
}

void spool_writer_counts(struct spool_writer *w, uint64_t *commits, uint64_t *calls)
{
	pthread_mutex_lock(&w->lock);
	*commits = w->commits;
	*calls = w->calls;
	pthread_mutex_unlock(&w->lock);
}

struct spool_counters spool_writer_counters(struct spool_writer *w)
{
	struct spool_counters c;

	pthread_mutex_lock(&w->lock);
	c = w->counters;
	pthread_mutex_unlock(&w->lock);
	return c;
}

void spool_writer_free(struct spool_writer *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	arena_free(w->arena);
	free(w);
}
