/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench - what the figures about OSCI have in common: the keys of a sandbox, a client with them, one storeDelivery.
 * Whatever goes wrong ends the program with 1 and a line on standard error. One thread.
 */
#ifndef PERF_BENCH_H
#define PERF_BENCH_H

#include "http/client.h"
#include "osci/client.h"
#include "pki/keyring.h"

enum { BENCH_TIMEOUT_MS = 120000 };
#define BENCH_ANSWER_MAX (4ull << 30)
/* Ends the program unless the call, which has &e, returns 0. */
#define BENCH_CHECK(call) bench_check((call), &e, #call)

struct bench {
	const char *dir, *url;
	char addressee[64];		/* AGS */
	struct pki_key *author, *sign, *town;
	struct pki_keyring *sender_keys, *town_keys;
	struct pki_cert *im_cipher, *im_sign;
	struct pki_certs *certs;
	struct http_client *http;
	struct osci_scratches scratches;
	struct buf *capture;		/* where the request being built goes */
};

void bench_check(int rc, const struct err *e, const char *what);
/* dir and url are borrowed. ags: whose cipher key is the addressee's. */
void bench_open(struct bench *b, const char *dir, const char *ags, const char *url);
void bench_close(struct bench *b);
/* A key of the sandbox with its certificate; the caller frees it. */
struct pki_key *bench_load_key(const struct bench *b, enum pki_use use, const char *name);
/* b, cipher and transport are borrowed; the caller frees the client. */
struct osci_client *bench_client(const struct bench *b, const struct pki_keyring *cipher,
				 const struct osci_transport *transport);
/* One storeDelivery of size bytes, the same ones each time: inside the container, or as an attachment. Returns what
 * osci_client_store does. */
int bench_store(const struct bench *b, struct osci_client *c, const char *message_id, uint64_t size, bool attached,
		struct arena *a, struct err *e);

/* User and system time of a process, 0: this one, in seconds. */
double bench_cpu_of(long pid);

#endif
