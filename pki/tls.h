/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tls - OpenSSL contexts for our listeners and our clients, with one policy: TLS 1.2 (ECDHE, AES-GCM) and 1.3,
 * no renegotiation, no compression, no early data, no tickets. Contexts may be used by any thread.
 */
#ifndef PKI_TLS_H
#define PKI_TLS_H

#include "base/err.h"
#include "pki/keyring.h"

struct ssl_ctx_st;

enum pki_tls_client { PKI_TLS_NO_CLIENT_CERT, PKI_TLS_CLIENT_CERT_OPTIONAL, PKI_TLS_CLIENT_CERT_REQUIRED };

struct pki_tls {
	const struct pki_key *key;	/* server: required; client: NULL without client certificate */
	const char *chain_file;		/* PEM certificates to send along, or NULL */
	const char *const *anchors;	/* PEM or DER files for the other side's certificate; NULL ends the list */
	const char *const *crls;	/* files; when given, the other side's chain is checked against them; or NULL */
	enum pki_tls_client client;	/* server only */
	unsigned min_rsa_bits;		/* of the other side's chain: 3000, 2048 (OpenSSL security levels 3, 2) */
};

/* Caller frees with pki_tls_free(). ERR_CONFIG, ERR_MISSING, ERR_SYNTAX name the file. */
int pki_tls_server(const struct pki_tls *t, struct ssl_ctx_st **out, struct err *e);
int pki_tls_client(const struct pki_tls *t, struct ssl_ctx_st **out, struct err *e);
void pki_tls_free(struct ssl_ctx_st *ctx);	/* drops the caller's reference; NULL is allowed */
/* Makes a context that somebody else made (libcurl's CURLOPT_SSL_CTX_FUNCTION) like ours: policy, anchors, CRLs. Reads no
 * files: a bundle of the usual 150 anchors takes 50 ms to read, too long for each connection. */
int pki_tls_client_like(struct ssl_ctx_st *ours, struct ssl_ctx_st *ctx, struct err *e);

#endif
