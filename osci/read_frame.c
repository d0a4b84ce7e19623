/* SPDX-License-Identifier: EUPL-1.2 */
/* Envelope, Header and Body, each in its place and once. */
#include "osci/read_frame.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "osci/same_form.h"

#define READ_IDS_MAX 65536u
#define READ_IDS_BYTES_MAX 4194304u

/* An Id twice anywhere makes "the signed element" ambiguous for somebody down the line, even if not for us. */
static int note_ids(struct osci_frame *f, const struct xml_start *s, struct err *e)
{
	static char present;

	for (size_t i = 0; i < s->attrs_n; i++) {
		const struct xml_attr *at = &s->attrs[i];

		if (!span_is(at->name.local, "Id") &&
		    !(span_is(at->name.local, "id") && span_is(at->name.ns, XML_NS_XML)))
			continue;
		if (map_get(f->ids, at->value) != NULL)
			return osci_refuse_at(f->push, e, "Id \"%.*s\" is there twice",
						 (int)(at->value.n > 80 ? 80 : at->value.n), at->value.p);
		f->id_bytes += at->value.n;
		if (f->id_bytes > READ_IDS_BYTES_MAX || map_count(f->ids) >= READ_IDS_MAX)
			return err_set(e, ERR_LIMIT, "more than %u Ids", READ_IDS_MAX);
		map_put(f->ids, at->value, &present);
	}
	return 0;
}

/* "soapStoreDelivery.xsd" -> StoreDelivery */
static bool schema_name(struct span file, struct span *name)
{
	static const char head[] = "soap", tail[] = ".xsd";
	size_t h = sizeof(head) - 1, t = sizeof(tail) - 1;

	if (file.n <= h + t || !span_starts(file, head) || memcmp(file.p + file.n - t, tail, t) != 0)
		return false;
	*name = (struct span){ file.p + h, file.n - h - t };
	return true;
}

/* The schema file that schemaLocation (pairs of namespace and file) gives for the SOAP namespace. */
static bool find_schema(struct span list, struct span *name)
{
	struct span ns, file, rest = list;

	while (span_trim(rest).n > 0) {
		if (!span_split(span_trim(rest), ' ', &ns, &rest))
			return false;
		(void)span_split(span_trim(rest), ' ', &file, &rest);
		if (span_is(ns, NS_SOAP))
			return schema_name(file, name);
	}
	return false;
}

static int set_type(struct osci_frame *f, struct span schema, struct err *e)
{
	struct osci_reading *r = f->r;
	int len = (int)(schema.n > 60 ? 60 : schema.n);

	f->typed = true;
	if (span_is(schema, "MessageEncrypted")) {
		f->is_cipher = true;
		return f->is_inner ? osci_refuse_at(f->push, e, "an encrypted message inside an encrypted message") : 0;
	}
	if (!osci_order_from_schema(schema, &r->m->type))
		return err_spec(e, ERR_UNSUPPORTED, "OSCI 1.2 3", "messages of type %.*s are not known", len, schema.p);
	r->row = osci_order_of(r->m->type);
	if (r->row->is_answer != r->o->answers)
		return osci_refuse_at(f->push, e, "%.*s is %s", len, schema.p, r->o->answers ? "no answer" : "no order");
	if (r->row->read == NULL)
		return err_spec(e, ERR_UNSUPPORTED, "OSCI 1.2 3", "the order %s is not offered here", r->row->element);
	return 0;
}

static int envelope_start(struct osci_frame *f, const struct xml_start *s, struct err *e)
{
	struct span schema;

	if (!xml_name_is(&s->name, NS_SOAP, "Envelope"))
		return osci_refuse_at(f->push, e, "the root is no soap:Envelope");
	for (size_t i = 0; i < s->attrs_n; i++) {
		/* xml:lang and the like would be inherited by the signed parts, not in the same way by everybody */
		if (!xml_name_is(&s->attrs[i].name, NS_XSI, "schemaLocation"))
			return osci_refuse_at(f->push, e, "attribute %.*s is not allowed", (int)s->attrs[i].name.local.n,
					      s->attrs[i].name.local.p);
		if (!find_schema(s->attrs[i].value, &schema))
			return osci_refuse_at(f->push, e, "xsi:schemaLocation names no OSCI message");
		return set_type(f, schema, e);
	}
	/* only a SOAP fault has no schemaLocation */
	if (!f->r->o->answers || f->is_inner)
		return osci_refuse_at(f->push, e, "xsi:schemaLocation is missing");
	f->r->m->type = OSCI_FAULT;
	f->r->row = osci_order_of(OSCI_FAULT);
	return 0;
}

static int section_start(struct osci_frame *f, const struct xml_start *s, struct err *e)
{
	bool has_header = f->typed && !f->is_cipher;

	if (xml_name_is(&s->name, NS_SOAP, "Header") && has_header && !f->has_header && !f->has_body) {
		f->has_header = f->in_header = true;
		return s->attrs_n == 0 ? 0 : osci_refuse_at(f->push, e, "attributes are not allowed");
	}
	if (xml_name_is(&s->name, NS_SOAP, "Body") && f->has_header == has_header && !f->has_body) {
		f->has_body = f->in_body = true;
		return osci_body_begin(f->r, f->sign, f->intake, f->is_cipher, f->push, s, &f->body, e);
	}
	return osci_refuse_at(f->push, e, "the Envelope holds one Header and one Body, nothing else");
}

/* A header entry and the ContentPackage take what is in force around them along when they are handed on: on one element,
 * and no more than a reader accepts there. */
static int check_scope(const struct osci_frame *f, struct err *e)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct xml_decl d;
	size_t i = 0, n = 0;

	while (xml_scope_next(xml_push_scope(f->push), &i, &d))
		n++;
	return n <= limits.decls ? 0 : err_set(e, ERR_LIMIT, "more than %u namespaces in force", limits.decls);
}

static int on_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct osci_frame *f = ctx;
	int rc;

	f->depth++;
	rc = note_ids(f, s, e);
	if (rc != 0)
		return rc;
	if (f->depth == 1)
		return envelope_start(f, s, e);
	if (f->depth == 2)
		return section_start(f, s, e);
	/* the parts that the protocol finds by position may not appear anywhere else */
	if (span_is(s->name.ns, NS_SOAP) && !span_is(s->name.local, "Fault"))
		return osci_refuse_at(f->push, e, "soap:%.*s in the wrong place", (int)s->name.local.n, s->name.local.p);
	if (f->depth == 3)
		rc = check_scope(f, e);
	if (rc == 0 && f->r->row != NULL && osci_order_is_clients(f->r->row))
		rc = osci_same_form(f->push, s, e);
	if (rc != 0)
		return rc;
	return f->in_body ? osci_body_start(f->body, s, e) : osci_block_start(&f->header, f->r, f->push, s, e);
}

static int on_text(void *ctx, struct span text, struct err *e)
{
	struct osci_frame *f = ctx;

	if (f->in_body)
		return osci_body_text(f->body, text, e);
	if (f->in_header)
		return osci_block_text(&f->header, f->push, text, e);
	return xml_is_blank(text) ? 0 : osci_refuse_at(f->push, e, "text is not allowed here");
}

static int on_end(void *ctx, const struct xml_name *name, struct err *e)
{
	struct osci_frame *f = ctx;
	unsigned depth = f->depth--;

	if (f->in_body) {
		f->in_body = depth != 2;
		return osci_body_end(f->body, name, e);
	}
	if (depth == 1) {
		f->done = f->has_body;
		return f->has_body ? 0 : osci_refuse_at(f->push, e, "soap:Body is missing");
	}
	if (depth == 2) {
		f->in_header = false;
		return osci_header_read(f->r, f->sign, f->header.blocks, f->header.count, e);
	}
	return osci_block_end(&f->header, f->r, name, e);
}

void osci_frame_begin(struct osci_frame *f)
{
	static const struct xml_events events = { on_start, on_text, on_end };
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	limits.bytes = f->r->o->max_size;
	limits.tag = READ_HEADER_MAX; /* no canonical form of a tag in a header may be too long to be read again */
	f->ids = map_new(NULL);
	f->push = xml_push_new(&limits, &events, f);
}

int osci_frame_feed(struct osci_frame *f, struct span bytes, struct err *e)
{
	return xml_push_feed(f->push, bytes.p, bytes.n, e);
}

const struct xml_node *osci_frame_cipher(const struct osci_frame *f)
{
	return osci_body_tree(f->body);
}

int osci_frame_end(struct osci_frame *f, struct err *e)
{
	const struct xml_node *small;
	int rc = xml_push_end(f->push, e);

	if (rc != 0)
		return rc;
	if (!f->done)
		return err_set(e, ERR_SYNTAX, "the document ends too early");
	small = osci_body_tree(f->body);
	return f->is_cipher || small == NULL ? 0 : f->r->row->read(f->r, small, e);
}

void osci_frame_fini(struct osci_frame *f)
{
	osci_block_release(&f->header);
	osci_body_free(f->body);
	xml_push_free(f->push);
	map_free(f->ids);
}
