/* SPDX-License-Identifier: EUPL-1.2 */
/* The soap:Body as it passes by. */
#include "osci/read_body.h"

#include <stdlib.h>

#include "base/mem.h"
#include "osci/read_content.h"
#include "xml/c14n.h"

#define READ_CARDS_MAX 67108864u /* tree of an answer that holds process cards */

struct osci_body_in {
	struct osci_reading *r;
	struct osci_sign *sign;
	const struct osci_intake *intake;
	const struct xml_push *p;
	bool is_cipher;
	unsigned depth;			/* open elements; the Body itself is the first */
	unsigned children;
	/* the form that was signed: */
	struct pki_ref *ref;
	struct digest *digest;
	struct sink *hashing;
	struct xml_c14n *signed_form;
	/* the child: */
	struct xml_build *build;
	struct osci_content_in *content;
	bool in_content;
};

void osci_body_free(struct osci_body_in *b)
{
	if (b == NULL)
		return;
	xml_c14n_free(b->signed_form);
	sink_close(b->hashing);
	digest_free(b->digest);
	xml_build_free(b->build);
	osci_content_free(b->content);
	free(b);
}

/* Unsigned, or a signature that leaves the Body out: osci_sign_check refuses that. */
static int begin_signed_form(struct osci_body_in *b, struct span id, const struct xml_start *s, struct err *e)
{
	b->ref = osci_sign_ref(b->sign, id);
	if (b->ref == NULL)
		return 0;
	b->digest = digest_new(b->ref->digest->digest);
	b->hashing = sink_digest(b->digest, NULL);
	b->signed_form = xml_c14n_new(XML_C14N_INCLUSIVE, xml_push_scope(b->p), SPAN_EMPTY, b->hashing);
	return xml_c14n_start(b->signed_form, s, e);
}

int osci_body_begin(struct osci_reading *r, struct osci_sign *sign, const struct osci_intake *intake, bool is_cipher,
		    const struct xml_push *p, const struct xml_start *s, struct osci_body_in **out, struct err *e)
{
	const struct xml_attr *id = xml_start_attr(s, NULL, "Id");
	struct osci_body_in *b = *out = mem_new(sizeof(*b));
	bool needs_id = !is_cipher && r->m->type != OSCI_FAULT;

	*b = (struct osci_body_in){ .r = r, .sign = sign, .intake = intake, .p = p, .is_cipher = is_cipher,
				    .depth = 1 };
	if (s->attrs_n > (id != NULL ? 1u : 0u) || (id == NULL) == needs_id)
		return osci_refuse_at(p, e, "soap:Body has one attribute, Id");
	return id != NULL ? begin_signed_form(b, id->value, s, e) : 0;
}

/* What the one child has to be; with content *is_package says that it is the package. */
static bool is_child(const struct osci_body_in *b, const struct xml_name *n, bool *is_package)
{
	const struct osci_order *row = b->r->row;

	*is_package = false;
	if (b->is_cipher)
		return xml_name_is(n, NS_XENC, "EncryptedData");
	if (b->r->m->type == OSCI_FAULT)
		return xml_name_is(n, NS_SOAP, "Fault");
	*is_package = row->content != OSCI_NEVER && xml_name_is(n, NS_OSCI, "ContentPackage");
	return *is_package || (!row->in_header && xml_name_is(n, NS_OSCI, row->element));
}

static int child_begin(struct osci_body_in *b, const struct xml_start *s, struct err *e)
{
	bool is_package;

	if (b->children++ > 0)
		return osci_refuse_at(b->p, e, "the Body holds one element");
	if (!is_child(b, &s->name, &is_package))
		return osci_refuse_at(b->p, e, "not the Body of this message");
	if (is_package) {
		if (osci_content_begin(b->r, b->intake, b->p, s, &b->content, e) != 0)
			return (int)e->code;
		b->r->m->has_content = b->in_content = true;
		return 0;
	}
	b->build = xml_build_new(b->r->arena, b->r->row->cards_max > 1 ? READ_CARDS_MAX : READ_TREE_MAX,
				 xml_push_scope(b->p));
	return xml_build_start(b->build, s, e);
}

int osci_body_start(struct osci_body_in *b, const struct xml_start *s, struct err *e)
{
	int rc = 0;

	if (b->depth++ == 1)
		rc = child_begin(b, s, e);
	else if (b->build != NULL)
		rc = xml_build_start(b->build, s, e);
	else if (b->in_content)
		rc = osci_content_start(b->content, s, e);
	if (rc == 0 && b->signed_form != NULL)
		rc = xml_c14n_start(b->signed_form, s, e);
	return rc;
}

int osci_body_text(struct osci_body_in *b, struct span text, struct err *e)
{
	int rc = 0;

	if (b->depth == 1 && !xml_is_blank(text))
		return osci_refuse_at(b->p, e, "text is not allowed here");
	if (b->depth > 1 && b->build != NULL)
		rc = xml_build_text(b->build, text, e);
	else if (b->depth > 1 && b->in_content)
		rc = osci_content_text(b->content, text, e);
	if (rc == 0 && b->signed_form != NULL)
		rc = xml_c14n_text(b->signed_form, text, e);
	return rc;
}

static int body_done(struct osci_body_in *b, struct err *e)
{
	bool must_have = b->is_cipher || !b->r->row->in_header || b->r->row->content == OSCI_MUST;
	uint8_t value[DIGEST_MAX];

	if (b->children == 0 && must_have)
		return osci_refuse_at(b->p, e, "the Body is empty");
	if (b->signed_form != NULL)
		digest_end(b->digest, value);
	osci_sign_part(b->sign, b->ref, PKI_C14N, value);
	return 0;
}

int osci_body_end(struct osci_body_in *b, const struct xml_name *name, struct err *e)
{
	int rc = 0;

	b->depth--;
	if (b->signed_form != NULL)
		rc = xml_c14n_end(b->signed_form, name, e);
	if (rc != 0)
		return rc;
	if (b->depth == 0)
		return body_done(b, e);
	if (b->build != NULL)
		return xml_build_end(b->build, name, e);
	if (b->in_content)
		rc = osci_content_end(b->content, name, e);
	if (rc == 0 && b->depth == 1 && b->in_content) {
		b->r->m->content_size = osci_content_size(b->content);
		b->in_content = false;
	}
	return rc;
}

const struct xml_node *osci_body_tree(const struct osci_body_in *b)
{
	return b->build != NULL ? xml_build_root(b->build) : NULL;
}

int osci_body_refs(const struct osci_body_in *b, struct err *e)
{
	return b->content != NULL ? osci_content_refs(b->content, e) : 0;
}
