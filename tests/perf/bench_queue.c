/* SPDX-License-Identifier: EUPL-1.2 */
/* bench_queue - what a long queue costs: claim and step, what operators ask, memory; see usage. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/lmdb/lmdb.h"

static const char usage[] =
	"bench_queue FOLDER SCALE\n"
	"Makes spools with 1000, 20000 and SCALE queued deliveries in FOLDER, which has none yet, and prints lines\n"
	"\"figure: value unit\". A million takes a minute and 600 MB.\n";

enum { AT_ONCE = 1000, ROUNDS = 25, TURNS = 20, QUEUES = 3 };

struct queue {
	unsigned n, lanes;
	struct spool *s;
	double us;		/* CPU of claims and steps */
};

struct many {
	unsigned from, n, lanes;
};

/* Deliveries without their messages: what a claim and a failed attempt look at. */
static int add_many(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct many *m = ctx;

	(void)e;
	for (unsigned i = 0; i < m->n; i++) {
		struct spool_message msg = { .id = id_new() };
		char recipient[24];
		struct spool_delivery d, wish = { .recipient = recipient, .channel = "osci-store", .service = "s" };

		(void)snprintf(recipient, sizeof(recipient), "ags:%08u", (m->from + i) % m->lanes);
		spool_change_new(&d, &wish, &msg, 1000 + m->from + i);
		spool_dlv_store(t, NULL, &d);
	}
	return 0;
}

/* The last ones in small commits: large ones leave a list of free pages that a queue which grew by itself does not have. */
static void fill(const struct queue *q)
{
	const unsigned small = q->n / 16 < 50000 ? q->n / 16 : 50000;
	struct err e = ERR_INIT;
	unsigned step;

	for (unsigned at = 0; at < q->n; at += step) {
		struct many m = { .from = at, .lanes = q->lanes };

		step = at + AT_ONCE + small <= q->n ? AT_ONCE : 10;
		m.n = step = step < q->n - at ? step : q->n - at;
		must(spool_writer_do(spool_lmdb_of(q->s)->writer, add_many, &m, &e) == 0);
		if (at % 100000 == 0 && at > 0)
			fprintf(stderr, "bench_queue: %u of %u\n", at, q->n);
	}
}

static void open_queue(struct queue *q, const char *dir)
{
	char *data = mem_printf("%s/queue-%u", dir, q->n), *key = mem_printf("%s/queue.key", dir);
	struct spool_options o = { .engine = &spool_lmdb, .dir = data, .master_key_file = key };
	bool there = access(data, F_OK) == 0;
	struct err e = ERR_INIT;

	if (access(key, F_OK) != 0)
		must(spool_key_make(key, &e) == 0);
	must(spool_open(&o, &q->s, &e) == 0);
	if (!there)
		fill(q);
	free(data);
	free(key);
}

static void close_queue(struct queue *q)
{
	spool_close(q->s);
	q->s = NULL;
}

/* User and system time of this process in microseconds. */
static double cpu_us(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* A claim and the step of an attempt that failed, again and again. */
static void claim_and_step(struct queue *q)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	double start = cpu_us();

	for (int i = 0; i < ROUNDS; i++) {
		struct spool_claim c = { .now = clock_now(), .lease_ms = 60000 };
		struct spool_delivery d;
		int64_t next;

		arena_reset(a);
		must(spool_delivery_claim(q->s, a, &c, &d, &next, &e) == 0);
		d.due = c.now + 3600000;
		d.reason = RSN_NET_TIMEOUT;
		d.detail = "no answer within 5000 ms";
		must(spool_delivery_step(q->s, &d, DLV_EV_DEFERRED, NULL, NULL, &e) == 0);
	}
	q->us += cpu_us() - start;
	arena_free(a);
}

/* The queues in turn, so that what else the machine does is shared alike. */
static void compare(struct queue *queues, size_t n, const char *dir)
{
	for (size_t i = 0; i < n; i++)
		open_queue(&queues[i], dir);
	for (int turn = 0; turn < TURNS; turn++)
		for (size_t i = 0; i < n; i++)
			claim_and_step(&queues[i]);
	for (size_t i = 0; i < n; i++) {
		close_queue(&queues[i]);
		printf("claim + step, %u queued over %u recipients: %.0f us CPU\n", queues[i].n, queues[i].lanes,
		       queues[i].us / TURNS / ROUNDS);
	}
	printf("claim + step, ratio of %u to %u: %.2f\n", queues[n - 1].n, queues[0].n, queues[n - 1].us / queues[0].us);
}

static void ask_status(struct spool *s, struct arena *a)
{
	struct spool_stats st;
	struct err e = ERR_INIT;

	(void)a;
	must(spool_stats_get(s, &st, &e) == 0);
}

static void ask_shape(struct spool *s, struct arena *a)
{
	struct spool_shape_row *rows;
	struct err e = ERR_INIT;
	size_t n;

	must(spool_shape(s, a, clock_now(), &rows, &n, &e) == 0);
}

static void list(struct spool *s, struct arena *a, unsigned states, const char *recipient, enum reason why)
{
	struct spool_delivery *d;
	struct err e = ERR_INIT;
	size_t n;

	must(spool_delivery_list(s, a, &(struct spool_list){ .states = states, .recipient = recipient, .why = why, .limit = 200 },
				 &d, &n, &e) == 0);
}

static void ask_first(struct spool *s, struct arena *a)
{
	list(s, a, UINT32_MAX, NULL, RSN_NONE);
}

static void ask_recipient(struct spool *s, struct arena *a)
{
	list(s, a, UINT32_MAX, "ags:nobody", RSN_NONE);
}

static void ask_active(struct spool *s, struct arena *a)
{
	list(s, a, 1U << DLV_ACTIVE, NULL, RSN_NONE);
}

static void ask_why(struct spool *s, struct arena *a)
{
	list(s, a, 1U << DLV_QUEUED | 1U << DLV_WAITING | 1U << DLV_ACTIVE, NULL, RSN_CERT_EXPIRED);
}

static const struct {
	const char *name;
	void (*ask)(struct spool *s, struct arena *a);
} questions[] = {
	{ "status", ask_status },
	{ "queue shape", ask_shape },
	{ "queue list, first page", ask_first },
	{ "queue list of a recipient who has none", ask_recipient },
	{ "queue list of what is active, none", ask_active },
	{ "queue list of a reason that none has", ask_why },
};

static double memory_mib(const char *field)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long kib = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, field, strlen(field)) == 0)
			kib = strtol(line + strlen(field), NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return (double)kib / 1024;
}

static void forget_peak(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "we");

	if (f == NULL)
		return;
	(void)fputs("5", f);
	(void)fclose(f);
}

/* Work, and all that can be asked; then what the daemon does every few seconds. */
static void measure(struct queue *q, const char *dir, bool last)
{
	struct arena *a = arena_new();

	open_queue(q, dir);
	forget_peak();
	claim_and_step(q);
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		double start = cpu_us();

		arena_reset(a);
		questions[i].ask(q->s, a);
		if (last)
			printf("%s, %u queued: %.1f ms CPU\n", questions[i].name, q->n, (cpu_us() - start) / 1000);
	}
	arena_free(a);
	printf("memory while it works, %u queued: %.1f MiB\n", q->n, memory_mib("VmHWM:"));
	spool_trim(q->s);
	(void)malloc_trim(0);
	printf("memory, %u queued: %.1f MiB\n", q->n, memory_mib("VmRSS:"));
	close_queue(q);
}

int main(int argc, char **argv)
{
	struct queue queues[QUEUES] = { { .n = 1000, .lanes = 11 }, { .n = 20000, .lanes = 216 }, { .lanes = 10750 } };
	size_t n = QUEUES;

	if (argc != 3) {
		(void)fputs(usage, stderr);
		return 2;
	}
	queues[2].n = (unsigned)strtoul(argv[2], NULL, 10);
	if (queues[2].n <= queues[1].n)
		n = 2;
	else if (queues[2].n < 93 * queues[2].lanes)
		queues[2].lanes = queues[2].n / 93;
	compare(queues, n, argv[1]);
	for (size_t i = 0; i < n; i++)
		measure(&queues[i], argv[1], i == n - 1);
	return 0;
}
