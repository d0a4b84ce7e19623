/* SPDX-License-Identifier: EUPL-1.2 */
/* The transport signature covers every header entry but itself, the Body and every attachment: exactly these, each
 * once. What is digested is what was read: the same events, found by position, never by looking up an Id. */
#include "osci/read_state.h"

static void verdict(struct entity *en, const char *code)
{
	if (en->m->signature_code == NULL)
		en->m->signature_code = code;
}

/* Not having been able to tell is not "wrong": that stays an error of ours. */
static int refuse_or_fail(struct entity *en, const char *code, struct err *e)
{
	if (err_class(e->code) == ERR_LOCAL)
		return (int)e->code;
	verdict(en, code);
	return 0;
}

int osci_sign_parse(struct entity *en, const struct xml_node *block, struct err *e)
{
	const struct xml_node *signature = xml_child(block, NS_DS, "Signature");
	const struct xml_child_rule rules[] = { { NS_DS, "Signature", 1, 1, NULL } };

	en->m->is_signed = true;
	if (xml_expect_children(block, rules, 1, true, e) != 0)
		return (int)e->code;
	if (pki_dsig_parse(signature, 0, en->arena, &en->dsig, e) != 0)
		return refuse_or_fail(en, "9601", e);
	en->has_dsig = true;
	return 0;
}

static bool is_fragment(struct span uri, struct span id)
{
	return uri.n == id.n + 1 && uri.p[0] == '#' && span_eq((struct span){ uri.p + 1, uri.n - 1 }, id);
}

static struct pki_ref *ref_of_id(struct entity *en, struct span id)
{
	for (size_t i = 0; en->has_dsig && i < en->dsig.nrefs; i++)
		if (is_fragment(en->dsig.refs[i].uri, id))
			return &en->dsig.refs[i];
	return NULL;
}

struct pki_ref *osci_sign_ref_of_body(struct entity *en)
{
	return ref_of_id(en, en->frame.body_id);
}

/* A reference stands for one part: two spellings of one Content-ID need two references. */
static bool is_taken(const struct entity *en, const struct pki_ref *r)
{
	for (size_t i = 0; i < en->attachment_count; i++)
		if (en->digests[i].ref == r)
			return true;
	return false;
}

struct pki_ref *osci_sign_ref_of_attachment(struct entity *en, struct span cid)
{
	for (size_t i = 0; en->has_dsig && i < en->dsig.nrefs; i++) {
		struct pki_ref *r = &en->dsig.refs[i];

		if (span_starts(r->uri, "cid:") && !is_taken(en, r) && mime_cid_is(r->uri, cid))
			return r;
	}
	return NULL;
}

/* 9602: something that must be signed has no reference, or a reference stands for nothing. */
static bool is_covered(struct entity *en)
{
	size_t parts = 1;

	for (size_t i = 0; i < en->frame.block_count; i++) {
		if (en->frame.blocks[i].kind == BLOCK_SIGNATURE)
			continue;
		if (ref_of_id(en, en->frame.blocks[i].id) == NULL)
			return false;
		parts++;
	}
	for (size_t i = 0; i < en->attachment_count; i++, parts++)
		if (en->digests[i].ref == NULL)
			return false;
	return en->body_ref != NULL && parts == en->dsig.nrefs;
}

static bool match(struct entity *en, struct pki_ref *r, enum pki_scheme transform, const uint8_t *value)
{
	struct err e = ERR_INIT;

	return pki_dsig_match(&en->dsig, r->uri, transform, r->digest->digest, value, &e) == 0;
}

static bool match_block(struct entity *en, const struct block *b)
{
	struct pki_ref *r = ref_of_id(en, b->id);
	struct digest *d = digest_new(r->digest->digest);
	uint8_t value[DIGEST_MAX];

	digest_add(d, b->canonical.p, b->canonical.n);
	digest_end(d, value);
	digest_free(d);
	return match(en, r, PKI_C14N, value);
}

static bool match_all(struct entity *en)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < en->frame.block_count; i++)
		if (en->frame.blocks[i].kind != BLOCK_SIGNATURE && !match_block(en, &en->frame.blocks[i]))
			return false;
	for (size_t i = 0; i < en->attachment_count; i++)
		if (!match(en, en->digests[i].ref, PKI_SCHEME_NONE, en->digests[i].value))
			return false;
	return match(en, en->body_ref, PKI_C14N, en->body_digest) && pki_dsig_covered(&en->dsig, &e) == 0;
}

/* The key comes from the certificate of the role that has to sign; the signature may only say the same. */
static const struct osci_cert *signer(const struct entity *en)
{
	enum osci_role role = en->o->answers ? OSCI_INTERMEDIARY : OSCI_ORIGINATOR;
	const struct osci_message *m = en->m;
	const struct osci_cert *c = NULL;

	for (size_t i = 0; i < m->cert_count && c == NULL; i++)
		if (m->certs[i].role == role && !m->certs[i].is_cipher)
			c = &m->certs[i];
	if (c == NULL || !is_fragment(en->dsig.key_uri, span_of(c->id)))
		return NULL;
	return (c->cert->usage & (PKI_KU_DIGITAL_SIGNATURE | PKI_KU_NON_REPUDIATION)) != 0 ? c : NULL;
}

int osci_sign_check(struct entity *en, struct err *e)
{
	static const struct pki_policy strict = PKI_POLICY_DEFAULT;
	const struct pki_policy *policy = en->o->policy != NULL ? en->o->policy : &strict;
	const struct osci_cert *c;

	if (!en->has_dsig)
		return 0; /* unsigned, or refused when it was parsed */
	c = signer(en);
	if (c != NULL)
		en->m->signer = c->cert;
	if (!is_covered(en)) {
		verdict(en, "9602");
		return 0;
	}
	if (c == NULL || !match_all(en)) {
		verdict(en, "9601");
		return 0;
	}
	return pki_dsig_verify(&en->dsig, c->cert, policy, e) == 0 ? 0 : refuse_or_fail(en, "9601", e);
}
