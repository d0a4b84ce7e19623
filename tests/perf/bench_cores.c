/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_cores - what a second core is worth: storeDelivery of 10 KB per second, signed and encrypted beforehand, from
 * several connections at once, to a daemon on one core and on two.
 *
 *   bench_cores DIR AGS URL PID N   N orders each; DIR: a sandbox of depesche-sim, whose daemon is PID
 *
 * Prints lines "figure: value unit". The senders use one core while the daemon has the other, and share both with it
 * afterwards: what they take themselves is printed too. Beside the daemon on one core its primitives are measured on the
 * other. Nothing is printed on a machine with one core.
 */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "orders.h"
#include "primitives.h"

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


struct result {
	double rate, daemon, sender;	/* orders per second, seconds of CPU for each */
};

/* The primitives of one order again and again, until they are told to stop. */
struct floor {
	struct primitives *p;
	atomic_bool stop;
};

static void *repeat(void *ctx)
{
	struct floor *f = ctx;

	while (!atomic_load(&f->stop))
		primitives_order(f->p);
	return NULL;
}

static struct result measure(const struct bench *b, struct order *orders, unsigned n, const char *pid)
{
	struct run r = { .b = b, .orders = orders, .n = n };
	const long daemon = strtol(pid, NULL, 10);
	const int64_t start = clock_mono();
	struct result out = { .daemon = bench_cpu_of(daemon), .sender = bench_cpu_of(0) };
	pthread_t threads[SENDERS];

	for (size_t i = 0; i < SENDERS; i++)
		must(pthread_create(&threads[i], NULL, send_some, &r) == 0);
	for (size_t i = 0; i < SENDERS; i++)
		(void)pthread_join(threads[i], NULL);
	out.daemon = (bench_cpu_of(daemon) - out.daemon) / n;
	out.sender = (bench_cpu_of(0) - out.sender) / n;
	out.rate = n * 1000.0 / (double)(clock_mono() - start);
	return out;
}

static struct result measure_beside_floor(const struct bench *b, struct order *orders, unsigned n, char **arg, double *floor)
{
	struct pki_key *cipher = bench_load_key(b, PKI_USE_CIPHER, "intermediary-cipher");
	struct pki_key *sign = bench_load_key(b, PKI_USE_SIGNATURE, "intermediary-sign");
	struct floor f = { .p = NULL };
	struct result out;
	pthread_t thread;

	orders_post(b, &orders[0]);
	f.p = primitives_new(cipher->key, sign->key, orders[0].request.n, ORDER_KEPT, orders[0].answer.n, arg[1]);
	must(pthread_create(&thread, NULL, repeat, &f) == 0);
	out = measure(b, orders + 1, n - 1, arg[4]);
	atomic_store(&f.stop, true);
	(void)pthread_join(thread, NULL);
	*floor = primitives_cost(f.p);
	primitives_free(f.p);
	pki_key_free(cipher);
	pki_key_free(sign);
	return out;
}

int main(int argc, char **argv)
{
	struct order *orders;
	struct bench b;
	unsigned n = argc == 6 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
	struct result one, two;
	double floor;
	cpu_set_t other = cores(2), both = cores(3), may;

	if (n < 2 || n > ORDERS_MAX) {
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
	one = measure_beside_floor(&b, orders, n, argv, &floor);
	place(argv[4], 3);
	(void)sched_setaffinity(0, sizeof(both), &both);
	two = measure(&b, orders + n, n, argv[4]);
	orders_check(&b, orders, 2 * n);
	(void)printf("storeDelivery, daemon on one core: %.0f /s\nits CPU for each: %.2f ms\n"
		     "ratio to its primitives, busy: %.2f x\nstoreDelivery, daemon on two cores: %.0f /s\nits CPU for each: %.2f ms\n"
		     "two cores to one: %.2f x\nthe sender's own CPU for each: %.2f ms\n",
		     one.rate, one.daemon * 1e3, one.daemon / floor, two.rate, two.daemon * 1e3, two.rate / one.rate, two.sender * 1e3);
	free(orders);
	bench_close(&b);
	return 0;
}
