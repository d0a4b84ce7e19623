/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/mem.h"
#include "osci/read_state.h"
#include "pki/enc.h"

/* One answer for every way in which a cipher text can be bad; what is wrong on our side stays what it is. */
static int undecryptable(struct err *e)
{
	if (err_class(e->code) == ERR_LOCAL || e->code == ERR_LIMIT)
		return (int)e->code;
	err_spec(e, ERR_CRYPTO, "OSCI 1.2 3", "the transport encryption cannot be undone");
	return osci_mark_code(e, "9202");
}

static int find_key(struct entity *en, const struct pki_encdata *d, size_t *index, const struct pki_key **key,
		    struct err *e)
{
	/* the peer compares the certificate of the first key only: more than one would be ambiguous */
	if (d->nkeys != 1)
		return err_set(e, ERR_SYNTAX, "a transport envelope has one EncryptedKey, not %zu", d->nkeys);
	if (en->o->keys == NULL || pki_enc_find_key(d, en->o->keys, NULL, NULL, index, key, e) != 0) {
		err_spec(e, ERR_MISSING, "OSCI 1.2 3", "not encrypted for one of our certificates");
		return osci_mark_code(e, "9200");
	}
	return 0;
}

int osci_envelope_open(struct entity *en, const struct xml_node *data, struct err *e)
{
	static const struct pki_policy strict = PKI_POLICY_DEFAULT;
	const struct pki_policy *policy = en->o->policy != NULL ? en->o->policy : &strict;
	const struct pki_key *key = NULL;
	struct pki_encdata d;
	size_t index = 0;
	int rc = pki_enc_parse(data, en->arena, &d, e);

	if (rc == 0 && (d.cipher_ref.n == 0 || d.mgmt.n > 0))
		rc = err_set(e, ERR_SYNTAX, "a transport envelope refers to its cipher text");
	if (rc == 0)
		rc = find_key(en, &d, &index, &key, e);
	if (rc != 0)
		return rc;
	rc = pki_enc_unwrap(&d, &d.keys[index], key, policy, &en->session, e);
	if (rc != 0)
		return rc == ERR_DENIED ? osci_mark_code(e, "9202") : undecryptable(e);
	must(key != NULL);
	en->cipher_ref = d.cipher_ref;
	en->is_authenticated = d.alg->scheme == PKI_GCM;
	en->m->was_encrypted = true;
	en->m->encrypted_for = key->cert;
	en->m->symmetric_alg = d.alg->uri;
	return 0;
}

int osci_envelope_part_begin(struct entity *en, const struct mime_part *p, struct err *e)
{
	struct sink *scratch = NULL;
	bool is_base64 = p->encoding == MIME_BASE64 || mime_type_is(p, "text/base64");
	int rc;

	if (en->cipher_done || en->decrypting != NULL)
		return err_set(e, ERR_SYNTAX, "a transport envelope has two parts");
	if (!mime_cid_is(en->cipher_ref, p->id))
		return err_set(e, ERR_SYNTAX, "the second part is not what the envelope refers to");
	if (en->intake == NULL || en->intake->scratch == NULL)
		return err_set(e, ERR_CONFIG, "no scratch space for an encrypted message");
	rc = en->intake->scratch(en->intake->ctx, &scratch, e);
	if (rc != 0)
		return rc;
	en->scratch = scratch;
	en->counting = sink_limit(scratch, en->o->max_size, "message");
	en->decrypting = pki_dec_sink(en->session, en->counting);
	en->decoder = mime_decoder(is_base64 ? MIME_BASE64 : MIME_BINARY, en->decrypting);
	return 0;
}

int osci_envelope_part_data(struct entity *en, struct span data, struct err *e)
{
	return sink_write(en->decoder, data.p, data.n, e) == 0 ? 0 : undecryptable(e);
}

int osci_envelope_part_end(struct entity *en, struct err *e)
{
	if (sink_finish(en->decoder, e) != 0 || sink_finish(en->decrypting, e) != 0)
		return undecryptable(e);
	if (sink_finish(en->scratch, e) != 0)
		return (int)e->code;
	en->cipher_done = true;
	return 0;
}

void osci_envelope_fini(struct entity *en)
{
	sink_close(en->decrypting); /* its neighbours are released with the part */
	pki_session_free(en->session);
	en->decrypting = NULL;
	en->session = NULL;
}
