/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keyring - our own keys: loaded at start, found by the certificate a message names, never by trying.
 *
 * A key has one use. Several generations may be valid at once: the newest one that is valid signs, any of them
 * decrypts. A keyring is filled by one thread and read by any afterwards; private keys never leave this folder.
 */
#ifndef PKI_KEYRING_H
#define PKI_KEYRING_H

#include <stdint.h>

#include "pki/cert.h"

enum pki_use { PKI_USE_SIGNATURE, PKI_USE_CIPHER, PKI_USE_TLS };

struct pki_key {
	enum pki_use use;
	struct pki_cert *cert;
	struct evp_pkey_st *key;	/* private */
	struct evp_pkey_ctx_st *blank;	/* of that key, as in struct pki_cert */
	uint8_t secret[SHA256_LEN];	/* derived from it, for keys that stand in for broken rsa-1_5 ones (RFC 8017 7.2.2) */
};

/* PKCS#12; the password comes from password_file (NULL: empty password), which must be private. Of several keys inside the
 * one for this use, of those the youngest that is valid now. Certificates of the chain inside are ignored. ERR_DENIED for
 * file modes, ERR_CRYPTO "wrong password", ERR_UNSUPPORTED for RC2/3DES, PBMAC1 and no MAC (convert them first), ERR_CONFIG
 * when key and certificate do not belong together, the certificate does not allow the use, or the password file has a
 * carriage return or byte order mark. Caller frees, or hands it to pki_keyring_add(). */
int pki_key_from_p12(enum pki_use use, const char *path, const char *password_file, struct pki_key **out,
		     struct err *e);
/* PEM pair; password_file may be NULL for a key that is not encrypted (ERR_CONFIG if it is). The key file must be private. */
int pki_key_from_pem(enum pki_use use, const char *key_path, const char *cert_path, const char *password_file,
		     struct pki_key **out, struct err *e);
void pki_key_free(struct pki_key *k);	/* NULL is allowed */
const char *pki_use_name(enum pki_use use);	/* "signature", "cipher", "tls" */

/* Signatures made and session keys unwrapped with private keys since the process began: they are the floor of what a
 * message costs. */
uint64_t pki_private_operations(void);

struct pki_keyring;
struct pki_keyring *pki_keyring_new(void);
void pki_keyring_free(struct pki_keyring *kr);
void pki_keyring_add(struct pki_keyring *kr, struct pki_key *k);	/* takes k */
/* By the SHA-256 of the certificate's DER and the use; NULL if it is not ours. Borrowed. */
const struct pki_key *pki_keyring_find(const struct pki_keyring *kr, enum pki_use use,
				       const uint8_t sha256[SHA256_LEN]);
/* The key to use now: valid at at_ms and youngest; NULL if there is none. Borrowed. */
const struct pki_key *pki_keyring_current(const struct pki_keyring *kr, enum pki_use use, int64_t at_ms);
size_t pki_keyring_count(const struct pki_keyring *kr);
const struct pki_key *pki_keyring_at(const struct pki_keyring *kr, size_t i);

#endif
