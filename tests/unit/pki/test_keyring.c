/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/keyring. */
#include "cm.h"

#include <sys/stat.h>

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
		{ PKI_USE_SIGNATURE, locked, sig_pem, NULL, ERR_CRYPTO, "locked.key" },
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
		cmocka_unit_test(the_youngest_valid_key_is_the_current_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
