/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * jws - JSON Web Signature, compact form (RFC 7515), for short tokens: RS, PS and ES with 256, 384, 512. Any thread.
 */
#ifndef PKI_JWS_H
#define PKI_JWS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "pki/cert.h"
#include "pki/keyring.h"

/* Appends header.payload.signature. alg: "RS256", "PS256", "ES256", ...; NULL chooses by the key (PS256, or ES256/384/
 * 512 by curve). kid may be NULL; with_cert adds x5c and x5t#S256. claims: a JSON object as text. ERR_CONFIG when the
 * key does not fit the algorithm. */
int pki_jws_sign(struct buf *out, const struct pki_key *key, const char *alg, const char *kid, bool with_cert,
		 struct span claims, struct err *e);
/* Checks the signature with the key of cert; the algorithm of the header must fit the key, "none" and HMAC do not
 * exist. *claims (text of the payload, initialised by the caller) is valid only on 0. ERR_SYNTAX, ERR_CRYPTO.
 * iss, aud, exp, jti are the caller's to check. */
int pki_jws_verify(struct span token, const struct pki_cert *cert, struct buf *claims, struct err *e);
/* Header of a token that is not verified yet, as JSON text: to find out kid or x5c. */
int pki_jws_header(struct span token, struct buf *header, struct err *e);

#endif
