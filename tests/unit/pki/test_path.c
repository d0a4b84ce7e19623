/* SPDX-License-Identifier: EUPL-1.2 */
/* Paths: who may issue, which of several issuers, where a path ends, and which form certificates must have. */
#include "cm.h"

#include "base/mem.h"
#include "h_pki.h"
#include "pki/trust.h"

static struct {
	EVP_PKEY *root_key, *ca_key, *other_key;
	X509 *root, *ca, *foreign_root;
} w;

static X509 *leaf(const char *cn, EVP_PKEY *key)
{
	return h_cert(&(struct h_spec){ .cn = cn, .issuer = w.ca, .issuer_key = w.ca_key, .key = key,
					.ku = "digitalSignature" });
}

static int set_up(void **state)
{
	(void)state;
	w.root_key = h_ec("P-384");
	w.ca_key = h_ec("P-256");
	w.other_key = h_ec("P-521");
	w.root = h_cert(&(struct h_spec){ .cn = "Wurzel", .key = w.root_key, .ca = true });
	w.ca = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.root_key, .key = w.ca_key,
					.ca = true });
	w.foreign_root = h_cert(&(struct h_spec){ .cn = "fremd", .key = w.other_key, .ca = true });
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	X509_free(w.root);
	X509_free(w.ca);
	X509_free(w.foreign_root);
	return 0;
}

/* Trust with these intermediates in this order, and the lists of root and CA. */
static struct pki_trust *with_intermediates(X509 *const *inter, size_t n, X509 *const *anchors, size_t n_anchors)
{
	const char *tops[4] = { NULL }, *between[8] = { NULL };
	char name[30];
	X509_CRL *root_crl = h_crl(w.root, w.root_key, NULL, 0, -H_DAY, 300 * H_DAY);
	X509_CRL *ca_crl = h_crl(w.ca, w.ca_key, NULL, 0, -H_DAY, 7 * H_DAY);
	const char *crls[] = { h_pem_crl("two-root.crl", root_crl), h_pem_crl("two-ca.crl", ca_crl), NULL };
	struct pki_trust *t = NULL;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "between%zu.pem", i);
		between[i] = h_pem_cert(name, inter[i]);
	}
	for (size_t i = 0; i < n_anchors; i++) {
		snprintf(name, sizeof(name), "top%zu.pem", i);
		tops[i] = h_pem_cert(name, anchors[i]);
	}
	struct pki_trust_files files = { tops, between, crls, NULL };
	assert_ok(pki_trust_new(&files, &PKI_POLICY_DEFAULT, &t, &e), e);
	X509_CRL_free(root_crl);
	X509_CRL_free(ca_crl);
	return t;
}

static struct pki_verdict ask(struct pki_trust *t, X509 *x)
{
	struct pki_cert *c = h_pki_cert(x);
	struct pki_verdict v;

	pki_check(t, c, PKI_FOR_SIGNATURE, H_NOW_MS, &v);
	pki_cert_free(c);
	return v;
}

static void a_leaf_cannot_issue(void **state)
{
	(void)state;
	EVP_PKEY *key = h_ec_new("P-256");
	X509 *mid = leaf("kein CA", key);
	X509 *x = h_cert(&(struct h_spec){ .cn = "darunter", .issuer = mid, .issuer_key = key, .key = h_ec("P-256"),
					   .ku = "digitalSignature" });
	struct pki_trust *t = with_intermediates((X509 *[]){ w.ca, mid }, 2, &w.root, 1);
	struct pki_verdict v = ask(t, x);
	assert_false(v.trusted);
	assert_int_equal(v.reason, RSN_CERT_UNTRUSTED);
	pki_trust_free(t);
	X509_free(x);
	X509_free(mid);
	EVP_PKEY_free(key);
}

/* The same authority, certified by a stranger's root, too: by name, key and identifiers it could be either. */
static void every_issuer_is_tried_in_whatever_order_they_stand(void **state)
{
	X509 *cross = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.foreign_root, .issuer_key = w.other_key,
					       .key = w.ca_key, .ca = true });
	EVP_PKEY *other_ca = h_ec_new("P-256");
	X509 *other = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.root_key, .key = other_ca,
					       .ca = true });	/* only the name is the same */
	X509 *late = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.root_key, .key = w.ca_key,
					      .ca = true, .from = -300 * H_DAY, .to = -H_DAY });
	X509 *const stock[] = { w.ca, cross, other, late };
	static const int orders[][4] = { { 0, 1, 2, 3 }, { 1, 0, 2, 3 }, { 3, 2, 1, 0 }, { 2, 3, 1, 0 }, { 1, 2, 3, 0 },
					 { 3, 1, 0, 2 } };
	X509 *x = leaf("unter vielen", h_ec("P-256"));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		X509 *inter[4];
		for (int k = 0; k < 4; k++)
			inter[k] = stock[orders[i][k]];
		struct pki_trust *t = with_intermediates(inter, 4, &w.root, 1);
		struct pki_verdict v = ask(t, x);
		if (!v.accepted)
			fail_msg("order %zu: %s", i, v.text);
		pki_trust_free(t);
	}
	/* without the good one the least weighty finding is told: a path that has expired is more than none */
	struct pki_trust *t = with_intermediates((X509 *[]){ cross, other, late }, 3, &w.root, 1);
	assert_int_equal(ask(t, x).reason, RSN_CERT_EXPIRED);
	pki_trust_free(t);
	t = with_intermediates((X509 *[]){ cross }, 1, &w.root, 1);
	assert_int_equal(ask(t, x).reason, RSN_CERT_UNTRUSTED);
	pki_trust_free(t);
	X509_free(x);
	X509_free(cross);
	X509_free(late);
	X509_free(other);
	EVP_PKEY_free(other_ca);
}

/* A ring of authorities that certify each other must end, and end soon. */
static void a_ring_of_cross_certificates_ends(void **state)
{
	EVP_PKEY *keys[6];
	X509 *names[6], *ring[7], *x;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		char cn[20];
		snprintf(cn, sizeof(cn), "Ring %zu", i);
		keys[i] = h_ec_new("P-256");
		names[i] = h_cert(&(struct h_spec){ .cn = cn, .key = keys[i], .ca = true });
	}
	for (size_t i = 0; i < 6; i++) {
		char cn[20];
		snprintf(cn, sizeof(cn), "Ring %zu", i);
		ring[n++] = h_cert(&(struct h_spec){ .cn = cn, .issuer = names[(i + 1) % 6], .issuer_key = keys[(i + 1) % 6],
						     .key = keys[i], .ca = true });
	}
	x = h_cert(&(struct h_spec){ .cn = "am Ring", .issuer = names[0], .issuer_key = keys[0], .key = h_ec("P-256"),
				     .ku = "digitalSignature" });
	struct pki_trust *t = with_intermediates(ring, n, &w.root, 1);
	assert_int_equal(ask(t, x).reason, RSN_CERT_UNTRUSTED);
	pki_trust_free(t);
	X509_free(x);
	for (size_t i = 0; i < 6; i++) {
		X509_free(names[i]);
		X509_free(ring[i]);
		EVP_PKEY_free(keys[i]);
	}
}

static void an_anchor_need_not_be_self_signed_but_an_authority(void **state)
{
	const char *anchors[] = { NULL, NULL };
	X509 *x = leaf("unter CA", h_ec("P-256"));
	struct pki_trust *t = with_intermediates(NULL, 0, &w.ca, 1);
	struct pki_verdict v = ask(t, x);
	struct err e = ERR_INIT;

	(void)state;
	assert_string_equal(v.text, "");
	assert_true(v.accepted);
	pki_trust_free(t);
	anchors[0] = h_pem_cert("partner.pem", x);
	assert_int_equal(pki_trust_new(&(struct pki_trust_files){ .anchors = anchors }, &PKI_POLICY_DEFAULT, &t, &e),
			 ERR_CONFIG);
	assert_non_null(strstr(e.text, "CN=unter CA"));
	X509_free(x);
}

/* What OpenSSL demands beyond a right signature has a reason of its own: the certificate is genuine, but ill made. */
static void certificates_that_break_the_rules_of_form_are_told_apart_from_untrusted_ones(void **state)
{
	static const struct {
		unsigned without;
		bool of_issuer;
		const char *text;
	} rows[] = {
		{ H_NO_AKID, false, "certificate breaks RFC 5280: Missing Authority Key Identifier" },
		{ H_NO_SKID, true, "an issuing certificate breaks RFC 5280: Missing Subject Key Identifier" },
		{ H_NO_AKID, true, "an issuing certificate breaks RFC 5280: Missing Authority Key Identifier" },
		{ H_NO_KU, true, "an issuing certificate breaks RFC 5280: CA cert does not include key usage extension" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		EVP_PKEY *key = h_ec_new("P-256");
		X509 *mid = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.root_key, .key = key,
						     .ca = true, .without = rows[i].of_issuer ? rows[i].without : 0 });
		X509 *x = h_cert(&(struct h_spec){ .cn = "Form", .issuer = mid, .issuer_key = key, .key = h_ec("P-256"),
						   .ku = "digitalSignature",
						   .without = (rows[i].of_issuer ? 0 : rows[i].without) |
							      (rows[i].without == H_NO_SKID ? H_NO_AKID : 0) });
		struct pki_trust *t = with_intermediates(&mid, 1, &w.root, 1);
		struct pki_verdict v = ask(t, x);
		if (v.reason != RSN_CERT_FORM || !v.malformed || v.trusted || v.offline != PKI_OFFLINE_INVALID)
			fail_msg("row %zu: %d %s", i, v.reason, v.text);
		if (rows[i].without != H_NO_SKID && strcmp(v.text, rows[i].text) != 0)
			fail_msg("row %zu: %s", i, v.text);
		pki_trust_free(t);
		X509_free(mid);
		X509_free(x);
		EVP_PKEY_free(key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_leaf_cannot_issue),
		cmocka_unit_test(every_issuer_is_tried_in_whatever_order_they_stand),
		cmocka_unit_test(a_ring_of_cross_certificates_ends),
		cmocka_unit_test(an_anchor_need_not_be_self_signed_but_an_authority),
		cmocka_unit_test(certificates_that_break_the_rules_of_form_are_told_apart_from_untrusted_ones),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
