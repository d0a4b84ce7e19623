/* SPDX-License-Identifier: EUPL-1.2 */
/* session - the inside of a session key. Private to pki. */
#ifndef PKI_SESSION_H
#define PKI_SESSION_H

#include "pki/enc.h"

#define SESSION_KEY_MAX 32
#define GCM_TAG_LEN 16

/* The one text for everything that must look the same to a peer. */
#define NOT_DECRYPTABLE "decrypt: key, padding or tag wrong"

struct pki_session {
	const struct pki_alg *alg;
	unsigned iv_len;
	uint8_t key[SESSION_KEY_MAX];
};

/* A session without a key. */
struct pki_session *pki_session_blank(const struct pki_alg *alg, unsigned iv_len);

#endif
