/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * primitives - what one storeDelivery cannot do without, by itself, with the calls of OpenSSL and the kernel: the measure
 * for what the daemon adds. One thread.
 */
#ifndef PERF_PRIMITIVES_H
#define PERF_PRIMITIVES_H

#include <stddef.h>

#include <openssl/evp.h>

struct primitives;

/* Sizes of the request, of what of it is kept, and of the answer, in bytes. cipher, sign: private RSA keys of the
 * intermediary, with which both private operations happen; borrowed; both NULL: an order without any.
 * dir: where a file is written and synced. */
struct primitives *primitives_new(EVP_PKEY *cipher, EVP_PKEY *sign, size_t request, size_t kept, size_t answer,
				  const char *dir);
/* Those of one order, once: the request from a local socket; RSA decryption and verification; AES-256-GCM over request,
 * kept and answer; SHA-256 over the same; a commit of two pages and kept; RSA signature and encryption; the answer to
 * the socket. */
void primitives_order(struct primitives *p);
/* Seconds of CPU of one order, on the average of all so far. */
double primitives_cost(const struct primitives *p);
void primitives_report(const struct primitives *p);	/* prints a figure for each part */
void primitives_free(struct primitives *p);

/* One private operation with the RSA key: a signature. Seconds of CPU. */
double primitives_private(EVP_PKEY *key);
double primitives_cpu(void);	/* of this thread so far, in seconds */

#endif
