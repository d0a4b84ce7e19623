/* SPDX-License-Identifier: EUPL-1.2 */
/* What a transport signature must cover, and whether it is right. */
#include "osci/sign_check.h"

#include <string.h>

#include "base/mem.h"
#include "mime/header.h"
#include "xml/expect.h"

static void verdict(struct osci_reading *r, enum osci_code code)
{
	if (r->m->signature_code == OSCI_NO_CODE)
		r->m->signature_code = code;
}

/* Not having been able to tell is not "wrong": that stays an error of ours. */
static int refuse_or_fail(struct osci_reading *r, struct err *e)
{
	if (err_class(e->code) == ERR_LOCAL)
		return (int)e->code;
	verdict(r, OSCI_9601);
	return 0;
}

int osci_sign_parse(struct osci_sign *s, struct osci_reading *r, const struct xml_node *entry, struct err *e)
{
	const struct xml_node *signature = xml_child(entry, NS_DS, "Signature");
	const struct xml_child_rule rules[] = { { NS_DS, "Signature", 1, 1, NULL } };

	r->m->is_signed = true;
	if (xml_expect_children(entry, rules, 1, true, e) != 0)
		return (int)e->code;
	if (pki_dsig_parse(signature, 0, r->arena, &s->dsig, e) != 0)
		return refuse_or_fail(r, e);
	s->has = true;
	return 0;
}

static bool is_fragment(struct span uri, struct span id)
{
	return uri.n == id.n + 1 && uri.p[0] == '#' && span_eq((struct span){ uri.p + 1, uri.n - 1 }, id);
}

struct pki_ref *osci_sign_ref(struct osci_sign *s, struct span id)
{
	for (size_t i = 0; s->has && i < s->dsig.nrefs; i++)
		if (is_fragment(s->dsig.refs[i].uri, id))
			return &s->dsig.refs[i];
	return NULL;
}

/* A reference stands for one part: two spellings of one Content-ID need two references. */
static bool is_taken(const struct osci_sign *s, const struct pki_ref *ref)
{
	for (size_t i = 0; i < s->part_count; i++)
		if (s->parts[i].ref == ref)
			return true;
	return false;
}

struct pki_ref *osci_sign_ref_of_attachment(struct osci_sign *s, struct span cid)
{
	for (size_t i = 0; s->has && i < s->dsig.nrefs; i++) {
		struct pki_ref *ref = &s->dsig.refs[i];

		if (span_starts(ref->uri, "cid:") && !is_taken(s, ref) && mime_cid_is(ref->uri, cid))
			return ref;
	}
	return NULL;
}

void osci_sign_part(struct osci_sign *s, struct pki_ref *ref, enum pki_scheme transform, const uint8_t *digest)
{
	struct osci_sign_part *p = &s->parts[s->part_count];

	if (ref == NULL) {
		s->misses = true;
		return;
	}
	must(s->part_count < SIGN_PARTS_MAX);
	s->part_count++;
	p->ref = ref;
	p->transform = transform;
	memcpy(p->digest, digest, digest_len(ref->digest->digest));
}

static bool match_all(struct osci_sign *s)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < s->part_count; i++) {
		const struct osci_sign_part *p = &s->parts[i];

		if (pki_dsig_match(&s->dsig, p->ref->uri, p->transform, p->ref->digest->digest, p->digest, &e) != 0)
			return false;
	}
	return pki_dsig_covered(&s->dsig, &e) == 0;
}

/* The key comes from the certificate of the role that has to sign; the signature may only say the same. */
static const struct osci_cert *signer(const struct osci_sign *s, const struct osci_reading *r)
{
	const struct osci_message *m = r->m;
	const struct osci_cert *c = NULL;

	for (size_t i = 0; i < m->cert_count && c == NULL; i++)
		if (m->certs[i].role == r->row->signer && !m->certs[i].is_cipher)
			c = &m->certs[i];
	if (c == NULL || !is_fragment(s->dsig.key_uri, span_of(c->id)))
		return NULL;
	return (c->cert->usage & (PKI_KU_DIGITAL_SIGNATURE | PKI_KU_NON_REPUDIATION)) != 0 ? c : NULL;
}

int osci_sign_check(struct osci_sign *s, struct osci_reading *r, struct err *e)
{
	static const struct pki_policy strict = PKI_POLICY_DEFAULT;
	const struct pki_policy *policy = r->o->policy != NULL ? r->o->policy : &strict;
	const struct osci_cert *c;

	if (!s->has)
		return 0; /* unsigned, or refused when it was parsed */
	c = signer(s, r);
	if (c != NULL)
		r->m->signer = c->cert;
	if (s->misses || s->part_count != s->dsig.nrefs) {
		verdict(r, OSCI_9602);
		return 0;
	}
	if (c == NULL || !match_all(s)) {
		verdict(r, OSCI_9601);
		return 0;
	}
	return pki_dsig_verify(&s->dsig, c->cert, policy, e) == 0 ? 0 : refuse_or_fail(r, e);
}
