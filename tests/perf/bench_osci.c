/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_osci - what OSCI orders cost the daemon. Works on a sandbox of depesche-sim whose daemon runs.
 *
 *   bench_osci cpu DIR AGS URL PID N COMMIT_US   CPU of the daemon for each of N storeDelivery of 10 KB that were signed
 *                                                and encrypted beforehand, and its ratio to its primitives
 *   bench_osci large DIR AGS URL MB              stores one delivery with an attachment of MB and fetches it again
 *   bench_osci tls PORT N                        holds N idle TLS connections until standard input ends
 *   bench_osci plain PORT N                      the same without TLS; each has had one answer
 *
 * Prints lines "figure: value unit"; ends with 1 if an order was not obeyed.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench.h"
#include "osci/read.h"
#include "peer/post.h"
#include "primitives.h"
#include "peer/scratch.h"

enum { CONTENT = 10 * 1024, REQUEST_MAX = 1024 * 1024, N_MAX = 100000 };

/* ---- CPU of the daemon for one storeDelivery ---- */

/* A transport that keeps the request instead of sending it. */
static int keep(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	struct bench *b = ctx;
	int rc = stream_to_buf(request, b->capture, "request", e);

	(void)size;
	*answer = NULL;
	*sent = false;
	return rc != 0 ? rc : err_set(e, ERR_UNREACHABLE, "kept");
}

static void build(struct bench *b, struct buf *requests, unsigned n)
{
	struct osci_transport keeper = { keep, b };
	struct osci_client *asks, *builds = bench_client(b, b->sender_keys, &keeper);
	struct arena *a = arena_new();
	struct peer_post post;
	struct err e = ERR_INIT;

	peer_post_init(&post, b->http, b->url, b->dir, BENCH_TIMEOUT_MS, BENCH_ANSWER_MAX);
	asks = bench_client(b, b->sender_keys, &post.transport);
	for (unsigned i = 0; i < n; i++) {
		const char *id;

		arena_reset(a);
		e = (struct err)ERR_INIT;
		BENCH_CHECK(osci_client_get_message_id(asks, a, &id, &e));
		buf_init(&requests[i], REQUEST_MAX);
		b->capture = &requests[i];
		if (bench_store(b, builds, id, CONTENT, false, a, &e) != ERR_UNREACHABLE)
			bench_check(1, &e, "build");
	}
	osci_client_free(asks);
	osci_client_free(builds);
	peer_post_fini(&post);
	arena_free(a);
}

/* utime + stime of a process. */
static double cpu_of(long pid)
{
	char *path = mem_printf("/proc/%ld/stat", pid), line[1024];
	unsigned long user = 0, sys = 0;
	FILE *f = fopen(path, "r");
	const char *at = f != NULL && fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;

	if (at == NULL || sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys) != 2) {
		(void)fprintf(stderr, "bench_osci: no process %ld\n", pid);
		exit(1);
	}
	(void)fclose(f);
	free(path);
	return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

static void post_raw(const struct bench *b, struct buf *request, struct buf *answer)
{
	static const struct http_pair headers[] = { { "Content-Type", "text/xml; charset=utf-8" }, { NULL, NULL } };
	struct http_call c = { .method = "POST", .url = b->url, .headers = headers, .body_length = (int64_t)request->n,
			       .body = src_of_mem(request->p, request->n), .to = sink_to_buf(answer) };
	struct http_answer got;
	struct err e = ERR_INIT;

	BENCH_CHECK(http_client_do(b->http, &c, &got, &e));
	if (got.status != 200)
		bench_check(1, &(struct err){ .text = "HTTP status" }, b->url);
	http_answer_fini(&got);
	src_close(c.body);
	sink_close(c.to);
}

static void check_answer(const struct bench *b, const struct buf *answer, struct arena *a)
{
	struct osci_read_options o = { .keys = b->sender_keys, .certs = b->certs, .answers = true, .max_size = REQUEST_MAX };
	struct src *in = src_of_mem(answer->p, answer->n);
	struct osci_scratch scratch;
	struct osci_message m;
	enum osci_code code;
	struct err e = ERR_INIT;
	void *handle;

	BENCH_CHECK(b->scratches.begin(b->scratches.ctx, &scratch, &handle, &e));
	BENCH_CHECK(osci_read(&o, in, NULL, &scratch, a, &m, &code, &e));
	if (m.feedback_count == 0 || strcmp(m.feedback[0].code, "0800") != 0) {
		(void)fprintf(stderr, "bench_osci: storeDelivery answered %s\n",
			      m.feedback_count > 0 ? m.feedback[0].code : "nothing");
		exit(1);
	}
	osci_message_fini(&m);
	b->scratches.free(b->scratches.ctx, handle);
	src_close(in);
}

static double cost_of_primitives(const struct bench *b, size_t bytes, double commit)
{
	struct pki_key *cipher = bench_load_key(b, PKI_USE_CIPHER, "intermediary-cipher");
	struct pki_key *sign = bench_load_key(b, PKI_USE_SIGNATURE, "intermediary-sign");
	double sum = primitives_measure(cipher->key, sign->key, bytes, commit);

	pki_key_free(cipher);
	pki_key_free(sign);
	return sum;
}

static int run_cpu(char **arg)
{
	struct bench b;
	long pid = strtol(arg[3], NULL, 10);
	unsigned n = (unsigned)strtoul(arg[4], NULL, 10);
	struct buf *requests, *answers;
	struct arena *a = arena_new();
	double cpu, sum;
	size_t bytes;

	must(n > 0 && n <= N_MAX);
	requests = mem_new(n * sizeof(*requests));
	answers = mem_new(n * sizeof(*answers));
	bench_open(&b, arg[0], arg[1], arg[2]);
	build(&b, requests, n);
	cpu = cpu_of(pid);
	for (unsigned i = 0; i < n; i++) {
		buf_init(&answers[i], REQUEST_MAX);
		post_raw(&b, &requests[i], &answers[i]);
	}
	cpu = (cpu_of(pid) - cpu) / n;
	bytes = requests[0].n + answers[0].n;
	for (unsigned i = 0; i < n; i++) {
		arena_reset(a);
		check_answer(&b, &answers[i], a);
		buf_fini(&requests[i]);
		buf_fini(&answers[i]);
	}
	sum = cost_of_primitives(&b, bytes, strtod(arg[5], NULL) / 1e6);
	(void)printf("CPU per storeDelivery of 10 KB: %.2f ms\nits primitives: %.2f ms\nratio to its primitives: %.2f x\n",
		     cpu * 1e3, sum * 1e3, cpu / sum);
	arena_free(a);
	free(requests);
	free(answers);
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

	must(n > 0 && n <= N_MAX);
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
	} modes[] = { { "cpu", 6, run_cpu }, { "large", 4, run_large }, { "tls", 2, run_tls },
		    { "plain", 2, run_plain } };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (argc == modes[i].args + 2 && strcmp(argv[1], modes[i].name) == 0)
			return modes[i].run(argv + 2);
	(void)fprintf(stderr, "usage: bench_osci cpu DIR AGS URL PID N COMMIT_US | large DIR AGS URL MB | tls|plain PORT N\n");
	return 2;
}
