/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crypt - AES-256-GCM and key derivation for data at rest; OpenSSL stays behind this.
 *
 * Nothing is ever encrypted twice under one key and nonce: each part has a key of its own (derived from the message's
 * key and the part's id, which is never reused) and counts its blocks; everything else takes a random nonce.
 * Any thread; one thread at a time per struct spool_crypt.
 */
#ifndef SPOOL_CRYPT_H
#define SPOOL_CRYPT_H

#include "base/err.h"
#include "base/span.h"

#define SPOOL_KEY_LEN 32
#define SPOOL_NONCE_LEN 12
#define SPOOL_TAG_LEN 16

struct spool_crypt;	/* a key made ready */

struct spool_crypt *spool_crypt_new(const uint8_t key[SPOOL_KEY_LEN]);
void spool_crypt_free(struct spool_crypt *c);	/* wipes; NULL is allowed */
/* out receives n + SPOOL_TAG_LEN bytes; in and out may be the same. */
void spool_crypt_seal(struct spool_crypt *c, const uint8_t nonce[SPOOL_NONCE_LEN], struct span aad, const void *in,
		      size_t n, uint8_t *out);
/* n includes the tag; out receives n - SPOOL_TAG_LEN bytes. False, and out zeroed, if anything was changed. */
bool spool_crypt_open(struct spool_crypt *c, const uint8_t nonce[SPOOL_NONCE_LEN], struct span aad, const void *in,
		      size_t n, uint8_t *out);

/* out = HMAC-SHA256(key, label || context): a key for one purpose. */
void spool_crypt_derive(const uint8_t key[SPOOL_KEY_LEN], const char *label, struct span context,
			uint8_t out[SPOOL_KEY_LEN]);
void spool_wipe(void *p, size_t n);

/* Whole values with a random nonce in front: nonce, ciphertext, tag. */
#define SPOOL_SEALED_LEN(n) ((n) + SPOOL_NONCE_LEN + SPOOL_TAG_LEN)
void spool_seal(const uint8_t key[SPOOL_KEY_LEN], struct span aad, const void *in, size_t n, uint8_t *out);
bool spool_unseal(const uint8_t key[SPOOL_KEY_LEN], struct span aad, struct span sealed, uint8_t *out);

#endif
