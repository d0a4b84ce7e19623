/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_cores - what a second core is worth: storeDelivery of 10 KB per second, signed and encrypted beforehand, from
 * several connections at once, to a daemon on one core and on two.
 *
 *   bench_cores DIR AGS URL PID N   N orders each; DIR: a sandbox of depesche-sim, whose daemon is PID
 *
 * Prints lines "figure: value unit". The senders use one core while the daemon has the other, and share both with it
 * afterwards: what they take themselves is printed too. Nothing is printed on a machine with one core.
 */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "orders.h"

enum { SENDERS = 8 };

struct run {
	const struct bench *b;
	struct order *orders;
	unsigned n;
	atomic_uint next;
};

static cpu_set_t cores(unsigned mask)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (unsigned i = 0; i < 2; i++)
		if ((mask >> i & 1) != 0)
			CPU_SET(i, &set);
	return set;
}

/* All threads of the process; those that come later inherit it from the one that makes them. */
static void place(const char *pid, unsigned mask)
{
	char *path = mem_printf("/proc/%s/task", pid);
	cpu_set_t set = cores(mask);
	DIR *d = opendir(path);

	must(d != NULL);
	for (const struct dirent *t = readdir(d); t != NULL; t = readdir(d))
		if (t->d_name[0] != '.')
			(void)sched_setaffinity((pid_t)strtol(t->d_name, NULL, 10), sizeof(set), &set);
	(void)closedir(d);
	free(path);
}

static void *send_some(void *ctx)
{
	struct run *r = ctx;

	for (unsigned i = atomic_fetch_add(&r->next, 1); i < r->n; i = atomic_fetch_add(&r->next, 1))
		orders_post(r->b, &r->orders[i]);
	return NULL;
}

static double own_cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Orders per second. */
static double rate(const struct bench *b, struct order *orders, unsigned n, double *sender)
{
	struct run r = { .b = b, .orders = orders, .n = n };
	double cpu = own_cpu();
	int64_t start = clock_mono();
	pthread_t threads[SENDERS];

	for (size_t i = 0; i < SENDERS; i++)
		must(pthread_create(&threads[i], NULL, send_some, &r) == 0);
	for (size_t i = 0; i < SENDERS; i++)
		(void)pthread_join(threads[i], NULL);
	*sender = (own_cpu() - cpu) / n;
	return n * 1000.0 / (double)(clock_mono() - start);
}

int main(int argc, char **argv)
{
	struct order *orders;
	struct bench b;
	unsigned n = argc == 6 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
	double one, two, sender;
	cpu_set_t other = cores(2), both = cores(3), may;

	if (n == 0 || n > ORDERS_MAX) {
		(void)fprintf(stderr, "usage: bench_cores DIR AGS URL PID N\n");
		return 2;
	}
	if (sched_getaffinity(0, sizeof(may), &may) != 0 || !CPU_ISSET(0, &may) || !CPU_ISSET(1, &may))
		return 0;
	orders = mem_new((size_t)2 * n * sizeof(*orders));
	bench_open(&b, argv[1], argv[2], argv[3]);
	orders_build(&b, orders, 2 * n);
	place(argv[4], 1);
	(void)sched_setaffinity(0, sizeof(other), &other);
	one = rate(&b, orders, n, &sender);
	place(argv[4], 3);
	(void)sched_setaffinity(0, sizeof(both), &both);
	two = rate(&b, orders + n, n, &sender);
	orders_check(&b, orders, 2 * n);
	(void)printf("storeDelivery, daemon on one core: %.0f /s\nstoreDelivery, daemon on two cores: %.0f /s\n"
		     "two cores to one: %.2f x\nthe sender's own CPU: %.2f ms\n",
		     one, two, two / one, sender * 1e3);
	free(orders);
	bench_close(&b);
	return 0;
}
