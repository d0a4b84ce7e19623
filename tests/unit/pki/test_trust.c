/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/trust. */
#include "cm.h"

#include <pthread.h>
#include <sys/stat.h>

#include <openssl/pem.h>

#include "base/mem.h"
#include "h_pki.h"
#include "pki/trust.h"

static struct {
	EVP_PKEY *root_key, *ca_key, *other_key;
	X509 *root, *ca, *ca_expired, *ca_revoked, *foreign_root;
	struct pki_trust *trust;
	const char *root_file;
} w;

static X509 *leaf(const char *cn, const char *ku, EVP_PKEY *key, long from, long to)
{
	struct h_spec s = { .cn = cn, .issuer = w.ca, .issuer_key = w.ca_key, .key = key, .ku = ku, .from = from,
			    .to = to };
	return h_cert(&s);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	w.root_key = h_ec("P-384");
	w.ca_key = h_ec("P-256");
	w.other_key = h_ec("P-521");
	w.root = h_cert(&(struct h_spec){ .cn = "Wurzel", .key = w.root_key, .ca = true });
	w.ca = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.root_key, .key = w.ca_key,
					.ca = true });
	w.ca_expired = h_cert(&(struct h_spec){ .cn = "CA alt", .issuer = w.root, .issuer_key = w.root_key,
						.key = w.ca_key, .ca = true, .from = -700 * H_DAY, .to = -H_DAY });
	w.ca_revoked = h_cert(&(struct h_spec){ .cn = "CA gesperrt", .issuer = w.root, .issuer_key = w.root_key,
						.key = w.ca_key, .ca = true });
	w.foreign_root = h_cert(&(struct h_spec){ .cn = "fremd", .key = w.other_key, .ca = true });
	w.root_file = h_pem_cert("root.pem", w.root);
	const char *anchors[] = { w.root_file, NULL };
	const char *inter[] = { h_pem_cert("ca.pem", w.ca), h_pem_cert("ca2.pem", w.ca_expired),
				h_pem_cert("ca3.pem", w.ca_revoked), NULL };
	X509_CRL *root_crl = h_crl(w.root, w.root_key, w.ca_revoked, -H_DAY, -H_DAY, 30 * H_DAY);
	X509_CRL *ca_crl = h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY, 7 * H_DAY);
	X509_CRL *ca2_crl = h_crl(w.ca_expired, w.ca_key, NULL, 0, -H_DAY, 7 * H_DAY);
	X509_CRL *ca3_crl = h_crl(w.ca_revoked, w.ca_key, NULL, 0, -H_DAY, 7 * H_DAY);
	mkdir(h_dir(), 0700);
	char folder[100];
	snprintf(folder, sizeof(folder), "%s/crls", h_dir());
	mkdir(folder, 0700);
	h_pem_crl("crls/root.crl", root_crl);
	h_pem_crl("crls/ca.crl", ca_crl);
	h_pem_crl("crls/ca2.crl", ca2_crl);
	h_pem_crl("crls/ca3.crl", ca3_crl);
	const char *crls[] = { folder, NULL };
	X509_CRL_free(root_crl);
	X509_CRL_free(ca_crl);
	X509_CRL_free(ca2_crl);
	X509_CRL_free(ca3_crl);
	struct pki_trust_files files = { anchors, inter, crls, NULL };
	assert_ok(pki_trust_new(&files, &PKI_POLICY_DEFAULT, &w.trust, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_trust_free(w.trust);
	X509_free(w.root);
	X509_free(w.ca);
	X509_free(w.ca_expired);
	X509_free(w.ca_revoked);
	X509_free(w.foreign_root);
	return 0;
}

static struct pki_verdict check(X509 *x, enum pki_purpose purpose, int64_t at)
{
	struct pki_cert *c = h_pki_cert(x);
	struct pki_verdict v;

	pki_check(w.trust, c, purpose, at, &v);
	pki_cert_free(c);
	X509_free(x);
	return v;
}

static void a_good_certificate_is_accepted_with_all_findings(void **state)
{
	(void)state;
	struct pki_verdict v = check(leaf("gut", "critical,digitalSignature", h_ec("P-256"), 0, 0), PKI_FOR_SIGNATURE,
				     H_NOW_MS);
	assert_string_equal(v.text, "");
	assert_true(v.accepted && v.trusted);
	assert_int_equal(v.math, PKI_MATH_OK);
	assert_int_equal(v.offline, PKI_OFFLINE_VALID);
	assert_int_equal(v.online, PKI_ONLINE_OK);
	assert_int_equal(v.reason, RSN_NONE);
	assert_int_equal(v.crl_this_update, H_NOW_MS - H_DAY * 1000);
	assert_int_equal(v.crl_next_update, H_NOW_MS + 7 * H_DAY * 1000);
}

static void validity_is_judged_at_the_time_that_is_asked_about(void **state)
{
	static const struct {
		long at;
		bool expired;
	} rows[] = { { -H_DAY - 60, true }, { -H_DAY + 60, false }, { 0, false }, { 2 * H_DAY - 60, false },
		     { 2 * H_DAY + 60, true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		X509 *x = leaf("kurz", "digitalSignature", h_ec("P-256"), -H_DAY, 2 * H_DAY);
		struct pki_verdict v = check(x, PKI_FOR_SIGNATURE, H_NOW_MS + rows[i].at * 1000);
		assert_int_equal(v.expired, rows[i].expired);
		assert_true(v.trusted);
		assert_int_equal(v.math, PKI_MATH_OK);
		/* the root and the CA are valid only since a day ago, too */
		if (rows[i].expired) {
			assert_int_equal(v.reason, rows[i].at < 0 ? RSN_CERT_NOT_YET : RSN_CERT_EXPIRED);
			assert_int_equal(v.offline, PKI_OFFLINE_INVALID);
		} else {
			assert_true(v.accepted);
		}
	}
}

static void an_expired_or_revoked_issuer_spoils_the_path(void **state)
{
	(void)state;
	X509 *a = h_cert(&(struct h_spec){ .cn = "a", .issuer = w.ca_expired, .issuer_key = w.ca_key,
					   .key = h_ec("P-256"), .ku = "digitalSignature" });
	struct pki_verdict v = check(a, PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_true(v.chain_expired && !v.expired && v.trusted && !v.accepted);
	assert_int_equal(v.reason, RSN_CERT_EXPIRED);
	X509 *b = h_cert(&(struct h_spec){ .cn = "b", .issuer = w.ca_revoked, .issuer_key = w.ca_key,
					   .key = h_ec("P-256"), .ku = "digitalSignature" });
	v = check(b, PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_int_equal(v.online, PKI_ONLINE_REVOKED);
	assert_int_equal(v.reason, RSN_CERT_REVOKED);
	assert_non_null(strstr(v.text, "issuing"));
}

static void an_unknown_issuer_is_indeterminate_and_untrusted(void **state)
{
	(void)state;
	X509 *x = h_cert(&(struct h_spec){ .cn = "fremd 1", .issuer = w.foreign_root, .issuer_key = w.other_key,
					   .key = h_ec("P-256"), .ku = "digitalSignature" });
	struct pki_verdict v = check(x, PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_false(v.trusted);
	assert_int_equal(v.math, PKI_MATH_INDETERMINATE);
	assert_int_equal(v.offline, PKI_OFFLINE_INDETERMINATE);
	assert_int_equal(v.online, PKI_ONLINE_UNKNOWN);
	assert_int_equal(v.reason, RSN_CERT_UNTRUSTED);
	assert_non_null(strstr(v.text, "CN=fremd"));
	x = h_cert(&(struct h_spec){ .cn = "selbst", .key = h_ec("P-256"), .ku = "digitalSignature" });
	v = check(x, PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_int_equal(v.reason, RSN_CERT_UNTRUSTED);
}

static void a_forged_issuer_signature_is_corrupted(void **state)
{
	(void)state;
	/* says that CA signed it, but another key did */
	X509 *x = h_cert(&(struct h_spec){ .cn = "falsch", .issuer = w.ca, .issuer_key = w.other_key,
					   .key = h_ec("P-256"), .ku = "digitalSignature" });
	struct pki_verdict v = check(x, PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_int_equal(v.math, PKI_MATH_CORRUPTED);
	assert_int_equal(v.offline, PKI_OFFLINE_INVALID);
	assert_false(v.trusted || v.accepted);
}

static void weak_keys_and_signatures_are_found(void **state)
{
	(void)state;
	struct pki_verdict v = check(leaf("2048", "digitalSignature", h_rsa(2048), 0, 0), PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_true(v.weak && v.trusted);
	assert_int_equal(v.reason, RSN_CERT_WEAK);
	X509 *sha1 = h_cert(&(struct h_spec){ .cn = "sha1", .issuer = w.ca, .issuer_key = w.ca_key,
					      .key = h_ec("P-256"), .ku = "digitalSignature", .md = EVP_sha1() });
	v = check(sha1, PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_true(v.weak);
	v = check(leaf("3072", "digitalSignature", h_rsa(3072), 0, 0), PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_false(v.weak);
	assert_true(v.accepted);
}

static void the_key_usage_must_allow_the_purpose(void **state)
{
	static const struct {
		const char *ku, *eku;
		bool ok[PKI_PURPOSES];
	} rows[] = {
		{ NULL, NULL, { true, true, true, true } },
		{ "digitalSignature", NULL, { true, false, true, true } },
		{ "nonRepudiation", NULL, { true, false, false, false } },
		{ "keyEncipherment", NULL, { false, true, false, true } },
		{ "dataEncipherment", NULL, { false, true, false, false } },
		{ "digitalSignature", "clientAuth", { true, false, true, false } },
		{ "digitalSignature", "serverAuth", { true, false, false, true } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (int p = 0; p < PKI_PURPOSES; p++) {
			X509 *x = h_cert(&(struct h_spec){ .cn = "ku", .issuer = w.ca, .issuer_key = w.ca_key,
							   .key = h_ec("P-256"), .ku = rows[i].ku,
							   .eku = rows[i].eku });
			struct pki_verdict v = check(x, (enum pki_purpose)p, H_NOW_MS);
			if (v.wrong_use == rows[i].ok[p])
				fail_msg("row %zu purpose %d", i, p);
			assert_true(v.trusted);
		}
}

static struct pki_trust *with_crl(X509_CRL *ca_crl, bool required)
{
	const char *anchors[] = { w.root_file, NULL };
	const char *inter[] = { h_pem_cert("ca.pem", w.ca), NULL };
	X509_CRL *root_crl = h_crl(w.root, w.root_key, NULL, 0, -H_DAY, 300 * H_DAY);
	const char *crls[] = { h_pem_crl("one-root.crl", root_crl), ca_crl != NULL ? h_pem_crl("one.crl", ca_crl) : NULL,
			       NULL };
	struct pki_trust_files files = { anchors, inter, crls, NULL };
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	struct pki_trust *t = NULL;
	struct err e = ERR_INIT;

	policy.crl_required = required;
	assert_ok(pki_trust_new(&files, &policy, &t, &e), e);
	X509_CRL_free(root_crl);
	X509_CRL_free(ca_crl);
	return t;
}

static void the_list_decides_by_freshness_and_time_of_revocation(void **state)
{
	X509 *x = leaf("liste", "digitalSignature", h_ec("P-256"), 0, 0);
	struct pki_cert *c = h_pki_cert(x);
	const struct {
		X509_CRL *crl;
		bool required;
		enum pki_online online;
		enum reason reason;
	} rows[] = {
		{ h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY, H_DAY), true, PKI_ONLINE_OK, RSN_NONE },
		{ h_crl(w.ca, w.ca_key, x, -3600, -H_DAY, H_DAY), true, PKI_ONLINE_REVOKED, RSN_CERT_REVOKED },
		/* revoked tomorrow: still good today */
		{ h_crl(w.ca, w.ca_key, x, H_DAY, -H_DAY, 3 * H_DAY), true, PKI_ONLINE_OK, RSN_NONE },
		/* a list from after the time asked about knows more */
		{ h_crl(w.ca, w.ca_key, NULL, 0, H_DAY, 3 * H_DAY), true, PKI_ONLINE_OK, RSN_NONE },
		{ h_crl(w.ca, w.ca_key, x, -3600, H_DAY, 3 * H_DAY), true, PKI_ONLINE_REVOKED, RSN_CERT_REVOKED },
		/* within and beyond the grace of a day */
		{ h_crl(w.ca, w.ca_key, NULL, 0, -9 * H_DAY, -H_DAY + 3600), true, PKI_ONLINE_OK, RSN_NONE },
		{ h_crl(w.ca, w.ca_key, NULL, 0, -9 * H_DAY, -H_DAY - 3600), true, PKI_ONLINE_UNKNOWN,
		  RSN_CERT_NO_STATUS },
		{ h_crl(w.ca, w.ca_key, NULL, 0, -9 * H_DAY, -H_DAY - 3600), false, PKI_ONLINE_UNKNOWN, RSN_NONE },
		/* revoked stays revoked, however old the list */
		{ h_crl(w.ca, w.ca_key, x, -10 * H_DAY, -9 * H_DAY, -2 * H_DAY), false, PKI_ONLINE_REVOKED,
		  RSN_CERT_REVOKED },
		{ NULL, true, PKI_ONLINE_UNKNOWN, RSN_CERT_NO_STATUS },
		{ NULL, false, PKI_ONLINE_UNKNOWN, RSN_NONE },
		/* a list signed by somebody else is none */
		{ h_crl(w.ca, w.other_key, NULL, 0, -H_DAY, H_DAY), true, PKI_ONLINE_UNKNOWN, RSN_CERT_NO_STATUS },
		{ h_crl(w.ca, w.other_key, x, -3600, -H_DAY, H_DAY), true, PKI_ONLINE_UNKNOWN, RSN_CERT_NO_STATUS },
		{ h_crl(w.ca, w.other_key, x, -3600, -9 * H_DAY, -2 * H_DAY), true, PKI_ONLINE_UNKNOWN,
		  RSN_CERT_NO_STATUS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pki_trust *t = with_crl(rows[i].crl, rows[i].required);
		struct pki_verdict v;
		pki_check(t, c, PKI_FOR_SIGNATURE, H_NOW_MS, &v);
		if (v.online != rows[i].online || v.reason != rows[i].reason ||
		    v.accepted != (rows[i].reason == RSN_NONE))
			fail_msg("row %zu: online %d reason %d: %s", i, v.online, v.reason, v.text);
		pki_trust_free(t);
	}
	pki_cert_free(c);
	X509_free(x);
}

static void a_new_list_is_seen_and_a_broken_one_keeps_the_old(void **state)
{
	X509 *x = leaf("spaeter", "digitalSignature", h_ec("P-256"), 0, 0);
	struct pki_cert *c = h_pki_cert(x);
	struct pki_trust *t = with_crl(h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY, H_DAY), true);
	struct pki_verdict v;
	int64_t left = pki_trust_crl_left(t, H_NOW_MS);

	(void)state;
	assert_int_equal(left, H_DAY * 1000);
	pki_check(t, c, PKI_FOR_SIGNATURE, H_NOW_MS, &v);
	assert_true(v.accepted);
	X509_CRL *newer = h_crl(w.ca, w.ca_key, x, -60, -60, 2 * H_DAY);
	h_pem_crl("one.crl", newer);
	X509_CRL_free(newer);
	assert_int_equal(pki_trust_reload_crls(t), 2);
	pki_check(t, c, PKI_FOR_SIGNATURE, H_NOW_MS, &v);
	assert_int_equal(v.reason, RSN_CERT_REVOKED);
	h_file("one.crl", "rubbish", 7, 0644);
	assert_int_equal(pki_trust_reload_crls(t), 2);
	pki_check(t, c, PKI_FOR_SIGNATURE, H_NOW_MS, &v);
	assert_int_equal(v.reason, RSN_CERT_REVOKED);
	pki_trust_free(t);
	pki_cert_free(c);
	X509_free(x);
}

static void a_verdict_is_computed_once_by_minute(void **state)
{
	X509 *x = leaf("einmal", "digitalSignature", h_ec("P-256"), 0, 0);
	struct pki_cert *c = h_pki_cert(x);
	uint64_t before = pki_trust_computed(w.trust);
	struct pki_verdict v;

	(void)state;
	for (int i = 0; i < 50; i++)
		pki_check(w.trust, c, PKI_FOR_SIGNATURE, H_NOW_MS + i * 100, &v);
	assert_int_equal(pki_trust_computed(w.trust), before + 1);
	pki_check(w.trust, c, PKI_FOR_CIPHER, H_NOW_MS, &v);
	pki_check(w.trust, c, PKI_FOR_SIGNATURE, H_NOW_MS + 60000, &v);
	assert_int_equal(pki_trust_computed(w.trust), before + 3);
	pki_cert_free(c);
	X509_free(x);
}

static void only_what_is_trusted_is_remembered(void **state)
{
	struct pki_certs *certs = pki_certs_new(PKI_CERTS_BYTES);
	X509 *good = leaf("bekannt", "digitalSignature", h_ec("P-256"), 0, 0);
	X509 *bad = h_cert(&(struct h_spec){ .cn = "unbekannt", .issuer = w.foreign_root, .issuer_key = w.other_key,
					     .key = h_ec("P-256"), .ku = "digitalSignature" });

	(void)state;
	pki_trust_remember(w.trust, certs);
	for (int i = 0; i < 3; i++)
		check(X509_dup(bad), PKI_FOR_SIGNATURE, H_NOW_MS);
	assert_int_equal(pki_certs_weight(certs), 0);
	for (int i = 0; i < 3; i++)
		check(X509_dup(good), PKI_FOR_SIGNATURE, H_NOW_MS);
	size_t weight = pki_certs_weight(certs);
	assert_true(weight > 0);
	check(X509_dup(good), PKI_FOR_CIPHER, H_NOW_MS);
	assert_int_equal(pki_certs_weight(certs), weight);
	pki_trust_remember(w.trust, NULL);
	pki_certs_free(certs);
	X509_free(good);
	X509_free(bad);
}

static struct {
	struct pki_trust *t;
	struct pki_cert *certs[3];
	int bad;
} shared;

static void *check_often(void *arg)
{
	struct pki_verdict v;

	(void)arg;
	for (int i = 0; i < 150; i++) {
		pki_check(shared.t, shared.certs[i % 3], PKI_FOR_SIGNATURE, H_NOW_MS + i % 5 * 60000, &v);
		if (!v.accepted)
			__atomic_store_n(&shared.bad, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void threads_may_check_while_lists_are_renewed(void **state)
{
	pthread_t threads[3];

	(void)state;
	shared.t = with_crl(h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY, H_DAY), true);
	for (size_t i = 0; i < ARRAY_LEN(shared.certs); i++) {
		X509 *x = leaf("geteilt", "digitalSignature", h_ec("P-256"), 0, 0);
		shared.certs[i] = h_pki_cert(x);
		X509_free(x);
	}
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_create(&threads[i], NULL, check_often, NULL);
	for (int i = 0; i < 10; i++) {
		X509_CRL *crl = h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY + i, H_DAY);
		h_pem_crl("one.crl", crl);
		X509_CRL_free(crl);
		assert_int_equal(pki_trust_reload_crls(shared.t), 2);
	}
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(shared.bad, 0);
	for (size_t i = 0; i < ARRAY_LEN(shared.certs); i++)
		pki_cert_free(shared.certs[i]);
	pki_trust_free(shared.t);
}

/* Two lists in one PEM file, the second spoilt. */
static const char *half_good_lists(void)
{
	X509_CRL *crl = h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY, H_DAY);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;

	assert_int_equal(PEM_write_bio_X509_CRL(bio, crl), 1);
	BIO_puts(bio, "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
	long n = BIO_get_mem_data(bio, &text);
	const char *path = h_file("half.pem", text, (size_t)n, 0644);
	BIO_free(bio);
	X509_CRL_free(crl);
	return path;
}

static void files_that_cannot_be_used_are_named(void **state)
{
	const char *halves[] = { half_good_lists(), NULL };
	const char *bad = h_file("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 57, 0644);
	const char *anchors[] = { w.root_file, NULL }, *bads[] = { bad, NULL };
	const char *missing[] = { "/nonexistent/crl.pem", NULL };
	const struct {
		struct pki_trust_files files;
		enum err_code code;
		const char *name;
	} rows[] = {
		{ { NULL, NULL, NULL, NULL }, ERR_CONFIG, "anchor" },
		{ { bads, NULL, NULL, NULL }, ERR_SYNTAX, "bad.pem" },
		{ { anchors, bads, NULL, NULL }, ERR_SYNTAX, "bad.pem" },
		{ { anchors, NULL, bads, NULL }, ERR_SYNTAX, "bad.pem" },
		/* the lost list may be the one that revokes */
		{ { anchors, NULL, halves, NULL }, ERR_SYNTAX, "half.pem" },
		{ { anchors, NULL, missing, NULL }, ERR_MISSING, "/nonexistent/crl.pem" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pki_trust *t;
		struct err e = ERR_INIT;
		assert_int_equal(pki_trust_new(&rows[i].files, &PKI_POLICY_DEFAULT, &t, &e), rows[i].code);
		assert_non_null(strstr(e.text, rows[i].name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_certificate_is_accepted_with_all_findings),
		cmocka_unit_test(validity_is_judged_at_the_time_that_is_asked_about),
		cmocka_unit_test(an_expired_or_revoked_issuer_spoils_the_path),
		cmocka_unit_test(an_unknown_issuer_is_indeterminate_and_untrusted),
		cmocka_unit_test(a_forged_issuer_signature_is_corrupted),
		cmocka_unit_test(weak_keys_and_signatures_are_found),
		cmocka_unit_test(the_key_usage_must_allow_the_purpose),
		cmocka_unit_test(the_list_decides_by_freshness_and_time_of_revocation),
		cmocka_unit_test(a_new_list_is_seen_and_a_broken_one_keeps_the_old),
		cmocka_unit_test(a_verdict_is_computed_once_by_minute),
		cmocka_unit_test(only_what_is_trusted_is_remembered),
		cmocka_unit_test(threads_may_check_while_lists_are_renewed),
		cmocka_unit_test(files_that_cannot_be_used_are_named),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
