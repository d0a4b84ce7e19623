/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * digest - message digests over spans and streams, hex, and comparison in constant time. Any thread.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/stream.h"

enum digest_alg { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGEST_SHA3_256, DIGEST_SHA3_384,
		  DIGEST_SHA3_512 };

#define DIGEST_MAX 64
#define SHA256_LEN 32

struct digest;	/* a running computation; one thread at a time */

size_t digest_len(enum digest_alg alg);
struct digest *digest_new(enum digest_alg alg);
void digest_add(struct digest *d, const void *data, size_t n);
/* Stores digest_len() bytes; the computation is over, only digest_free may follow. */
void digest_end(struct digest *d, uint8_t *out);
void digest_free(struct digest *d);

void sha256(const void *data, size_t n, uint8_t out[SHA256_LEN]);
/* HMAC-SHA-256 (RFC 2104) under a key of 32 octets. */
void hmac_sha256(const uint8_t key[SHA256_LEN], const void *data, size_t n, uint8_t out[SHA256_LEN]);
/* A sink that adds everything to d (which it borrows) and passes it on to below (may be NULL, borrowed). */
struct sink *sink_digest(struct digest *d, struct sink *below);

void hex_encode(const uint8_t *data, size_t n, char *out);	/* 2n lower case digits and a NUL */
bool hex_decode(struct span text, uint8_t *out, size_t n);	/* exactly 2n digits */
bool bytes_equal(const void *a, const void *b, size_t n);	/* time does not depend on the content */

#endif
