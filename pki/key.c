/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading of our own keys. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "pki/keyring.h"
#include "pki/ossl.h"
#include "pki/p12.h"

#define KEY_FILE_MAX (1u << 20)
#define PASSWORD_MAX 1024

const char *pki_use_name(enum pki_use use)
{
	static const char *const names[] = { "signature", "cipher", "tls" };
	return names[use];
}

void pki_key_free(struct pki_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_CTX_free(k->blank);
	EVP_PKEY_free(k->key);
	pki_cert_free(k->cert);
	OPENSSL_cleanse(k, sizeof(*k));
	free(k);
}

int pki_use_check(enum pki_use use, const struct pki_cert *c, const char *path, struct err *e)
{
	unsigned need = PKI_KU_DIGITAL_SIGNATURE;

	if (use == PKI_USE_CIPHER) {
		need = PKI_KU_KEY_ENCIPHERMENT | PKI_KU_DATA_ENCIPHERMENT;
		if (c->kind != PKI_RSA)
			return err_set(e, ERR_CONFIG, "%s: a cipher key has to be an RSA key", path);
	} else if (use == PKI_USE_SIGNATURE) {
		need |= PKI_KU_NON_REPUDIATION;
	}
	if ((c->usage & need) == 0)
		return err_set(e, ERR_CONFIG, "%s: the certificate's key usage does not allow use as %s key: %.16s", path,
			       pki_use_name(use), c->hex);
	return 0;
}

static int derive_secret(struct pki_key *k, const char *path, struct err *e)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(k->key, &der);

	if (n <= 0)
		return pki_ossl_err(e, ERR_INTERNAL, "%s: private key", path);
	sha256(der, (size_t)n, k->secret);
	OPENSSL_clear_free(der, (size_t)n);
	return 0;
}

/* Takes key and cert, whatever comes out. */
static int make_key(enum pki_use use, EVP_PKEY *key, struct pki_cert *cert, const char *path, struct pki_key **out,
		    struct err *e)
{
	struct pki_key *k = mem_new(sizeof(*k));
	int rc;

	k->use = use;
	k->key = key;
	k->blank = EVP_PKEY_CTX_new(key, NULL);
	k->cert = cert;
	if (k->blank == NULL)
		rc = pki_ossl_err(e, ERR_UNSUPPORTED, "%s: private key", path);
	else if (EVP_PKEY_eq(key, cert->key) != 1)
		rc = err_set(e, ERR_CONFIG, "%s: private key and certificate do not belong together: %.16s", path,
			     cert->hex);
	else
		rc = pki_use_check(use, cert, path, e);
	if (rc == 0)
		rc = derive_secret(k, path, e);
	ERR_clear_error();
	if (rc != 0)
		pki_key_free(k);
	else
		*out = k;
	return rc;
}

static int read_password(const char *password_file, struct buf *password, struct err *e)
{
	int rc = 0;

	buf_init(password, PASSWORD_MAX);
	if (password_file != NULL)
		rc = file_read_secret(password_file, password, e);
	return rc == 0 ? buf_check(password, "password", e) : rc;
}

/* The file with the key, which nobody else may read, and the password that opens it. Both buffers are to be wiped. */
static int read_locked(const char *path, const char *password_file, struct buf *file, struct buf *password, struct err *e)
{
	int rc;

	buf_init(file, KEY_FILE_MAX);
	rc = read_password(password_file, password, e);
	if (rc == 0)
		rc = file_check_private(path, e);
	return rc == 0 ? file_read(path, file, e) : rc;
}

int pki_key_from_p12(enum pki_use use, const char *path, const char *password_file, struct pki_key **out, struct err *e)
{
	struct buf file, password;
	struct pki_cert *cert = NULL;
	EVP_PKEY *key = NULL;
	int rc = read_locked(path, password_file, &file, &password, e);

	if (rc == 0)
		rc = pki_p12_read(buf_view(&file), &password, path, use, clock_now(), &key, &cert, e);
	if (rc == 0)
		rc = make_key(use, key, cert, path, out, e);
	buf_wipe(&password);
	buf_wipe(&file);
	return rc;
}

/* What OpenSSL asks for a password for; on the terminal, if it were not given this. */
struct locked {
	struct span text;
	const char *password;	/* NULL: none */
	bool asked;
};

static int give_password(char *to, int size, int writing, void *ctx)
{
	struct locked *l = ctx;
	size_t n = l->password != NULL ? strlen(l->password) : 0;

	(void)writing;
	l->asked = true;
	if (n == 0 || n > (size_t)size)
		return -1;
	memcpy(to, l->password, n);
	return (int)n;
}

static EVP_PKEY *read_pem(struct locked *l, const char *password)
{
	BIO *bio = pki_bio_of(l->text);
	EVP_PKEY *key;

	ERR_clear_error();
	l->password = password;
	key = PEM_read_bio_PrivateKey(bio, NULL, give_password, l);
	BIO_free(bio);
	return key;
}

static bool try_pem(void *ctx, const char *password)
{
	EVP_PKEY *key = read_pem(ctx, password);

	EVP_PKEY_free(key);
	return key != NULL;
}

static int read_pem_key(struct span text, struct buf *password, const char *path, EVP_PKEY **out, struct err *e)
{
	struct locked l = { .text = text };
	const char *why;

	*out = read_pem(&l, password->n > 0 ? buf_str(password) : NULL);
	if (*out != NULL)
		return 0;
	if (!l.asked)
		return pki_ossl_err(e, ERR_CRYPTO, "%s: no private key in PEM", path);
	if (password->n == 0)
		return err_set(e, ERR_CONFIG, "%s: the key is encrypted: password_file has to name the file with its password",
			       path);
	why = pki_password_diagnose(password, try_pem, &l);
	if (why != NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", path, why);
	return pki_ossl_err(e, ERR_CRYPTO, "%s: wrong password", path);
}

int pki_key_from_pem(enum pki_use use, const char *key_path, const char *cert_path, const char *password_file,
		     struct pki_key **out, struct err *e)
{
	struct buf file, password;
	struct pki_cert *cert = NULL;
	EVP_PKEY *key = NULL;
	int rc = read_locked(key_path, password_file, &file, &password, e);

	if (rc == 0)
		rc = pki_cert_from_file(cert_path, &cert, e);
	if (rc == 0)
		rc = read_pem_key(buf_view(&file), &password, key_path, &key, e);
	if (rc == 0)
		rc = make_key(use, key, cert, key_path, out, e);
	else
		pki_cert_free(cert);
	buf_wipe(&password);
	buf_wipe(&file);
	return rc;
}
