/* SPDX-License-Identifier: EUPL-1.2 */
/* AES-256-GCM and derived keys, by OpenSSL. */
#include "spool/crypt.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/id.h"
#include "base/mem.h"

struct spool_crypt {
	EVP_CIPHER_CTX *ctx;
	uint8_t key[SPOOL_KEY_LEN];
};

/* Looking an algorithm up costs more than sealing a small record, so it is done once and never given back. */
static EVP_CIPHER *gcm;
static EVP_MD *sha2;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	sha2 = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(gcm != NULL && sha2 != NULL);
}

struct spool_crypt *spool_crypt_new(const uint8_t key[SPOOL_KEY_LEN])
{
	struct spool_crypt *c = mem_new(sizeof(*c));

	pthread_once(&once, fetch);
	c->ctx = EVP_CIPHER_CTX_new();
	must(c->ctx != NULL);
	memcpy(c->key, key, SPOOL_KEY_LEN);
	return c;
}

void spool_crypt_free(struct spool_crypt *c)
{
	if (c == NULL)
		return;
	EVP_CIPHER_CTX_free(c->ctx);
	spool_wipe(c, sizeof(*c));
	free(c);
}

static const unsigned char *aad_bytes(struct span aad)
{
	return (const unsigned char *)aad.p;
}

void spool_crypt_seal(struct spool_crypt *c, const uint8_t nonce[SPOOL_NONCE_LEN], struct span aad, const void *in,
		      size_t n, uint8_t *out)
{
	int len = 0;

	must(n < INT_MAX && aad.n < INT_MAX);
	/* None of these can fail for a cause outside this program: the key length is fixed and the cipher is loaded. */
	must(EVP_EncryptInit_ex2(c->ctx, gcm, c->key, nonce, NULL) == 1);
	must(aad.n == 0 || EVP_EncryptUpdate(c->ctx, NULL, &len, aad_bytes(aad), (int)aad.n) == 1);
	must(n == 0 || EVP_EncryptUpdate(c->ctx, out, &len, in, (int)n) == 1);
	must(EVP_EncryptFinal_ex(c->ctx, out + n, &len) == 1);
	must(EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_GET_TAG, SPOOL_TAG_LEN, out + n) == 1);
}

bool spool_crypt_open(struct spool_crypt *c, const uint8_t nonce[SPOOL_NONCE_LEN], struct span aad, const void *in,
		      size_t n, uint8_t *out)
{
	uint8_t tag[SPOOL_TAG_LEN];
	int len = 0;

	if (n < SPOOL_TAG_LEN || n >= INT_MAX)
		return false;
	n -= SPOOL_TAG_LEN;
	memcpy(tag, (const uint8_t *)in + n, sizeof(tag));
	must(EVP_DecryptInit_ex2(c->ctx, gcm, c->key, nonce, NULL) == 1);
	must(aad.n == 0 || EVP_DecryptUpdate(c->ctx, NULL, &len, aad_bytes(aad), (int)aad.n) == 1);
	must(n == 0 || EVP_DecryptUpdate(c->ctx, out, &len, in, (int)n) == 1);
	must(EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_SET_TAG, SPOOL_TAG_LEN, tag) == 1);
	if (EVP_DecryptFinal_ex(c->ctx, out + n, &len) == 1)
		return true;
	memset(out, 0, n);
	return false;
}

void spool_crypt_derive(const uint8_t key[SPOOL_KEY_LEN], const char *label, struct span context,
			uint8_t out[SPOOL_KEY_LEN])
{
	uint8_t msg[256];
	size_t n = strlen(label) + 1;
	unsigned len = 0;

	pthread_once(&once, fetch);
	must(n + context.n <= sizeof(msg));
	memcpy(msg, label, n);
	if (context.n > 0)
		memcpy(msg + n, context.p, context.n);
	must(HMAC(sha2, key, SPOOL_KEY_LEN, msg, n + context.n, out, &len) != NULL && len == SPOOL_KEY_LEN);
}

void spool_wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}

void spool_seal(const uint8_t key[SPOOL_KEY_LEN], struct span aad, const void *in, size_t n, uint8_t *out)
{
	struct spool_crypt *c = spool_crypt_new(key);

	random_bytes(out, SPOOL_NONCE_LEN);
	spool_crypt_seal(c, out, aad, in, n, out + SPOOL_NONCE_LEN);
	spool_crypt_free(c);
}

bool spool_unseal(const uint8_t key[SPOOL_KEY_LEN], struct span aad, struct span sealed, uint8_t *out)
{
	struct spool_crypt *c;
	bool ok;

	if (sealed.n < SPOOL_SEALED_LEN(0))
		return false;
	c = spool_crypt_new(key);
	ok = spool_crypt_open(c, (const uint8_t *)sealed.p, aad, sealed.p + SPOOL_NONCE_LEN, sealed.n - SPOOL_NONCE_LEN,
			      out);
	spool_crypt_free(c);
	return ok;
}
