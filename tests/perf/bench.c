/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys and a client for the figures about OSCI. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "bench.h"
#include "osci/content.h"
#include "pki/xml_make.h"
#include "peer/scratch.h"

void bench_check(int rc, const struct err *e, const char *what)
{
	if (rc == 0)
		return;
	(void)fprintf(stderr, "bench_osci: %s: %s\n", what, e->text);
	exit(1);
}

struct pki_key *bench_load_key(const struct bench *b, enum pki_use use, const char *name)
{
	char *key = mem_printf("%s/keys/%s.key.pem", b->dir, name), *cert = mem_printf("%s/keys/%s.cert.pem", b->dir, name);
	struct pki_key *out = NULL;
	struct err e = ERR_INIT;

	BENCH_CHECK(pki_key_from_pem(use, key, cert, NULL, &out, &e));
	free(key);
	free(cert);
	return out;
}

static struct pki_cert *load_cert(const struct bench *b, const char *name)
{
	char *path = mem_printf("%s/keys/%s.cert.pem", b->dir, name);
	struct pki_cert *out = NULL;
	struct err e = ERR_INIT;

	BENCH_CHECK(pki_cert_from_file(path, &out, &e));
	free(path);
	return out;
}

void bench_open(struct bench *b, const char *dir, const char *ags, const char *url)
{
	struct http_client_settings s = { .total_ms = BENCH_TIMEOUT_MS, .max_answer = BENCH_ANSWER_MAX };
	char *name = mem_printf("%s-cipher", ags);
	struct err e = ERR_INIT;

	*b = (struct bench){ .dir = dir, .url = url, .sender_keys = pki_keyring_new(), .town_keys = pki_keyring_new(),
			     .scratches = peer_scratches(dir) };
	BENCH_CHECK(http_client_check(&e));
	BENCH_CHECK(pki_xml_init(&e));
	BENCH_CHECK(http_client_new(&s, &b->http, &e));
	b->certs = pki_certs_new(PKI_CERTS_BYTES);
	b->author = bench_load_key(b, PKI_USE_SIGNATURE, "author-sign");
	b->sign = bench_load_key(b, PKI_USE_SIGNATURE, "sender-sign");
	b->town = bench_load_key(b, PKI_USE_CIPHER, name);
	pki_keyring_add(b->sender_keys, bench_load_key(b, PKI_USE_CIPHER, "sender-cipher"));
	pki_keyring_add(b->town_keys, b->town);
	b->im_cipher = load_cert(b, "intermediary-cipher");
	b->im_sign = load_cert(b, "intermediary-sign");
	free(name);
}

void bench_close(struct bench *b)
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

double bench_cpu_of(long pid)
{
	clockid_t clock;
	struct timespec t;

	if (clock_getcpuclockid((pid_t)pid, &clock) != 0 || clock_gettime(clock, &t) != 0) {
		(void)fprintf(stderr, "bench_osci: no process %ld\n", pid);
		exit(1);
	}
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct osci_client *bench_client(const struct bench *b, const struct pki_keyring *cipher,
				 const struct osci_transport *transport)
{
	struct osci_client_options o = {
		.sign = b->sign, .cipher = cipher, .intermediary_cipher = b->im_cipher,
		.intermediary_signature = b->im_sign, .certs = b->certs, .transport = transport,
		.scratches = &b->scratches, .max_answer = BENCH_ANSWER_MAX,
	};
	struct osci_client *c = NULL;
	struct err e = ERR_INIT;

	BENCH_CHECK(osci_client_new(&o, &c, &e));
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

int bench_store(const struct bench *b, struct osci_client *c, const char *message_id, uint64_t size, bool attached,
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
