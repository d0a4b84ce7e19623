/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading of our own keys. Not linked with any provider but the default: RC2 and 3DES containers fail. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "base/file.h"
#include "base/mem.h"
#include "pki/keyring.h"
#include "pki/ossl.h"

#define KEY_FILE_MAX (1u << 20)
#define PASSWORD_MAX 1024
#define P12_ITERATIONS_MAX 10000000L

const char *pki_use_name(enum pki_use use)
{
	static const char *const names[] = { "signature", "cipher", "tls" };
	return names[use];
}

void pki_key_free(struct pki_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->key);
	pki_cert_free(k->cert);
	OPENSSL_cleanse(k, sizeof(*k));
	free(k);
}

static int check_use(enum pki_use use, const struct pki_cert *c, const char *path, struct err *e)
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
	k->cert = cert;
	if (EVP_PKEY_eq(key, cert->key) != 1)
		rc = err_set(e, ERR_CONFIG, "%s: private key and certificate do not belong together: %.16s", path,
			     cert->hex);
	else
		rc = check_use(use, cert, path, e);
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
	buf_init(password, PASSWORD_MAX);
	if (password_file == NULL)
		return 0;
	return file_read_secret(password_file, password, e) == 0 ? buf_check(password, "password", e) : (int)e->code;
}

static int parse_p12(PKCS12 *p12, const char *password, const char *path, EVP_PKEY **key, X509 **x, struct err *e)
{
	const ASN1_INTEGER *iterations = NULL;

	PKCS12_get0_mac(NULL, NULL, NULL, &iterations, p12);
	if (iterations != NULL && (ASN1_INTEGER_get(iterations) < 1 || ASN1_INTEGER_get(iterations) > P12_ITERATIONS_MAX))
		return err_set(e, ERR_LIMIT, "%s: more than %ld iterations", path, P12_ITERATIONS_MAX);
	if (iterations != NULL && PKCS12_verify_mac(p12, password, -1) != 1)
		return pki_ossl_err(e, ERR_CRYPTO, "%s: wrong password, or the file is damaged", path);
	if (PKCS12_parse(p12, password, key, x, NULL) != 1) {
		unsigned long why = ERR_peek_last_error();
		if (ERR_GET_REASON(ERR_peek_error()) == ERR_R_UNSUPPORTED || ERR_GET_REASON(why) == ERR_R_UNSUPPORTED ||
		    ERR_GET_REASON(why) == EVP_R_UNSUPPORTED_ALGORITHM)
			return pki_ossl_err(e, ERR_UNSUPPORTED,
					    "%s: encrypted with an algorithm that is no longer supported (RC2 or 3DES); "
					    "export the key again with AES-256", path);
		return pki_ossl_err(e, ERR_CRYPTO, "%s: cannot be decrypted", path);
	}
	if (*key == NULL || *x == NULL)
		return err_set(e, ERR_CONFIG, "%s: no private key with its certificate inside", path);
	return 0;
}

static int cert_of_x509(const X509 *x, struct pki_cert **out, struct err *e)
{
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);
	int rc;

	if (n <= 0)
		return pki_ossl_err(e, ERR_INTERNAL, "certificate: DER");
	rc = pki_cert_from_der((struct span){ (const char *)der, (size_t)n }, out, e);
	OPENSSL_free(der);
	return rc;
}

int pki_key_from_p12(enum pki_use use, const char *path, const char *password_file, struct pki_key **out, struct err *e)
{
	struct buf file, password;
	struct pki_cert *cert = NULL;
	PKCS12 *p12 = NULL;
	EVP_PKEY *key = NULL;
	X509 *x = NULL;
	int rc;

	buf_init(&file, KEY_FILE_MAX);
	rc = read_password(password_file, &password, e);
	if (rc == 0)
		rc = file_check_private(path, e);
	if (rc == 0)
		rc = file_read(path, &file, e);
	if (rc != 0)
		goto out;
	ERR_clear_error();
	const unsigned char *p = (const unsigned char *)file.p;
	p12 = d2i_PKCS12(NULL, &p, (long)file.n);
	rc = p12 == NULL ? pki_ossl_err(e, ERR_SYNTAX, "%s: not a PKCS#12 file", path)
			 : parse_p12(p12, buf_str(&password), path, &key, &x, e);
	if (rc == 0)
		rc = cert_of_x509(x, &cert, e);
	if (cert != NULL) {
		rc = make_key(use, key, cert, path, out, e);
		key = NULL;
	}
out:
	EVP_PKEY_free(key);
	X509_free(x);
	PKCS12_free(p12);
	buf_wipe(&password);
	buf_wipe(&file);
	return rc;
}

/* OpenSSL would ask on the terminal without this. */
static int give_password(char *to, int size, int writing, void *ctx)
{
	const struct buf *password = ctx;

	(void)writing;
	if (password->n == 0 || password->n > (size_t)size)
		return -1;
	memcpy(to, password->p, password->n);
	return (int)password->n;
}

int pki_key_from_pem(enum pki_use use, const char *key_path, const char *cert_path, const char *password_file,
		     struct pki_key **out, struct err *e)
{
	struct buf file, password;
	struct pki_cert *cert = NULL;
	int rc;

	buf_init(&file, KEY_FILE_MAX);
	rc = read_password(password_file, &password, e);
	if (rc == 0)
		rc = file_check_private(key_path, e);
	if (rc == 0)
		rc = file_read(key_path, &file, e);
	if (rc == 0)
		rc = pki_cert_from_file(cert_path, &cert, e);
	if (rc == 0) {
		ERR_clear_error();
		BIO *bio = pki_bio_of(buf_view(&file));
		EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, give_password, &password);
		BIO_free(bio);
		if (key == NULL) {
			rc = pki_ossl_err(e, ERR_CRYPTO, "%s: no private key in PEM, or wrong password", key_path);
			pki_cert_free(cert);
		} else {
			rc = make_key(use, key, cert, key_path, out, e);
		}
	}
	buf_wipe(&password);
	buf_wipe(&file);
	return rc;
}
