/* SPDX-License-Identifier: EUPL-1.2 */
/* SHA-2 and SHA-3 by OpenSSL, hex, comparison in constant time. */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

static const struct {
	const char *name;
	size_t len;
} algs[] = {
	[DIGEST_SHA1] = { "SHA1", 20 },
	[DIGEST_SHA256] = { "SHA256", 32 },
	[DIGEST_SHA384] = { "SHA384", 48 },
	[DIGEST_SHA512] = { "SHA512", 64 },
	[DIGEST_SHA3_256] = { "SHA3-256", 32 },
	[DIGEST_SHA3_384] = { "SHA3-384", 48 },
	[DIGEST_SHA3_512] = { "SHA3-512", 64 },
};

/* Fetched once: a fetch by name costs more than digesting a small message. */
static EVP_MD *fetched[ARRAY_LEN(algs)];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch_all(void)
{
	for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
		fetched[i] = EVP_MD_fetch(NULL, algs[i].name, NULL);
		must(fetched[i] != NULL);
	}
}

struct digest {
	EVP_MD_CTX *ctx;
};

size_t digest_len(enum digest_alg alg)
{
	return algs[alg].len;
}

struct digest *digest_new(enum digest_alg alg)
{
	struct digest *d = mem_new(sizeof(*d));

	must(pthread_once(&once, fetch_all) == 0);
	d->ctx = EVP_MD_CTX_new();
	must(d->ctx != NULL && EVP_DigestInit_ex2(d->ctx, fetched[alg], NULL) == 1);
	return d;
}

void digest_add(struct digest *d, const void *data, size_t n)
{
	must(EVP_DigestUpdate(d->ctx, data, n) == 1);
}

void digest_end(struct digest *d, uint8_t *out)
{
	must(EVP_DigestFinal_ex(d->ctx, out, NULL) == 1);
}

void digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

void sha256(const void *data, size_t n, uint8_t out[SHA256_LEN])
{
	must(pthread_once(&once, fetch_all) == 0);
	must(EVP_Digest(data, n, out, NULL, fetched[DIGEST_SHA256], NULL) == 1);
}

void hmac_sha256(const uint8_t key[SHA256_LEN], const void *data, size_t n, uint8_t out[SHA256_LEN])
{
	must(pthread_once(&once, fetch_all) == 0);
	must(HMAC(fetched[DIGEST_SHA256], key, SHA256_LEN, data, n, out, NULL) != NULL);
}

struct sink_digested {
	struct sink sink;
	struct digest *d;
	struct sink *below;
};

static int digested_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct sink_digested *k = (struct sink_digested *)s;

	digest_add(k->d, data, n);
	return k->below == NULL ? 0 : sink_write(k->below, data, n, e);
}

static void digested_close(struct sink *s)
{
	free(s);
}

struct sink *sink_digest(struct digest *d, struct sink *below)
{
	struct sink_digested *k = mem_new(sizeof(*k));

	*k = (struct sink_digested){ { digested_write, NULL, digested_close }, d, below };
	return &k->sink;
}

void hex_encode(const uint8_t *data, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[data[i] >> 4];
		out[2 * i + 1] = digits[data[i] & 15];
	}
	out[2 * n] = '\0';
}

bool hex_decode(struct span text, uint8_t *out, size_t n)
{
	if (n > SIZE_MAX / 2 || text.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(text.p[2 * i]), low = hex_digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool bytes_equal(const void *a, const void *b, size_t n)
{
	return n == 0 || CRYPTO_memcmp(a, b, n) == 0;
}
