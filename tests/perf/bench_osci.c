/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_osci - what OSCI orders cost the daemon. Works on a sandbox of depesche-sim whose daemon runs.
 *
 *   bench_osci cpu DIR AGS URL PID N   CPU of the daemon for each of N storeDelivery of 10 KB that were signed and
 *                                      encrypted beforehand, and its ratio to its primitives
 *   bench_osci large DIR AGS URL MB    stores one delivery with an attachment of MB and fetches it again
 *   bench_osci tls PORT N              holds N idle TLS connections until standard input ends
 *   bench_osci plain PORT N            the same without TLS; each has had one answer
 *
 * Prints lines "figure: value unit"; ends with 1 if an order was not obeyed.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench.h"
#include "orders.h"
#include "peer/post.h"
#include "primitives.h"

/* ---- CPU of the daemon for one storeDelivery ---- */

/* Both turn about, order by order: what slows one down slows the other. */
static int run_cpu(char **arg)
{
	struct bench b;
	long pid = strtol(arg[3], NULL, 10);
	unsigned n = (unsigned)strtoul(arg[4], NULL, 10);
	struct pki_key *cipher, *sign;
	struct primitives *p = NULL;
	struct order *orders;
	double cpu, sum;

	must(n > 0 && n <= ORDERS_MAX);
	orders = mem_new(n * sizeof(*orders));
	bench_open(&b, arg[0], arg[1], arg[2]);
	cipher = bench_load_key(&b, PKI_USE_CIPHER, "intermediary-cipher");
	sign = bench_load_key(&b, PKI_USE_SIGNATURE, "intermediary-sign");
	orders_build(&b, orders, n);
	cpu = bench_cpu_of(pid);
	for (unsigned i = 0; i < n; i++) {
		orders_post(&b, &orders[i]);
		if (p == NULL)
			p = primitives_new(cipher->key, sign->key, orders[0].request.n, ORDER_KEPT, orders[0].answer.n, arg[0]);
		primitives_order(p);
	}
	cpu = (bench_cpu_of(pid) - cpu) / n;
	orders_check(&b, orders, n);
	primitives_report(p);
	sum = primitives_cost(p);
	(void)printf("CPU per storeDelivery of 10 KB: %.2f ms\nits primitives: %.2f ms\nratio to its primitives: %.2f x\n",
		     cpu * 1e3, sum * 1e3, cpu / sum);
	primitives_free(p);
	pki_key_free(cipher);
	pki_key_free(sign);
	free(orders);
	bench_close(&b);
	return 0;
}

/* ---- one large delivery ---- */

static int count_part(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	(void)name, (void)type, (void)cid, (void)e;
	*out = sink_count(NULL, ctx);
	return 0;
}

static int run_large(char **arg)
{
	struct bench b;
	uint64_t size = strtoull(arg[3], NULL, 10) << 20, attached = 0;
	struct osci_intake intake = { .part = count_part, .ctx = &attached };
	struct arena *a = arena_new();
	struct osci_client *c;
	struct osci_message m;
	struct peer_post post;
	struct err e = ERR_INIT;
	const char *id;
	bool more;
	int64_t start;

	bench_open(&b, arg[0], arg[1], arg[2]);
	peer_post_init(&post, b.http, b.url, b.dir, BENCH_TIMEOUT_MS, BENCH_ANSWER_MAX);
	c = bench_client(&b, b.sender_keys, &post.transport);
	BENCH_CHECK(osci_client_get_message_id(c, a, &id, &e));
	start = clock_mono();
	BENCH_CHECK(bench_store(&b, c, id, size, true, a, &e));
	(void)printf("storeDelivery of %s MB: %.1f s\n", arg[3], (double)(clock_mono() - start) / 1000);
	osci_client_free(c);
	c = bench_client(&b, b.town_keys, &post.transport);
	BENCH_CHECK(osci_client_init_dialog(c, &e));
	start = clock_mono();
	BENCH_CHECK(osci_client_fetch(c, id, &intake, a, &m, &more, &e));
	(void)printf("fetchDelivery of %s MB: %.1f s\n", arg[3], (double)(clock_mono() - start) / 1000);
	osci_message_fini(&m);
	BENCH_CHECK(osci_client_exit_dialog(c, &e));
	osci_client_free(c);
	peer_post_fini(&post);
	arena_free(a);
	bench_close(&b);
	if (attached < size)
		bench_check(1, &(struct err){ .text = "less came back than was stored" }, "fetch");
	return 0;
}

/* ---- idle connections ---- */

static void need(bool good)
{
	if (good)
		return;
	perror("bench_osci: connection");
	exit(1);
}

static int dial(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	need(fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0);
	return fd;
}

/* Says that all are open, and keeps them until standard input ends. */
static void hold(void)
{
	int c;

	(void)printf("open\n");
	(void)fflush(stdout);
	do
		c = getchar();
	while (c != EOF);
}

static unsigned long count_of(const char *text)
{
	unsigned long n = strtoul(text, NULL, 10);

	must(n > 0 && n <= ORDERS_MAX);
	return n;
}

static int run_tls(char **arg)
{
	unsigned long port = strtoul(arg[0], NULL, 10), n = count_of(arg[1]);
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());	/* trusts anybody: no secret is sent */
	SSL **open = mem_new(n * sizeof(SSL *));

	for (unsigned long i = 0; i < n; i++) {
		open[i] = SSL_new(ctx);
		need(SSL_set_fd(open[i], dial((uint16_t)port)) == 1 && SSL_connect(open[i]) == 1);
	}
	hold();
	for (unsigned long i = 0; i < n; i++) {
		int fd = SSL_get_fd(open[i]);

		SSL_free(open[i]);
		(void)close(fd);
	}
	free(open);
	SSL_CTX_free(ctx);
	return 0;
}

/* Each has had one answer before it falls idle. */
static int run_plain(char **arg)
{
	static const char ask[] = "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n";
	unsigned long port = strtoul(arg[0], NULL, 10), n = count_of(arg[1]);
	int *open = mem_new(n * sizeof(*open));
	char answer[8192];

	for (unsigned long i = 0; i < n; i++) {
		open[i] = dial((uint16_t)port);
		need(send(open[i], ask, sizeof(ask) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(ask) - 1 &&
		     recv(open[i], answer, sizeof(answer), 0) > 0);
	}
	hold();
	for (unsigned long i = 0; i < n; i++)
		(void)close(open[i]);
	free(open);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args, (*run)(char **arg);
	} modes[] = { { "cpu", 5, run_cpu }, { "large", 4, run_large }, { "tls", 2, run_tls },
		    { "plain", 2, run_plain } };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (argc == modes[i].args + 2 && strcmp(argv[1], modes[i].name) == 0)
			return modes[i].run(argv + 2);
	(void)fprintf(stderr, "usage: bench_osci cpu DIR AGS URL PID N | large DIR AGS URL MB | tls|plain PORT N\n");
	return 2;
}
