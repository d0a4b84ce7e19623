/* SPDX-License-Identifier: EUPL-1.2 */
/* h_tls - a certificate authority made for one test run, and TLS contexts of both sides. P-256 keys, valid one day. */
#ifndef TESTS_H_TLS_H
#define TESTS_H_TLS_H

#include <openssl/ssl.h>

struct h_ca {
	EVP_PKEY *key;
	X509 *cert;
};

struct h_identity {
	EVP_PKEY *key;
	X509 *cert;
};

void h_ca_make(struct h_ca *ca, const char *name);
void h_ca_free(struct h_ca *ca);
/* san: "IP:127.0.0.1", or NULL. days < 0: expired already. */
void h_identity_make(struct h_identity *id, const struct h_ca *ca, const char *name, const char *san, int days);
void h_identity_free(struct h_identity *id);

/* clients: who may connect; NULL: no client certificate is asked for. */
SSL_CTX *h_tls_server(const struct h_identity *id, const struct h_ca *clients);
void h_tls_set_client(SSL_CTX *ctx, const struct h_identity *id, const struct h_ca *trust);	/* id may be NULL */
SSL_CTX *h_tls_client(const struct h_identity *id, const struct h_ca *trust);
SSL *h_tls_connect(SSL_CTX *ctx, int fd);	/* NULL if the handshake fails */

#endif
