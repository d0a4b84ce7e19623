/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "osci/read_state.h"

int osci_frame_refuse(struct entity *en, struct err *e, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_SYNTAX, "%s: %s", xml_push_path(en->frame.push), what);
}

bool osci_frame_element_in_header(enum osci_type t)
{
	return t == OSCI_STORE_DELIVERY || t == OSCI_FETCH_DELIVERY || t == OSCI_RESPONSE_TO_STORE_DELIVERY ||
	       t == OSCI_RESPONSE_TO_FETCH_DELIVERY;
}

bool osci_frame_may_have_content(enum osci_type t)
{
	return t == OSCI_STORE_DELIVERY || t == OSCI_RESPONSE_TO_FETCH_DELIVERY;
}

/* An Id twice anywhere makes "the signed element" ambiguous for somebody down the line, even if not for us. */
static int note_ids(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	static char present;

	for (size_t i = 0; i < s->attrs_n; i++) {
		const struct xml_attr *at = &s->attrs[i];

		if (!span_is(at->name.local, "Id") &&
		    !(span_is(at->name.local, "id") && span_is(at->name.ns, XML_NS_XML)))
			continue;
		if (map_get(f->ids, at->value) != NULL)
			return osci_frame_refuse(en, e, "Id \"%.*s\" is there twice",
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

static int set_type(struct entity *en, struct span schema, struct err *e)
{
	struct osci_message *m = en->m;
	int len = (int)(schema.n > 60 ? 60 : schema.n);

	en->frame.typed = true;
	if (span_is(schema, "MessageEncrypted")) {
		en->frame.is_cipher = true;
		return en->is_inner ? osci_frame_refuse(en, e, "an encrypted message inside an encrypted message") : 0;
	}
	if (!osci_type_from_schema(schema, &m->type))
		return err_spec(e, ERR_UNSUPPORTED, "OSCI 1.2 3", "messages of type %.*s are not supported", len,
				schema.p);
	if (osci_type_is_answer(m->type) != en->o->answers)
		return osci_frame_refuse(en, e, "%.*s is %s", len, schema.p, en->o->answers ? "no answer" : "no order");
	return 0;
}

static int envelope_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct span schema;

	if (!xml_name_is(&s->name, NS_SOAP, "Envelope"))
		return osci_frame_refuse(en, e, "the root is no soap:Envelope");
	for (size_t i = 0; i < s->attrs_n; i++) {
		/* xml:lang and the like would be inherited by the signed parts, not in the same way by everybody */
		if (!xml_name_is(&s->attrs[i].name, NS_XSI, "schemaLocation"))
			return osci_frame_refuse(en, e, "attribute %.*s is not allowed", (int)s->attrs[i].name.local.n,
						 s->attrs[i].name.local.p);
		if (!find_schema(s->attrs[i].value, &schema))
			return osci_frame_refuse(en, e, "xsi:schemaLocation names no OSCI message");
		return set_type(en, schema, e);
	}
	/* only a SOAP fault has no schemaLocation */
	if (!en->o->answers || en->is_inner)
		return osci_frame_refuse(en, e, "xsi:schemaLocation is missing");
	en->m->type = OSCI_FAULT;
	return 0;
}

static int section_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	bool has_header = f->typed && !f->is_cipher;

	if (xml_name_is(&s->name, NS_SOAP, "Header") && has_header && !f->has_header && !f->has_body) {
		f->has_header = f->in_header = true;
		return s->attrs_n == 0 ? 0 : osci_frame_refuse(en, e, "attributes are not allowed");
	}
	if (xml_name_is(&s->name, NS_SOAP, "Body") && f->has_header == has_header && !f->has_body) {
		f->has_body = f->in_body = true;
		return osci_body_begin(en, s, e);
	}
	return osci_frame_refuse(en, e, "the Envelope holds one Header and one Body, nothing else");
}

/* A header entry and the ContentPackage take what is in force around them along when they are handed on: on one element,
 * and no more than a reader accepts there. */
static int check_scope(struct entity *en, struct err *e)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct xml_decl d;
	size_t i = 0, n = 0;

	while (xml_scope_next(xml_push_scope(en->frame.push), &i, &d))
		n++;
	return n <= limits.decls ? 0 : err_set(e, ERR_LIMIT, "more than %u namespaces in force", limits.decls);
}

static int on_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct entity *en = ctx;
	struct frame *f = &en->frame;
	int rc;

	f->depth++;
	rc = note_ids(en, s, e);
	if (rc != 0)
		return rc;
	if (f->depth == 1)
		return envelope_start(en, s, e);
	if (f->depth == 2)
		return section_start(en, s, e);
	/* the parts that the protocol finds by position may not appear anywhere else */
	if (span_is(s->name.ns, NS_SOAP) && !span_is(s->name.local, "Fault"))
		return osci_frame_refuse(en, e, "soap:%.*s in the wrong place", (int)s->name.local.n, s->name.local.p);
	if (f->depth == 3)
		rc = check_scope(en, e);
	if (rc == 0 && f->in_body)
		return osci_body_start(en, s, e);
	if (rc == 0 && f->depth == 3)
		rc = osci_block_start(en, s, e);
	if (rc == 0)
		rc = xml_c14n_start(f->block_c14n, s, e);
	if (rc == 0 && f->build != NULL)
		rc = xml_build_start(f->build, s, e);
	return rc;
}

static int on_text(void *ctx, struct span text, struct err *e)
{
	struct entity *en = ctx;
	struct frame *f = &en->frame;
	int rc;

	if (f->in_body)
		return osci_body_text(en, text, e);
	if (f->depth < 3)
		return xml_is_blank(text) ? 0 : osci_frame_refuse(en, e, "text is not allowed here");
	rc = xml_c14n_text(f->block_c14n, text, e);
	if (rc == 0 && f->build != NULL)
		rc = xml_build_text(f->build, text, e);
	return rc;
}

static int on_end(void *ctx, const struct xml_name *name, struct err *e)
{
	struct entity *en = ctx;
	struct frame *f = &en->frame;
	unsigned depth = f->depth--;
	int rc = 0;

	if (f->in_body) {
		if (depth == 2)
			f->in_body = false;
		return osci_body_end(en, name, depth, e);
	}
	if (depth == 1) {
		f->done = f->has_body;
		return f->has_body ? 0 : osci_frame_refuse(en, e, "soap:Body is missing");
	}
	if (depth == 2) {
		f->in_header = false;
		return osci_header_read(en, e);
	}
	rc = xml_c14n_end(f->block_c14n, name, e);
	if (rc == 0 && f->build != NULL)
		rc = xml_build_end(f->build, name, e);
	return rc == 0 && depth == 3 ? osci_block_end(en, e) : rc;
}

void osci_frame_begin(struct entity *en)
{
	static const struct xml_events events = { on_start, on_text, on_end };
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	limits.bytes = en->o->max_size;
	limits.tag = READ_HEADER_MAX; /* no canonical form of a tag in a header may be too long to be read again */
	en->frame.ids = map_new(NULL);
	en->frame.push = xml_push_new(&limits, &events, en);
}

int osci_frame_end(struct entity *en, struct err *e)
{
	int rc = xml_push_end(en->frame.push, e);

	if (rc == 0 && !en->frame.done)
		rc = err_set(e, ERR_SYNTAX, "the document ends too early");
	return rc;
}

void osci_frame_fini(struct frame *f)
{
	osci_block_release(f);
	osci_body_free(f->body);
	xml_push_free(f->push);
	map_free(f->ids);
}
