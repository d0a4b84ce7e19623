/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Applications in numbers. Each step is repeated while the daemon is away, as a patient program would do, so an
 * application that was submitted is one that was acknowledged. What was sent lies in sent/<id>/ of the sandbox for the
 * comparison with what arrives: application.xml, application.pdf as the citizen downloads them, and nachweis.txt.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apply.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parts.h"
#include "sim.h"

#define TOWNS_MAX 64
#define THREADS_MAX 32
#define COUNT_DEFAULT 10
#define PATIENCE_MS 60000	/* for one step, while the daemon is killed and started again */
#define STOP_GRACE_MS 1000	/* for the requests under way when a signal comes */
#define PART_MAX ((size_t)64 * 1024 * 1024)

struct load {
	const struct sim_options *o;
	struct http_client *http;
	struct sim_town towns[TOWNS_MAX];
	int n;
	atomic_uint next, acknowledged, failed, running;
};

/* Text that differs with the number, so that a mixed-up upload shows. */
static char *make_upload(unsigned number, size_t size)
{
	char *data = mem_new(size + 80);
	size_t n = 0;

	for (unsigned line = 0; n < size; line++)
		n += (size_t)snprintf(data + n, 80, "Nachweis %06u Zeile %08u: 0123456789 abcdefghijklmnopqrstuvwxyz\n", number,
				      line);
	data[size - 1] = '\n';
	return data;
}

struct job {
	struct apply a;
	unsigned number;
	const char *ags;
	const char *data;
	size_t size;
};

static int step_create(struct job *j, struct err *e)
{
	return apply_create(&j->a, j->ags, e);
}

static int step_values(struct job *j, struct err *e)
{
	char name[40];

	(void)snprintf(name, sizeof(name), "Müßiggang-%06u", j->number);
	return apply_values(&j->a, name, e);
}

/* An upload whose answer was lost is there already: it must not be added again. */
static int step_upload(struct job *j, struct err *e)
{
	struct buf state;
	bool there;
	int rc;

	buf_init(&state, (size_t)1024 * 1024);
	rc = apply_get(&j->a, "", &state, e);
	there = rc == 0 && strstr(buf_str(&state), "\"upload-1\"") != NULL;
	buf_fini(&state);
	return rc != 0 || there ? rc : apply_upload(&j->a, "nachweis.txt", j->data, j->size, e);
}

static int step_submit(struct job *j, struct err *e)
{
	return apply_submit(&j->a, e);
}

static int step_keep(struct job *j, const struct sim_options *o, const char *what, struct err *e)
{
	struct buf part;
	int rc;

	buf_init(&part, PART_MAX);
	rc = apply_get(&j->a, what, &part, e);
	if (rc == 0)
		rc = file_write(sim_path(o->dir, "sent/%s/%s", j->a.id, what), part.p, part.n, 0644, e);
	buf_fini(&part);
	return rc;
}

static bool is_worth_repeating(const struct apply *a, int rc)
{
	return rc != ERR_REFUSED || a->status >= 500 || a->status == 429 || a->status == 409;
}

static int patiently(struct job *j, int (*step)(struct job *, struct err *), struct err *e)
{
	int64_t until = clock_mono() + PATIENCE_MS;
	int rc;

	for (;;) {
		*e = (struct err)ERR_INIT;
		rc = step(j, e);
		if (rc == 0 || !is_worth_repeating(&j->a, rc) || clock_mono() > until)
			return rc;
		if (sim_stop_wait(100))
			return rc;
	}
}

static int keep_sent(struct job *j, const struct sim_options *o, struct err *e)
{
	static const char *const parts[] = { PART_XML, PART_PDF };
	int rc = dir_make(sim_path(o->dir, "sent/%s", j->a.id), 0755, e);

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(parts); i++) {
		int64_t until = clock_mono() + PATIENCE_MS;

		while ((rc = step_keep(j, o, parts[i], e)) != 0 && is_worth_repeating(&j->a, rc) && clock_mono() < until &&
		       !sim_stop_wait(100))
			*e = (struct err)ERR_INIT;
	}
	if (rc == 0)
		rc = file_write(sim_path(o->dir, "sent/%s/nachweis.txt", j->a.id), j->data, j->size, 0644, e);
	if (rc == 0)	/* who has it sees the state and the receipt later on */
		rc = file_write(sim_path(o->dir, "sent/%s/token", j->a.id), j->a.token, strlen(j->a.token), 0600, e);
	return rc;
}

static int send_one(struct load *l, unsigned number, struct err *e)
{
	static int (*const steps[])(struct job *, struct err *) = { step_create, step_values, step_upload, step_submit };
	struct job j = { .a = { .http = l->http, .url = l->o->to }, .number = number,
			 .ags = l->towns[number % (unsigned)l->n].ags, .size = (size_t)l->o->upload_kb * 1024 };
	char *data = make_upload(number, j.size);
	int rc = 0;

	j.data = data;
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(steps); i++)
		rc = sim_stop_wait(0) ? err_set(e, ERR_STOPPING, "stopped by a signal") : patiently(&j, steps[i], e);
	if (rc == 0) {
		(void)printf("%s %s\n", j.a.id, j.ags);
		(void)fflush(stdout);
		rc = keep_sent(&j, l->o, e);
	}
	free(data);
	return rc;
}

static void send_next(struct load *l, unsigned number)
{
	struct err e = ERR_INIT;

	if (send_one(l, number, &e) == 0) {
		atomic_fetch_add(&l->acknowledged, 1);
		return;
	}
	atomic_fetch_add(&l->failed, 1);
	log_event(LOG_ERROR, "load.failed", LOG_INT("number", number), LOG_ERR(&e));
}

static void *work(void *arg)
{
	struct load *l = arg;

	while (!sim_stop_wait(0)) {
		unsigned number = atomic_fetch_add(&l->next, 1);

		if (number >= l->o->count)
			break;
		send_next(l, number);
	}
	atomic_fetch_sub(&l->running, 1);
	return NULL;
}

static void summary(struct load *l, int64_t start)
{
	(void)fprintf(stderr, "%u acknowledged, %u failed, %lld ms\n", atomic_load(&l->acknowledged),
		      atomic_load(&l->failed), (long long)(clock_mono() - start));
}

/* False: stopped by a signal while a request hangs; what was acknowledged is on standard output. */
static bool wait_for_all(struct load *l)
{
	int64_t until = 0;

	while (atomic_load(&l->running) > 0) {
		if (!sim_stop_wait(20))
			continue;
		if (until == 0)
			until = clock_mono() + STOP_GRACE_MS;
		if (clock_mono() > until)
			return false;
		(void)nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	return true;
}

static void work_all(struct load *l, unsigned n, int64_t start)
{
	pthread_t threads[THREADS_MAX];

	atomic_store(&l->running, n);
	for (unsigned i = 0; i < n; i++)
		must(pthread_create(&threads[i], NULL, work, l) == 0);
	if (!wait_for_all(l)) {
		summary(l, start);
		_exit(EXIT_FAILURE);	/* threads still use what would be freed */
	}
	for (unsigned i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
}

int sim_load(const struct sim_options *o, struct err *e)
{
	struct sim_options with_count = *o;
	struct load l = { .o = &with_count };
	unsigned n = o->parallel < THREADS_MAX ? o->parallel : THREADS_MAX;
	int64_t start = clock_mono();
	int rc = o->to == NULL ? err_set(e, ERR_SYNTAX, "say with --to where the form is") : 0;

	l.n = sim_towns(o, l.towns, TOWNS_MAX, e);
	if (rc == 0 && l.n < 0)
		rc = (int)e->code;
	if (with_count.count == 0)
		with_count.count = COUNT_DEFAULT;
	if (rc == 0)
		rc = http_client_new(&(struct http_client_settings){ .total_ms = PATIENCE_MS, .max_answer = PART_MAX }, &l.http,
				     e);
	if (rc != 0)
		return rc;
	work_all(&l, n, start);
	http_client_free(l.http);
	summary(&l, start);
	if (sim_stop_wait(0))
		return err_set(e, ERR_STOPPING, "stopped by a signal");
	if (atomic_load(&l.failed) > 0)
		return err_set(e, ERR_REFUSED, "%u applications were not accepted", atomic_load(&l.failed));
	return 0;
}
