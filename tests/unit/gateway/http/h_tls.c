/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_tls.h says what they do. */
#include "h_tls.h"

#include <stddef.h>

#include <openssl/x509v3.h>

#include "base/mem.h"

static X509 *new_cert(EVP_PKEY *key, const char *name, int days)
{
	static long serial = 1;
	X509 *cert = X509_new();
	X509_NAME *subject = X509_get_subject_name(cert);

	must(X509_set_version(cert, 2) == 1);
	must(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++) == 1);
	must(X509_gmtime_adj(X509_getm_notBefore(cert), -2 * 86400L) != NULL);
	must(X509_gmtime_adj(X509_getm_notAfter(cert), days * 86400L) != NULL);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) == 1);
	must(X509_set_pubkey(cert, key) == 1);
	return cert;
}

static void add_ext(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(ext != NULL && X509_add_ext(cert, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

void h_ca_make(struct h_ca *ca, const char *name)
{
	ca->key = EVP_EC_gen("P-256");
	ca->cert = new_cert(ca->key, name, 1);
	must(X509_set_issuer_name(ca->cert, X509_get_subject_name(ca->cert)) == 1);
	add_ext(ca->cert, ca->cert, NID_basic_constraints, "critical,CA:TRUE");
	add_ext(ca->cert, ca->cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	add_ext(ca->cert, ca->cert, NID_subject_key_identifier, "hash");
	must(X509_sign(ca->cert, ca->key, EVP_sha256()) > 0);
}

void h_ca_free(struct h_ca *ca)
{
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
}

void h_identity_make(struct h_identity *id, const struct h_ca *ca, const char *name, const char *san, int days)
{
	id->key = EVP_EC_gen("P-256");
	id->cert = new_cert(id->key, name, days);
	must(X509_set_issuer_name(id->cert, X509_get_subject_name(ca->cert)) == 1);
	add_ext(id->cert, ca->cert, NID_key_usage, "critical,digitalSignature");
	if (san != NULL)
		add_ext(id->cert, ca->cert, NID_subject_alt_name, san);
	must(X509_sign(id->cert, ca->key, EVP_sha256()) > 0);
}

void h_identity_free(struct h_identity *id)
{
	X509_free(id->cert);
	EVP_PKEY_free(id->key);
}

static void set_identity(SSL_CTX *ctx, const struct h_identity *id)
{
	must(SSL_CTX_use_certificate(ctx, id->cert) == 1 && SSL_CTX_use_PrivateKey(ctx, id->key) == 1);
}

/* libcrypto is not built for ThreadSanitizer, which does not see its atomic reference counts: an SSL_SESSION that one thread
 * has read and another frees looks like a race. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libcrypto.so\n";
}

SSL_CTX *h_tls_server(const struct h_identity *id, const struct h_ca *clients)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	must(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1);
	set_identity(ctx, id);
	if (clients != NULL) {
		must(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), clients->cert) == 1);
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	return ctx;
}

void h_tls_set_client(SSL_CTX *ctx, const struct h_identity *id, const struct h_ca *trust)
{
	must(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), trust->cert) == 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (id != NULL)
		set_identity(ctx, id);
}

SSL_CTX *h_tls_client(const struct h_identity *id, const struct h_ca *trust)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	h_tls_set_client(ctx, id, trust);
	return ctx;
}

SSL *h_tls_connect(SSL_CTX *ctx, int fd)
{
	SSL *ssl = SSL_new(ctx);

	must(ssl != NULL && SSL_set_fd(ssl, fd) == 1);
	if (SSL_connect(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}
