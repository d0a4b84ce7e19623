/* SPDX-License-Identifier: EUPL-1.2 */
/* Revocation lists: every extension of RFC 5280 5.2 and 5.3, several lists beside each other, names of files. */
#include "cm.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <openssl/x509v3.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "h_pki.h"
#include "pki/trust.h"

static struct {
	EVP_PKEY *key, *ca_key, *other_key;
	X509 *root, *ca, *leaf, *plain;	/* leaf names the distribution point, plain does not */
	struct pki_cert *leaf_cert, *plain_cert;
	const char *root_file, *ca_file;
} w;

#define POINT "http://crl.example/a.crl"

static X509 *issue(const char *cn, const char *point)
{
	X509 *x = h_cert(&(struct h_spec){ .cn = cn, .issuer = w.ca, .issuer_key = w.ca_key, .key = h_ec("P-521"),
					   .ku = "digitalSignature", .crl_point = point });

	return x;
}

static int set_up(void **state)
{
	(void)state;
	w.key = h_ec("P-384");
	w.ca_key = h_ec("P-256");
	w.other_key = h_ec("P-521");
	w.root = h_cert(&(struct h_spec){ .cn = "Wurzel", .key = w.key, .ca = true, .from = -900 * H_DAY, .to = 900 * H_DAY });
	w.ca = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.key, .key = w.ca_key, .ca = true,
					.from = -900 * H_DAY, .to = 900 * H_DAY });
	w.leaf = issue("mit Ort", "URI:" POINT);
	w.plain = issue("ohne Ort", NULL);
	w.leaf_cert = h_pki_cert(w.leaf);
	w.plain_cert = h_pki_cert(w.plain);
	w.root_file = h_pem_cert("root.pem", w.root);
	w.ca_file = h_pem_cert("ca.pem", w.ca);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_cert_free(w.leaf_cert);
	pki_cert_free(w.plain_cert);
	X509_free(w.root);
	X509_free(w.ca);
	X509_free(w.leaf);
	X509_free(w.plain);
	return 0;
}

/* An empty folder beside the list of the root. */
static const char *folder(void)
{
	static char path[100];
	char cmd[250];
	X509_CRL *root = h_crl(w.root, w.key, NULL, 0, -H_DAY, 300 * H_DAY);

	snprintf(path, sizeof(path), "%s/lists", h_dir());
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", path);
	assert_int_equal(system(cmd), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	h_pem_crl("root.crl", root);
	X509_CRL_free(root);
	return path;
}

static void put(const char *name, X509_CRL *crl)
{
	char path[100];

	snprintf(path, sizeof(path), "lists/%s", name);
	h_pem_crl(path, crl);
	X509_CRL_free(crl);
}

static struct pki_trust *trust(const char *lists)
{
	char *root = mem_printf("%s/root.crl", h_dir());
	const char *anchors[] = { w.root_file, NULL }, *inter[] = { w.ca_file, NULL }, *crls[] = { root, lists, NULL };
	struct pki_trust_files files = { anchors, inter, crls, NULL };
	struct pki_trust *t = NULL;
	struct err e = ERR_INIT;

	assert_ok(pki_trust_new(&files, &PKI_POLICY_DEFAULT, &t, &e), e);
	free(root);
	return t;
}

static enum reason ask(struct pki_trust *t, const struct pki_cert *c, long at)
{
	struct pki_verdict v;

	pki_check(t, c, PKI_FOR_SIGNATURE, H_NOW_MS + at * 1000, &v);
	return v.reason;
}

/* Counts lines with the text in what was logged since log_begin(). */
static void log_begin(void)
{
	char *path = mem_printf("%s/log", h_dir());
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	log_forget();
	log_set_fd(fd);
	free(path);
}

static size_t log_count(const char *what)
{
	char *path = mem_printf("%s/log", h_dir());
	struct err e = ERR_INIT;
	struct buf text;
	size_t n = 0;

	log_set_fd(2);
	buf_init(&text, 1 << 20);
	assert_ok(file_read(path, &text, &e), e);
	for (const char *p = buf_str(&text); (p = strstr(p, what)) != NULL; p++)
		n++;
	buf_fini(&text);
	free(path);
	return n;
}

static void every_extension_of_a_list_has_a_rule(void **state)
{
	static const struct {
		const char *name;
		struct h_crl_spec list;
		/* The first is on the list, the second is not. Who is on it is revoked, whatever else the list is for. */
		enum reason plain, leaf;
		bool left_out;
	} rows[] = {
		{ "none", { 0 }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "cRLNumber", { .number = 7 }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "deltaCRLIndicator", { .number = 8, .delta = "critical,DER:020107" }, RSN_CERT_NO_STATUS,
		  RSN_CERT_NO_STATUS, true },
		{ "authorityKeyIdentifier of the issuer", { .akid = true }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "issuingDistributionPoint: user certificates", { .idp = "critical,onlyuser:TRUE" }, RSN_CERT_REVOKED,
		  RSN_NONE, false },
		{ "issuingDistributionPoint: authorities", { .idp = "critical,onlyCA:TRUE" }, RSN_CERT_REVOKED,
		  RSN_CERT_NO_STATUS, false },
		{ "issuingDistributionPoint: attributes", { .idp = "critical,onlyAA:TRUE" }, RSN_CERT_REVOKED,
		  RSN_CERT_NO_STATUS, false },
		{ "issuingDistributionPoint: indirect", { .idp = "critical,indirectCRL:TRUE" }, RSN_CERT_NO_STATUS,
		  RSN_CERT_NO_STATUS, true },
		{ "issuingDistributionPoint: some reasons", { .idp = "critical,onlysomereasons:keyCompromise" },
		  RSN_CERT_NO_STATUS, RSN_CERT_NO_STATUS, true },
		{ "issuingDistributionPoint: its place, that the certificate names",
		  { .idp = "critical,fullname:URI:" POINT }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "issuingDistributionPoint: another place", { .idp = "critical,fullname:URI:http://crl.example/b.crl" },
		  RSN_CERT_REVOKED, RSN_CERT_NO_STATUS, false },
		{ "unknown, critical", { .unknown = "critical,DER:0500" }, RSN_CERT_NO_STATUS, RSN_CERT_NO_STATUS, true },
		{ "unknown, not critical", { .unknown = "DER:0500" }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "unknown in an entry, critical", { .entry = "critical,DER:0500" }, RSN_CERT_NO_STATUS,
		  RSN_CERT_NO_STATUS, true },
		{ "unknown in an entry, not critical", { .entry = "DER:0500" }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "freshestCRL", { .freshest = "URI:" POINT }, RSN_CERT_REVOKED, RSN_NONE, false },
		{ "no nextUpdate", { .endless = true }, RSN_CERT_NO_STATUS, RSN_CERT_NO_STATUS, true },
		{ "unreadable extension", { .delta = "DER:FF" }, RSN_CERT_NO_STATUS, RSN_CERT_NO_STATUS, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *lists = folder();
		put("ca.crl", h_crl_with(w.ca, w.ca_key, w.plain, &rows[i].list));
		log_begin();
		struct pki_trust *t = trust(lists);
		size_t left_out = log_count("crl.left-out");
		enum reason plain = ask(t, w.plain_cert, 0), leaf = ask(t, w.leaf_cert, 0);
		if (plain != rows[i].plain || leaf != rows[i].leaf || left_out != (rows[i].left_out ? 1 : 0))
			fail_msg("%s: %d %d, left out %zu times", rows[i].name, plain, leaf, left_out);
		pki_trust_free(t);
	}
}

static void a_list_with_the_key_identifier_of_another_key_does_not_count(void **state)
{
	EVP_PKEY *key = h_ec_new("P-256");
	/* an issuer of the same name with another key: its list says nothing about ours */
	X509 *twin = h_cert(&(struct h_spec){ .cn = "CA", .issuer = w.root, .issuer_key = w.key, .key = key, .ca = true });

	(void)state;
	const char *lists = folder();
	put("twin.crl", h_crl_with(twin, key, NULL, &(struct h_crl_spec){ .akid = true }));
	struct pki_trust *t = trust(lists);
	assert_int_equal(ask(t, w.leaf_cert, 0), RSN_CERT_NO_STATUS);
	pki_trust_free(t);
	X509_free(twin);
	EVP_PKEY_free(key);
}

static void a_delta_beside_its_base_changes_nothing(void **state)
{
	struct pki_trust *t;

	(void)state;
	for (int i = 0; i < 2; i++) {	/* either may be read first */
		const char *lists = folder();
		put(i == 0 ? "a.crl" : "b.crl", h_crl_with(w.ca, w.ca_key, w.plain, &(struct h_crl_spec){ .number = 7 }));
		put(i == 0 ? "b.crl" : "a.crl",
		    h_crl_with(w.ca, w.ca_key, NULL, &(struct h_crl_spec){ .number = 8, .delta = "critical,DER:020107",
									   .from = -3600, .to = H_DAY }));
		t = trust(lists);
		assert_int_equal(ask(t, w.plain_cert, 0), RSN_CERT_REVOKED);
		assert_int_equal(ask(t, w.leaf_cert, 0), RSN_NONE);
		pki_trust_free(t);
	}
}

static void the_newest_list_wins_also_for_questions_about_the_past(void **state)
{
	static const long asked[] = { 0, -20 * H_DAY };	/* then the old one was in force */
	struct pki_trust *t;

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *lists = folder();
		put(i == 0 ? "a.crl" : "b.crl", h_crl(w.ca, w.ca_key, NULL, 0, -30 * H_DAY, -H_DAY));
		put(i == 0 ? "b.crl" : "a.crl", h_crl(w.ca, w.ca_key, w.plain, -25 * H_DAY, -2 * H_DAY, 5 * H_DAY));
		t = trust(lists);
		for (size_t k = 0; k < ARRAY_LEN(asked); k++)
			assert_int_equal(ask(t, w.plain_cert, asked[k]), RSN_CERT_REVOKED);
		assert_int_equal(pki_trust_crl_left(t, H_NOW_MS), 5 * H_DAY * 1000);	/* not that of the old one */
		assert_int_equal(pki_trust_reload_crls(t), 2);
		pki_trust_free(t);
	}
}

static void lists_of_the_same_second_are_told_apart_by_their_number(void **state)
{
	(void)state;
	const char *lists = folder();
	put("a.crl", h_crl_with(w.ca, w.ca_key, w.plain, &(struct h_crl_spec){ .number = 12 }));
	put("b.crl", h_crl_with(w.ca, w.ca_key, NULL, &(struct h_crl_spec){ .number = 9 }));
	struct pki_trust *t = trust(lists);
	assert_int_equal(ask(t, w.plain_cert, 0), RSN_CERT_REVOKED);
	pki_trust_free(t);
}

static void parts_of_a_list_stand_beside_each_other(void **state)
{
	(void)state;
	const char *lists = folder();
	put("users.crl", h_crl_with(w.ca, w.ca_key, w.plain, &(struct h_crl_spec){ .idp = "critical,onlyuser:TRUE" }));
	put("cas.crl", h_crl_with(w.ca, w.ca_key, NULL, &(struct h_crl_spec){ .idp = "critical,onlyCA:TRUE",
									      .from = -3600, .to = H_DAY }));
	struct pki_trust *t = trust(lists);
	assert_int_equal(pki_trust_reload_crls(t), 3);
	assert_int_equal(ask(t, w.plain_cert, 0), RSN_CERT_REVOKED);
	assert_int_equal(ask(t, w.leaf_cert, 0), RSN_NONE);
	pki_trust_free(t);
}

static void a_forged_newer_list_does_not_put_the_good_one_aside(void **state)
{
	static const bool named[] = { true, false };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		const char *lists = folder();
		put("good.crl", h_crl(w.ca, w.ca_key, w.plain, -3 * H_DAY, -2 * H_DAY, 5 * H_DAY));
		put("bad.crl", h_crl_with(w.ca, w.other_key, NULL, &(struct h_crl_spec){ .akid = named[i], .from = -60,
											 .to = 9 * H_DAY }));
		log_begin();
		struct pki_trust *t = trust(lists);
		assert_int_equal(log_count("crl.left-out"), named[i] ? 1 : 0);
		enum reason r = ask(t, w.plain_cert, 0);
		/* without the identifier OpenSSL may look at it first; what is never said is "good" */
		if (named[i])
			assert_int_equal(r, RSN_CERT_REVOKED);
		else
			assert_int_not_equal(r, RSN_NONE);
		pki_trust_free(t);
	}
}

static void names_of_openssl_rehash_are_read_and_others_are_said_once(void **state)
{
	(void)state;
	const char *lists = folder();
	put("1a2b3c4d.r0", h_crl(w.ca, w.ca_key, w.plain, -3 * H_DAY, -2 * H_DAY, 5 * H_DAY));
	h_file("lists/README.txt", "x", 1, 0644);
	h_file("lists/1a2b3c4d.0", "x", 1, 0644);
	h_file("lists/.hidden", "x", 1, 0644);
	log_begin();
	struct pki_trust *t = trust(lists);
	assert_int_equal(log_count("crl.ignored"), 2);
	assert_int_equal(ask(t, w.plain_cert, 0), RSN_CERT_REVOKED);
	log_begin();
	pki_trust_reload_crls(t);
	assert_int_equal(log_count("crl."), 0);
	/* the file under its own name, too: one list, not two */
	put("ca.crl", h_crl(w.ca, w.ca_key, w.plain, -3 * H_DAY, -2 * H_DAY, 5 * H_DAY));
	assert_int_equal(pki_trust_reload_crls(t), 2);
	pki_trust_free(t);
}

static void a_file_that_was_broken_from_the_start_is_said_once_per_change(void **state)
{
	(void)state;
	const char *lists = folder();
	put("ca.crl", h_crl(w.ca, w.ca_key, NULL, 0, -2 * H_DAY, 5 * H_DAY));
	h_file("lists/broken.crl", "rubbish", 7, 0644);
	log_begin();
	struct pki_trust *t = trust(lists);
	pki_trust_reload_crls(t);
	pki_trust_reload_crls(t);
	assert_int_equal(log_count("crl.unreadable"), 1);
	h_file("lists/broken.crl", "other rubbish", 13, 0644);
	log_begin();
	pki_trust_reload_crls(t);
	pki_trust_reload_crls(t);
	assert_int_equal(log_count("crl.unreadable"), 1);
	pki_trust_free(t);
}

static void a_place_that_is_gone_is_said_once(void **state)
{
	char away[120];

	(void)state;
	const char *lists = folder();
	put("ca.crl", h_crl(w.ca, w.ca_key, NULL, 0, -2 * H_DAY, 5 * H_DAY));
	struct pki_trust *t = trust(lists);
	snprintf(away, sizeof(away), "%s.away", lists);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(rename(lists, away), 0);
		log_begin();
		pki_trust_reload_crls(t);
		pki_trust_reload_crls(t);
		assert_int_equal(log_count("crl.unreadable"), 1);
		assert_int_equal(pki_trust_crls_bad(t), 1);
		assert_int_equal(ask(t, w.leaf_cert, 60 * i), RSN_NONE);
		assert_int_equal(rename(away, lists), 0);
		pki_trust_reload_crls(t);
		assert_int_equal(pki_trust_crls_bad(t), 0);
	}
	pki_trust_free(t);
}

static void a_file_that_turns_into_a_delta_keeps_the_list_before(void **state)
{
	(void)state;
	const char *lists = folder();
	put("ca.crl", h_crl(w.ca, w.ca_key, w.plain, -3 * H_DAY, -2 * H_DAY, 5 * H_DAY));
	struct pki_trust *t = trust(lists);
	put("ca.crl", h_crl_with(w.ca, w.ca_key, NULL, &(struct h_crl_spec){ .delta = "critical,DER:020107" }));
	log_begin();
	assert_int_equal(pki_trust_reload_crls(t), 2);
	assert_int_equal(log_count("crl.left-out"), 1);
	assert_int_equal(ask(t, w.plain_cert, 0), RSN_CERT_REVOKED);
	pki_trust_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_extension_of_a_list_has_a_rule),
		cmocka_unit_test(a_list_with_the_key_identifier_of_another_key_does_not_count),
		cmocka_unit_test(a_delta_beside_its_base_changes_nothing),
		cmocka_unit_test(the_newest_list_wins_also_for_questions_about_the_past),
		cmocka_unit_test(lists_of_the_same_second_are_told_apart_by_their_number),
		cmocka_unit_test(parts_of_a_list_stand_beside_each_other),
		cmocka_unit_test(a_forged_newer_list_does_not_put_the_good_one_aside),
		cmocka_unit_test(names_of_openssl_rehash_are_read_and_others_are_said_once),
		cmocka_unit_test(a_file_that_was_broken_from_the_start_is_said_once_per_change),
		cmocka_unit_test(a_place_that_is_gone_is_said_once),
		cmocka_unit_test(a_file_that_turns_into_a_delta_keeps_the_list_before),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
