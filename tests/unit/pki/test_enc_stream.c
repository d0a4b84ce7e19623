/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/enc_stream. */
#include "cm.h"

#include "base/id.h"
#include "base/mem.h"
#include "h_box.h"
#include "h_pki.h"
#include "pki/enc.h"

#define ENC "http://www.w3.org/2001/04/xmlenc#"
#define ENC11 "http://www.w3.org/2009/xmlenc11#"

static const struct pki_alg *cipher(const char *uri)
{
	return pki_alg_find(PKI_ALG_CIPHER, span_of(uri));
}

static char sample[70000];

static void what_is_encrypted_is_decrypted_in_any_pieces(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 31, 32, 33, 1000, 16383, 16384, 16385, 70000 };
	static const size_t steps[] = { 0, 1, 3, 12, 15, 16, 17, 100, 20000 };
	static const char *const uris[] = { ENC11 "aes128-gcm", ENC11 "aes192-gcm", ENC11 "aes256-gcm" };

	(void)state;
	for (size_t i = 0; i < sizeof(sample); i++)
		sample[i] = (char)(i * 7 + i / 256);
	for (size_t u = 0; u < 2 * ARRAY_LEN(uris); u++)
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			unsigned iv_len = u % 2 == 0 ? 12 : 16;
			struct pki_session *s = pki_session_new(cipher(uris[u / 2]), iv_len);
			struct buf ct;
			buf_init(&ct, 1u << 17);
			h_encrypt(s, sample, sizes[i], &ct);
			assert_int_equal(ct.n, iv_len + sizes[i] + 16);
			for (size_t k = 0; k < ARRAY_LEN(steps); k++) {
				struct err e = ERR_INIT;
				struct buf out;
				if (steps[k] == 1 && sizes[i] > 1000)
					continue;
				buf_init(&out, 1u << 17);
				assert_ok(h_decrypt(s, buf_view(&ct), steps[k], &out, &e), e);
				assert_int_equal(out.n, sizes[i]);
				if (out.n > 0)
					assert_memory_equal(out.p, sample, out.n);
				buf_fini(&out);
			}
			buf_fini(&ct);
			pki_session_free(s);
		}
}

static void the_source_gives_what_the_sink_would(void **state)
{
	struct pki_session *s = pki_session_new(NULL, 12);
	uint8_t iv[12] = { 1, 2, 3 };
	struct err e = ERR_INIT;
	struct buf one, two, out;

	(void)state;
	buf_init(&one, 1u << 17);
	buf_init(&two, 1u << 17);
	buf_init(&out, 1u << 17);
	for (int i = 0; i < 2; i++) {
		struct src *plain = src_of_mem(sample, sizeof(sample)), *enc = pki_enc_src(s, iv, plain);
		char chunk[777];
		size_t got = 1;
		while (got > 0) {
			assert_ok(src_read(enc, chunk, i == 0 ? sizeof(chunk) : 5, &got, &e), e);
			buf_put(i == 0 ? &one : &two, chunk, got);
		}
		src_close(enc);
		src_close(plain);
	}
	assert_int_equal(one.n, sizeof(sample) + 28);
	assert_int_equal(two.n, one.n);
	assert_memory_equal(one.p, two.p, one.n);
	assert_ok(h_decrypt(s, buf_view(&one), 0, &out, &e), e);
	assert_memory_equal(out.p, sample, sizeof(sample));
	buf_fini(&one);
	buf_fini(&two);
	buf_fini(&out);
	pki_session_free(s);
}

static void every_changed_or_missing_octet_is_found(void **state)
{
	struct pki_session *s = pki_session_new(NULL, 12), *other = pki_session_new(NULL, 12);
	struct buf ct, out;
	struct err e = ERR_INIT, first = ERR_INIT;

	(void)state;
	buf_init(&ct, 1000);
	buf_init(&out, 1000);
	h_encrypt(s, "ein kurzer Text", 15, &ct);
	assert_int_equal(h_decrypt(other, buf_view(&ct), 0, &out, &first), ERR_CRYPTO);
	for (size_t i = 0; i < ct.n; i++) {
		ct.p[i] ^= 1;
		assert_int_equal(h_decrypt(s, buf_view(&ct), 0, &out, &e), ERR_CRYPTO);
		assert_string_equal(e.text, first.text);
		ct.p[i] ^= 1;
		assert_int_equal(h_decrypt(s, (struct span){ ct.p, i }, 0, &out, &e), ERR_CRYPTO);
		assert_string_equal(e.text, first.text);
		buf_reset(&out);
	}
	assert_ok(h_decrypt(s, buf_view(&ct), 0, &out, &e), e);
	buf_fini(&ct);
	buf_fini(&out);
	pki_session_free(s);
	pki_session_free(other);
}

/* CBC as others write it: padding of XML Encryption, where only the last octet means something. */
static void cbc_encrypt(const char *name, const uint8_t *key, size_t block, const char *text, size_t n, uint8_t pad,
			struct buf *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t iv[16], data[200], ct[200];
	int len = 0;

	random_bytes(iv, sizeof(iv));
	random_bytes(data, sizeof(data));
	memcpy(data, text, n);
	size_t all = (n / block + 1) * block;
	data[all - 1] = pad != 0 ? pad : (uint8_t)(all - n);
	must(EVP_EncryptInit_ex(ctx, EVP_get_cipherbyname(name), NULL, key, iv) == 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	must(EVP_EncryptUpdate(ctx, ct, &len, data, (int)all) == 1 && (size_t)len == all);
	buf_put(out, iv, block);
	buf_put(out, ct, all);
	EVP_CIPHER_CTX_free(ctx);
}

static void cbc_is_read_with_the_padding_of_xml(void **state)
{
	static const struct {
		const char *uri, *name;
		size_t block;
	} rows[] = { { ENC "aes128-cbc", "AES-128-CBC", 16 }, { ENC "aes192-cbc", "AES-192-CBC", 16 },
		     { ENC "aes256-cbc", "AES-256-CBC", 16 }, { ENC "tripledes-cbc", "DES-EDE3-CBC", 8 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t n = 0; n < 50; n++) {
			struct pki_session *s = pki_session_new(cipher(rows[i].uri), (unsigned)rows[i].block);
			const uint8_t *key = (const uint8_t *)pki_session_key(s).p;
			struct buf ct, out;
			struct err e = ERR_INIT;
			buf_init(&ct, 1000);
			buf_init(&out, 1000);
			cbc_encrypt(rows[i].name, key, rows[i].block, sample, n, 0, &ct);
			assert_ok(h_decrypt(s, buf_view(&ct), n % 7, &out, &e), e);
			assert_int_equal(out.n, n);
			if (n > 0)
				assert_memory_equal(out.p, sample, n);
			buf_reset(&ct);
			cbc_encrypt(rows[i].name, key, rows[i].block, sample, n, 1, &ct);
			assert_int_equal(h_decrypt(s, (struct span){ ct.p, ct.n - 1 }, 0, &out, &e), ERR_CRYPTO);
			assert_int_equal(h_decrypt(s, (struct span){ ct.p, rows[i].block }, 0, &out, &e), ERR_CRYPTO);
			buf_fini(&ct);
			buf_fini(&out);
			pki_session_free(s);
		}
}

/* An error, or less work behind it, would tell a stranger the plaintext octet by octet. */
static void padding_that_is_none_looks_like_any_other(void **state)
{
	struct pki_session *s = pki_session_new(cipher(ENC "aes256-cbc"), 16);
	struct err e = ERR_INIT;
	struct buf ct, out;

	(void)state;
	for (unsigned pad = 0; pad < 256; pad++) {
		buf_init(&ct, 1000);
		buf_init(&out, 1000);
		cbc_encrypt("AES-256-CBC", (const uint8_t *)pki_session_key(s).p, 16, sample, 40, (uint8_t)pad, &ct);
		if (pad == 0)
			ct.p[16 + 31] ^= 8;	/* turns the 8 of the padding into 0 */
		assert_ok(h_decrypt(s, buf_view(&ct), 0, &out, &e), e);
		assert_int_equal(out.n, 48 - (pad >= 1 && pad <= 16 ? pad : 0));
		if (pad != 0)
			assert_memory_equal(out.p, sample, out.n < 40 ? out.n : 40);
		buf_fini(&ct);
		buf_fini(&out);
	}
	pki_session_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_encrypted_is_decrypted_in_any_pieces),
		cmocka_unit_test(the_source_gives_what_the_sink_would),
		cmocka_unit_test(every_changed_or_missing_octet_is_found),
		cmocka_unit_test(cbc_is_read_with_the_padding_of_xml),
		cmocka_unit_test(padding_that_is_none_looks_like_any_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
