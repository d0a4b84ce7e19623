/* SPDX-License-Identifier: EUPL-1.2 */
/* Opens the transport encryption. */
#include "osci/envelope_read.h"

#include "base/mem.h"
#include "pki/enc.h"

/* One answer for every way in which a cipher text can be bad; what is wrong on our side stays what it is. */
static int undecryptable(struct osci_reading *r, struct err *e)
{
	if (err_class(e->code) == ERR_LOCAL || e->code == ERR_LIMIT)
		return (int)e->code;
	err_spec(e, ERR_CRYPTO, "OSCI 1.2 3", "the transport encryption cannot be undone");
	return osci_note_code(r, OSCI_9202, e);
}

static int find_key(struct osci_reading *r, const struct pki_encdata *d, size_t *index, const struct pki_key **key,
		    struct err *e)
{
	/* the peer compares the certificate of the first key only: more than one would be ambiguous */
	if (d->nkeys != 1)
		return err_set(e, ERR_SYNTAX, "a transport envelope has one EncryptedKey, not %zu", d->nkeys);
	if (r->o->keys == NULL || pki_enc_find_key(d, r->o->keys, NULL, NULL, index, key, e) != 0) {
		err_spec(e, ERR_MISSING, "OSCI 1.2 3", "not encrypted for one of our certificates");
		return osci_note_code(r, OSCI_9200, e);
	}
	return 0;
}

int osci_envelope_open(struct osci_envelope_in *v, struct osci_reading *r, const struct xml_node *data, struct err *e)
{
	static const struct pki_policy strict = PKI_POLICY_DEFAULT;
	const struct pki_policy *policy = r->o->policy != NULL ? r->o->policy : &strict;
	const struct pki_key *key = NULL;
	struct pki_encdata d;
	size_t index = 0;
	int rc = pki_enc_parse(data, r->arena, &d, e);

	if (rc == 0 && (d.cipher_ref.n == 0 || d.mgmt.n > 0))
		rc = err_set(e, ERR_SYNTAX, "a transport envelope refers to its cipher text");
	if (rc == 0)
		rc = find_key(r, &d, &index, &key, e);
	if (rc != 0)
		return rc;
	rc = pki_enc_unwrap(&d, &d.keys[index], key, policy, &v->session, e);
	if (rc != 0)
		return rc == ERR_DENIED ? osci_note_code(r, OSCI_9202, e) : undecryptable(r, e);
	must(key != NULL);
	v->cipher_ref = d.cipher_ref;
	v->is_authenticated = d.alg->scheme == PKI_GCM;
	r->m->was_encrypted = true;
	r->m->encrypted_for = key->cert;
	r->m->symmetric_alg = d.alg->uri;
	return 0;
}

int osci_envelope_part_begin(struct osci_envelope_in *v, struct osci_reading *r, const struct osci_scratch *scratch,
			     const struct mime_part *p, struct err *e)
{
	struct sink *to = NULL;
	bool is_base64 = p->encoding == MIME_BASE64 || mime_type_is(p, "text/base64");
	int rc;

	if (v->done || v->decrypting != NULL)
		return err_set(e, ERR_SYNTAX, "a transport envelope has two parts");
	if (!mime_cid_is(v->cipher_ref, p->id))
		return err_set(e, ERR_SYNTAX, "the second part is not what the envelope refers to");
	if (scratch == NULL)
		return err_set(e, ERR_CONFIG, "no scratch space for an encrypted message");
	rc = scratch->sink(scratch->ctx, &to, e);
	if (rc != 0)
		return rc;
	v->scratch = to;
	v->counting = sink_limit(to, r->o->max_size, "message");
	v->decrypting = pki_dec_sink(v->session, v->counting);
	v->decoder = mime_decoder(is_base64 ? MIME_BASE64 : MIME_BINARY, v->decrypting);
	return 0;
}

int osci_envelope_part_data(struct osci_envelope_in *v, struct osci_reading *r, struct span data, struct err *e)
{
	return sink_write(v->decoder, data.p, data.n, e) == 0 ? 0 : undecryptable(r, e);
}

int osci_envelope_part_end(struct osci_envelope_in *v, struct osci_reading *r, struct err *e)
{
	if (sink_finish(v->decoder, e) != 0 || sink_finish(v->decrypting, e) != 0)
		return undecryptable(r, e);
	if (sink_finish(v->scratch, e) != 0)
		return (int)e->code;
	v->done = true;
	return 0;
}

void osci_envelope_fini(struct osci_envelope_in *v)
{
	sink_close(v->decoder);
	sink_close(v->decrypting);
	sink_close(v->counting);
	pki_session_free(v->session);
	*v = (struct osci_envelope_in){ .done = false };
}
