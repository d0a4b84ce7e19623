/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enc - XML Encryption of our profile: the strict reader, key transport, streaming ciphers, and the writers.
 *
 * Whatever goes wrong after the structure was found good (unwrap, tag, IV) is one and the same ERR_CRYPTO
 * with one text, after the same work. Plaintext comes out before the tag is known: the sink below must not act on it
 * (spool it) until sink_finish() returned 0.
 */
#ifndef PKI_ENC_H
#define PKI_ENC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/stream.h"
#include "pki/algo.h"
#include "pki/keyring.h"

struct xml_node;

#define PKI_IV_MAX 16		/* octets */
#define PKI_ENC_KEYS_MAX 64	/* EncryptedKeys (readers) of one EncryptedData */

struct pki_enckey {
	const struct pki_alg *alg;	/* PKI_RSA_OAEP or PKI_RSA_15 */
	enum digest_alg digest, mgf;	/* OAEP */
	struct span ct;			/* decoded CipherValue, in the arena */
	struct span key_uri;		/* RetrievalMethod URI "#id", or empty */
	struct span key_cert;		/* base64 text of the X509Certificate, or empty */
};

struct pki_encdata {
	const struct pki_alg *alg;	/* PKI_GCM or PKI_CBC */
	unsigned iv_len;		/* of the octets that follow: GCM 12 or 16 (IvLength; absent = 16), CBC 8 or 16 */
	struct pki_enckey *keys;	/* in the arena; none when the key is in mgmt */
	size_t nkeys;
	struct span id, mime_type;	/* attributes, or empty */
	struct span cipher_ref;		/* CipherReference URI "cid:..", or empty */
	struct span cipher_value;	/* text (base64) of the CipherValue, or empty: also when the tree was cut there */
	struct span mgmt;		/* decoded ds:MgmtData: the session key of an attachment; secret */
};

/* data: an xenc:EncryptedData. Transforms of a CipherReference must be absent or exactly base64 (it is written even
 * for binary parts: decide by the part's Content-Transfer-Encoding). ERR_SYNTAX, ERR_UNSUPPORTED, ERR_LIMIT. */
int pki_enc_parse(const struct xml_node *data, struct arena *a, struct pki_encdata *d, struct err *e);

struct pki_session;	/* a session key with its algorithm; wiped when freed */
/* New random key; NULL alg: AES-256-GCM. iv_len 12 or 16. */
struct pki_session *pki_session_new(const struct pki_alg *alg, unsigned iv_len);
/* From raw octets; ERR_CRYPTO when the length is not the algorithm's. */
int pki_session_from_key(const struct pki_alg *alg, unsigned iv_len, struct span key, struct pki_session **out,
			 struct err *e);
void pki_session_free(struct pki_session *s);
struct span pki_session_key(const struct pki_session *s);	/* secret; for MgmtData */

/* Finds the key of d->keys that names one of our cipher certificates. certs resolves "#id" to a certificate
 * (borrowed), may be NULL. ERR_MISSING: none is for us. Otherwise index and key. */
typedef const struct pki_cert *pki_cert_lookup_fn(void *ctx, struct span uri);
int pki_enc_find_key(const struct pki_encdata *d, const struct pki_keyring *kr, pki_cert_lookup_fn *lookup, void *ctx,
		     size_t *index, const struct pki_key **key, struct err *e);
/* ERR_DENIED when the policy forbids an algorithm of d or k (before any private operation). A wrong wrapped key is not
 * reported here: the session is then random, and decryption fails as for a wrong tag. ERR_INTERNAL: cannot tell. */
int pki_enc_unwrap(const struct pki_encdata *d, const struct pki_enckey *k, const struct pki_key *key,
		   const struct pki_policy *policy, struct pki_session **out, struct err *e);

/* Octets IV||ciphertext[||tag] in, plaintext out to below (borrowed). finish checks the tag (ERR_CRYPTO) and strips the
 * padding, which is never wrong: without any that makes sense all octets come out (CBC proves nothing; what came out has to be
 * judged in the same way and with the same words whatever is wrong with it). It does not finish below. s is borrowed. */
struct sink *pki_dec_sink(struct pki_session *s, struct sink *below);
/* Plaintext in, IV||ciphertext||tag out; the IV is fresh; GCM only. finish writes the tag, does not finish below. */
struct sink *pki_enc_sink(struct pki_session *s, struct sink *below);
/* The same as a source over below (borrowed). iv: given by the caller (iv_len octets), so that reading the same
 * plaintext again gives the same octets; never use one IV for two plaintexts. */
struct src *pki_enc_src(struct pki_session *s, const uint8_t *iv, struct src *below);

/* Whether anything can be encrypted for this certificate: an RSA key of 1024 bit or more whose numbers are such as libcrypto
 * computes with. ERR_UNSUPPORTED; says nothing about trust or policy. */
int pki_enc_can(const struct pki_cert *recipient, struct err *e);
/* RSA-OAEP with SHA-256 and MGF1-SHA-256. ct gets up to 1024 octets. */
int pki_enc_wrap(const struct pki_session *s, const struct pki_cert *recipient, uint8_t *ct, size_t *ct_len,
		 struct err *e);

/* Writers; canonical form, in scope of the five OSCI prefixes. */
struct pki_reader {
	const struct pki_cert *cert;
	const char *uri;	/* "#reader1_cipher_..." -> RetrievalMethod; NULL: the certificate itself (transport) */
};
/* <xenc:EncryptedData ...> up to and including <ds:KeyInfo>: id and mime_type may be NULL. */
int pki_enc_write_head(struct buf *out, const char *id, const char *mime_type, const struct pki_session *s,
		       const struct pki_reader *readers, size_t n, struct err *e);
/* The head for an encrypted attachment: the session key itself in ds:MgmtData. Only inside an encrypted container. */
void pki_enc_write_mgmt(struct buf *out, const char *id, const struct pki_session *s);
/* ... <xenc:CipherData><xenc:CipherReference URI="cid:osci_enc">base64 transform ... </xenc:EncryptedData> */
void pki_enc_write_reference(struct buf *out, const char *uri);
/* The pieces around a CipherValue that the caller streams in base64. */
#define PKI_ENC_VALUE_OPEN "<xenc:CipherData><xenc:CipherValue>"
#define PKI_ENC_VALUE_CLOSE "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"

#endif
