/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/mem.h"
#include "osci/read_state.h"

#define CERTS_MAX 256
#define TOKEN_MAX 1024 /* Challenge, Response, ConversationId */

/* The attributes every header entry has; Id was required when it was found. */
#define BLOCK_ATTRS                                                                                                    \
	{ NULL, "Id", true, NULL }, { NS_SOAP, "actor", false, NULL },                                                 \
	{                                                                                                              \
		NS_SOAP, "mustUnderstand", false, NULL                                                                 \
	}

int osci_node_text(struct entity *en, const struct xml_node *n, const char **out, struct err *e)
{
	struct span text;
	int rc = xml_expect_text(n, &text, e);

	if (rc == 0)
		*out = arena_dup_n(en->arena, text.p, text.n);
	return rc;
}

static int read_token(struct entity *en, const struct xml_node *n, const char **out, struct err *e)
{
	int rc = n != NULL ? osci_node_text(en, n, out, e) : 0;

	if (rc == 0 && *out != NULL && (**out == '\0' || strlen(*out) > TOKEN_MAX))
		rc = xml_refuse(n, e, "empty or too long");
	return rc;
}

static int read_control(struct entity *en, const struct xml_node *n, struct err *e)
{
	struct osci_control *c = &en->m->control;
	const struct xml_node *response, *challenge;
	struct span conversation, sequence;
	uint64_t number;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Response", 0, 1, &response },
		{ NS_OSCI, "Challenge", 0, 1, &challenge },
	};
	const struct xml_attr_rule attrs[] = {
		BLOCK_ATTRS,
		{ NULL, "ConversationId", false, &conversation },
		{ NULL, "SequenceNumber", false, &sequence },
	};

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    read_token(en, response, &c->response, e) != 0 || read_token(en, challenge, &c->challenge, e) != 0)
		return (int)e->code;
	if (sequence.n > 0) {
		if (!span_u64(sequence, INT64_MAX - 1, &number))
			return xml_refuse(n, e, "SequenceNumber is no number");
		c->sequence = (int64_t)number;
	}
	if (conversation.n > TOKEN_MAX)
		return xml_refuse(n, e, "ConversationId is too long");
	if (conversation.n > 0)
		c->conversation = arena_dup_n(en->arena, conversation.p, conversation.n);
	return 0;
}

static int read_languages(struct entity *en, const struct xml_node *n, struct err *e)
{
	struct span list;
	const struct xml_attr_rule attrs[] = { BLOCK_ATTRS, { NULL, "LanguagesList", true, &list } };

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 || xml_expect_empty(n, e) != 0)
		return (int)e->code;
	if (list.n == 0 || list.n > 256)
		return xml_refuse(n, e, "LanguagesList is empty or too long");
	en->m->languages = arena_dup_n(en->arena, list.p, list.n);
	return 0;
}

static int read_quality(struct entity *en, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = en->m;
	struct span service, quality;
	const struct xml_attr_rule attrs[] = {
		BLOCK_ATTRS,
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
	enum block_kind block;
	enum osci_role role;
	bool is_cipher, is_many, only_delivery;
} cert_rules[] = {
	{ "CipherCertificateOriginator", BLOCK_NIC, OSCI_ORIGINATOR, true, false, false },
	{ "CipherCertificateOtherAuthor", BLOCK_NIC, OSCI_OTHER_AUTHOR, true, true, true },
	{ "CipherCertificateAddressee", BLOCK_NIC, OSCI_ADDRESSEE, true, false, true },
	{ "CipherCertificateOtherReader", BLOCK_NIC, OSCI_OTHER_READER, true, true, true },
	{ "SignatureCertificateOriginator", BLOCK_NIC, OSCI_ORIGINATOR, false, false, false },
	{ "SignatureCertificateOtherAuthor", BLOCK_NIC, OSCI_OTHER_AUTHOR, false, true, true },
	{ "SignatureCertificateIntermediary", BLOCK_IC, OSCI_INTERMEDIARY, false, false, false },
};

static int read_cert(struct entity *en, const struct xml_node *n, struct osci_cert *out, struct err *e)
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
	rc = en->o->certs != NULL ? pki_certs_from_base64(en->o->certs, text, &out->cert, e)
				  : pki_cert_from_base64(text, &out->cert, e);
	if (rc != 0) {
		out->cert = NULL;
		return err_wrap(e, "%.*s", (int)n->name.local.n, n->name.local.p);
	}
	out->id = arena_dup_n(en->arena, id.p, id.n);
	return 0;
}

static bool has_cert(const struct osci_message *m, enum osci_role role, bool is_cipher)
{
	return osci_message_cert(m, role, is_cipher) != NULL;
}

static int read_certs(struct entity *en, const struct block *b, struct err *e)
{
	struct osci_message *m = en->m;
	const struct xml_attr_rule attrs[] = { BLOCK_ATTRS };
	const struct xml_child_rule any[] = { { NS_OSCI, NULL, 0, 0, NULL } };
	size_t i;

	if (xml_expect_attrs(b->tree, attrs, ARRAY_LEN(attrs), e) != 0 ||
	    xml_expect_children(b->tree, any, 1, false, e) != 0)
		return (int)e->code;
	for (const struct xml_node *n = xml_child(b->tree, NS_OSCI, NULL); n != NULL; n = xml_next(n, NS_OSCI, NULL)) {
		struct osci_cert *c = &m->certs[m->cert_count];

		for (i = 0; i < ARRAY_LEN(cert_rules); i++)
			if (cert_rules[i].block == b->kind && span_is(n->name.local, cert_rules[i].local) &&
			    (!cert_rules[i].only_delivery || osci_frame_may_have_content(m->type)))
				break;
		if (i == ARRAY_LEN(cert_rules))
			return xml_refuse(n, e, "this certificate does not belong into this message");
		if (!cert_rules[i].is_many && has_cert(m, cert_rules[i].role, cert_rules[i].is_cipher))
			return xml_refuse(n, e, "this certificate is there twice");
		if (m->cert_count >= CERTS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d certificates", CERTS_MAX);
		c->role = cert_rules[i].role;
		c->is_cipher = cert_rules[i].is_cipher;
		if (read_cert(en, n, c, e) != 0)
			return (int)e->code;
		m->cert_count++;
	}
	return 0;
}

static int read_features(struct entity *en, const struct block *b, struct err *e)
{
	const struct xml_node *list = xml_child(b->tree, NS_OSCI17, "SupportedFeatures");
	const struct xml_node *f = list != NULL ? xml_child(list, NS_OSCI17, "Feature") : NULL;
	struct span key;

	(void)e;
	en->m->features = b->canonical;
	for (; f != NULL; f = xml_next(f, NS_OSCI17, "Feature"))
		if (xml_attr_get(f, NULL, "Key", &key) && span_is(key, "Support96Bit12ByteIV"))
			en->m->gcm_iv12 = true;
	return 0;
}

static int read_block(struct entity *en, const struct block *b, struct err *e)
{
	struct osci_message *m = en->m;

	switch (b->kind) {
	case BLOCK_CONTROL:
		return read_control(en, b->tree, e);
	case BLOCK_SIGNATURE:
		return osci_sign_parse(en, b->tree, e);
	case BLOCK_LANGUAGES:
		return read_languages(en, b->tree, e);
	case BLOCK_QUALITY:
		return read_quality(en, b->tree, e);
	case BLOCK_ORDER:
		return en->o->answers ? osci_answer_read(en, b->tree, e) : osci_order_read(en, b->tree, e);
	case BLOCK_IC:
	case BLOCK_NIC:
		return read_certs(en, b, e);
	case BLOCK_FEATURES:
		return read_features(en, b, e);
	case BLOCK_CUSTOM:
		m->custom[m->custom_count++] = b->canonical;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "header entry of kind %d", (int)b->kind);
}

static int check_missing(struct entity *en, struct err *e)
{
	const struct frame *f = &en->frame;

	if (f->block_count == 0)
		return err_set(e, ERR_SYNTAX, "ControlBlock is missing");
	if (!en->o->answers && en->m->languages == NULL)
		return err_set(e, ERR_SYNTAX, "DesiredLanguages is missing");
	if (osci_frame_element_in_header(en->m->type) && osci_frame_block(f, BLOCK_ORDER) == NULL)
		return err_set(e, ERR_SYNTAX, "%s is missing", osci_type_element(en->m->type));
	if (en->m->type == OSCI_STORE_DELIVERY && !has_cert(en->m, OSCI_ADDRESSEE, true))
		return err_set(e, ERR_SYNTAX, "CipherCertificateAddressee is missing");
	return 0;
}

int osci_header_read(struct entity *en, struct err *e)
{
	struct osci_message *m = en->m;
	int rc = 0;

	m->certs = arena_alloc(en->arena, CERTS_MAX * sizeof(*m->certs));
	m->custom = arena_alloc(en->arena, READ_BLOCKS_MAX * sizeof(*m->custom));
	for (size_t i = 0; i < en->frame.block_count && rc == 0; i++)
		rc = read_block(en, &en->frame.blocks[i], e);
	return rc != 0 ? rc : check_missing(en, e);
}
