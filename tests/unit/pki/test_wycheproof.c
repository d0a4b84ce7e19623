/* SPDX-License-Identifier: EUPL-1.2 */
/* The Wycheproof vectors (C2SP/wycheproof, testvectors_v1), read from $DEPESCHE_VECTORS/wycheproof; skipped without. */
#include "cm.h"

#include <openssl/x509.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/mem.h"
#include "h_pki.h"
#include "pki/dsig.h"
#include "pki/enc.h"

#define ENC "http://www.w3.org/2001/04/xmlenc#"
#define ENC11 "http://www.w3.org/2009/xmlenc11#"
#define FILE_MAX (4u << 20)

static struct arena *a;
static size_t tested, differing;

static int set_up(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* The "testGroups" of a file, or NULL when there is no such file. */
static json_t *groups_of(const char *name, json_t **file)
{
	const char *base = getenv("DEPESCHE_VECTORS");
	struct err e = ERR_INIT;
	char path[500];

	*file = NULL;
	snprintf(path, sizeof(path), "%s/wycheproof/testvectors_v1/%s_test.json", base != NULL ? base : "/nonexistent", name);
	if (access(path, R_OK) != 0)
		return NULL;
	if (json_read_file(path, FILE_MAX, file, &e) != 0)
		fail_msg("%s", e.text);
	return json_object_get(*file, "testGroups");
}

static struct span hex_of(const json_t *object, const char *key)
{
	const char *text = json_opt_string(object, key, "");
	size_t n = strlen(text) / 2;
	uint8_t *out = arena_alloc(a, n + 1);

	assert_true(hex_decode(span_of(text), out, n));
	return (struct span){ (char *)out, n };
}

static void compare(const char *file, const json_t *test, bool got, bool expected)
{
	tested++;
	if (got == expected)
		return;
	differing++;
	printf("%s: test %lld (%s): %s\n", file, json_opt_int(test, "tcId", 0), json_opt_string(test, "comment", ""),
	       got ? "accepted" : "refused");
}

static bool is_valid(const json_t *test)
{
	return strcmp(json_opt_string(test, "result", ""), "valid") == 0;
}

static void signatures_are_judged_as_published(void **state)
{
#define MORE01 "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE07 "http://www.w3.org/2007/05/xmldsig-more#"
	static const struct {
		const char *file, *uri;
		bool all_wrong;	/* another salt length than ours: nothing may verify */
	} rows[] = {
		{ "rsa_signature_2048_sha256", MORE01 "rsa-sha256", false },
		{ "rsa_signature_2048_sha384", MORE01 "rsa-sha384", false },
		{ "rsa_signature_2048_sha512", MORE01 "rsa-sha512", false },
		{ "rsa_signature_3072_sha256", MORE01 "rsa-sha256", false },
		{ "rsa_signature_3072_sha384", MORE01 "rsa-sha384", false },
		{ "rsa_signature_3072_sha512", MORE01 "rsa-sha512", false },
		{ "rsa_signature_4096_sha256", MORE01 "rsa-sha256", false },
		{ "rsa_signature_4096_sha384", MORE01 "rsa-sha384", false },
		{ "rsa_signature_4096_sha512", MORE01 "rsa-sha512", false },
		{ "rsa_pss_2048_sha256_mgf1_32", MORE07 "sha256-rsa-MGF1", false },
		{ "rsa_pss_2048_sha384_mgf1_48", MORE07 "sha384-rsa-MGF1", false },
		{ "rsa_pss_3072_sha256_mgf1_32", MORE07 "sha256-rsa-MGF1", false },
		{ "rsa_pss_4096_sha256_mgf1_32", MORE07 "sha256-rsa-MGF1", false },
		{ "rsa_pss_4096_sha384_mgf1_48", MORE07 "sha384-rsa-MGF1", false },
		{ "rsa_pss_4096_sha512_mgf1_64", MORE07 "sha512-rsa-MGF1", false },
		{ "rsa_pss_2048_sha256_mgf1_0", MORE07 "sha256-rsa-MGF1", true },
		{ "rsa_pss_4096_sha512_mgf1_32", MORE07 "sha512-rsa-MGF1", true },
		{ "ecdsa_secp256r1_sha256_p1363", MORE01 "ecdsa-sha256", false },
		{ "ecdsa_secp256r1_sha512_p1363", MORE01 "ecdsa-sha512", false },
		{ "ecdsa_secp384r1_sha384_p1363", MORE01 "ecdsa-sha384", false },
		{ "ecdsa_secp384r1_sha512_p1363", MORE01 "ecdsa-sha512", false },
		{ "ecdsa_secp521r1_sha512_p1363", MORE01 "ecdsa-sha512", false },
		{ "ecdsa_brainpoolP256r1_sha256_p1363", MORE01 "ecdsa-sha256", false },
		{ "ecdsa_brainpoolP384r1_sha384_p1363", MORE01 "ecdsa-sha384", false },
	};

	(void)state;
	tested = differing = 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct pki_alg *alg = pki_alg_find(PKI_ALG_SIGNATURE, span_of(rows[i].uri));
		json_t *file, *groups = groups_of(rows[i].file, &file), *group, *test;
		size_t g, t;
		json_array_foreach(groups, g, group) {
			struct span der = hex_of(group, "publicKeyDer");
			const unsigned char *p = (const unsigned char *)der.p;
			EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.n);
			EVP_PKEY_CTX *blank = EVP_PKEY_CTX_new(key, NULL);
			assert_non_null(blank);
			json_array_foreach(json_object_get(group, "tests"), t, test) {
				struct err e = ERR_INIT;
				int rc = pki_verify_bytes(blank, alg, hex_of(test, "msg"), hex_of(test, "sig"), &e);
				/* "acceptable" leaves it to us; what is wrong with another salt may be right with ours */
				if (strcmp(json_opt_string(test, "result", ""), "acceptable") != 0 &&
				    (is_valid(test) || !rows[i].all_wrong))
					compare(rows[i].file, test, rc == 0, is_valid(test) && !rows[i].all_wrong);
			}
			EVP_PKEY_CTX_free(blank);
			EVP_PKEY_free(key);
		}
		json_decref(file);
	}
	if (tested == 0)
		skip();
	printf("%zu signatures, %zu differ\n", tested, differing);
	assert_int_equal(differing, 0);
	assert_true(tested > 4000);
}

/* The cipher whose key has n octets: unwrapping gives keys of exactly the length the message names. */
static const struct pki_alg *cipher_for(size_t n)
{
	return pki_alg_find(PKI_ALG_CIPHER, span_of(n == 16 ? ENC11 "aes128-gcm" : n == 24 ? ENC11 "aes192-gcm"
								 : ENC11 "aes256-gcm"));
}

static enum digest_alg digest_named(const char *name)
{
	return strcmp(name, "SHA-512") == 0 ? DIGEST_SHA512 : strcmp(name, "SHA-384") == 0 ? DIGEST_SHA384 : DIGEST_SHA256;
}

static void unwrap_group(const char *file, const json_t *group, const char *transport)
{
	struct pki_enckey k = { .alg = pki_alg_find(PKI_ALG_TRANSPORT, span_of(transport)),
				.digest = digest_named(json_opt_string(group, "sha", "")),
				.mgf = digest_named(json_opt_string(group, "mgfSha", "")) };
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	struct pki_key key = { .use = PKI_USE_CIPHER };
	struct span der = hex_of(group, "privateKeyPkcs8");
	const unsigned char *p = (const unsigned char *)der.p;
	json_t *test;
	size_t t;

	policy.legacy_rsa15 = PKI_LEGACY_ALWAYS;
	key.key = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
	assert_non_null(key.key);
	json_array_foreach(json_object_get(group, "tests"), t, test) {
		struct span msg = hex_of(test, "msg"), label = hex_of(test, "label");
		struct pki_encdata d = { .alg = cipher_for(msg.n), .iv_len = 12 };
		struct pki_session *s = NULL;
		struct err e = ERR_INIT;
		k.ct = hex_of(test, "ct");
		/* whatever is wrong, nothing is said: there is just another key */
		if (pki_enc_unwrap(&d, &k, &key, &policy, &s, &e) != 0)
			fail_msg("%s: %s", file, e.text);
		bool fits = msg.n == d.alg->key_len && label.n == 0;
		compare(file, test, msg.n == d.alg->key_len && span_eq(pki_session_key(s), msg), is_valid(test) && fits);
		pki_session_free(s);
	}
	EVP_PKEY_free(key.key);
}

static void wrapped_keys_are_unwrapped_as_published(void **state)
{
	static const struct {
		const char *file, *transport;
	} rows[] = {
		{ "rsa_oaep_2048_sha256_mgf1sha256", ENC11 "rsa-oaep" },
		{ "rsa_oaep_2048_sha384_mgf1sha384", ENC11 "rsa-oaep" },
		{ "rsa_oaep_2048_sha512_mgf1sha512", ENC11 "rsa-oaep" },
		{ "rsa_oaep_3072_sha256_mgf1sha256", ENC11 "rsa-oaep" },
		{ "rsa_oaep_3072_sha512_mgf1sha512", ENC11 "rsa-oaep" },
		{ "rsa_oaep_4096_sha256_mgf1sha256", ENC11 "rsa-oaep" },
		{ "rsa_oaep_4096_sha512_mgf1sha512", ENC11 "rsa-oaep" },
		{ "rsa_pkcs1_2048", ENC "rsa-1_5" },
		{ "rsa_pkcs1_3072", ENC "rsa-1_5" },
		{ "rsa_pkcs1_4096", ENC "rsa-1_5" },
	};

	(void)state;
	tested = differing = 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *file, *groups = groups_of(rows[i].file, &file), *group;
		size_t g;
		json_array_foreach(groups, g, group)
			unwrap_group(rows[i].file, group, rows[i].transport);
		json_decref(file);
	}
	if (tested == 0)
		skip();
	printf("%zu wrapped keys, %zu differ\n", tested, differing);
	assert_int_equal(differing, 0);
	assert_true(tested > 400);
}

/* 0 and the plaintext in out, or the error. */
static int decrypt(const struct pki_alg *alg, const json_t *test, struct buf *out, struct err *e)
{
	struct span key = hex_of(test, "key"), iv = hex_of(test, "iv"), ct = hex_of(test, "ct"), tag = hex_of(test, "tag");
	struct pki_session *s = NULL;
	int rc = pki_session_from_key(alg, (unsigned)iv.n, key, &s, e);

	if (rc != 0)
		return rc;
	struct sink *to = sink_to_buf(out), *dec = pki_dec_sink(s, to);
	const struct span all[] = { iv, ct, tag };
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(all); i++)
		rc = all[i].n > 0 ? sink_write(dec, all[i].p, all[i].n, e) : 0;
	if (rc == 0)
		rc = sink_finish(dec, e);
	sink_close(dec);
	sink_close(to);
	pki_session_free(s);
	return rc;
}

static void decrypt_test(const char *file, const json_t *test, const struct pki_alg *alg, bool gcm)
{
	struct err e = ERR_INIT;
	struct buf out;

	buf_init(&out, 1u << 16);
	bool ok = decrypt(alg, test, &out, &e) == 0;
	/* XML's padding is laxer than PKCS#7: what that calls wrong may be right here */
	if (gcm || is_valid(test))
		compare(file, test, ok && span_eq(buf_view(&out), hex_of(test, "msg")), is_valid(test));
	buf_fini(&out);
}

static void ciphertexts_are_decrypted_as_published(void **state)
{
	static const char *const files[] = { "aes_gcm", "aes_cbc_pkcs5" };

	(void)state;
	tested = differing = 0;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		json_t *file, *groups = groups_of(files[i], &file), *group, *test;
		size_t g, t;
		json_array_foreach(groups, g, group) {
			long long bits = json_opt_int(group, "keySize", 0), iv = json_opt_int(group, "ivSize", 0);
			const char *name = arena_printf(a, i == 0 ? ENC11 "aes%lld-gcm" : ENC "aes%lld-cbc", bits);
			if (iv != 128 && (i == 1 || iv != 96))
				continue;
			json_array_foreach(json_object_get(group, "tests"), t, test)
				if (hex_of(test, "aad").n == 0)
					decrypt_test(files[i], test, pki_alg_find(PKI_ALG_CIPHER, span_of(name)), i == 0);
		}
		json_decref(file);
	}
	if (tested == 0)
		skip();
	printf("%zu ciphertexts, %zu differ\n", tested, differing);
	assert_int_equal(differing, 0);
	assert_true(tested > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_are_judged_as_published),
		cmocka_unit_test(wrapped_keys_are_unwrapped_as_published),
		cmocka_unit_test(ciphertexts_are_decrypted_as_published),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
