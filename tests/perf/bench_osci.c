/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_osci - what OSCI orders cost the daemon. Works on a sandbox of depesche-sim whose daemon runs.
 *
 *   bench_osci cpu DIR AGS URL PID N COMMIT_US   CPU of the daemon for each of N storeDelivery of 10 KB that were signed
 *                                                and encrypted beforehand, and its ratio to its primitives
 *   bench_osci large DIR AGS URL MB              stores one delivery with an attachment of MB and fetches it again
 *   bench_osci tls PORT N                        holds N idle TLS connections until standard input ends
 *
 * Prints lines "figure: value unit"; ends with 1 if an order was not obeyed.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/client.h"
#include "osci/client.h"
#include "osci/content.h"
#include "osci/read.h"
#include "post.h"
#include "scratch.h"

enum { CONTENT = 10 * 1024, REQUEST_MAX = 1024 * 1024, TIMEOUT_MS = 120000, N_MAX = 2000 };
#define LARGE_MAX (4ull << 30)
#define CHECK(call) check((call), &e, #call)

struct bench {
	const char *dir, *url;
	char addressee[64];		/* AGS */
	struct pki_key *author, *sign, *town;
	struct pki_keyring *sender_keys, *town_keys;
	struct pki_cert *im_cipher, *im_sign;
	struct pki_certs *certs;
	struct http_client *http;
	struct buf *capture;		/* where the request being built goes */
};

static void check(int rc, const struct err *e, const char *what)
{
	if (rc == 0)
		return;
	(void)fprintf(stderr, "bench_osci: %s: %s\n", what, e->text);
	exit(1);
}

static struct pki_key *load_key(const struct bench *b, enum pki_use use, const char *name)
{
	char *key = mem_printf("%s/keys/%s.key.pem", b->dir, name), *cert = mem_printf("%s/keys/%s.cert.pem", b->dir, name);
	struct pki_key *out = NULL;
	struct err e = ERR_INIT;

	CHECK(pki_key_from_pem(use, key, cert, NULL, &out, &e));
	free(key);
	free(cert);
	return out;
}

static struct pki_cert *load_cert(const struct bench *b, const char *name)
{
	char *path = mem_printf("%s/keys/%s.cert.pem", b->dir, name);
	struct pki_cert *out = NULL;
	struct err e = ERR_INIT;

	CHECK(pki_cert_from_file(path, &out, &e));
	free(path);
	return out;
}

static void bench_open(struct bench *b, const char *dir, const char *ags, const char *url)
{
	struct http_client_settings s = { .total_ms = TIMEOUT_MS, .max_answer = LARGE_MAX };
	char *name = mem_printf("%s-cipher", ags);
	struct err e = ERR_INIT;

	*b = (struct bench){ .dir = dir, .url = url, .sender_keys = pki_keyring_new(), .town_keys = pki_keyring_new() };
	CHECK(http_client_check(&e));
	CHECK(pki_content_init(&e));
	CHECK(http_client_new(&s, &b->http, &e));
	b->certs = pki_certs_new(64);
	b->author = load_key(b, PKI_USE_SIGNATURE, "author-sign");
	b->sign = load_key(b, PKI_USE_SIGNATURE, "sender-sign");
	b->town = load_key(b, PKI_USE_CIPHER, name);
	pki_keyring_add(b->sender_keys, load_key(b, PKI_USE_CIPHER, "sender-cipher"));
	pki_keyring_add(b->town_keys, b->town);
	b->im_cipher = load_cert(b, "intermediary-cipher");
	b->im_sign = load_cert(b, "intermediary-sign");
	free(name);
}

static void bench_close(struct bench *b)
{
	pki_key_free(b->author);
	pki_key_free(b->sign);
	pki_keyring_free(b->sender_keys);
	pki_keyring_free(b->town_keys);
	pki_cert_free(b->im_cipher);
	pki_cert_free(b->im_sign);
	pki_certs_free(b->certs);
	http_client_free(b->http);
}

static struct osci_client *open_client(const struct bench *b, const struct pki_keyring *cipher,
				       const struct osci_transport *transport)
{
	struct osci_client_options o = {
		.sign = b->sign, .cipher = cipher, .intermediary_cipher = b->im_cipher,
		.intermediary_signature = b->im_sign, .certs = b->certs, .transport = transport,
		.scratch_begin = gw_scratch_begin, .scratch_free = gw_scratch_free,
		.scratch_ctx = (void *)(uintptr_t)b->dir, .max_answer = LARGE_MAX,
	};
	struct osci_client *c = NULL;
	struct err e = ERR_INIT;

	CHECK(osci_client_new(&o, &c, &e));
	return c;
}

/* ---- bytes to send: the same ones each time they are opened ---- */

struct pattern {
	struct src src;
	uint64_t at, size;
};

static int pattern_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct pattern *p = (struct pattern *)s;
	uint8_t *out = data;

	(void)e;
	*got = p->size - p->at < cap ? (size_t)(p->size - p->at) : cap;
	for (size_t i = 0; i < *got; i++)
		out[i] = (uint8_t)((p->at + i) * 2654435761u >> 24);
	p->at += *got;
	return 0;
}

static void pattern_close(struct src *s)
{
	free(s);
}

static int pattern_open(void *ctx, struct src **out, struct err *e)
{
	struct pattern *p = mem_new(sizeof(*p));

	(void)e;
	*p = (struct pattern){ { pattern_read, pattern_close }, 0, *(const uint64_t *)ctx };
	*out = &p->src;
	return 0;
}

/* One storeDelivery of size bytes: inside the container, or as an attachment. */
static int store(const struct bench *b, struct osci_client *c, const char *message_id, uint64_t size, bool attached,
		 struct arena *a, struct err *e)
{
	struct osci_part part = { .id = "c1", .cid = attached ? "large" : NULL, .size = size, .open = pattern_open,
				  .ctx = &size };
	struct pki_cert *reader = b->town->cert;
	struct osci_package_job job = { .parts = &part, .part_count = 1, .author = b->author, .originator = b->sign,
					.addressee = reader, .readers = &reader, .reader_count = 1 };
	struct osci_outgoing d = { .message_id = message_id, .subject = "bench" };
	struct osci_package *p = NULL;
	struct osci_card card;
	int rc = osci_package_make(&job, &p, e);

	if (rc != 0)
		return rc;
	osci_package_fill(p, &d);
	rc = osci_client_store(c, &d, a, &card, e);
	osci_package_free(p);
	return rc;
}

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
	struct osci_client *asks, *builds = open_client(b, b->sender_keys, &keeper);
	struct arena *a = arena_new();
	struct gw_post post;
	struct err e = ERR_INIT;

	gw_post_init(&post, b->http, b->url, b->dir, TIMEOUT_MS, LARGE_MAX);
	asks = open_client(b, b->sender_keys, &post.transport);
	for (unsigned i = 0; i < n; i++) {
		const char *id;

		arena_reset(a);
		e = (struct err)ERR_INIT;
		CHECK(osci_client_get_message_id(asks, a, &id, &e));
		buf_init(&requests[i], REQUEST_MAX);
		b->capture = &requests[i];
		if (store(b, builds, id, CONTENT, false, a, &e) != ERR_UNREACHABLE)
			check(1, &e, "build");
	}
	osci_client_free(asks);
	osci_client_free(builds);
	gw_post_fini(&post);
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

	CHECK(http_client_do(b->http, &c, &got, &e));
	if (got.status != 200)
		check(1, &(struct err){ .text = "HTTP status" }, b->url);
	http_answer_fini(&got);
	src_close(c.body);
	sink_close(c.to);
}

static void check_answer(const struct bench *b, const struct buf *answer, struct arena *a)
{
	struct osci_read_options o = { .keys = b->sender_keys, .certs = b->certs, .answers = true, .max_size = REQUEST_MAX };
	struct src *in = src_of_mem(answer->p, answer->n);
	struct osci_intake intake;
	struct osci_message m;
	struct err e = ERR_INIT;
	void *scratch;

	CHECK(gw_scratch_begin((void *)(uintptr_t)b->dir, &intake, &scratch, &e));
	CHECK(osci_read(&o, in, &intake, a, &m, &e));
	if (m.feedback_count == 0 || strcmp(m.feedback[0].code, "0800") != 0) {
		(void)fprintf(stderr, "bench_osci: storeDelivery answered %s\n",
			      m.feedback_count > 0 ? m.feedback[0].code : "nothing");
		exit(1);
	}
	osci_message_fini(&m);
	gw_scratch_free(NULL, scratch);
	src_close(in);
}

static double cpu_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the primitives, with OpenSSL's own calls, on the keys of the sandbox ---- */

enum { ROUNDS = 200 };


static EVP_PKEY_CTX *oaep(EVP_PKEY *key, bool encrypt)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);

	must((encrypt ? EVP_PKEY_encrypt_init(c) : EVP_PKEY_decrypt_init(c)) == 1 &&
		 EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_OAEP_PADDING) == 1 &&
		 EVP_PKEY_CTX_set_rsa_oaep_md(c, EVP_sha256()) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(c, EVP_sha256()) == 1);
	return c;
}

static void cost_oaep(EVP_PKEY *key, double *encrypt, double *decrypt)
{
	EVP_PKEY_CTX *en = oaep(key, true), *de = oaep(key, false);
	uint8_t secret[32] = { 1 }, box[1024], open[1024];
	size_t n = 0, m;
	double start = cpu_now();

	for (int i = 0; i < ROUNDS; i++)
		n = sizeof(box), must(EVP_PKEY_encrypt(en, box, &n, secret, sizeof(secret)) == 1);
	*encrypt = (cpu_now() - start) / ROUNDS;
	start = cpu_now();
	for (int i = 0; i < ROUNDS; i++)
		m = sizeof(open), must(EVP_PKEY_decrypt(de, open, &m, box, n) == 1);
	*decrypt = (cpu_now() - start) / ROUNDS;
	EVP_PKEY_CTX_free(en);
	EVP_PKEY_CTX_free(de);
}

static void cost_sign(EVP_PKEY *key, double *sign, double *verify)
{
	uint8_t digest[32] = { 1 }, sig[1024];
	EVP_PKEY_CTX *s = EVP_PKEY_CTX_new(key, NULL), *v = EVP_PKEY_CTX_new(key, NULL);
	size_t n = 0;
	double start;

	must(EVP_PKEY_sign_init(s) == 1 && EVP_PKEY_CTX_set_signature_md(s, EVP_sha256()) == 1);
	must(EVP_PKEY_verify_init(v) == 1 && EVP_PKEY_CTX_set_signature_md(v, EVP_sha256()) == 1);
	start = cpu_now();
	for (int i = 0; i < ROUNDS; i++)
		n = sizeof(sig), must(EVP_PKEY_sign(s, sig, &n, digest, sizeof(digest)) == 1);
	*sign = (cpu_now() - start) / ROUNDS;
	start = cpu_now();
	for (int i = 0; i < ROUNDS; i++)
		must(EVP_PKEY_verify(v, sig, n, digest, sizeof(digest)) == 1);
	*verify = (cpu_now() - start) / ROUNDS;
	EVP_PKEY_CTX_free(s);
	EVP_PKEY_CTX_free(v);
}

/* AES-256-GCM and SHA-256 over the bytes of request and answer: once each. */
static double cost_bulk(size_t n)
{
	uint8_t *data = mem_new(n + 16), key[32] = { 1 }, iv[12] = { 2 }, digest[32];
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	double start = cpu_now();

	for (int i = 0; i < ROUNDS; i++) {
		int got;

		must(EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, iv) == 1 &&
			 EVP_EncryptUpdate(c, data, &got, data, (int)n) == 1 &&
			 EVP_EncryptFinal_ex(c, data + n, &got) == 1 &&
			 EVP_Digest(data, n, digest, NULL, EVP_sha256(), NULL) == 1);
	}
	start = (cpu_now() - start) / ROUNDS;
	EVP_CIPHER_CTX_free(c);
	free(data);
	return start;
}

/* Both private operations happen with the intermediary's keys. */
static double primitives(const struct bench *b, size_t bytes, double commit)
{
	struct pki_key *cipher = load_key(b, PKI_USE_CIPHER, "intermediary-cipher");
	struct pki_key *sign_key = load_key(b, PKI_USE_SIGNATURE, "intermediary-sign");
	double encrypt, decrypt, sign, verify, bulk = cost_bulk(bytes);

	cost_oaep(cipher->key, &encrypt, &decrypt);
	cost_sign(sign_key->key, &sign, &verify);
	pki_key_free(cipher);
	pki_key_free(sign_key);
	(void)printf("primitives: RSA decrypt: %.0f us\nprimitives: RSA sign: %.0f us\nprimitives: RSA verify: %.0f us\n"
		     "primitives: RSA encrypt: %.0f us\nprimitives: AES-256-GCM and SHA-256 of %zu bytes: %.0f us\n"
		     "primitives: share of a commit: %.0f us\n",
		     decrypt * 1e6, sign * 1e6, verify * 1e6, encrypt * 1e6, bytes, bulk * 1e6, commit * 1e6);
	return encrypt + decrypt + sign + verify + bulk + commit;
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
	sum = primitives(&b, bytes, strtod(arg[5], NULL) / 1e6);
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
	struct gw_post post;
	struct err e = ERR_INIT;
	const char *id;
	bool more;
	int64_t start;

	bench_open(&b, arg[0], arg[1], arg[2]);
	gw_post_init(&post, b.http, b.url, b.dir, TIMEOUT_MS, LARGE_MAX);
	c = open_client(&b, b.sender_keys, &post.transport);
	CHECK(osci_client_get_message_id(c, a, &id, &e));
	start = clock_mono();
	CHECK(store(&b, c, id, size, true, a, &e));
	(void)printf("storeDelivery of %s MB: %.1f s\n", arg[3], (double)(clock_mono() - start) / 1000);
	osci_client_free(c);
	c = open_client(&b, b.town_keys, &post.transport);
	CHECK(osci_client_init_dialog(c, &e));
	start = clock_mono();
	CHECK(osci_client_fetch(c, id, &intake, a, &m, &more, &e));
	(void)printf("fetchDelivery of %s MB: %.1f s\n", arg[3], (double)(clock_mono() - start) / 1000);
	osci_message_fini(&m);
	CHECK(osci_client_exit_dialog(c, &e));
	osci_client_free(c);
	gw_post_fini(&post);
	arena_free(a);
	bench_close(&b);
	if (attached < size)
		check(1, &(struct err){ .text = "less came back than was stored" }, "fetch");
	return 0;
}

/* ---- idle connections ---- */

static SSL *dial(SSL_CTX *ctx, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	SSL *s = SSL_new(ctx);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0 || SSL_set_fd(s, fd) != 1 ||
	    SSL_connect(s) != 1) {
		perror("bench_osci: connection");
		exit(1);
	}
	return s;
}

static int run_tls(char **arg)
{
	unsigned long port = strtoul(arg[0], NULL, 10), n = strtoul(arg[1], NULL, 10);
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());	/* trusts anybody: no secret is sent */
	SSL **open;
	int c;

	must(n > 0 && n <= N_MAX && port <= UINT16_MAX);
	open = mem_new(n * sizeof(SSL *));
	for (unsigned long i = 0; i < n; i++)
		open[i] = dial(ctx, (uint16_t)port);
	(void)printf("open\n");
	(void)fflush(stdout);
	do
		c = getchar();
	while (c != EOF);
	for (unsigned long i = 0; i < n; i++) {
		int fd = SSL_get_fd(open[i]);

		SSL_free(open[i]);
		(void)close(fd);
	}
	free(open);
	SSL_CTX_free(ctx);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args, (*run)(char **arg);
	} modes[] = { { "cpu", 6, run_cpu }, { "large", 4, run_large }, { "tls", 2, run_tls } };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (argc == modes[i].args + 2 && strcmp(argv[1], modes[i].name) == 0)
			return modes[i].run(argv + 2);
	(void)fprintf(stderr, "usage: bench_osci cpu DIR AGS URL PID N COMMIT_US | large DIR AGS URL MB | tls PORT N\n");
	return 2;
}
