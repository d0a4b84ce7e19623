/* SPDX-License-Identifier: EUPL-1.2 */
/* Compact JSON signatures. */
#include "pki/jws.h"

#include <string.h>

#include "base/b64.h"
#include "base/json.h"
#include "base/mem.h"
#include "pki/dsig.h"

#define TOKEN_MAX 65536

static const struct {
	const char *jws, *uri;
	unsigned ec_bits;	/* RFC 7518 3.4 ties each ECDSA algorithm to one curve */
} algs[] = {
	{ "RS256", PKI_URI_RSA_SHA256, 0 },
	{ "RS384", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", 0 },
	{ "RS512", PKI_URI_RSA_SHA512, 0 },
	{ "PS256", PKI_URI_PSS_SHA256, 0 },
	{ "PS384", "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", 0 },
	{ "PS512", PKI_URI_PSS_SHA512, 0 },
	{ "ES256", PKI_URI_ECDSA_SHA256, 256 },
	{ "ES384", PKI_URI_ECDSA_SHA384, 384 },
	{ "ES512", PKI_URI_ECDSA_SHA512, 521 },
};

static const char *name_for(const struct pki_cert *c)
{
	for (size_t i = 0; i < ARRAY_LEN(algs) && c->kind == PKI_EC; i++)
		if (algs[i].ec_bits == c->bits)
			return algs[i].jws;
	return c->kind == PKI_EC ? "" : "PS256";
}

/* NULL if there is no such algorithm or the key is not one for it. */
static const struct pki_alg *alg_for(const char *name, const struct pki_cert *c)
{
	for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
		if (strcmp(algs[i].jws, name) != 0)
			continue;
		const struct pki_alg *a = pki_alg_find(PKI_ALG_SIGNATURE, span_of(algs[i].uri));
		bool fits = a->scheme == PKI_ECDSA ? c->kind == PKI_EC && c->bits == algs[i].ec_bits
			    : a->scheme == PKI_RSA_PSS_MGF1 ? c->kind == PKI_RSA || c->kind == PKI_RSA_PSS
							    : c->kind == PKI_RSA;
		return fits ? a : NULL;
	}
	return NULL;
}

static void write_header(struct buf *out, const struct pki_key *key, const char *alg, const char *kid, bool with_cert)
{
	json_t *header = json_pack("{s:s, s:s}", "alg", alg, "typ", "JWT");
	struct buf text;

	must(header != NULL);
	buf_init(&text, 2 * (size_t)PKI_CERT_DER_MAX);
	if (kid != NULL)
		json_object_set_new(header, "kid", json_string(kid));
	if (with_cert) {
		b64_encode(&text, key->cert->der.p, key->cert->der.n);
		json_object_set_new(header, "x5c", json_pack("[s]", buf_str(&text)));
		buf_reset(&text);
		b64url_encode(&text, key->cert->sha256, SHA256_LEN);
		json_object_set_new(header, "x5t#S256", json_string(buf_str(&text)));
		buf_reset(&text);
	}
	json_write(&text, header);
	b64url_encode(out, text.p, text.n);
	json_decref(header);
	buf_fini(&text);
}

int pki_jws_sign(struct buf *out, const struct pki_key *key, const char *alg, const char *kid, bool with_cert,
		 struct span claims, struct err *e)
{
	const char *name = alg != NULL ? alg : name_for(key->cert);
	const struct pki_alg *sign = alg_for(name, key->cert);
	uint8_t sig[PKI_SIG_MAX];
	size_t sig_len = 0, from = out->n;
	int rc;

	if (sign == NULL)
		return err_set(e, ERR_CONFIG, "token: the key of certificate %.16s is not one for %s", key->cert->hex,
			       alg != NULL ? alg : "any algorithm of JWS");
	write_header(out, key, name, kid, with_cert);
	buf_putc(out, '.');
	b64url_encode(out, claims.p, claims.n);
	rc = buf_check(out, "token", e);
	if (rc == 0)
		rc = pki_sign_bytes(key, sign, (struct span){ out->p + from, out->n - from }, sig, &sig_len, e);
	if (rc != 0)
		return rc;
	buf_putc(out, '.');
	b64url_encode(out, sig, sig_len);
	return buf_check(out, "token", e);
}

static int split(struct span token, struct span *header, struct span *payload, struct span *sig, struct err *e)
{
	struct span rest;

	if (token.n > TOKEN_MAX)
		return err_set(e, ERR_LIMIT, "token: more than %d characters", TOKEN_MAX);
	if (!span_split(token, '.', header, &rest) || !span_split(rest, '.', payload, sig) ||
	    memchr(sig->p, '.', sig->n) != NULL)
		return err_spec(e, ERR_SYNTAX, "RFC 7515 7.1", "token: not three parts");
	return 0;
}

int pki_jws_header(struct span token, struct buf *header, struct err *e)
{
	struct span h, p, s;
	int rc = split(token, &h, &p, &s, e);

	if (rc == 0 && (rc = b64url_decode(header, h, e)) != 0)
		err_wrap(e, "token: header");
	return rc != 0 ? rc : buf_check(header, "token: header", e);
}

/* The algorithm the header names, if it is one for the key. */
static int header_alg(struct span token, const struct pki_cert *cert, const struct pki_alg **alg, struct err *e)
{
	struct buf text;
	json_t *header = NULL;
	const char *name = NULL;
	int rc;

	buf_init(&text, TOKEN_MAX);
	rc = pki_jws_header(token, &text, e);
	if (rc == 0)
		rc = json_read(buf_view(&text), "token header", &header, e);
	if (rc == 0)
		rc = json_need_string(header, "alg", &name, e);
	if (rc == 0 && json_object_get(header, "crit") != NULL)
		rc = err_spec(e, ERR_UNSUPPORTED, "RFC 7515 4.1.11", "token: critical header parameters");
	if (rc == 0 && (*alg = alg_for(name, cert)) == NULL)
		rc = err_set(e, ERR_CRYPTO, "token: algorithm does not fit the key");
	json_decref(header);
	buf_fini(&text);
	return rc;
}

int pki_jws_verify(struct span token, const struct pki_cert *cert, struct buf *claims, struct err *e)
{
	struct span header, payload, sig;
	const struct pki_alg *alg = NULL;
	struct buf octets;
	int rc = split(token, &header, &payload, &sig, e);

	if (rc == 0)
		rc = header_alg(token, cert, &alg, e);
	if (rc != 0)
		return rc;
	buf_init(&octets, PKI_SIG_MAX);
	rc = b64url_decode(&octets, sig, e);
	if (rc == 0)
		rc = buf_check(&octets, "token: signature", e);
	if (rc == 0)
		rc = pki_verify_bytes(cert->blank, alg, (struct span){ token.p, header.n + 1 + payload.n },
				      buf_view(&octets), e);
	if (rc == 0)
		rc = b64url_decode(claims, payload, e);
	if (rc == 0)
		rc = buf_check(claims, "token: claims", e);
	buf_fini(&octets);
	return rc;
}
