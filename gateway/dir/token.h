/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * token - access tokens of a directory server: a client assertion (JWT) in, a bearer token out, kept until
 * shortly before it ends (DVDV 2 API, "extern/standaloneauth"). One per server. Any thread.
 */
#ifndef DIR_TOKEN_H
#define DIR_TOKEN_H

#include "base/buf.h"
#include "http/client.h"
#include "pki/keyring.h"

#define DIR_TOKEN_MAX 16384u

struct dir_token;

struct dir_token *dir_token_new(struct http_client *http, const struct pki_key *key, const char *url,
				unsigned timeout_ms);
void dir_token_free(struct dir_token *t);
/* The token into b, which the caller wipes. Whoever waited while another thread asked in vain gets the same error.
 * ERR_DENIED RSN_DIR_DENIED when the server refuses us (ERR_CONFIG RSN_LOC_KEY_MISSING if our certificate has expired), RSN_LOC_CLOCK when it does and its clock is not ours; ERR_CONFIG
 * RSN_LOC_DIRECTORY when there is no token service, or no such server, or our key cannot sign; otherwise technical errors
 * with RSN_DIR_UNREACHABLE, RSN_DIR_TLS or RSN_DIR_BAD_ANSWER. */
int dir_token_get(struct dir_token *t, struct buf *b, struct err *e);
/* The server called this token stale: the next get asks for a new one. */
void dir_token_drop(struct dir_token *t, struct span token);
/* ERR_CONFIG RSN_LOC_DIRECTORY if there is no algorithm of JWS for this key. */
int dir_key_check(const struct pki_key *key, struct err *e);

#endif
