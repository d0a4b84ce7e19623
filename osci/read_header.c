/* SPDX-License-Identifier: EUPL-1.2 */
/* ControlBlock, languages, certificates, features; the order's own element is left to its row. */
#include "osci/read_header.h"

#include <string.h>

#include "base/mem.h"
#include "osci/read_value.h"
#include "xml/expect.h"

#define CERTS_MAX 256
#define TOKEN_MAX 1024 /* Challenge, Response, ConversationId */

static int read_token(struct osci_reading *r, const struct xml_node *n, const char **out, struct err *e)
{
	int rc = n != NULL ? osci_value_text(r->arena, n, out, e) : 0;

	if (rc == 0 && *out != NULL && (**out == '\0' || strlen(*out) > TOKEN_MAX))
		rc = xml_refuse(n, e, "empty or too long");
	return rc;
}

static int read_control(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct osci_control_block *c = &r->m->control;
	const struct xml_node *response, *challenge;
	struct span conversation, sequence;
	uint64_t number;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Response", 0, 1, &response },
		{ NS_OSCI, "Challenge", 0, 1, &challenge },
	};
	const struct xml_attr_rule attrs[] = {
		READ_BLOCK_ATTRS,
		{ NULL, "ConversationId", false, &conversation },
		{ NULL, "SequenceNumber", false, &sequence },
	};

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    read_token(r, response, &c->response, e) != 0 || read_token(r, challenge, &c->challenge, e) != 0)
		return (int)e->code;
	if (sequence.n > 0) {
		c->sequence = span_u64(sequence, INT64_MAX - 1, &number) ? (int64_t)number : OSCI_BAD_SEQUENCE;
	}
	if (conversation.n > TOKEN_MAX)
		return xml_refuse(n, e, "ConversationId is too long");
	if (conversation.n > 0)
		c->conversation = arena_dup_n(r->arena, conversation.p, conversation.n);
	return 0;
}

static int read_languages(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct span list;
	const struct xml_attr_rule attrs[] = { READ_BLOCK_ATTRS, { NULL, "LanguagesList", true, &list } };

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 || xml_expect_empty(n, e) != 0)
		return (int)e->code;
	if (list.n == 0 || list.n > 256)
		return xml_refuse(n, e, "LanguagesList is empty or too long");
	r->m->languages = arena_dup_n(r->arena, list.p, list.n);
	return 0;
}

static int read_quality(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = r->m;
	struct span service, quality;
	const struct xml_attr_rule attrs[] = {
		READ_BLOCK_ATTRS,
		{ NULL, "Service", true, &service },
		{ NULL, "Quality", true, &quality },
	};
	bool creation, cryptographic;

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 || xml_expect_empty(n, e) != 0)
		return (int)e->code;
	creation = span_is(service, "creation");
	cryptographic = span_is(quality, "cryptographic");
	if ((!creation && !span_is(service, "reception")) || (!cryptographic && !span_is(quality, "plain")))
		return xml_refuse(n, e, "unknown Service or Quality");
	if (creation ? m->quality_creation : m->quality_reception)
		return xml_refuse(n, e, "the same Service twice");
	*(creation ? &m->quality_creation : &m->quality_reception) = true;
	*(creation ? &m->cryptographic_creation : &m->cryptographic_reception) = cryptographic;
	return 0;
}

/* Which certificates a message may carry: always the originator's; the others where there is a delivery. */
static const struct {
	const char *local;
	enum osci_block_kind block;
	enum osci_role role;
	bool is_cipher, is_many, only_delivery;
} cert_rules[] = {
	{ "CipherCertificateOriginator", BLOCK_NIC, OSCI_ORIGINATOR, true, false, false },
	{ "CipherCertificateOtherAuthor", BLOCK_NIC, OSCI_OTHER_AUTHOR, true, true, true },
	{ "CipherCertificateAddressee", BLOCK_NIC, OSCI_ADDRESSEE, true, false, true },
	{ "CipherCertificateOtherReader", BLOCK_NIC, OSCI_OTHER_READER, true, true, true },
	{ "SignatureCertificateOriginator", BLOCK_NIC, OSCI_ORIGINATOR, false, false, false },
	{ "SignatureCertificateOtherAuthor", BLOCK_NIC, OSCI_OTHER_AUTHOR, false, true, true },
	{ "SignatureCertificateAddressee", BLOCK_NIC, OSCI_ADDRESSEE, false, false, false },
	{ "CipherCertificateIntermediary", BLOCK_IC, OSCI_INTERMEDIARY, true, false, false },
	{ "SignatureCertificateIntermediary", BLOCK_IC, OSCI_INTERMEDIARY, false, false, false },
};

/* The addressee's signature certificate is in what he signs, the intermediary's cipher certificate in the orders that it
 * wants to be answered. */
static bool belongs(const struct osci_order *row, size_t rule)
{
	if (cert_rules[rule].role == OSCI_ADDRESSEE && !cert_rules[rule].is_cipher)
		return row->signer == OSCI_ADDRESSEE;
	if (cert_rules[rule].role == OSCI_INTERMEDIARY && cert_rules[rule].is_cipher)
		return row->outward;
	return !cert_rules[rule].only_delivery || row->content != OSCI_NEVER;
}

static int read_cert(struct osci_reading *r, const struct xml_node *n, struct osci_cert *out, struct err *e)
{
	const struct xml_node *data, *cert;
	struct span id, text;
	const struct xml_attr_rule attrs[] = { { NULL, "Id", true, &id } };
	const struct xml_child_rule one[] = { { NS_DS, "X509Data", 1, 1, &data } };
	const struct xml_child_rule two[] = { { NS_DS, "X509Certificate", 1, 1, &cert } };
	int rc;

	if (xml_expect_attrs(n, attrs, 1, e) != 0 || xml_expect_children(n, one, 1, true, e) != 0 ||
	    xml_expect_attrs(data, NULL, 0, e) != 0 || xml_expect_children(data, two, 1, true, e) != 0 ||
	    xml_expect_attrs(cert, NULL, 0, e) != 0 || xml_expect_text(cert, &text, e) != 0)
		return (int)e->code;
	rc = r->o->certs != NULL ? pki_certs_from_base64(r->o->certs, text, &out->cert, e)
				  : pki_cert_from_base64(text, &out->cert, e);
	if (rc != 0) {
		out->cert = NULL;
		return err_wrap(e, "%.*s", (int)n->name.local.n, n->name.local.p);
	}
	out->id = arena_dup_n(r->arena, id.p, id.n);
	return 0;
}

static bool has_cert(const struct osci_message *m, enum osci_role role, bool is_cipher)
{
	return osci_message_cert(m, role, is_cipher) != NULL;
}

static int read_certs(struct osci_reading *r, const struct osci_block_in *b, struct err *e)
{
	struct osci_message *m = r->m;
	const struct xml_attr_rule attrs[] = { READ_BLOCK_ATTRS };
	const struct xml_child_rule any[] = { { NS_OSCI, NULL, 0, 0, NULL } };
	size_t i;

	if (xml_expect_attrs(b->tree, attrs, ARRAY_LEN(attrs), e) != 0 ||
	    xml_expect_children(b->tree, any, 1, false, e) != 0)
		return (int)e->code;
	for (const struct xml_node *n = xml_child(b->tree, NS_OSCI, NULL); n != NULL; n = xml_next(n, NS_OSCI, NULL)) {
		struct osci_cert *c = &m->certs[m->cert_count];

		for (i = 0; i < ARRAY_LEN(cert_rules); i++)
			if (cert_rules[i].block == b->kind && span_is(n->name.local, cert_rules[i].local) &&
			    belongs(r->row, i))
				break;
		if (i == ARRAY_LEN(cert_rules))
			return xml_refuse(n, e, "this certificate does not belong into this message");
		if (!cert_rules[i].is_many && has_cert(m, cert_rules[i].role, cert_rules[i].is_cipher))
			return xml_refuse(n, e, "this certificate is there twice");
		if (m->cert_count >= CERTS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d certificates", CERTS_MAX);
		c->role = cert_rules[i].role;
		c->is_cipher = cert_rules[i].is_cipher;
		if (read_cert(r, n, c, e) != 0)
			return (int)e->code;
		m->cert_count++;
	}
	return 0;
}

static int read_features(struct osci_reading *r, const struct osci_block_in *b, struct err *e)
{
	const struct xml_node *list = xml_child(b->tree, NS_OSCI17, "SupportedFeatures");
	const struct xml_node *f = list != NULL ? xml_child(list, NS_OSCI17, "Feature") : NULL;
	struct span key;

	(void)e;
	r->m->features = b->canonical;
	for (; f != NULL; f = xml_next(f, NS_OSCI17, "Feature"))
		if (xml_attr_get(f, NULL, "Key", &key) && span_is(key, "Support96Bit12ByteIV"))
			r->m->gcm_iv12 = true;
	return 0;
}

static int read_block(struct osci_reading *r, struct osci_sign *s, const struct osci_block_in *b, struct err *e)
{
	struct osci_message *m = r->m;

	switch (b->kind) {
	case BLOCK_CONTROL:
		return read_control(r, b->tree, e);
	case BLOCK_SIGNATURE:
		return osci_sign_parse(s, r, b->tree, e);
	case BLOCK_LANGUAGES:
		return read_languages(r, b->tree, e);
	case BLOCK_QUALITY:
		return read_quality(r, b->tree, e);
	case BLOCK_ORDER:
		return r->row->read(r, b->tree, e);
	case BLOCK_IC:
	case BLOCK_NIC:
		return read_certs(r, b, e);
	case BLOCK_FEATURES:
		return read_features(r, b, e);
	case BLOCK_CUSTOM:
		m->custom[m->custom_count++] = b->canonical;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "header entry of kind %d", (int)b->kind);
}

static bool has_kind(const struct osci_block_in *blocks, size_t n, enum osci_block_kind kind)
{
	for (size_t i = 0; i < n; i++)
		if (blocks[i].kind == kind)
			return true;
	return false;
}

static int check_missing(struct osci_reading *r, const struct osci_block_in *blocks, size_t n, struct err *e)
{
	if (n == 0)
		return err_set(e, ERR_SYNTAX, "ControlBlock is missing");
	if (!r->row->is_answer && r->m->languages == NULL)
		return err_set(e, ERR_SYNTAX, "DesiredLanguages is missing");
	if (r->row->in_header && !has_kind(blocks, n, BLOCK_ORDER))
		return err_set(e, ERR_SYNTAX, "%s is missing", r->row->element);
	if (r->row->content == OSCI_MUST && !r->row->outward && !has_cert(r->m, OSCI_ADDRESSEE, true))
		return err_set(e, ERR_SYNTAX, "CipherCertificateAddressee is missing");
	return 0;
}

static void sign_block(struct osci_sign *s, const struct osci_block_in *b)
{
	struct pki_ref *ref = osci_sign_ref(s, b->id);
	uint8_t value[DIGEST_MAX];
	struct digest *d;

	if (ref != NULL) {
		d = digest_new(ref->digest->digest);
		digest_add(d, b->canonical.p, b->canonical.n);
		digest_end(d, value);
		digest_free(d);
	}
	osci_sign_part(s, ref, PKI_C14N, value);
}

int osci_header_read(struct osci_reading *r, struct osci_sign *s, const struct osci_block_in *blocks, size_t n,
		     struct err *e)
{
	struct osci_message *m = r->m;
	int rc = 0;

	m->certs = arena_alloc(r->arena, CERTS_MAX * sizeof(*m->certs));
	m->custom = arena_alloc(r->arena, READ_BLOCKS_MAX * sizeof(*m->custom));
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_block(r, s, &blocks[i], e);
	if (rc == 0)
		rc = check_missing(r, blocks, n, e);
	for (size_t i = 0; rc == 0 && s->has && i < n; i++)
		if (blocks[i].kind != BLOCK_SIGNATURE)
			sign_block(s, &blocks[i]);
	return rc;
}
