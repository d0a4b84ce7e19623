/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: pki */
/* A document whose root is an xenc:EncryptedData; if a key lies open in it, its value is decrypted with it. */
#include "base/b64.h"
#include "base/mem.h"
#include "pki/enc.h"
#include "xml/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decrypt(const struct pki_encdata *d)
{
	struct pki_session *s = NULL;
	struct err e = ERR_INIT;
	struct buf out;

	if (pki_session_from_key(d->alg, d->iv_len, d->mgmt, &s, &e) != 0)
		return;
	buf_init(&out, 1u << 20);
	struct sink *to = sink_to_buf(&out), *dec = pki_dec_sink(s, to), *b64 = sink_b64_decode(dec, true);
	int rc = sink_write(b64, d->cipher_value.p, d->cipher_value.n, &e);
	if (rc == 0)
		rc = sink_finish(b64, &e);
	if (rc == 0)
		rc = sink_finish(dec, &e);
	must(rc == 0 || rc == ERR_CRYPTO || rc == ERR_SYNTAX || rc == ERR_LIMIT);
	sink_close(b64);
	sink_close(dec);
	sink_close(to);
	buf_fini(&out);
	pki_session_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct arena *a = arena_new();
	const struct xml_node *root;
	struct err e = ERR_INIT;
	struct pki_encdata d;

	if (xml_tree_parse((struct span){ (const char *)data, size }, &limits, a, &root, &e) == 0 &&
	    pki_enc_parse(root, a, &d, &e) == 0) {
		must(d.alg->kind == PKI_ALG_CIPHER && (d.nkeys > 0) != (d.keys == NULL));
		must(d.alg->scheme == PKI_GCM ? d.iv_len == 12 || d.iv_len == 16 : d.iv_len == d.alg->iv_len);
		must(d.nkeys <= PKI_ENC_KEYS_MAX);
		must(d.cipher_ref.n == 0 || span_starts(d.cipher_ref, "cid:"));
		if (d.nkeys == 0)
			decrypt(&d);
	}
	arena_free(a);
	return 0;
}
