/* SPDX-License-Identifier: EUPL-1.2 */
/* Signatures over bytes in the forms of XML and JSON: RSA octets of the modulus' length, ECDSA as r||s. */
#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/mem.h"
#include "pki/dsig.h"
#include "pki/ossl.h"

const struct pki_alg *pki_sign_alg(const struct pki_key *key, bool pss)
{
	const char *uri = pss || key->cert->kind == PKI_RSA_PSS ? PKI_URI_PSS_SHA256 : PKI_URI_RSA_SHA256;

	/* never SHA-384: the reference library (2.4.1) throws away whatever names it */
	if (key->cert->kind == PKI_EC)
		uri = key->cert->bits > 256 ? PKI_URI_ECDSA_SHA512 : PKI_URI_ECDSA_SHA256;
	return pki_alg_find(PKI_ALG_SIGNATURE, span_of(uri));
}

const struct pki_alg *pki_sign_named(const char *name)
{
	static const struct {
		const char *name, *uri;
	} names[] = {
		{ "pkcs1-sha256", PKI_URI_RSA_SHA256 },	    { "pkcs1-sha512", PKI_URI_RSA_SHA512 },
		{ "pss-sha256", PKI_URI_PSS_SHA256 },	    { "pss-sha512", PKI_URI_PSS_SHA512 },
		{ "pss-sha3-256", PKI_URI_PSS_SHA3("256") }, { "pss-sha3-384", PKI_URI_PSS_SHA3("384") },
		{ "pss-sha3-512", PKI_URI_PSS_SHA3("512") },
	};

	for (size_t i = 0; name != NULL && i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return pki_alg_find(PKI_ALG_SIGNATURE, span_of(names[i].uri));
	return NULL;
}

const struct pki_alg *pki_sign_alg_as(const struct pki_key *key, const struct pki_alg *wanted)
{
	bool pss_only = key->cert->kind == PKI_RSA_PSS;

	if (wanted == NULL || key->cert->kind == PKI_EC || (pss_only && wanted->scheme != PKI_RSA_PSS_MGF1))
		return pki_sign_alg(key, false);
	return wanted;
}

static bool fits(const EVP_PKEY *key, const struct pki_alg *sign)
{
	int id = EVP_PKEY_get_base_id(key);

	switch (sign->scheme) {
	case PKI_RSA_PKCS1:
		return id == EVP_PKEY_RSA;
	case PKI_RSA_PSS_MGF1:
		return id == EVP_PKEY_RSA || id == EVP_PKEY_RSA_PSS;
	case PKI_ECDSA:
		return id == EVP_PKEY_EC;
	default:
		return false;
	}
}

/* A digest that ends in an operation with *pctx; both are for the caller to free, and it takes one message only. */
static EVP_MD_CTX *open_digest(const EVP_PKEY_CTX *blank, EVP_PKEY_CTX **pctx)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(ctx != NULL);
	*pctx = pki_ctx_of(blank);
	if (*pctx != NULL)
		EVP_MD_CTX_set_pkey_ctx(ctx, *pctx);
	EVP_MD_CTX_set_flags(ctx, EVP_MD_CTX_FLAG_FINALISE);
	return ctx;
}

/* Half of an ECDSA signature: the octets of the group's order. */
static size_t half_len(const EVP_PKEY *key)
{
	return ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
}

/* Salt as long as the digest, MGF1 with the same digest (RFC 6931 2.3.9 and 2.3.10). */
static int set_padding(EVP_PKEY_CTX *ctx, const struct pki_alg *sign)
{
	const EVP_MD *md = pki_md(sign->digest);

	if (sign->scheme == PKI_RSA_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
	if (sign->scheme != PKI_RSA_PSS_MGF1)
		return 1;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* DER in sig to r||s in place. */
static int to_halves(const EVP_PKEY *key, uint8_t *sig, size_t *n)
{
	const unsigned char *p = sig;
	ECDSA_SIG *ec = d2i_ECDSA_SIG(NULL, &p, (long)*n);
	size_t half = half_len(key);
	int ok;

	if (ec == NULL)
		return 0;
	ok = BN_bn2binpad(ECDSA_SIG_get0_r(ec), sig, (int)half) == (int)half &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(ec), sig + half, (int)half) == (int)half;
	ECDSA_SIG_free(ec);
	*n = 2 * half;
	return ok;
}

int pki_sign_bytes(const struct pki_key *key, const struct pki_alg *sign, struct span data, uint8_t sig[PKI_SIG_MAX],
		   size_t *sig_len, struct err *e)
{
	EVP_PKEY_CTX *pctx;
	EVP_MD_CTX *ctx = open_digest(key->blank, &pctx);
	size_t n = PKI_SIG_MAX;
	int rc = 0;

	ERR_clear_error();
	pki_private_operation();
	if (!fits(key->key, sign))
		rc = err_set(e, ERR_CONFIG, "sign: the key of certificate %.16s is not one for %s", key->cert->hex, sign->uri);
	else if (EVP_PKEY_get_size(key->key) > PKI_SIG_MAX)
		rc = err_set(e, ERR_CONFIG, "sign: key too long");
	else if (pctx == NULL || EVP_DigestSignInit(ctx, NULL, pki_md(sign->digest), NULL, key->key) != 1 || !set_padding(pctx, sign) ||
		 EVP_DigestSign(ctx, sig, &n, (const unsigned char *)data.p, data.n) != 1 ||
		 (sign->scheme == PKI_ECDSA && !to_halves(key->key, sig, &n)))
		rc = pki_ossl_err(e, ERR_INTERNAL, "sign with %s", sign->uri);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(pctx);
	*sig_len = n;
	return rc;
}

/* r||s to DER; the length was checked. der has room for PKI_SIG_MAX. */
static size_t to_der(struct span sig, uint8_t *der)
{
	ECDSA_SIG *ec = ECDSA_SIG_new();
	int half = (int)(sig.n / 2);
	const unsigned char *p = (const unsigned char *)sig.p;
	BIGNUM *r = BN_bin2bn(p, half, NULL), *s = BN_bin2bn(p + half, half, NULL);
	int n = 0;

	must(ec != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(ec, r, s) == 1);
	if (i2d_ECDSA_SIG(ec, NULL) <= PKI_SIG_MAX)
		n = i2d_ECDSA_SIG(ec, &der);
	ECDSA_SIG_free(ec);
	return n > 0 ? (size_t)n : 0;
}

int pki_verify_bytes(EVP_PKEY_CTX *blank, const struct pki_alg *sign, struct span data, struct span sig, struct err *e)
{
	uint8_t der[PKI_SIG_MAX];
	EVP_PKEY *key = EVP_PKEY_CTX_get0_pkey(blank);
	EVP_MD_CTX *ctx;
	EVP_PKEY_CTX *pctx;
	size_t expect = sign->scheme == PKI_ECDSA ? 2 * half_len(key) : (size_t)EVP_PKEY_get_size(key);
	int rc = 0, ok = -1;

	if (!fits(key, sign))
		return err_set(e, ERR_CRYPTO, "signature: the key is not one for %s", sign->uri);
	if (sig.n != expect)
		return err_set(e, ERR_CRYPTO, "signature: %zu octets instead of %zu", sig.n, expect);
	if (sign->scheme == PKI_ECDSA)
		sig = (struct span){ (const char *)der, to_der(sig, der) };
	ctx = open_digest(blank, &pctx);
	ERR_clear_error();
	if (pctx != NULL && EVP_DigestVerifyInit(ctx, NULL, pki_md(sign->digest), NULL, key) == 1 && set_padding(pctx, sign))
		ok = EVP_DigestVerify(ctx, (const unsigned char *)sig.p, sig.n, (const unsigned char *)data.p, data.n);
	/* Out of memory is no verdict: a good message must not be refused for it. */
	if (ok != 1)
		rc = pki_ossl_nomem() ? err_set(e, ERR_NOMEM, "signature: out of memory")
				      : err_set(e, ERR_CRYPTO, "signature: does not verify");
	ERR_clear_error();
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(pctx);
	return rc;
}
