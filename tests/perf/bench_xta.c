/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_xta - what XTA calls cost the daemon. Works on a sandbox of depesche-sim whose daemon has a section xta with the accounts
 * portal (portal:1) and sozialamt (ags:1).
 *
 *   bench_xta cpu DIR PORT PID N     CPU of the daemon for each of N sendMessage of 10 KB (MTOM, one connection), and its ratio
 *                                    to its primitives
 *   bench_xta rate DIR PORT N        messages per second: N times send, list, get, close, by 1 procedure and by 8
 *   bench_xta large DIR PORT MB      one message of MB there and back
 *
 * Prints lines "figure: value unit"; ends with 1 if a call was refused. The ids of a run are its own.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench.h"
#include "primitives.h"
#include "wire.h"

#define PROCEDURES 8
enum { CONTENT = 10 * 1024, KEPT = (CONTENT + 2048 + 4095) / 4096 * 4096, CALL_MAX = 1 << 20, CALLS_MAX = 1000000 };
/* What a list of the index, the answer to a send, has of bytes on the wire. */
enum { ANSWER = 900 };

static const char *run_id(char out[80], unsigned worker, unsigned i)
{
	(void)snprintf(out, 80, "urn:bench:%ld-%u-%u", (long)getpid(), worker, i);
	return out;
}

static void put_content(struct buf *b)
{
	char text[CONTENT];

	memset(text, 'a', sizeof(text));
	buf_put(b, text, sizeof(text));
}

static void make_send(struct buf *b, const char *id)
{
	buf_reset(b);
	wire_send_head(b, id, "portal:1", "ags:1");
	put_content(b);
	wire_send_tail(b);
	must(!b->over);
}

static unsigned count_of(const char *text)
{
	unsigned long n = strtoul(text, NULL, 10);

	must(n > 0 && n <= CALLS_MAX);
	return (unsigned)n;
}

/* Turn about, call by call: what slows one down slows the other. */
static int run_cpu(char **arg)
{
	struct wire *w = wire_open(arg[0], "xta-portal", (uint16_t)count_of(arg[1]));
	long pid = strtol(arg[2], NULL, 10);
	unsigned n = count_of(arg[3]);
	struct primitives *p;
	struct buf call, answer;
	double cpu, sum;
	char id[80];

	buf_init(&call, CALL_MAX);
	buf_init(&answer, CALL_MAX);
	make_send(&call, run_id(id, 99, 0));	/* the first one warms up */
	wire_call(w, WIRE_SEND, WIRE_MTOM, buf_view(&call), &answer);
	p = primitives_new(NULL, NULL, call.n + 400, KEPT, ANSWER, arg[0]);
	cpu = bench_cpu_of(pid);
	for (unsigned i = 1; i <= n; i++) {
		make_send(&call, run_id(id, 99, i));
		wire_call(w, WIRE_SEND, WIRE_MTOM, buf_view(&call), &answer);
		primitives_order(p);
	}
	cpu = (bench_cpu_of(pid) - cpu) / n;
	sum = primitives_cost(p);
	primitives_report(p);
	(void)printf("CPU per sendMessage of 10 KB: %.2f ms\nits primitives: %.2f ms\nratio of sendMessage to its primitives: %.2f x\n",
		     cpu * 1e3, sum * 1e3, cpu / sum);
	primitives_free(p);
	buf_fini(&call);
	buf_fini(&answer);
	wire_close(w);
	return 0;
}

struct worker {
	pthread_t thread;
	const char *dir;
	uint16_t port;
	unsigned number, n;
};

static void *work(void *arg)
{
	const struct worker *k = arg;
	struct wire *sender = wire_open(k->dir, "xta-portal", k->port), *reader = wire_open(k->dir, "xta-sozialamt", k->port);
	struct buf call, answer;
	char id[80];

	buf_init(&call, CALL_MAX);
	buf_init(&answer, CALL_MAX);
	for (unsigned i = 0; i < k->n; i++) {
		make_send(&call, run_id(id, k->number, i));
		wire_call(sender, WIRE_SEND, WIRE_MTOM, buf_view(&call), &answer);
		buf_reset(&call);
		wire_list(&call, 10);
		wire_call(reader, WIRE_BOX, WIRE_PLAIN, buf_view(&call), &answer);
		buf_reset(&call);
		wire_get(&call, id);
		wire_call(reader, WIRE_BOX, WIRE_PLAIN, buf_view(&call), &answer);
		must(answer.n > CONTENT);
		buf_reset(&call);
		wire_done(&call, id);
		wire_call(reader, WIRE_BOX, WIRE_PLAIN, buf_view(&call), &answer);
	}
	buf_fini(&call);
	buf_fini(&answer);
	wire_close(sender);
	wire_close(reader);
	return NULL;
}

static void rate(char **arg, unsigned procedures, unsigned first)
{
	struct worker k[PROCEDURES];
	unsigned n = count_of(arg[2]);
	int64_t start = clock_mono();

	for (unsigned i = 0; i < procedures; i++) {
		k[i] = (struct worker){ .dir = arg[0], .port = (uint16_t)count_of(arg[1]), .number = first + i, .n = n };
		must(pthread_create(&k[i].thread, NULL, work, &k[i]) == 0);
	}
	for (unsigned i = 0; i < procedures; i++)
		(void)pthread_join(k[i].thread, NULL);
	(void)printf("XTA messages (send, list, get, close), %u procedure%s: %.0f /s\n", procedures, procedures == 1 ? "" : "s",
		     n * procedures * 1000.0 / (double)(clock_mono() - start));
}

static int run_rate(char **arg)
{
	rate(arg, 1, 0);
	rate(arg, PROCEDURES, 1);
	return 0;
}

static int run_large(char **arg)
{
	struct wire *sender = wire_open(arg[0], "xta-portal", (uint16_t)count_of(arg[1]));
	struct wire *reader = wire_open(arg[0], "xta-sozialamt", (uint16_t)count_of(arg[1]));
	uint64_t size = (uint64_t)count_of(arg[2]) << 20;
	int64_t start = clock_mono();
	struct buf head, tail;
	char id[80];

	buf_init(&head, CALL_MAX);
	buf_init(&tail, CALL_MAX);
	wire_send_head(&head, run_id(id, 98, 0), "portal:1", "ags:1");
	wire_send_tail(&tail);
	(void)wire_large(sender, WIRE_SEND, WIRE_MTOM, buf_view(&head), size, buf_view(&tail));
	(void)printf("sendMessage of %s MB: %.1f s\n", arg[2], (double)(clock_mono() - start) / 1000);
	buf_reset(&head);
	buf_puts(&head, "--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n"
			"Content-Transfer-Encoding: binary\r\nContent-ID: <r>\r\n\r\n");
	wire_get(&head, id);	/* by MTOM, so that the answer is, too */
	start = clock_mono();
	must(wire_large(reader, WIRE_BOX, WIRE_MTOM, buf_view(&head), 0, buf_view(&tail)) > size);
	(void)printf("getMessage of %s MB: %.1f s\n", arg[2], (double)(clock_mono() - start) / 1000);
	buf_fini(&head);
	buf_fini(&tail);
	wire_close(sender);
	wire_close(reader);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args, (*run)(char **arg);
	} modes[] = { { "cpu", 4, run_cpu }, { "rate", 3, run_rate }, { "large", 3, run_large } };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (argc == modes[i].args + 2 && strcmp(argv[1], modes[i].name) == 0)
			return modes[i].run(argv + 2);
	(void)fprintf(stderr, "usage: bench_xta cpu DIR PORT PID N | rate DIR PORT N | large DIR PORT MB\n");
	return 2;
}
