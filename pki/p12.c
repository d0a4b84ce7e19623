/* SPDX-License-Identifier: EUPL-1.2 */
/* Taken apart bag by bag, so that several keys can be told apart and each way to fail has its own text. */
#include "pki/p12.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "pki/ossl.h"

#define ITERATIONS_MAX 10000000L
#define ENTRIES_MAX 32	/* keys, and certificates, each */
#define NESTED_MAX 4
#define OID_PBMAC1 "1.2.840.113549.1.5.14"

struct p12 {
	const char *path;
	const char *password;	/* NULL and "" are two different ones (RFC 7292 B) */
	EVP_PKEY *keys[ENTRIES_MAX];
	struct pki_cert *certs[ENTRIES_MAX];
	size_t nkeys, ncerts;
};

/* ---- the password ---- */

const char *pki_password_diagnose(const struct buf *password, pki_password_try_fn *fn, void *ctx)
{
	static const char bom[] = "\xef\xbb\xbf";
	size_t from = password->n >= 3 && memcmp(password->p, bom, 3) == 0 ? 3 : 0;
	size_t n = password->n;
	const char *found = NULL;
	char *text;

	while (n > from && (password->p[n - 1] == '\r' || password->p[n - 1] == '\n'))
		n--;
	if (n == password->n && from == 0)
		return NULL;
	text = mem_dup_n(password->p + from, n - from);
	if (fn(ctx, text))
		found = from > 0 ? "the password file begins with a byte order mark: save it as UTF-8 without one"
				 : "the password file has a carriage return or a second line at its end: write the password "
				   "and nothing else into it";
	OPENSSL_cleanse(text, n - from);
	free(text);
	return found;
}

static bool try_mac(void *ctx, const char *password)
{
	return PKCS12_verify_mac(ctx, password, -1) == 1;
}

static int check_mac(struct p12 *p, PKCS12 *file, const struct buf *password, struct err *e)
{
	const ASN1_INTEGER *iterations = NULL;
	const X509_ALGOR *alg = NULL;
	const ASN1_OBJECT *oid = NULL;
	char name[80];
	const char *why;

	if (PKCS12_mac_present(file) != 1)
		return err_set(e, ERR_UNSUPPORTED, "%s: has no MAC: export the key again, protected by a password", p->path);
	PKCS12_get0_mac(NULL, &alg, NULL, &iterations, file);
	X509_ALGOR_get0(&oid, NULL, NULL, alg);
	if (OBJ_obj2txt(name, sizeof(name), oid, 1) > 0 && strcmp(name, OID_PBMAC1) == 0)
		return err_set(e, ERR_UNSUPPORTED, "%s: has a MAC of the kind PBMAC1 (RFC 9579), which cannot be checked here: "
			       "export the key again with a MAC of the older kind (HMAC with SHA-256)", p->path);
	if (iterations != NULL && (ASN1_INTEGER_get(iterations) < 1 || ASN1_INTEGER_get(iterations) > ITERATIONS_MAX))
		return err_set(e, ERR_LIMIT, "%s: more than %ld iterations", p->path, ITERATIONS_MAX);
	p->password = buf_str((struct buf *)(uintptr_t)password);
	if (PKCS12_verify_mac(file, p->password, -1) == 1)
		return 0;
	if (password->n == 0 && PKCS12_verify_mac(file, NULL, 0) == 1) {
		p->password = NULL;
		return 0;
	}
	why = pki_password_diagnose(password, try_mac, file);
	if (why != NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", p->path, why);
	return pki_ossl_err(e, ERR_CRYPTO, "%s: wrong password, or the file is damaged", p->path);
}

/* ---- what it is encrypted with ---- */

static bool is_aes(const X509_ALGOR *alg)
{
	const ASN1_OBJECT *oid = NULL;
	const void *value = NULL;
	int type = 0, nid;

	X509_ALGOR_get0(&oid, &type, &value, alg);
	if (OBJ_obj2nid(oid) != NID_pbes2 || type != V_ASN1_SEQUENCE)
		return false;
	PBE2PARAM *pbe = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBE2PARAM));
	if (pbe == NULL)
		return false;
	X509_ALGOR_get0(&oid, NULL, NULL, pbe->encryption);
	nid = OBJ_obj2nid(oid);
	PBE2PARAM_free(pbe);
	return nid == NID_aes_128_cbc || nid == NID_aes_192_cbc || nid == NID_aes_256_cbc;
}

static int check_cipher(const struct p12 *p, const X509_ALGOR *alg, struct err *e)
{
	const ASN1_OBJECT *oid = NULL;
	char name[80] = "";

	if (is_aes(alg))
		return 0;
	X509_ALGOR_get0(&oid, NULL, NULL, alg);
	OBJ_obj2txt(name, sizeof(name), oid, 0);
	return err_set(e, ERR_UNSUPPORTED, "%s: encrypted with an algorithm that is no longer accepted (%s; RC2, 3DES): "
		       "export the key again with AES-256", p->path, name);
}

/* ---- the bags ---- */

static int password_len(const struct p12 *p)
{
	return p->password != NULL ? (int)strlen(p->password) : 0;
}

static int add_cert(struct p12 *p, const PKCS12_SAFEBAG *bag, struct err *e)
{
	X509 *x = PKCS12_SAFEBAG_get1_cert(bag);
	int rc = 0;

	if (x == NULL)
		return 0;	/* an SDSI certificate or the like */
	if (p->ncerts < ENTRIES_MAX)
		rc = pki_cert_from_x509(x, &p->certs[p->ncerts], e);
	if (rc == 0 && p->ncerts < ENTRIES_MAX)
		p->ncerts++;
	X509_free(x);
	return rc == 0 ? 0 : err_wrap(e, "%s", p->path);
}

static int add_key(struct p12 *p, PKCS8_PRIV_KEY_INFO *info, struct err *e)
{
	EVP_PKEY *key = info != NULL ? EVP_PKCS82PKEY(info) : NULL;

	if (key == NULL)
		return pki_ossl_err(e, ERR_CRYPTO, "%s: a private key in it cannot be read", p->path);
	if (p->nkeys == ENTRIES_MAX) {
		EVP_PKEY_free(key);
		return err_set(e, ERR_LIMIT, "%s: more than %d keys", p->path, ENTRIES_MAX);
	}
	p->keys[p->nkeys++] = key;
	return 0;
}

static int add_shrouded(struct p12 *p, const PKCS12_SAFEBAG *bag, struct err *e)
{
	const X509_ALGOR *alg = NULL;
	int rc;

	X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &alg, NULL);
	rc = check_cipher(p, alg, e);
	if (rc != 0)
		return rc;
	PKCS8_PRIV_KEY_INFO *info = PKCS12_decrypt_skey(bag, p->password, password_len(p));
	rc = add_key(p, info, e);
	PKCS8_PRIV_KEY_INFO_free(info);
	return rc;
}

static int add_bags(struct p12 *p, const STACK_OF(PKCS12_SAFEBAG) *bags, unsigned depth, struct err *e)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);
		switch (PKCS12_SAFEBAG_get_nid(bag)) {
		case NID_keyBag:
			rc = add_key(p, (PKCS8_PRIV_KEY_INFO *)(uintptr_t)PKCS12_SAFEBAG_get0_p8inf(bag), e);
			break;
		case NID_pkcs8ShroudedKeyBag:
			rc = add_shrouded(p, bag, e);
			break;
		case NID_certBag:
			rc = add_cert(p, bag, e);
			break;
		case NID_safeContentsBag:
			if (depth < NESTED_MAX)
				rc = add_bags(p, PKCS12_SAFEBAG_get0_safes(bag), depth + 1, e);
			break;
		default:
			break;
		}
	}
	return rc;
}

static int add_safe(struct p12 *p, PKCS7 *safe, struct err *e)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	int rc = 0;

	if (OBJ_obj2nid(safe->type) == NID_pkcs7_data) {
		bags = PKCS12_unpack_p7data(safe);
	} else if (OBJ_obj2nid(safe->type) == NID_pkcs7_encrypted) {
		rc = check_cipher(p, safe->d.encrypted->enc_data->algorithm, e);
		if (rc == 0)
			bags = PKCS12_unpack_p7encdata(safe, p->password, password_len(p));
	} else {
		return err_set(e, ERR_UNSUPPORTED, "%s: encrypted for a certificate, not by a password", p->path);
	}
	if (rc == 0 && bags == NULL)
		rc = pki_ossl_err(e, ERR_CRYPTO, "%s: cannot be decrypted", p->path);
	if (rc == 0)
		rc = add_bags(p, bags, 0, e);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return rc;
}

static int take_apart(struct p12 *p, const PKCS12 *file, struct err *e)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(file);
	int rc = 0;

	if (safes == NULL)
		return pki_ossl_err(e, ERR_SYNTAX, "%s: nothing in it can be read", p->path);
	for (int i = 0; rc == 0 && i < sk_PKCS7_num(safes); i++)
		rc = add_safe(p, sk_PKCS7_value(safes, i), e);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return rc;
}

/* ---- which one ---- */

static bool is_better(const struct pki_cert *a, const struct pki_cert *b, int64_t now)
{
	bool a_valid = a->not_before <= now && now <= a->not_after, b_valid = b->not_before <= now && now <= b->not_after;

	if (a_valid != b_valid)
		return a_valid;
	return a_valid ? a->not_before > b->not_before : a->not_after > b->not_after;
}

static int choose(struct p12 *p, enum pki_use use, int64_t now, EVP_PKEY **key, struct pki_cert **cert, struct err *e)
{
	size_t best_key = 0, best = 0, pairs = 0, fitting = 0;
	struct err why = ERR_INIT;

	for (size_t k = 0; k < p->nkeys; k++)
		for (size_t c = 0; c < p->ncerts; c++) {
			if (EVP_PKEY_eq(p->keys[k], p->certs[c]->key) != 1)
				continue;
			pairs++;
			if (pki_use_check(use, p->certs[c], p->path, &why) != 0)
				continue;
			if (fitting++ == 0 || is_better(p->certs[c], p->certs[best], now)) {
				best = c;
				best_key = k;
			}
		}
	ERR_clear_error();
	if (pairs == 0)
		return err_set(e, ERR_CONFIG, "%s: no private key with its certificate inside", p->path);
	if (fitting == 0 && pairs == 1) {
		*e = why;
		return (int)e->code;
	}
	if (fitting == 0)
		return err_set(e, ERR_CONFIG, "%s: none of the %zu keys inside is for use as %s key", p->path, pairs,
			       pki_use_name(use));
	*key = p->keys[best_key];
	EVP_PKEY_up_ref(*key);
	*cert = pki_cert_ref(p->certs[best]);
	return 0;
}

int pki_p12_read(struct span file, const struct buf *password, const char *path, enum pki_use use, int64_t now_ms,
		 EVP_PKEY **key, struct pki_cert **cert, struct err *e)
{
	const unsigned char *at = (const unsigned char *)file.p;
	struct p12 p = { .path = path };
	PKCS12 *p12;
	int rc;

	ERR_clear_error();
	p12 = d2i_PKCS12(NULL, &at, (long)file.n);
	if (p12 == NULL)
		return pki_ossl_err(e, ERR_SYNTAX, "%s: not a PKCS#12 file", path);
	rc = check_mac(&p, p12, password, e);
	if (rc == 0)
		rc = take_apart(&p, p12, e);
	if (rc == 0)
		rc = choose(&p, use, now_ms, key, cert, e);
	for (size_t i = 0; i < p.nkeys; i++)
		EVP_PKEY_free(p.keys[i]);
	for (size_t i = 0; i < p.ncerts; i++)
		pki_cert_free(p.certs[i]);
	PKCS12_free(p12);
	ERR_clear_error();
	return rc;
}
