/* SPDX-License-Identifier: EUPL-1.2 */
/* The streaming ciphers. */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/id.h"
#include "base/mem.h"
#include "pki/ossl.h"
#include "pki/session.h"

#define CHUNK 16384

static EVP_CIPHER_CTX *start(const struct pki_session *s, const uint8_t *iv, int encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool gcm = s->alg->scheme == PKI_GCM;

	must(ctx != NULL);
	must(EVP_CipherInit_ex2(ctx, pki_cipher(s->alg), NULL, NULL, encrypt, NULL) == 1);
	if (gcm)
		must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)s->iv_len, NULL) == 1);
	must(EVP_CipherInit_ex2(ctx, NULL, s->key, iv, encrypt, NULL) == 1);
	if (!gcm)
		EVP_CIPHER_CTX_set_padding(ctx, 0);
	return ctx;
}

/* ---- decryption ---- */

struct dec {
	struct sink sink;
	struct pki_session *s;
	struct sink *below;
	EVP_CIPHER_CTX *ctx;		/* once the IV is complete */
	uint8_t iv[PKI_IV_MAX];
	size_t iv_got;
	uint8_t held[GCM_TAG_LEN];	/* GCM: ciphertext that may be the tag; CBC: plaintext of the last block */
	size_t held_n;
	uint64_t in;			/* ciphertext octets behind the IV */
	uint8_t plain[CHUNK + 2 * EVP_MAX_BLOCK_LENGTH];
	uint8_t joint[CHUNK + GCM_TAG_LEN];
};

/* Decrypts at most CHUNK octets and passes the plaintext on; CBC keeps its last block back. */
static int dec_chunk(struct dec *d, const uint8_t *ct, size_t n, struct err *e)
{
	size_t block = d->s->alg->iv_len, keep = 0;
	uint8_t *plain = d->plain + PKI_IV_MAX;
	int got = 0;
	int rc;

	if (EVP_CipherUpdate(d->ctx, plain, &got, ct, (int)n) != 1)
		return pki_ossl_err(e, ERR_INTERNAL, "decrypt");
	if (d->s->alg->scheme == PKI_CBC && got > 0) {
		plain -= d->held_n;
		memcpy(plain, d->held, d->held_n);
		got += (int)d->held_n;
		keep = block;
		memcpy(d->held, plain + (size_t)got - keep, keep);
		d->held_n = keep;
	}
	rc = sink_write(d->below, plain, (size_t)got - keep, e);
	return rc;
}

/* GCM: all but the last 16 octets seen so far go through the cipher. */
static int dec_gcm(struct dec *d, const uint8_t *ct, size_t n, struct err *e)
{
	int rc = 0;

	while (rc == 0 && n > 0) {
		size_t part = n > CHUNK ? CHUNK : n, all = d->held_n + part;
		size_t keep = all > GCM_TAG_LEN ? GCM_TAG_LEN : all;

		memcpy(d->joint, d->held, d->held_n);
		memcpy(d->joint + d->held_n, ct, part);
		if (all > keep)
			rc = dec_chunk(d, d->joint, all - keep, e);
		memcpy(d->held, d->joint + all - keep, keep);
		d->held_n = keep;
		ct += part;
		n -= part;
	}
	return rc;
}

static int dec_write(struct sink *sink, const void *data, size_t n, struct err *e)
{
	struct dec *d = (struct dec *)sink;
	const uint8_t *p = data;
	size_t want = d->s->iv_len - d->iv_got, part = n < want ? n : want;
	int rc = 0;

	memcpy(d->iv + d->iv_got, p, part);
	d->iv_got += part;
	p += part;
	n -= part;
	if (d->ctx == NULL && d->iv_got == d->s->iv_len)
		d->ctx = start(d->s, d->iv, 0);
	d->in += n;
	if (d->s->alg->scheme == PKI_GCM)
		return dec_gcm(d, p, n, e);
	for (; rc == 0 && n > 0; p += part, n -= part) {
		part = n > CHUNK ? CHUNK : n;
		rc = dec_chunk(d, p, part, e);
	}
	return rc;
}

/* W3C padding: only the last octet means something. Padding that is none is no error but strips nothing, without a
 * branch: whoever reads the octets does the same work on them and finds the same that he finds in any others that mean
 * nothing. A refusal here would tell a stranger the plaintext, octet by octet. */
static int finish_cbc(struct dec *d, struct err *e)
{
	size_t block = d->s->alg->iv_len, pad, good;

	if (d->in == 0 || d->in % block != 0 || d->held_n != block)
		return err_set(e, ERR_CRYPTO, NOT_DECRYPTABLE);
	pad = d->held[block - 1];
	good = (size_t)0 - (((pad - 1) - block) >> (8 * sizeof(size_t) - 1));	/* all ones if 1 <= pad <= block */
	return sink_write(d->below, d->held, block - (pad & good), e);
}

static int dec_finish(struct sink *sink, struct err *e)
{
	struct dec *d = (struct dec *)sink;
	int n = 0;

	if (d->ctx == NULL)
		return err_set(e, ERR_CRYPTO, NOT_DECRYPTABLE);
	if (d->s->alg->scheme == PKI_CBC)
		return finish_cbc(d, e);
	/* OpenSSL would take a tag of one octet. */
	if (d->held_n != GCM_TAG_LEN || EVP_CIPHER_CTX_ctrl(d->ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_LEN, d->held) != 1 ||
	    EVP_CipherFinal_ex(d->ctx, d->plain, &n) != 1) {
		ERR_clear_error();
		return err_set(e, ERR_CRYPTO, NOT_DECRYPTABLE);
	}
	return 0;
}

static void dec_close(struct sink *sink)
{
	struct dec *d = (struct dec *)sink;

	EVP_CIPHER_CTX_free(d->ctx);
	OPENSSL_cleanse(d, sizeof(*d));
	free(d);
}

struct sink *pki_dec_sink(struct pki_session *s, struct sink *below)
{
	struct dec *d = mem_new(sizeof(*d));

	d->sink = (struct sink){ dec_write, dec_finish, dec_close };
	d->s = s;
	d->below = below;
	return &d->sink;
}

/* ---- encryption ---- */

struct enc {
	struct src src;
	struct sink sink;
	struct src *from;
	struct sink *to;
	EVP_CIPHER_CTX *ctx;
	uint8_t iv[PKI_IV_MAX];
	size_t iv_len, iv_given;
	uint8_t tag[GCM_TAG_LEN];
	size_t tag_given;
	bool over;			/* the tag is made */
	uint8_t chunk[CHUNK];
};

static struct enc *enc_new(const struct pki_session *s, const uint8_t *iv)
{
	struct enc *c = mem_new(sizeof(*c));

	must(s->alg->scheme == PKI_GCM);
	c->iv_len = s->iv_len;
	if (iv != NULL)
		memcpy(c->iv, iv, s->iv_len);
	else
		random_bytes(c->iv, s->iv_len);
	c->ctx = start(s, c->iv, 1);
	return c;
}

static int enc_tag(struct enc *c, struct err *e)
{
	int n = 0;

	c->over = true;
	if (EVP_CipherFinal_ex(c->ctx, c->chunk, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_LEN, c->tag) != 1)
		return pki_ossl_err(e, ERR_INTERNAL, "encrypt");
	return 0;
}

static void enc_free(struct enc *c)
{
	EVP_CIPHER_CTX_free(c->ctx);
	OPENSSL_cleanse(c, sizeof(*c));
	free(c);
}

#define ENC_OF_SINK(s) ((struct enc *)(void *)((char *)(s) - offsetof(struct enc, sink)))

static int enc_iv_out(struct enc *c, struct err *e)
{
	if (c->iv_given == c->iv_len)
		return 0;
	c->iv_given = c->iv_len;
	return sink_write(c->to, c->iv, c->iv_len, e);
}

static int enc_write(struct sink *sink, const void *data, size_t n, struct err *e)
{
	struct enc *c = ENC_OF_SINK(sink);
	const uint8_t *p = data;
	int rc = enc_iv_out(c, e);

	while (rc == 0 && n > 0) {
		size_t part = n > CHUNK ? CHUNK : n;
		int got = 0;
		if (EVP_CipherUpdate(c->ctx, c->chunk, &got, p, (int)part) != 1)
			return pki_ossl_err(e, ERR_INTERNAL, "encrypt");
		rc = sink_write(c->to, c->chunk, (size_t)got, e);
		p += part;
		n -= part;
	}
	return rc;
}

static int enc_finish(struct sink *sink, struct err *e)
{
	struct enc *c = ENC_OF_SINK(sink);
	int rc = enc_iv_out(c, e);

	if (rc == 0)
		rc = enc_tag(c, e);
	return rc != 0 ? rc : sink_write(c->to, c->tag, GCM_TAG_LEN, e);
}

static void enc_sink_close(struct sink *sink)
{
	enc_free(ENC_OF_SINK(sink));
}

struct sink *pki_enc_sink(struct pki_session *s, struct sink *below)
{
	struct enc *c = enc_new(s, NULL);

	c->sink = (struct sink){ enc_write, enc_finish, enc_sink_close };
	c->to = below;
	return &c->sink;
}

static size_t give(uint8_t *to, size_t cap, const uint8_t *from, size_t len, size_t *given)
{
	size_t n = len - *given < cap ? len - *given : cap;

	memcpy(to, from + *given, n);
	*given += n;
	return n;
}

static int enc_read(struct src *src, void *data, size_t cap, size_t *got, struct err *e)
{
	struct enc *c = (struct enc *)src;
	size_t in = 0;
	int n = 0, rc = 0;

	if (c->iv_given < c->iv_len) {
		*got = give(data, cap, c->iv, c->iv_len, &c->iv_given);
		return 0;
	}
	if (!c->over) {
		rc = src_read(c->from, c->chunk, cap > CHUNK ? CHUNK : cap, &in, e);
		if (rc != 0)
			return rc;
		if (in > 0) {
			if (EVP_CipherUpdate(c->ctx, data, &n, c->chunk, (int)in) != 1)
				return pki_ossl_err(e, ERR_INTERNAL, "encrypt");
			*got = (size_t)n;
			return 0;
		}
		rc = enc_tag(c, e);
	}
	*got = rc == 0 ? give(data, cap, c->tag, GCM_TAG_LEN, &c->tag_given) : 0;
	return rc;
}

static void enc_src_close(struct src *src)
{
	enc_free((struct enc *)src);
}

struct src *pki_enc_src(struct pki_session *s, const uint8_t *iv, struct src *below)
{
	struct enc *c = enc_new(s, iv);

	c->src = (struct src){ enc_read, enc_src_close };
	c->from = below;
	return &c->src;
}
