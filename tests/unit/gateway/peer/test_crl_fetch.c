/* SPDX-License-Identifier: EUPL-1.2 */
/* test_crl_fetch - lists are fetched from a real server, checked, kept, and count; what is wrong changes nothing. */
#include "cm.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "http/server.h"
#include "peer/crl_fetch.h"
#include "sim/mkcert.h"

#define HOUR (3600 * 1000LL)

static struct {
	char root[64], folder[80], anchor[80], base[64];
	struct http_server *server;
	struct http_client *http;
	struct http_route routes[4];
	struct mk_cert ca, other, leaf;
	struct pki_cert *cert;
	struct pki_trust *trust;
	struct peer_crl_fetch *fetch;
	X509_CRL *_Atomic list;		/* what the server gives; NULL: 404 */
	const char *_Atomic text;	/* instead of a list */
	atomic_uint asked;
} w;

static int serve(struct http_request *rq, void *ctx, struct err *e)
{
	unsigned char *der = NULL;
	int n, rc;

	(void)ctx;
	w.asked++;
	if (w.text != NULL)
		return http_reply(rq, 200, "application/pkix-crl", w.text, strlen(w.text), e);
	if (w.list == NULL)
		return http_reply_text(rq, 404, "no such list", e);
	n = i2d_X509_CRL(w.list, &der);
	rc = http_reply(rq, 200, "application/pkix-crl", der, (size_t)n, e);
	OPENSSL_free(der);
	return rc;
}

static struct mk_cert make_leaf(void)
{
	char points[300];

	snprintf(points, sizeof(points), "URI:ldap://a/cn=b,URI:%s/crl/a.crl,URI:%s/elsewhere/a.crl,URI:https://a/crl/a.crl", w.base,
		 w.base);
	return mk_make(&(struct mk_spec){ .cn = "leaf", .org = "T", .use = MK_SIGN, .from_days = -1, .to_days = 9, .issuer = &w.ca,
					  .crl_points = points });
}

static void make_trust(void)
{
	const char *anchors[] = { w.anchor, NULL };
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	unsigned char *der = NULL;
	struct err e = ERR_INIT;
	int n = i2d_X509(w.leaf.x, &der);

	assert_ok(pki_trust_new(&(struct pki_trust_files){ .anchors = anchors, .fetched = w.folder }, &policy, &w.trust, &e), e);
	assert_ok(pki_cert_from_der((struct span){ (char *)der, (size_t)n }, &w.cert, &e), e);
	OPENSSL_free(der);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;
	unsigned index;

	(void)state;
	strcpy(w.root, "/tmp/crl-fetch-XXXXXX");
	assert_non_null(mkdtemp(w.root));
	snprintf(w.folder, sizeof(w.folder), "%s/crls", w.root);
	snprintf(w.anchor, sizeof(w.anchor), "%s/ca.pem", w.root);
	w.routes[0] = (struct http_route){ .path = "/crl/a.crl", .method = "GET", .handle = serve };
	w.routes[1] = (struct http_route){ .path = "/elsewhere/a.crl", .method = "GET", .handle = serve };
	assert_ok(http_client_new(&(struct http_client_settings){ .total_ms = 5000 }, &w.http, &e), e);
	assert_ok(http_server_new(&(struct http_limits){ .workers = 2 }, &w.server, &e), e);
	assert_ok(http_server_listen(w.server, &(struct http_listener){ .name = "crl", .address = "127.0.0.1:0", .routes = w.routes,
									.route_count = 2 }, &index, &e), e);
	assert_ok(http_server_start(w.server, &e), e);
	snprintf(w.base, sizeof(w.base), "http://127.0.0.1:%u", http_server_port(w.server, index));
	w.ca = mk_make(&(struct mk_spec){ .cn = "ca", .org = "T", .use = MK_CA, .from_days = -1, .to_days = 9 });
	w.other = mk_make(&(struct mk_spec){ .cn = "other", .org = "T", .use = MK_CA, .from_days = -1, .to_days = 9 });
	w.leaf = make_leaf();
	assert_ok(mk_write_certs(w.anchor, &w.ca.x, 1, &e), e);
	make_trust();
	w.text = NULL;
	w.list = NULL;
	w.asked = 0;
	return 0;
}

static int tear_down(void **state)
{
	char cmd[100];

	(void)state;
	peer_crl_fetch_free(w.fetch);
	pki_trust_free(w.trust);
	pki_cert_free(w.cert);
	http_server_free(w.server);
	http_client_free(w.http);
	mk_free(&w.ca);
	mk_free(&w.other);
	mk_free(&w.leaf);
	X509_CRL_free(w.list);
	w.fetch = NULL;
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", w.root);
	return system(cmd);
}

static void give(X509_CRL *list)
{
	X509_CRL_free(atomic_exchange(&w.list, list));
}

static void start(const char *url, const char *below)
{
	struct peer_crl_rules r = { .http = w.http, .trust = w.trust, .folder = w.folder, .urls = &url, .url_count = url != NULL,
				    .below = &below, .below_count = below != NULL, .every_ms = HOUR };
	struct err e = ERR_INIT;

	assert_ok(peer_crl_fetch_new(&r, &w.fetch, &e), e);
}

static struct peer_crl_stats run(int64_t now)
{
	struct peer_crl_stats s;
	struct err e = ERR_INIT;

	assert_ok(peer_crl_fetch_run(w.fetch, now, &e), e);
	peer_crl_fetch_stats(w.fetch, &s);
	return s;
}

static enum pki_online online(void)
{
	struct pki_verdict v = { .accepted = false };

	pki_check(w.trust, w.cert, PKI_FOR_SIGNATURE, clock_now(), &v);
	assert_true(v.trusted);
	return v.online;
}

static const char *at(const char *path)
{
	static char url[100];

	snprintf(url, sizeof(url), "%s%s", w.base, path);
	return url;
}

static void a_list_that_is_named_is_fetched_and_counts_also_after_a_start(void **state)
{
	struct peer_crl_stats s;
	int64_t now = clock_now();

	(void)state;
	start(at("/crl/a.crl"), NULL);
	assert_int_equal(online(), PKI_ONLINE_UNKNOWN);
	give(mk_crl(&w.ca, NULL, 0, 2));
	s = run(now);
	assert_int_equal(s.fetched, 1);
	assert_int_equal(s.failing, 0);
	assert_int_equal(online(), PKI_ONLINE_OK);
	(void)run(now + HOUR - 1);
	assert_int_equal(w.asked, 1);
	give(mk_crl(&w.ca, &w.leaf.x, 1, 2));
	(void)run(now + HOUR);
	assert_int_equal(w.asked, 2);
	assert_int_equal(online(), PKI_ONLINE_REVOKED);
	pki_trust_free(w.trust);
	pki_cert_free(w.cert);
	make_trust();
	assert_int_equal(online(), PKI_ONLINE_REVOKED);
}

static void points_of_trusted_certificates_are_followed_where_that_is_allowed(void **state)
{
	struct peer_crl_stats s;

	(void)state;
	start(NULL, at("/crl/"));
	give(mk_crl(&w.ca, NULL, 0, 2));
	s = run(clock_now());
	assert_int_equal(s.addresses, 0);	/* nobody has asked about a certificate yet */
	assert_int_equal(online(), PKI_ONLINE_UNKNOWN);
	s = run(clock_now());
	assert_int_equal(s.addresses, 1);	/* not the one elsewhere, nor those over ldap and https */
	assert_int_equal(w.asked, 1);
	assert_int_equal(online(), PKI_ONLINE_OK);
}

static void what_may_not_be_used_changes_nothing_and_is_told(void **state)
{
	static const struct {
		const char *text, *says;
		bool forged, foreign, old;
	} rows[] = {
		{ .says = "HTTP status 404" },
		{ .text = "<html>maintenance</html>", .says = "not a good revocation list" },
		{ .text = "", .says = "not a good revocation list" },
		{ .foreign = true, .says = "of an issuer that is not known" },
		{ .forged = true, .says = "of an issuer that is not known" },
		{ .old = true, .says = "out of date" },
	};
	int64_t now = clock_now();
	struct peer_crl_stats s;

	(void)state;
	start(at("/crl/a.crl"), NULL);
	give(mk_crl(&w.ca, &w.leaf.x, 1, 2));
	(void)run(now);
	assert_int_equal(online(), PKI_ONLINE_REVOKED);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mk_cert forger = { w.other.key, w.ca.x };

		now += 3 * HOUR;
		w.text = rows[i].text;
		give(rows[i].forged ? mk_crl(&forger, NULL, 0, 2) : rows[i].foreign ? mk_crl(&w.other, NULL, 0, 2) :
		     rows[i].old ? mk_crl(&w.ca, NULL, 0, -1) : NULL);
		s = run(now);
		assert_int_equal(s.failing, 1);
		if (strstr(s.detail, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].says, s.detail);
		assert_int_equal(online(), PKI_ONLINE_REVOKED);
	}
	w.text = NULL;
	give(mk_crl(&w.ca, NULL, 0, 3));
	s = run(now + 3 * HOUR);
	assert_int_equal(s.failing, 0);
	assert_string_equal(s.detail, "");
	assert_int_equal(online(), PKI_ONLINE_OK);
}

static void an_address_that_fails_is_asked_soon_and_then_rarer(void **state)
{
	int64_t now = clock_now();
	unsigned minutes = 0;

	(void)state;
	start(at("/crl/a.crl"), NULL);
	for (; minutes < 8 * 60; minutes++)
		(void)run(now + minutes * 60000LL);
	assert_in_range(w.asked, 8, 20);	/* 1, 2, 4 ... 60 minutes */
	give(mk_crl(&w.ca, NULL, 0, 2));
	assert_int_equal(run(now + minutes * 60000LL + HOUR).failing, 0);
	(void)run(now - 100 * HOUR);	/* the clock was ahead */
	assert_int_equal(online(), PKI_ONLINE_OK);
	assert_int_equal(run(now - 100 * HOUR).fetched, 2);
}

static void addresses_that_are_none_are_refused(void **state)
{
	const char *none = "http://";
	struct peer_crl_rules r = { .http = w.http, .trust = w.trust, .folder = w.folder, .below = &none, .below_count = 1 };
	struct peer_crl_fetch *f;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(peer_crl_fetch_new(&r, &f, &e), ERR_SYNTAX);
}

static void nobody_there_and_a_stop_are_no_trouble(void **state)
{
	struct peer_crl_stats s;

	(void)state;
	start("http://127.0.0.1:1/a.crl", NULL);
	s = run(clock_now());
	assert_int_equal(s.failing, 1);
	http_client_stop(w.http, 0);
	s = run(clock_now() + HOUR);
	assert_int_equal(s.failures, 1);	/* a stop is no failure */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_that_is_named_is_fetched_and_counts_also_after_a_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(points_of_trusted_certificates_are_followed_where_that_is_allowed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_may_not_be_used_changes_nothing_and_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_address_that_fails_is_asked_soon_and_then_rarer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(addresses_that_are_none_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_there_and_a_stop_are_no_trouble, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("gateway/peer/crl_fetch", tests, NULL, NULL);
}
