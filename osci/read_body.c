/* SPDX-License-Identifier: EUPL-1.2 */
/* The Body is digested in the form the sender signed; the ContentPackage is handed on in a form of its own, which
 * stays right under any Envelope that declares the five standard prefixes (and nothing else, as our writer's does). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/read_state.h"

#define AROUND_OPEN "<soap:Body" PKI_OSCI_NS ">" /* what the package is canonicalised in, and cut out of again */
#define AROUND_CLOSE "</soap:Body>"
#define TAIL (sizeof(AROUND_CLOSE) - 1)

/* Passes everything on but the first `skip` and the last TAIL bytes. */
struct cut {
	struct sink base;
	struct sink *below;
	size_t skip;
	char held[TAIL];
	size_t held_n;
	uint64_t passed;
};

/* Where in the ContentPackage; the rules for what an element may hold. */
enum within { WITHIN_PACKAGE, WITHIN_CONTAINER, WITHIN_CONTENT, WITHIN_CRYPTO, WITHIN_ANYTHING, NOT_ALLOWED };

#define DEPTH_MAX 64 /* of XML_LIMITS_DEFAULT */

struct body {
	/* the signed form: */
	struct digest *digest;
	struct sink *hashing;
	struct xml_c14n *signed_form;
	/* a small element: */
	struct xml_build *build;
	unsigned children;
	/* the ContentPackage: */
	struct sink *part;
	struct cut cut;
	struct xml_c14n *package;
	enum within within[DEPTH_MAX + 1];	/* by depth */
};

static const struct xml_decl standard[] = {
	{ SPAN_LIT("ds"), SPAN_LIT(NS_DS) },     { SPAN_LIT("osci"), SPAN_LIT(NS_OSCI) },
	{ SPAN_LIT("soap"), SPAN_LIT(NS_SOAP) }, { SPAN_LIT("xenc"), SPAN_LIT(NS_XENC) },
	{ SPAN_LIT("xsi"), SPAN_LIT(NS_XSI) },
};
static const struct xml_name around = { SPAN_LIT("soap"), SPAN_LIT("Body"), SPAN_LIT(NS_SOAP) };

static int cut_pass(struct cut *c, const char *p, size_t n, struct err *e)
{
	c->passed += n;
	return n > 0 ? sink_write(c->below, p, n, e) : 0;
}

static int cut_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct cut *c = (struct cut *)s;
	const char *p = data;
	size_t skipped = n < c->skip ? n : c->skip, out;

	c->skip -= skipped;
	p += skipped;
	n -= skipped;
	/* as much of what is held as is no longer among the last bytes */
	out = c->held_n + n > TAIL ? c->held_n + n - TAIL : 0;
	if (out > c->held_n)
		out = c->held_n;
	if (cut_pass(c, c->held, out, e) != 0)
		return (int)e->code;
	c->held_n -= out;
	memmove(c->held, c->held + out, c->held_n);
	out = n > TAIL - c->held_n ? n - (TAIL - c->held_n) : 0;
	if (cut_pass(c, p, out, e) != 0)
		return (int)e->code;
	memcpy(c->held + c->held_n, p + out, n - out);
	c->held_n += n - out;
	return 0;
}

void osci_body_free(struct body *b)
{
	if (b == NULL)
		return;
	xml_c14n_free(b->signed_form);
	sink_close(b->hashing);
	digest_free(b->digest);
	xml_build_free(b->build);
	xml_c14n_free(b->package);
	sink_close(b->part);
	free(b);
}

static int check_tag(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	const struct xml_attr *id = xml_start_attr(s, NULL, "Id");

	/* faults and envelopes have no Id */
	if (s->attrs_n > (id != NULL ? 1u : 0u) || (id == NULL) == (f->typed && !f->is_cipher))
		return osci_frame_refuse(en, e, "soap:Body has one attribute, Id");
	if (id != NULL)
		f->body_id = arena_span(en->arena, id->value);
	return 0;
}

int osci_body_begin(struct entity *en, const struct xml_start *start, struct err *e)
{
	struct body *b;
	int rc = check_tag(en, start, e);

	if (rc != 0)
		return rc;
	b = en->frame.body = mem_new(sizeof(*b));
	b->cut.base.write = cut_write;
	b->cut.skip = sizeof(AROUND_OPEN) - 1;
	en->body_ref = osci_sign_ref_of_body(en);
	if (en->body_ref == NULL)
		return 0; /* unsigned, or a signature that leaves the Body out: osci_sign_check refuses that */
	b->digest = digest_new(en->body_ref->digest->digest);
	b->hashing = sink_digest(b->digest, NULL);
	b->signed_form = xml_c14n_new(XML_C14N_INCLUSIVE, xml_push_scope(en->frame.push), SPAN_EMPTY, b->hashing);
	return xml_c14n_start(b->signed_form, start, e);
}

static bool is_standard(const struct xml_decl *d)
{
	for (size_t i = 0; i < ARRAY_LEN(standard); i++)
		if (span_eq(standard[i].prefix, d->prefix))
			return span_eq(standard[i].uri, d->uri);
	return false;
}

/* Everything in force beyond the five prefixes becomes a declaration of the package itself. */
static int package_tag(struct entity *en, const struct xml_start *s, struct err *e)
{
	enum { DECLS_MAX = 64 };
	struct body *b = en->frame.body;
	struct xml_decl decls[DECLS_MAX], d;
	struct xml_start own = *s, outer = { .name = around, .decls = standard, .decls_n = ARRAY_LEN(standard) };
	size_t n = 0, i = 0;
	int rc;

	while (xml_scope_next(xml_push_scope(en->frame.push), &i, &d)) {
		if (is_standard(&d))
			continue;
		if (n == DECLS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d namespaces in force", DECLS_MAX);
		decls[n++] = d;
	}
	own.decls = decls;
	own.decls_n = n;
	b->cut.below = b->part;
	b->package = xml_c14n_new(XML_C14N_INCLUSIVE, NULL, SPAN_EMPTY, &b->cut.base);
	rc = xml_c14n_start(b->package, &outer, e);
	return rc != 0 ? rc : xml_c14n_start(b->package, &own, e);
}

static int package_begin(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct body *b = en->frame.body;
	int rc;

	if (s->attrs_n > 0)
		return osci_frame_refuse(en, e, "attributes are not allowed");
	if (en->intake == NULL || en->intake->part == NULL)
		return err_set(e, ERR_DENIED, "no content is expected here");
	rc = en->intake->part(en->intake->ctx, "body", "text/xml", "", &b->part, e);
	if (rc != 0) {
		b->part = NULL;
		return rc;
	}
	en->m->has_content = true;
	return package_tag(en, s, e);
}

/* What of this kind of element the recipient's software has to understand; what a Content holds is its author's affair. */
static enum within kind_of(enum within parent, const struct xml_name *n)
{
	bool container = xml_name_is(n, NS_OSCI, "ContentContainer"), cipher = xml_name_is(n, NS_XENC, "EncryptedData");

	switch (parent) {
	case WITHIN_PACKAGE:
		return container ? WITHIN_CONTAINER : cipher ? WITHIN_CRYPTO : NOT_ALLOWED;
	case WITHIN_CONTAINER:
		if (xml_name_is(n, NS_OSCI, "Content"))
			return WITHIN_CONTENT;
		return cipher || xml_name_is(n, NS_DS, "Signature") ? WITHIN_CRYPTO : NOT_ALLOWED;
	case WITHIN_CONTENT:
		return container ? WITHIN_CONTAINER : WITHIN_ANYTHING;
	case WITHIN_CRYPTO:
		return xml_name_is(n, NS_DS, "Object") ? WITHIN_ANYTHING : WITHIN_CRYPTO;
	default:
		return parent;
	}
}

/* A key or signature for a certificate that the message does not carry makes it unreadable for the reference library. */
static bool is_retrievable(const struct entity *en, const struct xml_start *s)
{
	const struct xml_attr *uri = xml_start_attr(s, NULL, "URI");

	if (uri == NULL || uri->value.n == 0 || uri->value.p[0] != '#')
		return true;
	for (size_t i = 0; i < en->m->cert_count; i++)
		if (span_is((struct span){ uri->value.p + 1, uri->value.n - 1 }, en->m->certs[i].id))
			return true;
	return false;
}

/* What its recipient could not read would stand in front of all others of his mailbox. */
static int check_content(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct body *b = en->frame.body;
	unsigned depth = en->frame.depth;
	enum within kind;

	must(depth < ARRAY_LEN(b->within));
	kind = b->within[depth] = kind_of(depth == 4 ? WITHIN_PACKAGE : b->within[depth - 1], &s->name);
	if (kind == NOT_ALLOWED || xml_name_is(&s->name, NS_OSCI, "ContentPackage"))
		return osci_frame_refuse(en, e, "not allowed in a ContentPackage");
	if (kind == WITHIN_CRYPTO && xml_name_is(&s->name, NS_DS, "RetrievalMethod") && !is_retrievable(en, s))
		return osci_frame_refuse(en, e, "the certificate it names is not in the message");
	return 0;
}

static int child_begin(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	struct body *b = f->body;
	enum osci_type t = en->m->type;
	const char *want = osci_type_element(t);
	bool fits, cards = t == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD;

	if (b->children++ > 0)
		return osci_frame_refuse(en, e, "the Body holds one element");
	if (f->is_cipher)
		fits = xml_name_is(&s->name, NS_XENC, "EncryptedData");
	else if (t == OSCI_FAULT)
		fits = xml_name_is(&s->name, NS_SOAP, "Fault");
	else if (osci_frame_may_have_content(t) && xml_name_is(&s->name, NS_OSCI, "ContentPackage"))
		return package_begin(en, s, e);
	else
		fits = !osci_frame_element_in_header(t) && xml_name_is(&s->name, NS_OSCI, want);
	if (!fits)
		return osci_frame_refuse(en, e, "not the Body of this message");
	b->build = xml_build_new(en->arena, cards ? READ_CARDS_MAX : READ_TREE_MAX, xml_push_scope(f->push));
	return xml_build_start(b->build, s, e);
}

int osci_body_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct body *b = en->frame.body;
	int rc = 0;

	if (en->frame.depth == 3)
		rc = child_begin(en, s, e);
	else if (b->build != NULL)
		rc = xml_build_start(b->build, s, e);
	else if (b->package != NULL) {
		rc = check_content(en, s, e);
		if (rc == 0)
			rc = xml_c14n_start(b->package, s, e);
	}
	if (rc == 0 && b->signed_form != NULL)
		rc = xml_c14n_start(b->signed_form, s, e);
	return rc;
}

int osci_body_text(struct entity *en, struct span text, struct err *e)
{
	struct body *b = en->frame.body;
	unsigned depth = en->frame.depth;
	bool only_elements = depth == 2 || (b->package != NULL && (depth == 3 || b->within[depth] == WITHIN_CONTAINER));
	int rc = 0;

	if (only_elements && !xml_is_blank(text))
		return osci_frame_refuse(en, e, "text is not allowed here");
	if (depth > 2 && b->build != NULL)
		rc = xml_build_text(b->build, text, e);
	else if (depth > 2 && b->package != NULL)
		rc = xml_c14n_text(b->package, text, e);
	if (rc == 0 && b->signed_form != NULL)
		rc = xml_c14n_text(b->signed_form, text, e);
	return rc;
}

static int package_end(struct entity *en, struct err *e)
{
	struct body *b = en->frame.body;
	int rc;

	rc = xml_c14n_end(b->package, &around, e);
	en->m->content_size = b->cut.passed;
	if (rc == 0)
		rc = sink_finish(b->part, e);
	sink_close(b->part);
	b->part = NULL;
	xml_c14n_free(b->package);
	b->package = NULL;
	return rc;
}

/* What the one small element means. */
static int child_read(struct entity *en, struct err *e)
{
	const struct xml_node *root;

	if (en->frame.body->build == NULL)
		return 0;
	root = xml_build_root(en->frame.body->build);
	if (en->frame.is_cipher)
		return osci_envelope_open(en, root, e);
	if (en->m->type == OSCI_FAULT)
		return osci_fault_read(en, root, e);
	return en->o->answers ? osci_answer_read(en, root, e) : osci_order_read(en, root, e);
}

static int body_done(struct entity *en, struct err *e)
{
	struct body *b = en->frame.body;
	enum osci_type t = en->m->type;
	bool must_have = en->frame.is_cipher || !osci_frame_element_in_header(t) || t == OSCI_STORE_DELIVERY;

	if (b->children == 0 && must_have)
		return osci_frame_refuse(en, e, "the Body is empty");
	if (b->signed_form != NULL)
		digest_end(b->digest, en->body_digest);
	return child_read(en, e);
}

int osci_body_end(struct entity *en, const struct xml_name *name, unsigned depth, struct err *e)
{
	struct body *b = en->frame.body;
	int rc = 0;

	if (b->signed_form != NULL)
		rc = xml_c14n_end(b->signed_form, name, e);
	if (rc != 0)
		return rc;
	if (depth == 2)
		return body_done(en, e);
	if (b->package != NULL)
		rc = xml_c14n_end(b->package, name, e);
	else if (b->build != NULL)
		rc = xml_build_end(b->build, name, e);
	return rc == 0 && depth == 3 && b->package != NULL ? package_end(en, e) : rc;
}
