/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys, certificates and revocation lists made at run time. */
#include "sim/mkcert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

static void set_random_serial(ASN1_INTEGER *serial)
{
	unsigned char b[12];
	BIGNUM *bn;

	must(RAND_bytes(b, sizeof(b)) == 1);
	b[0] &= 0x7f;
	bn = BN_bin2bn(b, sizeof(b), NULL);
	must(bn != NULL && BN_to_ASN1_INTEGER(bn, serial) != NULL);
	BN_free(bn);
}

static void set_name(X509 *x, const struct mk_spec *s)
{
	X509_NAME *n = X509_get_subject_name(x);

	must(X509_NAME_add_entry_by_txt(n, "C", MBSTRING_ASC, (const unsigned char *)"DE", -1, -1, 0) == 1);
	must(X509_NAME_add_entry_by_txt(n, "O", MBSTRING_UTF8, (const unsigned char *)s->org, -1, -1, 0) == 1);
	must(X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, (const unsigned char *)s->cn, -1, -1, 0) == 1);
}

static void add_ext(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(ext != NULL && X509_add_ext(x, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

static const char *key_usage(enum mk_use use)
{
	switch (use) {
	case MK_CA:
		return "critical,keyCertSign,cRLSign";
	case MK_SIGN:
		return "critical,digitalSignature,nonRepudiation";
	case MK_CIPHER:
		return "critical,keyEncipherment,dataEncipherment";
	default:
		return "critical,digitalSignature,keyEncipherment";
	}
}

static EVP_PKEY *key_for(const struct mk_spec *s)
{
	if (s->same_key != NULL)
		return EVP_PKEY_up_ref(s->same_key->key) == 1 ? s->same_key->key : NULL;
	return s->rsa_bits > 0 ? EVP_RSA_gen(s->rsa_bits) : EVP_EC_gen("P-256");
}

struct mk_cert mk_make(const struct mk_spec *s)
{
	struct mk_cert c = { .key = key_for(s), .x = X509_new() };
	X509 *issuer = s->issuer != NULL ? s->issuer->x : c.x;
	EVP_PKEY *issuer_key = s->issuer != NULL ? s->issuer->key : c.key;

	must(c.key != NULL && c.x != NULL);
	must(X509_set_version(c.x, 2) == 1);
	set_random_serial(X509_get_serialNumber(c.x));
	must(X509_time_adj_ex(X509_getm_notBefore(c.x), s->from_days, 0, NULL) != NULL);
	must(X509_time_adj_ex(X509_getm_notAfter(c.x), s->to_days, 0, NULL) != NULL);
	set_name(c.x, s);
	must(X509_set_issuer_name(c.x, X509_get_subject_name(issuer)) == 1);
	must(X509_set_pubkey(c.x, c.key) == 1);
	add_ext(c.x, issuer, NID_basic_constraints, s->use == MK_CA ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_ext(c.x, issuer, NID_key_usage, key_usage(s->use));
	add_ext(c.x, issuer, NID_subject_key_identifier, "hash");
	if (s->issuer != NULL)
		add_ext(c.x, issuer, NID_authority_key_identifier, "keyid:always");
	if (s->crl_points != NULL)
		add_ext(c.x, issuer, NID_crl_distribution_points, s->crl_points);
	if (s->use == MK_TLS_SERVER) {
		add_ext(c.x, issuer, NID_ext_key_usage, "serverAuth");
		add_ext(c.x, issuer, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
	}
	must(X509_sign(c.x, issuer_key, EVP_sha256()) > 0);
	return c;
}

void mk_free(struct mk_cert *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->x);
	*c = (struct mk_cert){ NULL, NULL };
}

X509_CRL *mk_crl(const struct mk_cert *issuer, X509 *const *revoked, int n, int days)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = ASN1_TIME_new();

	must(crl != NULL && t != NULL && X509_CRL_set_version(crl, 1) == 1);
	must(X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->x)) == 1);
	must(X509_time_adj_ex(t, 0, -60, NULL) != NULL && X509_CRL_set1_lastUpdate(crl, t) == 1);
	for (int i = 0; i < n; i++) {
		X509_REVOKED *r = X509_REVOKED_new();
		ASN1_INTEGER *serial = X509_get_serialNumber(revoked[i]);

		must(r != NULL && X509_REVOKED_set_serialNumber(r, serial) == 1);
		must(X509_REVOKED_set_revocationDate(r, t) == 1 && X509_CRL_add0_revoked(crl, r) == 1);
	}
	must(X509_time_adj_ex(t, days, 0, NULL) != NULL && X509_CRL_set1_nextUpdate(crl, t) == 1);
	must(X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, issuer->key, EVP_sha256()) > 0);
	ASN1_TIME_free(t);
	return crl;
}

static FILE *create(const char *path, mode_t mode, struct err *e)
{
	int fd;
	FILE *f;

	(void)unlink(path);	/* a private file must never have had a wider mode */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	f = fd < 0 ? NULL : fdopen(fd, "wb");
	if (f == NULL)
		(void)err_set(e, err_from_errno(errno), "create %s: %s", path, strerror(errno));
	return f;
}

static int finish(FILE *f, bool ok, const char *path, struct err *e)
{
	if (fclose(f) != 0 || !ok)
		return err_set(e, ERR_IO, "write %s failed", path);
	return 0;
}

int mk_write_key(const char *path, const struct mk_cert *c, struct err *e)
{
	FILE *f = create(path, 0600, e);

	return f == NULL ? (int)e->code :
			   finish(f, PEM_write_PKCS8PrivateKey(f, c->key, NULL, NULL, 0, NULL, NULL) == 1, path, e);
}

int mk_write_certs(const char *path, X509 *const *list, int n, struct err *e)
{
	FILE *f = create(path, 0644, e);
	bool ok = true;

	if (f == NULL)
		return (int)e->code;
	for (int i = 0; i < n; i++)
		ok = PEM_write_X509(f, list[i]) == 1 && ok;
	return finish(f, ok, path, e);
}

int mk_write_p12(const char *path, const struct mk_cert *c, const char *password, struct err *e)
{
	FILE *f = create(path, 0600, e);
	PKCS12 *p;
	bool ok;

	if (f == NULL)
		return (int)e->code;
	p = PKCS12_create(password, "depesche", c->key, c->x, NULL, 0, 0, 0, 0, 0);
	ok = p != NULL && i2d_PKCS12_fp(f, p) == 1;
	PKCS12_free(p);
	return finish(f, ok, path, e);
}

int mk_write_crl(const char *path, X509_CRL *crl, struct err *e)
{
	char tmp[512];
	FILE *f;
	int rc;

	/* Renamed into place: a daemon may be reading the old list just now. */
	(void)snprintf(tmp, sizeof(tmp), "%s.new", path);
	f = create(tmp, 0644, e);
	if (f == NULL)
		return (int)e->code;
	rc = finish(f, PEM_write_X509_CRL(f, crl) == 1, tmp, e);
	if (rc == 0 && rename(tmp, path) != 0)
		rc = err_set(e, ERR_IO, "rename %s: %s", path, strerror(errno));
	return rc;
}

int mk_read(const char *key_path, const char *cert_path, struct mk_cert *out, struct err *e)
{
	FILE *key = fopen(key_path, "rb"), *cert = fopen(cert_path, "rb");

	out->key = key == NULL ? NULL : PEM_read_PrivateKey(key, NULL, NULL, NULL);
	out->x = cert == NULL ? NULL : PEM_read_X509(cert, NULL, NULL, NULL);
	if (key != NULL)
		(void)fclose(key);
	if (cert != NULL)
		(void)fclose(cert);
	if (out->key != NULL && out->x != NULL)
		return 0;
	mk_free(out);
	return err_set(e, ERR_MISSING, "%s or %s: no PEM file", key_path, cert_path);
}
