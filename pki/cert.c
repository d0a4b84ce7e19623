/* SPDX-License-Identifier: EUPL-1.2 */
/* One certificate: parsed, described, judged for its form. */
#include "pki/cert.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/b64.h"
#include "base/file.h"
#include "base/mem.h"
#include "pki/cert_limits.h"
#include "pki/ossl.h"

#define RSA_BITS_MAX 8192	/* a public operation with more costs whole milliseconds for nothing */
#define RSA_BITS_MIN 1024	/* below, not even old partners are served; the policy's bar is higher */
#define CERT_FILE_MAX (256u << 10)
/* Upper bounds of the memory that OpenSSL and we need, measured over certificates of all shapes (test_cert.c). */
#define WEIGHT_BASE 8192
#define WEIGHT_ELEMENT 256
#define WEIGHT_OCTET 4

static char *name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;

	must(bio != NULL);
	X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	long n = BIO_get_mem_data(bio, &data);
	text = mem_dup_n(n > 0 ? data : "", n > 0 ? (size_t)n : 0);
	BIO_free(bio);
	return text;
}

static char *serial_text(const X509 *x)
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *dec = bn != NULL ? BN_bn2dec(bn) : NULL;
	char *text = mem_dup(dec != NULL ? dec : "");

	OPENSSL_free(dec);
	BN_free(bn);
	return text;
}

static unsigned usage_of(X509 *x)
{
	uint32_t ku = X509_get_key_usage(x);
	unsigned usage = 0;
	static const struct {
		uint32_t ossl;
		unsigned ours;
	} bits[] = {
		{ KU_DIGITAL_SIGNATURE, PKI_KU_DIGITAL_SIGNATURE }, { KU_NON_REPUDIATION, PKI_KU_NON_REPUDIATION },
		{ KU_KEY_ENCIPHERMENT, PKI_KU_KEY_ENCIPHERMENT },   { KU_DATA_ENCIPHERMENT, PKI_KU_DATA_ENCIPHERMENT },
		{ KU_KEY_AGREEMENT, PKI_KU_KEY_AGREEMENT },	    { KU_KEY_CERT_SIGN, PKI_KU_CERT_SIGN },
		{ KU_CRL_SIGN, PKI_KU_CRL_SIGN },
	};

	if (ku == UINT32_MAX)
		return PKI_KU_ANY;
	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		if ((ku & bits[i].ossl) != 0)
			usage |= bits[i].ours;
	return usage;
}

static int check_rsa(struct pki_cert *c, struct err *e)
{
	BIGNUM *modulus = NULL, *exponent = NULL;
	int rc = 0;

	if (c->bits < RSA_BITS_MIN || c->bits > RSA_BITS_MAX)
		return err_set(e, ERR_UNSUPPORTED, "certificate: RSA key of %u bit, not %d to %d", c->bits, RSA_BITS_MIN,
			       RSA_BITS_MAX);
	if (EVP_PKEY_get_bn_param(c->key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1 || !BN_is_odd(exponent) ||
	    BN_is_one(exponent) || BN_num_bits(exponent) > 64)
		rc = err_set(e, ERR_UNSUPPORTED, "certificate: RSA exponent");
	c->odd = EVP_PKEY_get_bn_param(c->key, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1 && BN_is_odd(modulus);
	BN_free(modulus);
	BN_free(exponent);
	return rc;
}

static int check_ec(const struct pki_cert *c, struct err *e)
{
	int explicit = 0;

	if (EVP_PKEY_get_int_param(c->key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit) == 1 && explicit)
		return err_set(e, ERR_UNSUPPORTED, "certificate: curve given by explicit parameters");
	return 0;
}

static int read_key(struct pki_cert *c, struct err *e)
{

	c->key = X509_get0_pubkey(c->x509);
	if (c->key == NULL)
		return pki_ossl_err(e, ERR_UNSUPPORTED, "certificate: public key");
	c->blank = EVP_PKEY_CTX_new(c->key, NULL);
	if (c->blank == NULL)
		return pki_ossl_err(e, ERR_UNSUPPORTED, "certificate: public key");
	c->bits = (unsigned)EVP_PKEY_get_bits(c->key);
	switch (EVP_PKEY_get_base_id(c->key)) {
	case EVP_PKEY_RSA:
		c->kind = PKI_RSA;
		break;
	case EVP_PKEY_RSA_PSS:
		c->kind = PKI_RSA_PSS;
		break;
	case EVP_PKEY_EC:
		c->kind = PKI_EC;
		break;
	default:
		c->kind = PKI_OTHER;
	}
	if (c->kind == PKI_EC)
		return check_ec(c, e);
	return c->kind == PKI_OTHER ? 0 : check_rsa(c, e);
}

int pki_cert_from_der(struct span der, struct pki_cert **out, struct err *e)
{
	const unsigned char *p = (const unsigned char *)der.p;
	struct pki_cert *c;
	size_t elements;
	int rc = pki_cert_limits(der, &elements, e);

	if (rc != 0)
		return rc;
	ERR_clear_error();
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	if (x == NULL)
		return pki_ossl_err(e, ERR_SYNTAX, "certificate: not DER of X.509");
	c = mem_new(sizeof(*c));
	c->refs = 1;
	c->weight = WEIGHT_BASE + WEIGHT_ELEMENT * elements + WEIGHT_OCTET * der.n;
	c->x509 = x;
	c->der = (struct span){ mem_dup_n(der.p, der.n), der.n };
	c->subject = name_text(X509_get_subject_name(x));
	c->issuer = name_text(X509_get_issuer_name(x));
	c->serial = serial_text(x);
	sha256(der.p, der.n, c->sha256);
	hex_encode(c->sha256, SHA256_LEN, c->hex);
	c->not_before = pki_ms_of(X509_get0_notBefore(x));
	c->not_after = pki_ms_of(X509_get0_notAfter(x));
	c->usage = usage_of(x);
	c->is_ca = X509_check_ca(x) > 0;
	rc = (const char *)p != der.p + der.n ? err_set(e, ERR_SYNTAX, "certificate: octets behind its end")
					      : read_key(c, e);
	if (rc == 0 && (X509_get_extension_flags(x) & EXFLAG_INVALID) != 0)
		rc = err_set(e, ERR_SYNTAX, "certificate: malformed extension");
	ERR_clear_error();
	if (rc != 0)
		pki_cert_free(c);
	else
		*out = c;
	return rc;
}

static int decode(struct span text, struct buf *der, struct err *e)
{
	buf_init(der, PKI_CERT_DER_MAX);
	if (b64_decode(der, text, true, e) != 0)
		return err_wrap(e, "certificate");
	return buf_check(der, "certificate", e);
}

int pki_cert_from_base64(struct span text, struct pki_cert **out, struct err *e)
{
	struct buf der;
	int rc = decode(text, &der, e);

	if (rc == 0)
		rc = pki_cert_from_der(buf_view(&der), out, e);
	buf_fini(&der);
	return rc;
}

int pki_cert_from_file(const char *path, struct pki_cert **out, struct err *e)
{
	struct buf file;
	unsigned char *der = NULL;
	long n = 0;
	int rc;

	buf_init(&file, CERT_FILE_MAX);
	rc = file_read(path, &file, e);
	if (rc == 0 && file.n > 0 && file.p[0] != 0x30) {
		BIO *bio = pki_bio_of(buf_view(&file));
		if (PEM_bytes_read_bio(&der, &n, NULL, PEM_STRING_X509, bio, NULL, NULL) != 1)
			rc = pki_ossl_err(e, ERR_SYNTAX, "%s: no certificate in PEM or DER", path);
		else
			rc = pki_cert_from_der((struct span){ (const char *)der, (size_t)n }, out, e);
		OPENSSL_free(der);
		BIO_free(bio);
	} else if (rc == 0) {
		rc = pki_cert_from_der(buf_view(&file), out, e);
	}
	buf_fini(&file);
	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}

struct pki_cert *pki_cert_ref(struct pki_cert *c)
{
	if (c != NULL)
		__atomic_add_fetch(&c->refs, 1, __ATOMIC_RELAXED);
	return c;
}

void pki_cert_free(struct pki_cert *c)
{
	if (c == NULL || __atomic_sub_fetch(&c->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	EVP_PKEY_CTX_free(c->blank);
	X509_free(c->x509);
	free((void *)(uintptr_t)c->der.p);
	free((void *)(uintptr_t)c->subject);
	free((void *)(uintptr_t)c->issuer);
	free((void *)(uintptr_t)c->serial);
	free(c);
}

bool pki_cert_same(const struct pki_cert *a, const struct pki_cert *b)
{
	return a != NULL && b != NULL && (a == b || memcmp(a->sha256, b->sha256, SHA256_LEN) == 0);
}

int pki_cert_from_x509(const X509 *x, struct pki_cert **out, struct err *e)
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
