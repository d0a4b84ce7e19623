/* SPDX-License-Identifier: EUPL-1.2 */
/* What the cryptography of one order costs by itself. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/rsa.h>

#include "base/mem.h"
#include "primitives.h"

enum { ROUNDS = 200 };

double primitives_cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

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
	double start = primitives_cpu();

	for (int i = 0; i < ROUNDS; i++)
		n = sizeof(box), must(EVP_PKEY_encrypt(en, box, &n, secret, sizeof(secret)) == 1);
	*encrypt = (primitives_cpu() - start) / ROUNDS;
	start = primitives_cpu();
	for (int i = 0; i < ROUNDS; i++)
		m = sizeof(open), must(EVP_PKEY_decrypt(de, open, &m, box, n) == 1);
	*decrypt = (primitives_cpu() - start) / ROUNDS;
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
	start = primitives_cpu();
	for (int i = 0; i < ROUNDS; i++)
		n = sizeof(sig), must(EVP_PKEY_sign(s, sig, &n, digest, sizeof(digest)) == 1);
	*sign = (primitives_cpu() - start) / ROUNDS;
	start = primitives_cpu();
	for (int i = 0; i < ROUNDS; i++)
		must(EVP_PKEY_verify(v, sig, n, digest, sizeof(digest)) == 1);
	*verify = (primitives_cpu() - start) / ROUNDS;
	EVP_PKEY_CTX_free(s);
	EVP_PKEY_CTX_free(v);
}

/* AES-256-GCM and SHA-256 over the bytes of request and answer: once each. */
static double cost_bulk(size_t n)
{
	uint8_t *data = mem_new(n + 16), key[32] = { 1 }, iv[12] = { 2 }, digest[32];
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	double start = primitives_cpu();

	for (int i = 0; i < ROUNDS; i++) {
		int got;

		must(EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, iv) == 1 &&
			 EVP_EncryptUpdate(c, data, &got, data, (int)n) == 1 &&
			 EVP_EncryptFinal_ex(c, data + n, &got) == 1 &&
			 EVP_Digest(data, n, digest, NULL, EVP_sha256(), NULL) == 1);
	}
	start = (primitives_cpu() - start) / ROUNDS;
	EVP_CIPHER_CTX_free(c);
	free(data);
	return start;
}

double primitives_private(EVP_PKEY *key)
{
	double encrypt, decrypt, sign, verify;

	cost_oaep(key, &encrypt, &decrypt);
	cost_sign(key, &sign, &verify);
	return (decrypt + sign) / 2;
}

double primitives_measure(EVP_PKEY *cipher, EVP_PKEY *sign_key, size_t bytes, double commit)
{
	double encrypt, decrypt, sign, verify, bulk = cost_bulk(bytes);

	cost_oaep(cipher, &encrypt, &decrypt);
	cost_sign(sign_key, &sign, &verify);
	(void)printf("primitives: RSA decrypt: %.0f us\nprimitives: RSA sign: %.0f us\nprimitives: RSA verify: %.0f us\n"
		     "primitives: RSA encrypt: %.0f us\nprimitives: AES-256-GCM and SHA-256 of %zu bytes: %.0f us\n"
		     "primitives: share of a commit: %.0f us\n",
		     decrypt * 1e6, sign * 1e6, verify * 1e6, encrypt * 1e6, bytes, bulk * 1e6, commit * 1e6);
	return encrypt + decrypt + sign + verify + bulk + commit;
}
