/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Key transport. A wrapped key that cannot be unwrapped gives a session with another key, by mask and not by branch:
 * the decryption that follows fails as it does for a wrong tag, and nobody outside can tell the difference.
 */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "base/b64.h"
#include "base/id.h"
#include "base/mem.h"
#include "pki/ossl.h"
#include "pki/session.h"

#define RSA_OCTETS_MAX 1024

/* Only the digest is needed, so the certificate is not parsed: that would cost more than all the rest around the RSA. */
static const struct pki_key *find_by_text(const struct pki_keyring *kr, struct span text)
{
	const struct pki_key *key = NULL;
	uint8_t digest[SHA256_LEN];
	struct err ignored = ERR_INIT;
	struct buf der;

	buf_init(&der, PKI_CERT_DER_MAX);
	if (b64_decode(&der, text, true, &ignored) == 0 && !der.over) {
		sha256(der.p, der.n, digest);
		key = pki_keyring_find(kr, PKI_USE_CIPHER, digest);
	}
	buf_fini(&der);
	return key;
}

int pki_enc_find_key(const struct pki_encdata *d, const struct pki_keyring *kr, pki_cert_lookup_fn *lookup, void *ctx,
		     size_t *index, const struct pki_key **key, struct err *e)
{
	for (size_t i = 0; i < d->nkeys && kr != NULL; i++) {
		const struct pki_enckey *k = &d->keys[i];
		const struct pki_cert *cert = k->key_uri.n > 0 && lookup != NULL ? lookup(ctx, k->key_uri) : NULL;

		*key = NULL;
		if (k->key_cert.n > 0)
			*key = find_by_text(kr, k->key_cert);
		else if (cert != NULL)
			*key = pki_keyring_find(kr, PKI_USE_CIPHER, cert->sha256);
		if (*key != NULL) {
			*index = i;
			return 0;
		}
	}
	return err_set(e, ERR_MISSING, "decrypt: encrypted for none of our cipher certificates");
}

static uint8_t mask_zero(unsigned x)	/* 0xff if x == 0 */
{
	return (uint8_t)((~x & (x - 1u)) >> 31 ? 0xff : 0);
}

/* em is 0 2 PS 0 key with a key of exactly n octets? 0xff or 0, in constant time. */
static uint8_t check_pkcs1(const uint8_t *em, size_t k, size_t n)
{
	size_t sep = k - n - 1;
	uint8_t good = mask_zero(em[0]) & mask_zero(em[1] ^ 2u);

	for (size_t i = 2; i < sep; i++)
		good &= (uint8_t)~mask_zero(em[i]);
	return good & mask_zero(em[sep]);
}

/* For rsa-1_5 a key that depends on ciphertext and private key only: the same ciphertext always fails the same way.
 * OAEP has no such oracle: there any random key does. */
static int fallback_key(const struct pki_key *key, const struct pki_enckey *k, uint8_t out[EVP_MAX_MD_SIZE])
{
	unsigned len = 0;

	if (k->alg->scheme != PKI_RSA_15) {
		random_bytes(out, SESSION_KEY_MAX);
		return 1;
	}
	return HMAC(pki_md(DIGEST_SHA512), key->secret, sizeof(key->secret), (const unsigned char *)k->ct.p, k->ct.n, out,
		    &len) != NULL;
}

/* One private operation; *n in: room, out: octets. 1, or <= 0. */
static int decrypt(const struct pki_key *key, const struct pki_enckey *k, uint8_t *out, size_t *n)
{
	EVP_PKEY_CTX *ctx = pki_ctx_of(key->blank);
	int ok = -1;

	pki_private_operation();
	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1)
		goto out;
	if (k->alg->scheme == PKI_RSA_15)
		ok = EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING);
	else if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
		 EVP_PKEY_CTX_set_rsa_oaep_md(ctx, pki_md(k->digest)) == 1)
		ok = EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, pki_md(k->mgf));
	if (ok == 1)
		ok = EVP_PKEY_decrypt(ctx, out, n, (const unsigned char *)k->ct.p, k->ct.n);
out:
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* Fills s->key; wrong wrapped keys give the fallback. 0, or cannot tell. */
static int unwrap(const struct pki_key *key, const struct pki_enckey *k, struct pki_session *s, struct err *e)
{
	uint8_t em[RSA_OCTETS_MAX], fallback[EVP_MAX_MD_SIZE];
	size_t modulus = (size_t)EVP_PKEY_get_size(key->key), klen = s->alg->key_len, n = sizeof(em), at = 0;
	uint8_t good = 0;
	int rc = 0, ok;

	if (modulus > sizeof(em) || modulus < klen + 11 || !fallback_key(key, k, fallback))
		return pki_ossl_err(e, ERR_INTERNAL, "decrypt: our cipher key cannot be used");
	memset(em, 0, sizeof(em));
	ERR_clear_error();
	ok = decrypt(key, k, em, &n);
	if (ok != 1 && pki_ossl_nomem())
		rc = err_set(e, ERR_NOMEM, "decrypt: out of memory");
	if (k->alg->scheme == PKI_RSA_15) {
		at = modulus - klen;
		good = ok == 1 && n == modulus ? check_pkcs1(em, modulus, klen) : 0;
	} else {
		good = ok == 1 && n == klen ? 0xff : 0;
	}
	for (size_t i = 0; i < klen; i++)
		s->key[i] = (uint8_t)((em[at + i] & good) | (fallback[i] & (uint8_t)~good));
	ERR_clear_error();
	OPENSSL_cleanse(em, sizeof(em));
	OPENSSL_cleanse(fallback, sizeof(fallback));
	return rc;
}

int pki_enc_unwrap(const struct pki_encdata *d, const struct pki_enckey *k, const struct pki_key *key,
		   const struct pki_policy *policy, struct pki_session **out, struct err *e)
{
	struct pki_session *s;
	int rc;

	if (!pki_alg_allowed(d->alg, policy) || !pki_alg_allowed(k->alg, policy))
		return err_set(e, ERR_DENIED, "decrypt: %s is not allowed by the policy",
			       pki_alg_allowed(d->alg, policy) ? k->alg->uri : d->alg->uri);
	/* Both together are an oracle whatever we do. */
	if (k->alg->scheme == PKI_RSA_15 && d->alg->scheme == PKI_CBC)
		return err_set(e, ERR_DENIED, "decrypt: rsa-1_5 together with a CBC cipher is never allowed");
	if (key->use != PKI_USE_CIPHER)
		return err_set(e, ERR_INTERNAL, "decrypt: not a cipher key");
	s = pki_session_blank(d->alg, d->iv_len);
	rc = unwrap(key, k, s, e);
	if (rc != 0)
		pki_session_free(s);
	else
		*out = s;
	return rc;
}

int pki_enc_can(const struct pki_cert *recipient, struct err *e)
{
	if (recipient->kind == PKI_RSA && recipient->bits >= 1024 && recipient->odd)
		return 0;
	return err_reason(e, ERR_UNSUPPORTED, RSN_CERT_WEAK, "encrypt: the certificate %.16s has no usable RSA key",
			  recipient->hex);
}

int pki_enc_wrap(const struct pki_session *s, const struct pki_cert *recipient, uint8_t *ct, size_t *ct_len,
		 struct err *e)
{
	struct span key = pki_session_key(s);
	EVP_PKEY_CTX *ctx;
	size_t n = RSA_OCTETS_MAX;
	int ok = 0;

	if (recipient->kind != PKI_RSA)
		return err_reason(e, ERR_UNSUPPORTED, RSN_CERT_WEAK, "encrypt: the certificate %.16s has no RSA key",
				  recipient->hex);
	ERR_clear_error();
	ctx = pki_ctx_of(recipient->blank);
	if (ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, pki_md(DIGEST_SHA256)) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, pki_md(DIGEST_SHA256)) == 1)
		ok = EVP_PKEY_encrypt(ctx, ct, &n, (const unsigned char *)key.p, key.n);
	EVP_PKEY_CTX_free(ctx);
	*ct_len = n;
	return ok == 1 ? 0 : pki_ossl_err(e, ERR_INTERNAL, "encrypt for the certificate %.16s", recipient->hex);
}
