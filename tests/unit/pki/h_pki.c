/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_pki.h says what they do. */
#include "h_pki.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"

static EVP_PKEY *kept[8];
static char kept_name[8][24];

static EVP_PKEY *keep(const char *name, EVP_PKEY *(*make)(const char *))
{
	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		if (kept[i] == NULL) {
			kept[i] = make(name);
			snprintf(kept_name[i], sizeof(kept_name[i]), "%s", name);
			return kept[i];
		}
		if (strcmp(kept_name[i], name) == 0)
			return kept[i];
	}
	must(!"room for another key");
	return NULL;
}

static EVP_PKEY *make_rsa(const char *name)
{
	return EVP_RSA_gen((unsigned)atoi(name));
}

EVP_PKEY *h_rsa(unsigned bits)
{
	char name[24];

	snprintf(name, sizeof(name), "%u", bits);
	return keep(name, make_rsa);
}

EVP_PKEY *h_rsa_other(void)
{
	return keep("2048 other", make_rsa);
}

EVP_PKEY *h_ec_new(const char *curve)
{
	return EVP_EC_gen(curve);
}

EVP_PKEY *h_ec(const char *curve)
{
	return keep(curve, h_ec_new);
}

__attribute__((destructor)) static void free_keys(void)
{
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		EVP_PKEY_free(kept[i]);
}

static void extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(ext != NULL);
	X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
}

static void set_time(ASN1_TIME *to, long offset)
{
	ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)(H_NOW + offset));

	must(t != NULL);
	ASN1_STRING_copy((ASN1_STRING *)to, (ASN1_STRING *)t);
	ASN1_TIME_free(t);
}

static void sign(X509 *x, X509_CRL *crl, EVP_PKEY *key, const EVP_MD *md, bool pss)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	must(EVP_DigestSignInit(ctx, &pctx, md, NULL, key) == 1);
	if (pss) {
		EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST);
	}
	must((x != NULL ? X509_sign_ctx(x, ctx) : X509_CRL_sign_ctx(crl, ctx)) > 0);
	EVP_MD_CTX_free(ctx);
}

X509 *h_cert(const struct h_spec *s)
{
	static long serial = 1000;
	X509 *x = X509_new(), *issuer = s->issuer != NULL ? s->issuer : x;
	X509_NAME *name = X509_get_subject_name(x);
	bool times = s->from != 0 || s->to != 0;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
	X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const unsigned char *)"DE", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"Prüfstand", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)s->cn, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer));
	set_time(X509_getm_notBefore(x), times ? s->from : -H_DAY);
	set_time(X509_getm_notAfter(x), times ? s->to : 365 * H_DAY);
	X509_set_pubkey(x, s->key);
	extend(x, issuer, NID_basic_constraints, s->ca ? "critical,CA:TRUE" : "CA:FALSE");
	if ((s->without & H_NO_SKID) == 0)
		extend(x, issuer, NID_subject_key_identifier, "hash");
	if ((s->without & H_NO_AKID) == 0)
		extend(x, issuer, NID_authority_key_identifier, "keyid:always");
	if ((s->ku != NULL || s->ca) && (s->without & H_NO_KU) == 0)
		extend(x, issuer, NID_key_usage, s->ku != NULL ? s->ku : "critical,keyCertSign,cRLSign");
	if (s->eku != NULL)
		extend(x, issuer, NID_ext_key_usage, s->eku);
	if (s->crl_point != NULL)
		extend(x, issuer, NID_crl_distribution_points, s->crl_point);
	sign(x, NULL, s->issuer_key != NULL ? s->issuer_key : s->key, s->md != NULL ? s->md : EVP_sha256(), s->pss);
	return x;
}

static X509_EXTENSION *list_extension(X509 *issuer, X509_CRL *crl, const char *oid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
	X509V3_set_nconf(&ctx, NCONF_new(NULL));
	ext = X509V3_EXT_nconf(NULL, &ctx, oid, value);
	NCONF_free(ctx.db);
	if (ext == NULL)
		ERR_print_errors_fp(stderr);
	must(ext != NULL);
	return ext;
}

static void extend_list(X509 *issuer, X509_CRL *crl, const char *oid, const char *value)
{
	X509_EXTENSION *ext = value != NULL ? list_extension(issuer, crl, oid, value) : NULL;

	if (ext != NULL)
		X509_CRL_add_ext(crl, ext, -1);
	X509_EXTENSION_free(ext);
}

static void add_revoked(X509 *issuer, X509_CRL *crl, X509 *x, long at, const char *extension)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	X509_EXTENSION *ext = extension != NULL ? list_extension(issuer, crl, "1.2.3.4.6", extension) : NULL;
	ASN1_TIME *t = ASN1_TIME_new();

	set_time(t, at);
	X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(x));
	X509_REVOKED_set_revocationDate(entry, t);
	if (ext != NULL)
		X509_REVOKED_add_ext(entry, ext, -1);
	X509_CRL_add0_revoked(crl, entry);
	X509_EXTENSION_free(ext);
	ASN1_TIME_free(t);
}

static X509_CRL *list_new(X509 *issuer, long from, long to, bool endless)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = ASN1_TIME_new();

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
	set_time(t, from);
	X509_CRL_set1_lastUpdate(crl, t);
	set_time(t, to);
	if (!endless)
		X509_CRL_set1_nextUpdate(crl, t);
	ASN1_TIME_free(t);
	return crl;
}

X509_CRL *h_crl(X509 *issuer, EVP_PKEY *key, X509 *revoked, long revoked_at, long from, long to)
{
	X509_CRL *crl = list_new(issuer, from, to, false);

	if (revoked != NULL)
		add_revoked(issuer, crl, revoked, revoked_at, NULL);
	sign(NULL, crl, key, EVP_sha256(), false);
	return crl;
}

X509_CRL *h_crl_with(X509 *issuer, EVP_PKEY *key, X509 *revoked, const struct h_crl_spec *s)
{
	bool times = s->from != 0 || s->to != 0;
	X509_CRL *crl = list_new(issuer, times ? s->from : -H_DAY, times ? s->to : 7 * H_DAY, s->endless);
	char number[40];

	snprintf(number, sizeof(number), "DER:0201%02lx", s->number);	/* below 128 */
	if (revoked != NULL)
		add_revoked(issuer, crl, revoked, -3600, s->entry);
	extend_list(issuer, crl, "2.5.29.20", s->number > 0 ? number : NULL);
	extend_list(issuer, crl, "2.5.29.27", s->delta);
	extend_list(issuer, crl, "issuingDistributionPoint", s->idp);
	extend_list(issuer, crl, "1.2.3.4.5", s->unknown);
	extend_list(issuer, crl, "freshestCRL", s->freshest);
	extend_list(issuer, crl, "authorityKeyIdentifier", s->akid ? "keyid:always" : NULL);
	sign(NULL, crl, key, EVP_sha256(), false);
	return crl;
}

static char dir[64];
static struct arena *paths;

static void remove_dir(void)
{
	char cmd[100];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		perror(dir);
	arena_free(paths);
}

const char *h_dir(void)
{
	if (dir[0] == '\0') {
		snprintf(dir, sizeof(dir), "/tmp/pki-test-XXXXXX");
		must(mkdtemp(dir) != NULL);
		paths = arena_new();
		atexit(remove_dir);
	}
	return dir;
}

const char *h_file(const char *name, const void *data, size_t n, unsigned mode)
{
	const char *base = h_dir();
	char *path = arena_printf(paths, "%s/%s", base, name);
	struct err e = ERR_INIT;

	unlink(path);
	must(file_write(path, data, n, mode, &e) == 0);
	must(chmod(path, mode) == 0);
	return path;
}

static const char *keep_bio(const char *name, BIO *bio, unsigned mode)
{
	char *data;
	long n = BIO_get_mem_data(bio, &data);
	const char *path = h_file(name, data, (size_t)n, mode);

	BIO_free(bio);
	return path;
}

const char *h_pem_cert(const char *name, X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());

	must(PEM_write_bio_X509(bio, x) == 1);
	return keep_bio(name, bio, 0644);
}

const char *h_pem_crl(const char *name, X509_CRL *crl)
{
	BIO *bio = BIO_new(BIO_s_mem());

	must(PEM_write_bio_X509_CRL(bio, crl) == 1);
	return keep_bio(name, bio, 0644);
}

const char *h_pem_key(const char *name, EVP_PKEY *key, const char *password)
{
	BIO *bio = BIO_new(BIO_s_mem());

	must(PEM_write_bio_PKCS8PrivateKey(bio, key, password != NULL ? EVP_aes_256_cbc() : NULL, password,
					   password != NULL ? (int)strlen(password) : 0, NULL, NULL) == 1);
	return keep_bio(name, bio, 0600);
}

const char *h_p12(const char *name, EVP_PKEY *key, X509 *x, const char *password)
{
	PKCS12 *p12 = PKCS12_create(password, "key", key, x, NULL, 0, 0, 2048, 2048, 0);
	BIO *bio = BIO_new(BIO_s_mem());

	must(p12 != NULL && i2d_PKCS12_bio(bio, p12) == 1);
	PKCS12_free(p12);
	return keep_bio(name, bio, 0600);
}

struct pki_cert *h_pki_cert(X509 *x)
{
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);
	struct err e = ERR_INIT;
	struct pki_cert *c = NULL;

	must(n > 0 && pki_cert_from_der((struct span){ (const char *)der, (size_t)n }, &c, &e) == 0);
	OPENSSL_free(der);
	return c;
}

struct pki_key *h_key(enum pki_use use, X509 *x, EVP_PKEY *key)
{
	struct pki_key *k = mem_new(sizeof(*k));

	k->use = use;
	k->cert = h_pki_cert(x);
	EVP_PKEY_up_ref(key);
	k->key = key;
	k->blank = EVP_PKEY_CTX_new(key, NULL);
	return k;
}

struct pki_key *h_own_key(enum pki_use use, EVP_PKEY *key)
{
	struct h_spec s = { .cn = "self", .key = key,
			    .ku = use == PKI_USE_CIPHER ? "critical,keyEncipherment" : "critical,digitalSignature" };
	X509 *x = h_cert(&s);
	struct pki_key *k = h_key(use, x, key);

	X509_free(x);
	return k;
}
