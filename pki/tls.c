/* SPDX-License-Identifier: EUPL-1.2 */
/* TLS contexts by our policy. */
#include "pki/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/file.h"
#include "base/mem.h"
#include "pki/ossl.h"

/* BSI TR-02102-2: ECDHE with AES-GCM, TLS 1.3 with AES; curves of NIST and brainpool (those only in TLS 1.2). */
#define CIPHERS_12                                                                                                     \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"                                                 \
	"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256"
#define CIPHERS_13 "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"
#define GROUPS "P-256:P-384:P-521:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1"
#define TLS_FILE_MAX (4u << 20)
#define TLS_CRL_MAX (20u << 20)
#define TLS_DEPTH 4
#define SESSIONS_MAX 1024	/* kept for resumption (TLS 1.2); 1 KiB each; OpenSSL's own limit is 20480 */

static int base(SSL_CTX *ctx, struct err *e)
{
	SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
					 SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_num_tickets(ctx, 0);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(ctx, CIPHERS_12) != 1 ||
	    SSL_CTX_set_ciphersuites(ctx, CIPHERS_13) != 1 || SSL_CTX_set1_groups_list(ctx, GROUPS) != 1)
		return pki_ossl_err(e, ERR_INTERNAL, "TLS: settings");
	return 0;
}

/* Our own key may be weaker than what we demand of others (2048 bit in old installations): OpenSSL's level is set
 * for the handshake by the caller, the chain's level on the verification parameters. */
static int use_key(SSL_CTX *ctx, const struct pki_tls *t, struct err *e)
{
	struct buf file;
	int rc = 0;

	if (t->key == NULL)
		return 0;
	if (SSL_CTX_use_certificate(ctx, t->key->cert->x509) != 1 || SSL_CTX_use_PrivateKey(ctx, t->key->key) != 1)
		return pki_ossl_err(e, ERR_CONFIG, "TLS: the certificate %.16s cannot be used", t->key->cert->hex);
	if (t->chain_file == NULL)
		return 0;
	buf_init(&file, TLS_FILE_MAX);
	rc = file_read(t->chain_file, &file, e);
	if (rc == 0) {
		BIO *bio = pki_bio_of(buf_view(&file));
		X509 *x;
		int n = 0;
		for (; (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL; n++) {
			/* The server's own certificate goes first by itself (RFC 5246 7.4.2: each certifies the one before). */
			if (X509_cmp(x, t->key->cert->x509) == 0)
				X509_free(x);
			else
				SSL_CTX_add0_chain_cert(ctx, x);
		}
		BIO_free(bio);
		if (n == 0)
			rc = pki_ossl_err(e, ERR_SYNTAX, "%s: no certificates in PEM", t->chain_file);
	}
	ERR_clear_error();
	buf_fini(&file);
	return rc;
}

static int add_cert(X509_STORE *store, STACK_OF(X509_NAME) *names, BIO *bio, bool der)
{
	X509 *x = der ? d2i_X509_bio(bio, NULL) : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	int ok = x != NULL && X509_STORE_add_cert(store, x);

	if (ok && names != NULL)
		sk_X509_NAME_push(names, X509_NAME_dup(X509_get_subject_name(x)));
	X509_free(x);
	return ok;
}

static int add_crl(X509_STORE *store, BIO *bio, bool der)
{
	X509_CRL *crl = der ? d2i_X509_CRL_bio(bio, NULL) : PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
	int ok = crl != NULL && X509_STORE_add_crl(store, crl);

	X509_CRL_free(crl);
	return ok;
}

/* One PEM or DER file with certificates (or lists) into the store; a server announces its anchors' names. */
static int load_file(X509_STORE *store, STACK_OF(X509_NAME) *names, const char *path, bool crls, struct err *e)
{
	struct buf file;
	int rc, n = 0;

	buf_init(&file, crls ? TLS_CRL_MAX : TLS_FILE_MAX);
	rc = file_read(path, &file, e);
	if (rc == 0) {
		BIO *bio = pki_bio_of(buf_view(&file));
		bool der = file.n > 0 && file.p[0] == 0x30;
		ERR_clear_error();
		while (crls ? add_crl(store, bio, der) : add_cert(store, names, bio, der))
			n++;
		BIO_free(bio);
		/* The end of a PEM file is an error, too: no start line any more. */
		if (n == 0 || (!der && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE))
			rc = pki_ossl_err(e, ERR_SYNTAX, "%s: not a good %s in PEM or DER", path,
					  crls ? "revocation list" : "certificate");
	}
	ERR_clear_error();
	buf_fini(&file);
	return rc;
}

static int load_files(X509_STORE *store, STACK_OF(X509_NAME) *names, const char *const *paths, bool crls, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && paths != NULL && paths[i] != NULL; i++)
		rc = load_file(store, names, paths[i], crls, e);
	return rc;
}

static int use_anchors(SSL_CTX *ctx, const struct pki_tls *t, bool server, struct err *e)
{
	STACK_OF(X509_NAME) *names = server ? sk_X509_NAME_new_null() : NULL;
	X509_VERIFY_PARAM *p = SSL_CTX_get0_param(ctx);
	X509_STORE *store = X509_STORE_new();
	int rc;

	must(store != NULL && (names != NULL || !server));
	rc = load_files(store, names, t->anchors, false, e);
	if (rc == 0)
		rc = load_files(store, NULL, t->crls, true, e);
	if (rc != 0) {
		X509_STORE_free(store);
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return rc;
	}
	SSL_CTX_set_cert_store(ctx, store);
	if (server)
		SSL_CTX_set_client_CA_list(ctx, names);
	X509_VERIFY_PARAM_set_depth(p, TLS_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(p, t->min_rsa_bits >= 3000 ? 3 : 2);
	if (t->crls != NULL && t->crls[0] != NULL)
		X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	return 0;
}

int pki_tls_server(const struct pki_tls *t, SSL_CTX **out, struct err *e)
{
	static const unsigned char session_id[] = "depesche";
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	bool asks = t->client != PKI_TLS_NO_CLIENT_CERT;
	int rc;

	must(ctx != NULL);
	if (t->key == NULL)
		rc = err_set(e, ERR_CONFIG, "TLS: a server needs a key");
	else if (asks && (t->anchors == NULL || t->anchors[0] == NULL))
		rc = err_set(e, ERR_CONFIG, "TLS: client certificates are asked for, but no anchor is given for them");
	else
		rc = base(ctx, e);
	if (rc == 0)
		rc = use_key(ctx, t, e);
	if (rc == 0 && asks)
		rc = use_anchors(ctx, t, true, e);
	if (rc != 0) {
		SSL_CTX_free(ctx);
		return rc;
	}
	SSL_CTX_sess_set_cache_size(ctx, SESSIONS_MAX);
	SSL_CTX_set_session_id_context(ctx, session_id, sizeof(session_id) - 1);
	SSL_CTX_set_verify(ctx, !asks ? SSL_VERIFY_NONE
				: t->client == PKI_TLS_CLIENT_CERT_REQUIRED
					? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER, NULL);
	*out = ctx;
	return 0;
}

static int client_apply(const struct pki_tls *t, SSL_CTX *ctx, struct err *e)
{
	int rc = base(ctx, e);

	if (rc == 0)
		rc = use_key(ctx, t, e);
	if (rc == 0)
		rc = use_anchors(ctx, t, false, e);
	if (rc == 0)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	return rc;
}

int pki_tls_client(const struct pki_tls *t, SSL_CTX **out, struct err *e)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	int rc;

	must(ctx != NULL);
	rc = client_apply(t, ctx, e);
	if (rc != 0)
		SSL_CTX_free(ctx);
	else
		*out = ctx;
	return rc;
}

int pki_tls_client_like(SSL_CTX *ours, SSL_CTX *ctx, struct err *e)
{
	int rc = base(ctx, e);

	if (rc != 0)
		return rc;
	SSL_CTX_set1_cert_store(ctx, SSL_CTX_get_cert_store(ours));
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (X509_VERIFY_PARAM_set1(SSL_CTX_get0_param(ctx), SSL_CTX_get0_param(ours)) != 1)
		return pki_ossl_err(e, ERR_INTERNAL, "TLS: settings");
	return 0;
}

void pki_tls_free(SSL_CTX *ctx)
{
	SSL_CTX_free(ctx);
}
