/* SPDX-License-Identifier: EUPL-1.2 */
/* bench_spool - commits per second of the spool: an application of 4 KB with a delivery, by 1 and by 32 senders.
 * Usage: bench_spool [folder [seconds]]. Prints lines "figure: value unit". */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/store.h"
#include "spool/lmdb/lmdb.h"

enum { SENDERS = 32, BODY = 4096 };

static struct spool *spool;
static atomic_bool stop;
static atomic_uint failures;

static int submit(unsigned seed, struct err *e)
{
	struct spool_delivery d = { .recipient = seed % 2 ? "ags:05315000" : "ags:05334002" };
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_ACCEPTED };
	static const char body[BODY];
	struct spool_message *m;
	struct spool_edit *ed;
	struct sink *sink = NULL;
	int rc = spool_edit_begin(spool, NULL, &ed, &m, e);

	if (rc != 0)
		return rc;
	m->kind = SPOOL_APPLICATION;
	m->recipient = d.recipient;
	m->submitted = m->accepted = ev.at;
	m->meta = SPAN_LIT("{\"name\":\"somebody\"}");
	spool_edit_event(ed, &ev);
	rc = spool_edit_part(ed, "application.xml", "application/xml", "antrag.xml", &sink, e);
	if (rc == 0)
		rc = sink_write(sink, body, sizeof(body), e);
	if (rc == 0)
		rc = sink_finish(sink, e);
	sink_close(sink);
	if (rc != 0) {
		spool_edit_abort(ed);
		return rc;
	}
	return spool_edit_commit(ed, &d, e);
}

static void *sender(void *arg)
{
	unsigned long *n = arg;
	struct err e = ERR_INIT;

	while (!atomic_load(&stop)) {
		if (submit((unsigned)*n, &e) == 0) {
			++*n;
			continue;
		}
		fprintf(stderr, "bench_spool: %s\n", e.text);
		atomic_fetch_add(&failures, 1);
		break;
	}
	return NULL;
}

static double rate(unsigned senders, int seconds)
{
	unsigned long count[SENDERS] = { 0 }, sum = 0;
	pthread_t threads[SENDERS];
	int64_t start = clock_mono();
	struct timespec ts = { seconds, 0 };

	atomic_store(&stop, false);
	for (unsigned i = 0; i < senders; i++)
		must(pthread_create(&threads[i], NULL, sender, &count[i]) == 0);
	nanosleep(&ts, NULL);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < senders; i++) {
		pthread_join(threads[i], NULL);
		sum += count[i];
	}
	return (double)sum * 1000 / (double)(clock_mono() - start);
}

/* User and system time of this process in microseconds. */
static double cpu_us(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static double claims(int64_t *n)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t start = clock_mono(), next;

	for (*n = 0; *n < 500; ++*n) {
		arena_reset(a);
		if (spool_delivery_claim(spool, a, &(struct spool_claim){ .now = clock_now(), .lease_ms = 60000 }, &d, &next,
					 &e) != 0)
			break;
	}
	arena_free(a);
	return (double)*n * 1000 / (double)(clock_mono() - start + 1);
}

int main(int argc, char **argv)
{
	const char *base = argc > 1 ? argv[1] : "/tmp";
	int seconds = argc > 2 ? atoi(argv[2]) : 3;
	char *dir = mem_printf("%s/bench-spool-XXXXXX", base), *key, *data, *cmd;
	struct spool_stats st, before;
	struct err e = ERR_INIT;
	int64_t n;
	double cpu;

	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 1;
	}
	key = mem_printf("%s/key", dir);
	data = mem_printf("%s/spool", dir);
	if (spool_key_make(key, &e) != 0 ||
	    spool_open(&(struct spool_options){ .engine = &spool_lmdb, .dir = data, .master_key_file = key }, &spool, &e) != 0) {
		fprintf(stderr, "bench_spool: %s\n", e.text);
		return 1;
	}
	printf("store commits, 1 sender: %.0f /s\n", rate(1, seconds));
	must(spool_stats_get(spool, &before, &e) == 0);
	cpu = cpu_us();
	printf("store commits, 32 senders: %.0f /s\n", rate(SENDERS, seconds));
	must(spool_stats_get(spool, &st, &e) == 0);
	printf("store CPU per commit, 32 senders: %.0f us\n", (cpu_us() - cpu) / (double)(st.commit_calls - before.commit_calls));
	printf("store group size, 32 senders: %.1f calls\n",
	       (double)(st.commit_calls - before.commit_calls) / (double)(st.commits - before.commits));
	printf("store claims, 1 worker: %.0f /s\n", claims(&n));
	spool_close(spool);
	cmd = mem_printf("rm -rf '%s'", dir);
	if (system(cmd) != 0)
		return 1;
	free(cmd), free(key), free(data), free(dir);
	return atomic_load(&failures) == 0 ? 0 : 1;
}
