/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/jws. */
#include "cm.h"

#include "base/b64.h"
#include "base/json.h"
#include "base/mem.h"
#include "h_pki.h"
#include "pki/jws.h"

static struct {
	struct pki_key *rsa, *other, *ec256, *ec384, *ec521;
} w;

static int set_up(void **state)
{
	(void)state;
	w.rsa = h_own_key(PKI_USE_SIGNATURE, h_rsa(2048));
	w.other = h_own_key(PKI_USE_SIGNATURE, h_rsa_other());
	w.ec256 = h_own_key(PKI_USE_SIGNATURE, h_ec("P-256"));
	w.ec384 = h_own_key(PKI_USE_SIGNATURE, h_ec("P-384"));
	w.ec521 = h_own_key(PKI_USE_SIGNATURE, h_ec("P-521"));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_key_free(w.rsa);
	pki_key_free(w.other);
	pki_key_free(w.ec256);
	pki_key_free(w.ec384);
	pki_key_free(w.ec521);
	return 0;
}

#define CLAIMS "{\"iss\":\"wir\",\"exp\":1}"

static void tokens_are_made_and_checked_with_each_algorithm(void **state)
{
	const struct {
		const struct pki_key *key;
		const char *alg, *expect;
		enum err_code code;
	} rows[] = {
		{ w.rsa, NULL, "PS256", ERR_OK },
		{ w.rsa, "RS256", "RS256", ERR_OK },
		{ w.rsa, "RS384", "RS384", ERR_OK },
		{ w.rsa, "RS512", "RS512", ERR_OK },
		{ w.rsa, "PS256", "PS256", ERR_OK },
		{ w.rsa, "PS384", "PS384", ERR_OK },
		{ w.rsa, "PS512", "PS512", ERR_OK },
		{ w.ec256, NULL, "ES256", ERR_OK },
		{ w.ec384, NULL, "ES384", ERR_OK },
		{ w.ec521, NULL, "ES512", ERR_OK },
		{ w.ec256, "ES384", NULL, ERR_CONFIG },
		{ w.ec256, "RS256", NULL, ERR_CONFIG },
		{ w.rsa, "ES256", NULL, ERR_CONFIG },
		{ w.rsa, "HS256", NULL, ERR_CONFIG },
		{ w.rsa, "none", NULL, ERR_CONFIG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf token, claims, header;
		struct err e = ERR_INIT;
		json_t *h = NULL;
		buf_init(&token, 1u << 16);
		buf_init(&claims, 1u << 16);
		buf_init(&header, 1u << 16);
		int rc = pki_jws_sign(&token, rows[i].key, rows[i].alg, "k1", i % 2 == 0, SPAN_LIT(CLAIMS), &e);
		assert_int_equal(rc, rows[i].code);
		if (rc == 0) {
			assert_ok(pki_jws_verify(buf_view(&token), rows[i].key->cert, &claims, &e), e);
			assert_string_equal(buf_str(&claims), CLAIMS);
			assert_ok(pki_jws_header(buf_view(&token), &header, &e), e);
			assert_ok(json_read(buf_view(&header), "header", &h, &e), e);
			assert_string_equal(json_opt_string(h, "alg", ""), rows[i].expect);
			assert_string_equal(json_opt_string(h, "kid", ""), "k1");
			assert_int_equal(json_object_get(h, "x5c") != NULL, i % 2 == 0);
			json_decref(h);
			buf_reset(&claims);
			assert_int_equal(pki_jws_verify(buf_view(&token), w.other->cert, &claims, &e), ERR_CRYPTO);
			assert_int_equal(claims.n, 0);
		}
		buf_fini(&token);
		buf_fini(&claims);
		buf_fini(&header);
	}
}

static void token_of(struct buf *out, const char *header, const char *payload, const char *sig)
{
	buf_reset(out);
	b64url_encode(out, header, strlen(header));
	buf_putc(out, '.');
	b64url_encode(out, payload, strlen(payload));
	buf_putc(out, '.');
	buf_puts(out, sig);
}

static void tokens_that_are_not_ours_are_refused(void **state)
{
	static const struct {
		const char *header, *sig;
		enum err_code code;
	} rows[] = {
		{ "{\"alg\":\"none\"}", "", ERR_CRYPTO },
		{ "{\"alg\":\"HS256\"}", "AAAA", ERR_CRYPTO },
		{ "{\"alg\":\"ES256\"}", "AAAA", ERR_CRYPTO },
		{ "{\"alg\":\"RS256\"}", "AAAA", ERR_CRYPTO },
		{ "{\"alg\":\"RS256\"}", "", ERR_CRYPTO },
		{ "{\"alg\":\"RS256\"}", "*", ERR_SYNTAX },
		{ "{\"alg\":\"RS256\"}", "A.A", ERR_SYNTAX },
		{ "{\"alg\":\"RS256\",\"crit\":[\"b64\"]}", "AAAA", ERR_UNSUPPORTED },
		{ "{\"alg\":\"RS256\",\"alg\":\"RS256\"}", "AAAA", ERR_SYNTAX },
		{ "{\"alg\":5}", "AAAA", ERR_SYNTAX },
		{ "{}", "AAAA", ERR_SYNTAX },
		{ "x", "AAAA", ERR_SYNTAX },
	};
	struct buf token, claims;
	struct err e = ERR_INIT;

	(void)state;
	buf_init(&token, 1u << 18);
	buf_init(&claims, 1u << 16);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		token_of(&token, rows[i].header, CLAIMS, rows[i].sig);
		int rc = pki_jws_verify(buf_view(&token), w.rsa->cert, &claims, &e);
		if (rc != (int)rows[i].code)
			fail_msg("row %zu: %d %s", i, rc, e.text);
	}
	assert_int_equal(pki_jws_verify(SPAN_LIT("a.b"), w.rsa->cert, &claims, &e), ERR_SYNTAX);
	assert_int_equal(pki_jws_verify(SPAN_EMPTY, w.rsa->cert, &claims, &e), ERR_SYNTAX);
	buf_reset(&token);
	for (size_t i = 0; i < 70000; i++)
		buf_putc(&token, 'A');
	assert_int_equal(pki_jws_verify(buf_view(&token), w.rsa->cert, &claims, &e), ERR_LIMIT);
	/* a changed payload under a good signature */
	buf_reset(&token);
	assert_ok(pki_jws_sign(&token, w.rsa, NULL, NULL, false, SPAN_LIT(CLAIMS), &e), e);
	char *dot = strchr(token.p, '.');
	dot[5] = dot[5] == 'A' ? 'B' : 'A';
	assert_int_equal(pki_jws_verify(buf_view(&token), w.rsa->cert, &claims, &e), ERR_CRYPTO);
	buf_fini(&token);
	buf_fini(&claims);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_are_made_and_checked_with_each_algorithm),
		cmocka_unit_test(tokens_that_are_not_ours_are_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
