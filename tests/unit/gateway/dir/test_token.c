/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/dir/token. */
#include "h_dir.h"

#include "base/clock.h"
#include "base/mem.h"
#include "dir/query.h"
#include "dir/token.h"

#define S (&h_world.server[0])

static struct dir_token *make(unsigned timeout_ms)
{
	char url[128];

	snprintf(url, sizeof(url), "%s/extern/standaloneauth/token", S->base);
	return dir_token_new(h_world.http, h_world.client_key, url, timeout_ms);
}

static int get(struct dir_token *t, char out[64], struct err *e)
{
	struct buf b;
	int rc;

	*e = (struct err)ERR_INIT;
	buf_init(&b, DIR_TOKEN_MAX);
	rc = dir_token_get(t, &b, e);
	snprintf(out, 64, "%s", buf_str(&b));
	buf_wipe(&b);
	return rc;
}

static void a_token_is_kept_until_shortly_before_it_ends(void **state)
{
	struct dir_token *t = make(H_PATIENT_MS);
	struct err e;
	char first[64], second[64];

	(void)state;
	S->expires_in = 90;
	assert_ok(get(t, first, &e), e);
	assert_non_null(strstr(first, "token-127.0.0.1"));
	S->generation++;
	assert_ok(get(t, second, &e), e);
	assert_string_equal(first, second);
	clock_shift(59000);
	assert_ok(get(t, second, &e), e);
	assert_int_equal(S->tokens, 1);
	clock_shift(1001);
	assert_ok(get(t, second, &e), e);
	assert_string_not_equal(first, second);
	assert_int_equal(S->tokens, 2);
	dir_token_free(t);
}

static void clocks_may_be_a_little_apart(void **state)
{
	static const long long behind[] = { 0, 8000, -8000 };
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
		struct dir_token *t = make(H_TIMEOUT_MS);
		struct err e;

		S->behind_ms = behind[i];
		assert_ok(get(t, text, &e), e);
		dir_token_free(t);
	}
}

static void a_token_with_no_useful_term_serves_once(void **state)
{
	static const int terms[] = { 0, -1, -2147483647, 10 };
	struct err e;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		struct dir_token *t = make(H_PATIENT_MS);

		S->tokens = 0;
		S->expires_in = terms[i];
		assert_ok(get(t, text, &e), e);
		assert_ok(get(t, text, &e), e);
		assert_int_equal(S->tokens, 2);
		dir_token_free(t);
	}
}

static void no_term_is_believed_for_ever(void **state)
{
	struct dir_token *t = make(H_PATIENT_MS);
	struct err e;
	char text[64];

	(void)state;
	S->expires_in = 2147483647;
	assert_ok(get(t, text, &e), e);
	clock_shift(7LL * 24 * 3600 * 1000);
	assert_ok(get(t, text, &e), e);
	assert_int_equal(S->tokens, 2);
	dir_token_free(t);
}

static void a_dropped_token_is_renewed_but_only_if_it_is_still_the_one(void **state)
{
	struct dir_token *t = make(H_PATIENT_MS);
	struct err e;
	char first[64], second[64];

	(void)state;
	assert_ok(get(t, first, &e), e);
	dir_token_drop(t, SPAN_LIT("another"));
	assert_ok(get(t, second, &e), e);
	assert_int_equal(S->tokens, 1);
	S->generation++;
	dir_token_drop(t, span_of(first));
	assert_ok(get(t, second, &e), e);
	assert_string_not_equal(first, second);
	dir_token_drop(t, span_of(first));	/* somebody else's late complaint */
	assert_ok(get(t, second, &e), e);
	assert_int_equal(S->tokens, 2);
	dir_token_free(t);
}

static void every_failure_has_its_reason_and_is_not_kept(void **state)
{
	static const struct {
		enum h_mode mode;
		enum err_code code;
		enum reason reason;
	} cases[] = {
		{ H_TOKEN_401, ERR_DENIED, RSN_DIR_DENIED },	      { H_TOKEN_500, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE },
		{ H_TOKEN_GARBAGE, ERR_PEER, RSN_DIR_BAD_ANSWER },    { H_TOKEN_EMPTY, ERR_PEER, RSN_DIR_BAD_ANSWER },
		{ H_TOKEN_404, ERR_CONFIG, RSN_LOC_DIRECTORY },
		{ H_TOKEN_SLOW, ERR_TIMEOUT, RSN_DIR_UNREACHABLE },
	};
	struct err e;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dir_token *t = make(cases[i].mode == H_TOKEN_SLOW ? H_TIMEOUT_MS : H_PATIENT_MS);

		S->mode = cases[i].mode;
		assert_int_equal(get(t, text, &e), cases[i].code);
		assert_int_equal(e.reason, cases[i].reason);
		assert_string_equal(text, "");
		S->mode = H_OK;
		assert_ok(get(t, text, &e), e);
		dir_token_free(t);
	}
}

static void a_key_on_a_curve_signs_with_its_own_algorithm(void **state)
{
	char url[128], text[64];
	struct dir_token *t;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(dir_key_check(h_world.client_key, &e), e);
	assert_ok(dir_key_check(h_world.ec_key, &e), e);
	snprintf(url, sizeof(url), "%s/extern/standaloneauth/token", S->base);
	t = dir_token_new(h_world.http, h_world.ec_key, url, H_PATIENT_MS);
	h_world.registered = h_world.ec_key->cert;
	assert_ok(get(t, text, &e), e);
	h_world.registered = h_world.client_key->cert;
	dir_token_free(t);
}

static void who_is_refused_with_an_expired_certificate_is_told_so(void **state)
{
	struct pki_cert ended = *h_world.client_key->cert;
	struct pki_key key = *h_world.client_key;
	struct dir_token *t;
	struct err e = ERR_INIT;
	char url[128], text[64];

	(void)state;
	key.cert = &ended;
	ended.not_after = clock_now() - 1000;
	snprintf(url, sizeof(url), "%s/extern/standaloneauth/token", S->base);
	t = dir_token_new(h_world.http, &key, url, H_PATIENT_MS);
	assert_ok(get(t, text, &e), e);	/* a server that does not mind is not argued with */
	dir_token_free(t);
	S->mode = H_TOKEN_401;
	t = dir_token_new(h_world.http, &key, url, H_PATIENT_MS);
	assert_int_equal(get(t, text, &e), ERR_CONFIG);
	assert_int_equal(e.reason, RSN_LOC_KEY_MISSING);
	assert_non_null(strstr(e.text, "directory.client_key has expired"));
	assert_true(dir_is_technical(&e));
	dir_token_free(t);
}

static void a_key_without_an_algorithm_is_our_configuration(void **state)
{
	struct pki_cert odd = *h_world.ec_key->cert;
	struct pki_key key = *h_world.ec_key;
	struct dir_token *t;
	struct err e = ERR_INIT;
	char text[64];

	(void)state;
	key.cert = &odd;
	odd.bits = 233;	/* as of a curve that RFC 7518 does not know */
	assert_int_equal(dir_key_check(&key, &e), ERR_CONFIG);
	assert_int_equal(e.reason, RSN_LOC_DIRECTORY);
	t = dir_token_new(h_world.http, &key, "https://127.0.0.1:1/token", H_PATIENT_MS);
	assert_int_equal(get(t, text, &e), ERR_CONFIG);
	assert_int_equal(e.reason, RSN_LOC_DIRECTORY);
	dir_token_free(t);
}

static void a_key_that_is_not_registered_is_refused(void **state)
{
	unsigned char *der = NULL;
	int n = i2d_X509(h_world.im_sign.x, &der);
	struct dir_token *t = make(H_PATIENT_MS);
	struct pki_cert *other = NULL;
	struct err e = ERR_INIT;
	char text[64];

	(void)state;
	/* The server knows another certificate than the one this assertion names. */
	assert_ok(pki_cert_from_der((struct span){ (const char *)der, (size_t)n }, &other, &e), e);
	OPENSSL_free(der);
	h_world.registered = other;
	assert_int_equal(get(t, text, &e), ERR_DENIED);
	assert_int_equal(e.reason, RSN_DIR_DENIED);
	h_world.registered = h_world.client_key->cert;
	dir_token_free(t);
	pki_cert_free(other);
}

#define T(f) cmocka_unit_test_setup_teardown(f, h_fresh, h_stale)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_token_is_kept_until_shortly_before_it_ends),
		T(clocks_may_be_a_little_apart),
		T(a_token_with_no_useful_term_serves_once),
		T(no_term_is_believed_for_ever),
		T(a_dropped_token_is_renewed_but_only_if_it_is_still_the_one),
		T(every_failure_has_its_reason_and_is_not_kept),
		T(a_key_on_a_curve_signs_with_its_own_algorithm),
		T(who_is_refused_with_an_expired_certificate_is_told_so),
		T(a_key_without_an_algorithm_is_our_configuration),
		T(a_key_that_is_not_registered_is_refused),
	};
	return cmocka_run_group_tests_name("gateway/dir/token", tests, h_world_up, h_world_down);
}
