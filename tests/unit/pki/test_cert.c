/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/cert. */
#include "cm.h"

#include <pthread.h>

#include "base/b64.h"
#include "base/mem.h"
#include "h_pki.h"
#include "pki/algo.h"
#include "pki/cert.h"

static X509 *sample(EVP_PKEY *key, const char *ku)
{
	return h_cert(&(struct h_spec){ .cn = "Stadt A, Amt\n1", .key = key, .ku = ku });
}

static void a_certificate_says_what_is_in_it(void **state)
{
	X509 *x = sample(h_rsa(2048), "digitalSignature,nonRepudiation");
	struct pki_cert *c = h_pki_cert(x);

	(void)state;
	assert_string_equal(c->subject, "CN=Stadt A\\, Amt\\0A1,O=Prüfstand,C=DE");
	assert_string_equal(c->issuer, c->subject);
	assert_true(strspn(c->serial, "0123456789") == strlen(c->serial) && c->serial[0] != '\0');
	assert_int_equal(c->not_before, H_NOW_MS - H_DAY * 1000);
	assert_int_equal(c->not_after, H_NOW_MS + 365 * H_DAY * 1000);
	assert_int_equal(c->kind, PKI_RSA);
	assert_int_equal(c->bits, 2048);
	assert_int_equal(c->usage, PKI_KU_DIGITAL_SIGNATURE | PKI_KU_NON_REPUDIATION);
	assert_false(c->is_ca);
	assert_int_equal(strlen(c->hex), 64);
	pki_cert_free(c);
	X509_free(x);
}

static void no_key_usage_means_any(void **state)
{
	X509 *x = sample(h_ec("P-256"), NULL);
	struct pki_cert *c = h_pki_cert(x);

	(void)state;
	assert_int_equal(c->usage, PKI_KU_ANY);
	assert_int_equal(c->kind, PKI_EC);
	assert_int_equal(c->bits, 256);
	pki_cert_free(c);
	X509_free(x);
}

static void der_that_is_not_one_certificate_is_refused(void **state)
{
	X509 *x = sample(h_ec("P-256"), NULL);
	unsigned char *der = NULL;
	size_t n = (size_t)i2d_X509(x, &der);
	struct pki_cert *c;
	struct err e = ERR_INIT;

	(void)state;
	unsigned char *more = mem_new(n + 1);
	memcpy(more, der, n);
	assert_int_equal(pki_cert_from_der((struct span){ (char *)more, n + 1 }, &c, &e), ERR_SYNTAX);
	free(more);
	for (size_t cut = 0; cut < n; cut += 7)
		assert_int_equal(pki_cert_from_der((struct span){ (char *)der, cut }, &c, &e), ERR_SYNTAX);
	char *big = mem_new(PKI_CERT_DER_MAX + 1);
	assert_int_equal(pki_cert_from_der((struct span){ big, PKI_CERT_DER_MAX + 1 }, &c, &e), ERR_LIMIT);
	free(big);
	OPENSSL_free(der);
	X509_free(x);
}

static void base64_with_line_ends_is_read(void **state)
{
	X509 *x = sample(h_ec("P-256"), NULL);
	struct pki_cert *a = h_pki_cert(x), *b = NULL;
	struct buf text;
	struct err e = ERR_INIT;

	(void)state;
	buf_init(&text, 10000);
	struct sink *to = sink_to_buf(&text), *enc = sink_b64_encode(to, 76);
	assert_ok(sink_write(enc, a->der.p, a->der.n, &e), e);
	assert_ok(sink_finish(enc, &e), e);
	sink_close(enc);
	sink_close(to);
	assert_ok(pki_cert_from_base64(buf_view(&text), &b, &e), e);
	assert_true(pki_cert_same(a, b));
	assert_int_equal(pki_cert_from_base64(SPAN_LIT("MII*"), &b, &e), ERR_SYNTAX);
	pki_cert_free(a);
	pki_cert_free(b);
	buf_fini(&text);
	X509_free(x);
}

static void files_in_pem_and_der_are_read(void **state)
{
	X509 *x = sample(h_ec("P-256"), NULL);
	struct pki_cert *a = h_pki_cert(x), *b, *c;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_cert_from_file(h_pem_cert("c.pem", x), &b, &e), e);
	assert_ok(pki_cert_from_file(h_file("c.der", a->der.p, a->der.n, 0644), &c, &e), e);
	assert_true(pki_cert_same(a, b) && pki_cert_same(b, c));
	pki_cert_free(a);
	pki_cert_free(b);
	pki_cert_free(c);
	assert_int_equal(pki_cert_from_file(h_file("c.txt", "x", 1, 0644), &b, &e), ERR_SYNTAX);
	assert_non_null(strstr(e.text, "c.txt"));
	assert_int_equal(pki_cert_from_file("/nonexistent.pem", &b, &e), ERR_MISSING);
	X509_free(x);
}

static void the_cache_parses_once_what_it_was_told_to_keep(void **state)
{
	struct pki_certs *cs = pki_certs_new(PKI_CERTS_BYTES);
	X509 *x = sample(h_ec("P-256"), NULL);
	struct pki_cert *c = h_pki_cert(x), *one, *two;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {	/* nobody trusts it yet: anybody could send it */
		assert_ok(pki_certs_from_der(cs, c->der, &one, &e), e);
		assert_int_equal(pki_certs_parsed(cs), i + 1);
		assert_int_equal(pki_certs_weight(cs), 0);
		pki_cert_free(one);
	}
	pki_certs_keep(cs, c);
	pki_certs_keep(cs, c);
	assert_int_equal(pki_certs_weight(cs), c->weight);
	assert_ok(pki_certs_from_der(cs, c->der, &one, &e), e);
	assert_ok(pki_certs_from_der(cs, c->der, &two, &e), e);
	assert_ptr_equal(one, c);
	assert_ptr_equal(two, c);
	assert_int_equal(pki_certs_parsed(cs), 3);
	pki_cert_free(one);
	pki_cert_free(two);
	pki_cert_free(c);
	pki_certs_free(cs);
	X509_free(x);
}

static void the_cache_is_bounded_by_octets_and_drops_the_older_half(void **state)
{
	struct pki_cert *held[20], *again;
	struct err e = ERR_INIT;
	struct pki_certs *cs;
	size_t max;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(held); i++) {
		X509 *x = sample(h_ec("P-256"), NULL);
		held[i] = h_pki_cert(x);
		X509_free(x);
	}
	max = 8 * held[0]->weight + 100;
	cs = pki_certs_new(max);
	for (size_t i = 0; i < ARRAY_LEN(held); i++) {
		pki_certs_keep(cs, held[i]);
		assert_true(pki_certs_weight(cs) <= max);
	}
	assert_ok(pki_certs_from_der(cs, held[19]->der, &again, &e), e);
	assert_ptr_equal(again, held[19]);
	pki_cert_free(again);
	assert_ok(pki_certs_from_der(cs, held[0]->der, &again, &e), e);
	assert_int_equal(pki_certs_parsed(cs), 1);
	pki_cert_free(again);
	pki_certs_free(cs);
	cs = pki_certs_new(held[0]->weight);	/* too small for any */
	pki_certs_keep(cs, held[0]);
	assert_int_equal(pki_certs_weight(cs), 0);
	pki_certs_free(cs);
	for (size_t i = 0; i < ARRAY_LEN(held); i++)
		pki_cert_free(held[i]);
}

static struct pki_certs *shared;
static struct pki_cert *wanted[6];

static void *ask(void *arg)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < 300; i++) {
		struct pki_cert *c = NULL;
		if (pki_certs_from_der(shared, wanted[i % 6]->der, &c, &e) != 0 || !pki_cert_same(c, wanted[i % 6]))
			*(int *)arg = 1;
		pki_certs_keep(shared, wanted[i % 6]);
		pki_cert_free(c);
	}
	return NULL;
}

static void threads_may_share_the_cache(void **state)
{
	pthread_t t[4];
	int bad[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		X509 *x = sample(h_ec("P-256"), NULL);
		wanted[i] = h_pki_cert(x);
		X509_free(x);
	}
	shared = pki_certs_new(4 * wanted[0]->weight);
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		pthread_create(&t[i], NULL, ask, &bad[i]);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(bad[i], 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		pki_cert_free(wanted[i]);
	pki_certs_free(shared);
}

static void algorithms_are_found_by_kind_and_uri_only(void **state)
{
	static const struct {
		enum pki_alg_kind kind;
		const char *uri;
		bool known, by_default, creates;
	} rows[] = {
		{ PKI_ALG_DIGEST, PKI_URI_SHA256, true, true, true },
		{ PKI_ALG_DIGEST, "http://www.w3.org/2000/09/xmldsig#sha1", true, false, false },
		{ PKI_ALG_DIGEST, "http://www.w3.org/2001/04/xmldsig-more#md5", false, false, false },
		{ PKI_ALG_DIGEST, "http://www.w3.org/2001/04/xmlenc#ripemd160", false, false, false },
		{ PKI_ALG_DIGEST, PKI_URI_RSA_SHA256, false, false, false },
		{ PKI_ALG_SIGNATURE, PKI_URI_RSA_SHA256, true, true, true },
		{ PKI_ALG_SIGNATURE, PKI_URI_PSS_SHA256, true, true, true },
		{ PKI_ALG_SIGNATURE, PKI_URI_ECDSA_SHA256, true, true, true },
		{ PKI_ALG_SIGNATURE, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", true, false, false },
		{ PKI_ALG_SIGNATURE, "http://www.w3.org/2000/09/xmldsig#hmac-sha1", false, false, false },
		{ PKI_ALG_SIGNATURE, "http://www.w3.org/2000/09/xmldsig#dsa-sha1", false, false, false },
		{ PKI_ALG_CIPHER, PKI_URI_AES256_GCM, true, true, true },
		{ PKI_ALG_CIPHER, "http://www.w3.org/2001/04/xmlenc#aes256-cbc", true, false, false },
		{ PKI_ALG_CIPHER, "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", true, false, false },
		{ PKI_ALG_TRANSPORT, PKI_URI_RSA_OAEP, true, true, true },
		{ PKI_ALG_TRANSPORT, "http://www.w3.org/2001/04/xmlenc#rsa-1_5", true, false, false },
		{ PKI_ALG_TRANSPORT, "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", true, false, false },
		{ PKI_ALG_TRANSFORM, "http://www.w3.org/TR/1999/REC-xslt-19991116", false, false, false },
		{ PKI_ALG_TRANSFORM, "http://www.w3.org/TR/1999/REC-xpath-19991116", false, false, false },
		{ PKI_ALG_C14N, PKI_URI_C14N "#WithComments", false, false, false },
		{ PKI_ALG_C14N, "", false, false, false },
	};
	struct pki_policy policy = PKI_POLICY_DEFAULT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct pki_alg *a = pki_alg_find(rows[i].kind, span_of(rows[i].uri));
		if ((a != NULL) != rows[i].known)
			fail_msg("%s", rows[i].uri);
		if (a == NULL)
			continue;
		assert_int_equal(pki_alg_allowed(a, &policy), rows[i].by_default);
		assert_int_equal(pki_alg_creates(a, H_NOW_MS), rows[i].creates);
	}
	policy.legacy_cbc = PKI_LEGACY_ALWAYS;
	for (size_t i = 0; i < pki_algs_n; i++)
		assert_int_equal(pki_alg_allowed(&pki_algs[i], &policy), pki_algs[i].legacy == PKI_LEGACY_NO ||
										 pki_algs[i].legacy == PKI_LEGACY_CBC);
	const struct pki_alg *v15 = pki_alg_find(PKI_ALG_SIGNATURE, SPAN_LIT(PKI_URI_RSA_SHA256));
	assert_false(pki_alg_creates(v15, 1925000000000LL));	/* in 2031 */
	assert_true(pki_alg_allowed(v15, &policy));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_says_what_is_in_it),
		cmocka_unit_test(no_key_usage_means_any),
		cmocka_unit_test(der_that_is_not_one_certificate_is_refused),
		cmocka_unit_test(base64_with_line_ends_is_read),
		cmocka_unit_test(files_in_pem_and_der_are_read),
		cmocka_unit_test(the_cache_parses_once_what_it_was_told_to_keep),
		cmocka_unit_test(the_cache_is_bounded_by_octets_and_drops_the_older_half),
		cmocka_unit_test(threads_may_share_the_cache),
		cmocka_unit_test(algorithms_are_found_by_kind_and_uri_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
