/* SPDX-License-Identifier: EUPL-1.2 */
/* Whom our HTTPS clients trust. */
#include "app.h"

#include "base/version.h"
#include "pki/tls.h"

#define PEER_RSA_BITS 2048	/* what the issuers of servers' certificates on the internet still use */

int gw_app_trust(const char *ca_file, SSL_CTX **out, struct err *e)
{
	const char *anchors[] = { ca_file, NULL };

	return pki_tls_client(&(struct pki_tls){ .anchors = anchors, .min_rsa_bits = PEER_RSA_BITS }, out, e);
}

static int apply(SSL_CTX *tls, void *ours, struct err *e)
{
	return pki_tls_client_like(ours, tls, e);
}

int gw_app_client(SSL_CTX *trust, int64_t timeout_ms, bool refuse_local, struct http_client **out, struct err *e)
{
	return http_client_new(&(struct http_client_settings){ .user_agent = "Depesche/" DEPESCHE_VERSION, .tls = trust == NULL ? NULL : apply,
							       .tls_ctx = trust, .total_ms = (unsigned)timeout_ms,
							       .refuse_local = refuse_local },
			       out, e);
}
