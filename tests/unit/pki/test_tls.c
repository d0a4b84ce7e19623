/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/tls. */
#include "cm.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#include <openssl/ssl.h>

#include "base/mem.h"
#include "h_pki.h"
#include "pki/tls.h"

static struct {
	EVP_PKEY *ca_key;
	X509 *ca, *foreign;
	const char *anchors[2], *foreigns[2], *crls[2];
	struct pki_key *server, *client, *stranger, *weak, *revoked;
} w;

static struct pki_key *issue(const char *cn, X509 *issuer, EVP_PKEY *issuer_key, EVP_PKEY *key, X509 **keep)
{
	/* TLS checks against the clock of the machine, not against H_NOW. */
	long now = (long)(time(NULL) - H_NOW);
	X509 *x = h_cert(&(struct h_spec){ .cn = cn, .issuer = issuer, .issuer_key = issuer_key, .key = key,
					   .ku = "digitalSignature", .from = now - H_DAY, .to = now + H_DAY });
	struct pki_key *k = h_key(PKI_USE_TLS, x, key);

	if (keep != NULL)
		*keep = x;
	else
		X509_free(x);
	return k;
}

static int set_up(void **state)
{
	long now = (long)(time(NULL) - H_NOW);
	EVP_PKEY *foreign_key = h_ec("P-521");
	X509 *revoked = NULL;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	w.ca_key = h_ec("P-384");
	w.ca = h_cert(&(struct h_spec){ .cn = "TLS-CA", .key = w.ca_key, .ca = true, .from = now - H_DAY,
					.to = now + H_DAY });
	w.foreign = h_cert(&(struct h_spec){ .cn = "fremd", .key = foreign_key, .ca = true, .from = now - H_DAY,
					     .to = now + H_DAY });
	w.server = issue("server", w.ca, w.ca_key, h_ec("P-256"), NULL);
	w.client = issue("client", w.ca, w.ca_key, h_rsa(3072), NULL);
	w.weak = issue("weak", w.ca, w.ca_key, h_rsa(2048), NULL);
	w.stranger = issue("stranger", w.foreign, foreign_key, h_ec("P-256"), NULL);
	w.revoked = issue("revoked", w.ca, w.ca_key, h_ec("P-256"), &revoked);
	X509_CRL *crl = h_crl(w.ca, w.ca_key, revoked, now - 3600, now - H_DAY, now + H_DAY);
	w.anchors[0] = h_pem_cert("tls-ca.pem", w.ca);
	w.foreigns[0] = h_pem_cert("tls-foreign.pem", w.foreign);
	w.crls[0] = h_pem_crl("tls.crl", crl);
	X509_CRL_free(crl);
	X509_free(revoked);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_key_free(w.server);
	pki_key_free(w.client);
	pki_key_free(w.weak);
	pki_key_free(w.stranger);
	pki_key_free(w.revoked);
	X509_free(w.ca);
	X509_free(w.foreign);
	return 0;
}

struct side {
	SSL_CTX *ctx;
	int fd, ok, has_peer, version;
};

static void *serve(void *arg)
{
	struct side *s = arg;
	SSL *ssl = SSL_new(s->ctx);
	char byte = 0;

	SSL_set_fd(ssl, s->fd);
	s->ok = SSL_accept(ssl) == 1 && SSL_read(ssl, &byte, 1) == 1 && SSL_write(ssl, &byte, 1) == 1;
	s->has_peer = SSL_get0_peer_certificate(ssl) != NULL;
	s->version = SSL_version(ssl);
	SSL_free(ssl);
	close(s->fd);
	return NULL;
}

/* One connection with one octet there and back. */
static bool talk(SSL_CTX *server, SSL_CTX *client, struct side *out)
{
	struct side s = { .ctx = server };
	pthread_t thread;
	int fds[2];
	char byte = 'x';

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	s.fd = fds[0];
	must(pthread_create(&thread, NULL, serve, &s) == 0);
	SSL *ssl = SSL_new(client);
	SSL_set_fd(ssl, fds[1]);
	bool ok = SSL_connect(ssl) == 1 && SSL_write(ssl, &byte, 1) == 1 && SSL_read(ssl, &byte, 1) == 1;
	SSL_free(ssl);
	close(fds[1]);
	pthread_join(thread, NULL);
	*out = s;
	return ok && s.ok;
}

static void who_may_connect_follows_the_settings(void **state)
{
	const struct {
		enum pki_tls_client asks;
		const struct pki_key *client;
		const char *const *anchors, *const *crls;	/* the client's for the server; the server's lists */
		unsigned bits;
		bool ok, has_peer;
	} rows[] = {
		{ PKI_TLS_NO_CLIENT_CERT, NULL, w.anchors, NULL, 3000, true, false },
		{ PKI_TLS_NO_CLIENT_CERT, w.client, w.anchors, NULL, 3000, true, false },
		{ PKI_TLS_NO_CLIENT_CERT, NULL, w.foreigns, NULL, 3000, false, false },
		{ PKI_TLS_CLIENT_CERT_OPTIONAL, NULL, w.anchors, NULL, 3000, true, false },
		{ PKI_TLS_CLIENT_CERT_OPTIONAL, w.client, w.anchors, NULL, 3000, true, true },
		{ PKI_TLS_CLIENT_CERT_OPTIONAL, w.stranger, w.anchors, NULL, 3000, false, false },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, NULL, w.anchors, NULL, 3000, false, false },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, w.client, w.anchors, NULL, 3000, true, true },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, w.weak, w.anchors, NULL, 3000, false, false },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, w.weak, w.anchors, NULL, 2048, true, true },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, w.revoked, w.anchors, NULL, 3000, true, true },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, w.revoked, w.anchors, w.crls, 3000, false, false },
		{ PKI_TLS_CLIENT_CERT_REQUIRED, w.client, w.anchors, w.crls, 3000, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pki_tls server = { .key = w.server, .anchors = w.anchors, .crls = rows[i].crls,
					  .client = rows[i].asks, .min_rsa_bits = rows[i].bits };
		struct pki_tls client = { .key = rows[i].client, .anchors = rows[i].anchors, .min_rsa_bits = 3000 };
		SSL_CTX *a = NULL, *b = NULL;
		struct err e = ERR_INIT;
		struct side s;
		assert_ok(pki_tls_server(&server, &a, &e), e);
		assert_ok(pki_tls_client(&client, &b, &e), e);
		bool ok = talk(a, b, &s);
		if (ok != rows[i].ok || (ok && s.has_peer != rows[i].has_peer))
			fail_msg("row %zu: ok %d peer %d", i, ok, s.has_peer);
		if (ok)
			assert_int_equal(s.version, TLS1_3_VERSION);
		SSL_CTX_free(a);
		SSL_CTX_free(b);
	}
}

static void old_versions_and_ciphers_are_refused(void **state)
{
	static const struct {
		int version;
		const char *ciphers;
		bool ok;
	} rows[] = {
		{ TLS1_1_VERSION, "DEFAULT:@SECLEVEL=0", false },
		{ TLS1_VERSION, "DEFAULT:@SECLEVEL=0", false },
		{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", true },
		{ TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384", true },
		{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", false },
		{ TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", false },
		{ TLS1_2_VERSION, "AES128-GCM-SHA256", false },
		{ TLS1_3_VERSION, "DEFAULT", true },
	};
	struct pki_tls server = { .key = w.server, .min_rsa_bits = 3000 };
	SSL_CTX *a = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_tls_server(&server, &a, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SSL_CTX *b = SSL_CTX_new(TLS_client_method());
		struct side s;
		SSL_CTX_set_min_proto_version(b, rows[i].version);
		SSL_CTX_set_max_proto_version(b, rows[i].version);
		assert_int_equal(SSL_CTX_set_cipher_list(b, rows[i].ciphers), 1);
		if (talk(a, b, &s) != rows[i].ok)
			fail_msg("row %zu", i);
		SSL_CTX_free(b);
	}
	SSL_CTX_free(a);
}

static void a_context_made_like_ours_trusts_and_refuses_as_ours(void **state)
{
	const struct {
		const char *const *anchors;
		const char *ciphers;	/* all that the server has */
		bool ok;
	} rows[] = {
		{ w.anchors, "ECDHE-ECDSA-AES128-GCM-SHA256", true },
		{ w.foreigns, "ECDHE-ECDSA-AES128-GCM-SHA256", false },
		{ w.anchors, "ECDHE-ECDSA-AES128-SHA256", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SSL_CTX *a = NULL, *ours = NULL, *b = SSL_CTX_new(TLS_client_method());
		struct err e = ERR_INIT;
		struct side s;
		assert_ok(pki_tls_server(&(struct pki_tls){ .key = w.server, .min_rsa_bits = 3000 }, &a, &e), e);
		SSL_CTX_set_max_proto_version(a, TLS1_2_VERSION);
		assert_int_equal(SSL_CTX_set_cipher_list(a, rows[i].ciphers), 1);
		assert_ok(pki_tls_client(&(struct pki_tls){ .anchors = rows[i].anchors, .min_rsa_bits = 3000 }, &ours, &e), e);
		assert_ok(pki_tls_client_like(ours, b, &e), e);
		if (talk(a, b, &s) != rows[i].ok)
			fail_msg("row %zu", i);
		SSL_CTX_free(a);
		SSL_CTX_free(b);
		SSL_CTX_free(ours);
	}
}

static void handshakes_do_not_fill_the_memory(void **state)
{
	SSL_CTX *a = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_tls_server(&(struct pki_tls){ .key = w.server, .min_rsa_bits = 3000 }, &a, &e), e);
	assert_in_range(SSL_CTX_sess_get_cache_size(a), 1, 1024);	/* 0 would be no limit */
	SSL_CTX_free(a);
}

static void settings_that_cannot_work_are_named(void **state)
{
	const char *missing[] = { "/nonexistent/ca.pem", NULL };
	const char *bad[] = { h_file("tls-bad.pem", "x", 1, 0644), NULL };
	const struct {
		struct pki_tls t;
		enum err_code code;
		const char *text;
	} rows[] = {
		{ { .key = NULL }, ERR_CONFIG, "key" },
		{ { .key = w.server, .client = PKI_TLS_CLIENT_CERT_REQUIRED }, ERR_CONFIG, "anchor" },
		{ { .key = w.server, .client = PKI_TLS_CLIENT_CERT_REQUIRED, .anchors = missing }, ERR_MISSING,
		  "/nonexistent/ca.pem" },
		{ { .key = w.server, .client = PKI_TLS_CLIENT_CERT_REQUIRED, .anchors = bad }, ERR_SYNTAX, "tls-bad.pem" },
		{ { .key = w.server, .client = PKI_TLS_CLIENT_CERT_REQUIRED, .anchors = w.anchors, .crls = bad },
		  ERR_SYNTAX, "tls-bad.pem" },
		{ { .key = w.server, .chain_file = bad[0] }, ERR_SYNTAX, "tls-bad.pem" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = ERR_INIT;
		SSL_CTX *ctx;
		assert_int_equal(pki_tls_server(&rows[i].t, &ctx, &e), rows[i].code);
		assert_non_null(strstr(e.text, rows[i].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_may_connect_follows_the_settings),
		cmocka_unit_test(old_versions_and_ciphers_are_refused),
		cmocka_unit_test(a_context_made_like_ours_trusts_and_refuses_as_ours),
		cmocka_unit_test(handshakes_do_not_fill_the_memory),
		cmocka_unit_test(settings_that_cannot_work_are_named),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
