/* SPDX-License-Identifier: EUPL-1.2 */
/* Session keys. */
#include "pki/session.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/id.h"
#include "base/mem.h"

struct pki_session *pki_session_blank(const struct pki_alg *alg, unsigned iv_len)
{
	struct pki_session *s = mem_new(sizeof(*s));

	must(alg->key_len <= SESSION_KEY_MAX && iv_len <= PKI_IV_MAX);
	s->alg = alg;
	s->iv_len = iv_len;
	return s;
}

struct pki_session *pki_session_new(const struct pki_alg *alg, unsigned iv_len)
{
	struct pki_session *s;

	if (alg == NULL)
		alg = pki_alg_find(PKI_ALG_CIPHER, SPAN_LIT(PKI_URI_AES256_GCM));
	s = pki_session_blank(alg, iv_len);
	random_bytes(s->key, alg->key_len);
	return s;
}

int pki_session_from_key(const struct pki_alg *alg, unsigned iv_len, struct span key, struct pki_session **out,
			 struct err *e)
{
	if (key.n != alg->key_len)
		return err_set(e, ERR_CRYPTO, NOT_DECRYPTABLE);
	*out = pki_session_blank(alg, iv_len);
	memcpy((*out)->key, key.p, key.n);
	return 0;
}

void pki_session_free(struct pki_session *s)
{
	if (s == NULL)
		return;
	OPENSSL_cleanse(s, sizeof(*s));
	free(s);
}

struct span pki_session_key(const struct pki_session *s)
{
	return (struct span){ (const char *)s->key, s->alg->key_len };
}
