/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * primitives - what the cryptography of one order costs by itself, with OpenSSL's own calls: the measure for what the
 * daemon adds. One thread.
 */
#ifndef PERF_PRIMITIVES_H
#define PERF_PRIMITIVES_H

#include <stddef.h>

#include <openssl/evp.h>

/* RSA encryption, decryption, signature and verification, and AES-256-GCM and SHA-256 over bytes (request and answer),
 * once each: prints a figure for each and returns the sum with commit, in seconds of CPU. cipher, sign: private RSA keys
 * of the intermediary, with which both private operations happen. */
double primitives_measure(EVP_PKEY *cipher, EVP_PKEY *sign, size_t bytes, double commit);

/* One private operation with the RSA key: the mean of an OAEP decryption and a signature. */
double primitives_private(EVP_PKEY *key);
double primitives_cpu(void);	/* of this thread so far, in seconds */

#endif
