/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/keyring. */
#include "cm.h"

#include <sys/stat.h>

#include <openssl/pkcs12.h>

#include "base/mem.h"
#include "h_pki.h"
#include "pki/keyring.h"

static X509 *own(EVP_PKEY *key, const char *ku)
{
	return h_cert(&(struct h_spec){ .cn = "wir", .key = key, .ku = ku });
}

static void keys_are_loaded_from_pkcs12_and_pem(void **state)
{
	X509 *x = own(h_rsa(2048), "digitalSignature");
	const char *password = h_file("pw", "geheim 1\n", 9, 0600), *none = NULL;
	const char *cert = h_pem_cert("own.pem", x);
	struct pki_key *k[4];
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_key_from_p12(PKI_USE_SIGNATURE, h_p12("a.p12", h_rsa(2048), x, "geheim 1"), password, &k[0], &e),
		  e);
	assert_ok(pki_key_from_p12(PKI_USE_SIGNATURE, h_p12("b.p12", h_rsa(2048), x, ""), none, &k[1], &e), e);
	assert_ok(pki_key_from_pem(PKI_USE_SIGNATURE, h_pem_key("a.key", h_rsa(2048), NULL), cert, none, &k[2], &e), e);
	assert_ok(pki_key_from_pem(PKI_USE_SIGNATURE, h_pem_key("b.key", h_rsa(2048), "geheim 1"), cert, password,
				   &k[3], &e), e);
	for (size_t i = 0; i < ARRAY_LEN(k); i++) {
		assert_true(pki_cert_same(k[0]->cert, k[i]->cert));
		assert_int_equal(EVP_PKEY_eq(k[i]->key, h_rsa(2048)), 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(k); i++)
		pki_key_free(k[i]);
	X509_free(x);
}

static void what_cannot_be_loaded_is_named_with_its_cause(void **state)
{
	X509 *sig = own(h_rsa(2048), "digitalSignature"), *enc = own(h_rsa(2048), "keyEncipherment");
	X509 *other = own(h_rsa_other(), "digitalSignature"), *ec = own(h_ec("P-256"), "keyEncipherment");
	const char *right = h_file("right", "richtig", 7, 0600), *wrong = h_file("wrong", "falsch", 6, 0600);
	const char *open_pw = h_file("openpw", "richtig", 7, 0644);
	const char *p12 = h_p12("c.p12", h_rsa(2048), sig, "richtig");
	const char *enc12 = h_p12("e.p12", h_rsa(2048), enc, "richtig");
	const char *ec12 = h_p12("ec.p12", h_ec("P-256"), ec, "richtig");
	const char *rubbish = h_file("rubbish.p12", "PK\3\4", 4, 0600);
	const char *sig_pem = h_pem_cert("sig.pem", sig), *other_pem = h_pem_cert("other.pem", other);
	const char *key = h_pem_key("plain.key", h_rsa(2048), NULL), *locked = h_pem_key("locked.key", h_rsa(2048), "x");
	struct err e = ERR_INIT;
	struct pki_key *k;
	const struct {
		enum pki_use use;
		const char *path, *cert, *password;
		enum err_code code;
		const char *text;
	} rows[] = {
		{ PKI_USE_SIGNATURE, p12, NULL, wrong, ERR_CRYPTO, "wrong password" },
		{ PKI_USE_SIGNATURE, p12, NULL, NULL, ERR_CRYPTO, "wrong password" },
		{ PKI_USE_SIGNATURE, p12, NULL, open_pw, ERR_DENIED, "openpw" },
		{ PKI_USE_SIGNATURE, rubbish, NULL, NULL, ERR_SYNTAX, "not a PKCS#12" },
		{ PKI_USE_SIGNATURE, "/nonexistent.p12", NULL, right, ERR_MISSING, "/nonexistent.p12" },
		{ PKI_USE_CIPHER, p12, NULL, right, ERR_CONFIG, "key usage" },
		{ PKI_USE_SIGNATURE, enc12, NULL, right, ERR_CONFIG, "key usage" },
		{ PKI_USE_CIPHER, ec12, NULL, right, ERR_CONFIG, "RSA" },
		{ PKI_USE_SIGNATURE, key, other_pem, NULL, ERR_CONFIG, "do not belong together" },
		{ PKI_USE_SIGNATURE, locked, sig_pem, NULL, ERR_CONFIG, "locked.key" },
		{ PKI_USE_SIGNATURE, locked, sig_pem, wrong, ERR_CRYPTO, "locked.key" },
		{ PKI_USE_SIGNATURE, key, "/nonexistent.pem", NULL, ERR_MISSING, "/nonexistent.pem" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int rc = rows[i].cert == NULL
				 ? pki_key_from_p12(rows[i].use, rows[i].path, rows[i].password, &k, &e)
				 : pki_key_from_pem(rows[i].use, rows[i].path, rows[i].cert, rows[i].password, &k, &e);
		if (rc != (int)rows[i].code || strstr(e.text, rows[i].text) == NULL)
			fail_msg("row %zu: %s %s", i, err_name(e.code), e.text);
		assert_null(strstr(e.text, "richtig"));
		assert_null(strstr(e.text, "falsch"));
	}
	chmod(p12, 0644);
	assert_int_equal(pki_key_from_p12(PKI_USE_SIGNATURE, p12, right, &k, &e), ERR_DENIED);
	X509_free(sig);
	X509_free(enc);
	X509_free(other);
	X509_free(ec);
}

static void an_old_container_says_what_to_do(void **state)
{
	/* PBE-SHA1-RC2-40 needs OpenSSL's legacy provider, which the tools of the test may load and we do not. */
	X509 *x = own(h_rsa(2048), "digitalSignature");
	const char *key = h_pem_key("old.key", h_rsa(2048), NULL), *cert = h_pem_cert("old.pem", x);
	const char *pw = h_file("oldpw", "alt", 3, 0600);
	char cmd[600], path[200];
	struct err e = ERR_INIT;
	struct pki_key *k;

	(void)state;
	X509_free(x);
	snprintf(path, sizeof(path), "%s/old.p12", h_dir());
	snprintf(cmd, sizeof(cmd),
		 "openssl pkcs12 -export -legacy -inkey %s -in %s -passout file:%s -out %s 2>/dev/null && chmod 600 %s",
		 key, cert, pw, path, path);
	if (system(cmd) != 0)
		skip();
	assert_int_equal(pki_key_from_p12(PKI_USE_SIGNATURE, path, pw, &k, &e), ERR_UNSUPPORTED);
	assert_non_null(strstr(e.text, "export the key again"));
}

/* PKCS#12 of two keys in one file, each with its certificate. */
static const char *two_keys(const char *name, X509 *a, EVP_PKEY *a_key, X509 *b, EVP_PKEY *b_key)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	unsigned char *der = NULL;
	const char *path;
	PKCS12 *p12;
	int n;

	must(PKCS12_add_cert(&bags, a) != NULL && PKCS12_add_cert(&bags, b) != NULL);
	must(PKCS12_add_key(&bags, a_key, 0, 2048, NID_aes_256_cbc, "geheim") != NULL);
	must(PKCS12_add_key(&bags, b_key, 0, 2048, NID_aes_256_cbc, "geheim") != NULL);
	must(PKCS12_add_safe(&safes, bags, -1, 0, NULL) == 1);
	p12 = PKCS12_add_safes(safes, 0);
	must(p12 != NULL && PKCS12_set_mac(p12, "geheim", -1, NULL, 0, 2048, EVP_sha256()) == 1);
	n = i2d_PKCS12(p12, &der);
	path = h_file(name, der, (size_t)n, 0600);
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return path;
}

static void of_several_keys_the_use_and_then_the_validity_decide(void **state)
{
	X509 *sig = own(h_rsa(2048), "digitalSignature"), *enc = own(h_rsa_other(), "keyEncipherment");
	X509 *old = h_cert(&(struct h_spec){ .cn = "alt", .key = h_rsa(2048), .ku = "digitalSignature",
					     .from = -900 * H_DAY, .to = -600 * H_DAY });
	X509 *new = h_cert(&(struct h_spec){ .cn = "neu", .key = h_rsa_other(), .ku = "digitalSignature",
					     .from = -900 * H_DAY, .to = 9000 * H_DAY });
	const char *pw = h_file("pw2", "geheim\n", 7, 0600);
	const char *both = two_keys("two.p12", sig, h_rsa(2048), enc, h_rsa_other());
	const char *both_turned = two_keys("two2.p12", enc, h_rsa_other(), sig, h_rsa(2048));
	const char *ages = two_keys("ages.p12", old, h_rsa(2048), new, h_rsa_other());
	struct err e = ERR_INIT;
	struct pki_key *k;

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *path = i == 0 ? both : both_turned;
		assert_ok(pki_key_from_p12(PKI_USE_SIGNATURE, path, pw, &k, &e), e);
		assert_int_equal(EVP_PKEY_eq(k->key, h_rsa(2048)), 1);
		pki_key_free(k);
		assert_ok(pki_key_from_p12(PKI_USE_CIPHER, path, pw, &k, &e), e);
		assert_int_equal(EVP_PKEY_eq(k->key, h_rsa_other()), 1);
		pki_key_free(k);
	}
	assert_ok(pki_key_from_p12(PKI_USE_SIGNATURE, ages, pw, &k, &e), e);
	assert_int_equal(EVP_PKEY_eq(k->key, h_rsa_other()), 1);
	pki_key_free(k);
	assert_int_equal(pki_key_from_p12(PKI_USE_CIPHER, ages, pw, &k, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "none of the 2 keys"));
	X509_free(sig);
	X509_free(enc);
	X509_free(old);
	X509_free(new);
}

/* A PKCS#12 file made as spec says: NID of the cipher for key and certificate, and how it is protected. */
enum protection { MAC_NORMAL, MAC_NONE, MAC_NULL_PASSWORD, MAC_PBMAC1 };

static const char *p12_file(X509 *x, int nid, enum protection how)
{
	const char *password = how == MAC_NULL_PASSWORD ? NULL : "geheim", *path;
	PKCS12 *p12 = PKCS12_create(password, "key", h_rsa(2048), x, NULL, nid, nid, 2048,
				    how == MAC_NONE ? -1 : 2048, 0);
	unsigned char *der = NULL;
	int n;

	must(p12 != NULL);
	if (how == MAC_PBMAC1) {
		const X509_ALGOR *alg;
		PKCS12_get0_mac(NULL, &alg, NULL, NULL, p12);
		must(X509_ALGOR_set0((X509_ALGOR *)(uintptr_t)alg, OBJ_txt2obj("1.2.840.113549.1.5.14", 1), V_ASN1_NULL,
				     NULL) == 1);
	}
	n = i2d_PKCS12(p12, &der);
	path = h_file("made.p12", der, (size_t)n, 0600);
	OPENSSL_free(der);
	PKCS12_free(p12);
	return path;
}

static void each_way_not_to_be_loadable_has_its_own_text(void **state)
{
	X509 *x = own(h_rsa(2048), "digitalSignature");
	const char *cert = h_pem_cert("each.pem", x);
	static const struct {
		int nid;
		enum protection how;
		const char *password;	/* the file's content */
		enum err_code code;
		const char *text;
	} rows[] = {
		{ NID_aes_256_cbc, MAC_NORMAL, "geheim", ERR_OK, "" },
		{ NID_aes_128_cbc, MAC_NORMAL, "geheim\n", ERR_OK, "" },
		{ NID_aes_256_cbc, MAC_NORMAL, "geheim\r\n", ERR_CONFIG, "carriage return" },
		{ NID_aes_256_cbc, MAC_NORMAL, "\xef\xbb\xbfgeheim", ERR_CONFIG, "byte order mark" },
		{ NID_aes_256_cbc, MAC_NORMAL, "\xef\xbb\xbfgeheim\r\n", ERR_CONFIG, "byte order mark" },
		{ NID_aes_256_cbc, MAC_NORMAL, "geheim\r\n\r\n", ERR_CONFIG, "carriage return" },
		{ NID_aes_256_cbc, MAC_NORMAL, "falsch\r\n", ERR_CRYPTO, "wrong password" },
		{ NID_aes_256_cbc, MAC_NULL_PASSWORD, "", ERR_OK, "" },
		{ NID_aes_256_cbc, MAC_NONE, "geheim", ERR_UNSUPPORTED, "has no MAC" },
		{ NID_aes_256_cbc, MAC_PBMAC1, "geheim", ERR_UNSUPPORTED, "PBMAC1" },
		{ NID_pbe_WithSHA1And3_Key_TripleDES_CBC, MAC_NORMAL, "geheim", ERR_UNSUPPORTED, "3DES" },
		{ NID_des_ede3_cbc, MAC_NORMAL, "geheim", ERR_UNSUPPORTED, "3DES" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *pw = h_file("pw3", rows[i].password, strlen(rows[i].password), 0600);
		struct err e = ERR_INIT;
		struct pki_key *k = NULL;
		int rc = pki_key_from_p12(PKI_USE_SIGNATURE, p12_file(x, rows[i].nid, rows[i].how), pw, &k, &e);
		if (rc != (int)rows[i].code || strstr(e.text, rows[i].text) == NULL)
			fail_msg("row %zu: %s %s", i, err_name(e.code), e.text);
		assert_null(strstr(e.text, "geheim"));
		pki_key_free(k);
	}
	/* the same of PEM */
	static const char *const passwords[] = { "geheim\r\n", "\xef\xbb\xbfgeheim\n", "falsch\n", NULL };
	static const char *const texts[] = { "carriage return", "byte order mark", "wrong password", "password_file" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *pw = passwords[i] != NULL ? h_file("pw4", passwords[i], strlen(passwords[i]), 0600) : NULL;
		struct err e = ERR_INIT;
		struct pki_key *k;
		assert_int_equal(pki_key_from_pem(PKI_USE_SIGNATURE, h_pem_key("locked4.key", h_rsa(2048), "geheim"), cert, pw,
						  &k, &e), i == 2 ? ERR_CRYPTO : ERR_CONFIG);
		assert_non_null(strstr(e.text, texts[i]));
	}
	X509_free(x);
}

static struct pki_key *generation(enum pki_use use, long from, long to)
{
	X509 *x = h_cert(&(struct h_spec){ .cn = "gen", .key = h_rsa(2048), .from = from, .to = to });
	struct pki_key *k = h_key(use, x, h_rsa(2048));

	X509_free(x);
	return k;
}

static void the_youngest_valid_key_is_the_current_one(void **state)
{
	struct pki_keyring *kr = pki_keyring_new();
	struct pki_key *old = generation(PKI_USE_CIPHER, -300 * H_DAY, 30 * H_DAY);
	struct pki_key *new = generation(PKI_USE_CIPHER, -10 * H_DAY, 700 * H_DAY);
	struct pki_key *future = generation(PKI_USE_CIPHER, 10 * H_DAY, 900 * H_DAY);
	struct pki_key *sig = generation(PKI_USE_SIGNATURE, -5 * H_DAY, 900 * H_DAY);

	(void)state;
	pki_keyring_add(kr, new);
	pki_keyring_add(kr, old);
	pki_keyring_add(kr, future);
	pki_keyring_add(kr, sig);
	assert_int_equal(pki_keyring_count(kr), 4);
	assert_ptr_equal(pki_keyring_current(kr, PKI_USE_CIPHER, H_NOW_MS), new);
	assert_ptr_equal(pki_keyring_current(kr, PKI_USE_CIPHER, H_NOW_MS - 20 * H_DAY * 1000), old);
	assert_ptr_equal(pki_keyring_current(kr, PKI_USE_CIPHER, H_NOW_MS + 20 * H_DAY * 1000), future);
	assert_ptr_equal(pki_keyring_current(kr, PKI_USE_SIGNATURE, H_NOW_MS), sig);
	assert_null(pki_keyring_current(kr, PKI_USE_TLS, H_NOW_MS));
	assert_null(pki_keyring_current(kr, PKI_USE_CIPHER, H_NOW_MS - 400 * H_DAY * 1000));
	assert_ptr_equal(pki_keyring_find(kr, PKI_USE_CIPHER, old->cert->sha256), old);
	assert_null(pki_keyring_find(kr, PKI_USE_SIGNATURE, old->cert->sha256));
	uint8_t unknown[SHA256_LEN] = { 1 };
	assert_null(pki_keyring_find(kr, PKI_USE_CIPHER, unknown));
	pki_keyring_free(kr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_loaded_from_pkcs12_and_pem),
		cmocka_unit_test(what_cannot_be_loaded_is_named_with_its_cause),
		cmocka_unit_test(an_old_container_says_what_to_do),
		cmocka_unit_test(of_several_keys_the_use_and_then_the_validity_decide),
		cmocka_unit_test(each_way_not_to_be_loadable_has_its_own_text),
		cmocka_unit_test(the_youngest_valid_key_is_the_current_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
