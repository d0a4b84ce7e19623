/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "osci/read_state.h"

int frame_refuse(struct entity *en, struct err *e, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_SYNTAX, "%s: %s", xml_push_path(en->frame.push), what);
}

bool frame_element_in_header(enum osci_type t)
{
	return t == OSCI_STORE_DELIVERY || t == OSCI_FETCH_DELIVERY || t == OSCI_RESPONSE_TO_STORE_DELIVERY ||
	       t == OSCI_RESPONSE_TO_FETCH_DELIVERY;
}

bool frame_may_have_content(enum osci_type t)
{
	return t == OSCI_STORE_DELIVERY || t == OSCI_RESPONSE_TO_FETCH_DELIVERY;
}

const struct block *frame_block(const struct frame *f, enum block_kind kind)
{
	for (size_t i = 0; i < f->block_count; i++)
		if (f->blocks[i].kind == kind)
			return &f->blocks[i];
	return NULL;
}

/* An Id twice anywhere makes "the signed element" ambiguous for somebody down the line, even where we go by position. */
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
			return frame_refuse(en, e, "Id \"%.*s\" is there twice", (int)(at->value.n > 80 ? 80 : at->value.n),
					    at->value.p);
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
		return en->is_inner ? frame_refuse(en, e, "an encrypted message inside an encrypted message") : 0;
	}
	if (!osci_type_from_schema(schema, &m->type))
		return err_spec(e, ERR_UNSUPPORTED, "OSCI 1.2 3", "messages of type %.*s are not supported", len, schema.p);
	if (osci_type_is_answer(m->type) != en->o->answers)
		return frame_refuse(en, e, "%.*s is %s", len, schema.p, en->o->answers ? "no answer" : "no order");
	return 0;
}

static int envelope_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct span schema;

	if (!xml_name_is(&s->name, NS_SOAP, "Envelope"))
		return frame_refuse(en, e, "the root is no soap:Envelope");
	for (size_t i = 0; i < s->attrs_n; i++) {
		/* xml:lang and the like would be inherited by the signed parts, not in the same way by everybody */
		if (!xml_name_is(&s->attrs[i].name, NS_XSI, "schemaLocation"))
			return frame_refuse(en, e, "attribute %.*s is not allowed", (int)s->attrs[i].name.local.n,
					    s->attrs[i].name.local.p);
		if (!find_schema(s->attrs[i].value, &schema))
			return frame_refuse(en, e, "xsi:schemaLocation names no OSCI message");
		return set_type(en, schema, e);
	}
	/* only a SOAP fault has no schemaLocation */
	if (!en->o->answers || en->is_inner)
		return frame_refuse(en, e, "xsi:schemaLocation is missing");
	en->m->type = OSCI_FAULT;
	return 0;
}

static int section_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	bool has_header = f->typed && !f->is_cipher;

	if (xml_name_is(&s->name, NS_SOAP, "Header") && has_header && !f->has_header && !f->has_body) {
		f->has_header = f->in_header = true;
		return s->attrs_n == 0 ? 0 : frame_refuse(en, e, "attributes are not allowed");
	}
	if (xml_name_is(&s->name, NS_SOAP, "Body") && f->has_header == has_header && !f->has_body) {
		f->has_body = f->in_body = true;
		return body_begin(en, s, e);
	}
	return frame_refuse(en, e, "the Envelope holds one Header and one Body, nothing else");
}

/* The rank is the place in the order of the schemas. IntermediaryCertificates of answers have none: some
 * intermediaries write them before the signature. */
static const struct {
	const char *ns, *local;
	enum block_kind kind;
	unsigned rank, max;
	bool orders, answers;
} block_rules[] = {
	{ NS_OSCI, "ControlBlock", BLOCK_CONTROL, 0, 1, true, true },
	{ NS_OSCI, "ClientSignature", BLOCK_SIGNATURE, 1, 1, true, false },
	{ NS_OSCI, "SupplierSignature", BLOCK_SIGNATURE, 1, 1, false, true },
	{ NS_OSCI, "DesiredLanguages", BLOCK_LANGUAGES, 2, 1, true, false },
	{ NS_OSCI, "QualityOfTimestamp", BLOCK_QUALITY, 3, 2, true, false },
	{ NS_OSCI, "IntermediaryCertificates", BLOCK_IC, 0, 1, false, true },
	{ NS_OSCI, "NonIntermediaryCertificates", BLOCK_NIC, 6, 1, true, true },
	{ NS_OSCI17, "FeatureDescription", BLOCK_FEATURES, 7, 1, true, true },
};

static int block_rule(struct entity *en, const struct xml_name *n, enum block_kind *kind, unsigned *rank,
		      unsigned *max)
{
	for (size_t i = 0; i < ARRAY_LEN(block_rules); i++) {
		if (!xml_name_is(n, block_rules[i].ns, block_rules[i].local))
			continue;
		*kind = block_rules[i].kind;
		*rank = *kind == BLOCK_IC ? en->frame.rank : block_rules[i].rank;
		*max = block_rules[i].max;
		return (en->o->answers ? block_rules[i].answers : block_rules[i].orders) ? 0 : -1;
	}
	*max = READ_BLOCKS_MAX;
	if (xml_name_is(n, NS_OSCI, osci_type_element(en->m->type)) && frame_element_in_header(en->m->type)) {
		*kind = BLOCK_ORDER;
		*rank = 4;
		*max = 1;
		return 0;
	}
	*kind = BLOCK_CUSTOM;
	*rank = 8;
	return n->ns.n == 0 || span_is(n->ns, NS_SOAP) || span_is(n->ns, NS_OSCI) || span_is(n->ns, NS_OSCI17) ||
	       span_is(n->ns, NS_DS) || span_is(n->ns, NS_XENC) ? -1 : 0;
}

static unsigned count_blocks(const struct frame *f, enum block_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->block_count; i++)
		n += f->blocks[i].kind == kind ? 1 : 0;
	return n;
}

static int block_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	const struct xml_attr *id = xml_start_attr(s, NULL, "Id");
	enum block_kind kind = BLOCK_CUSTOM;
	unsigned rank = 0, max = 0;
	struct block *b;

	if (block_rule(en, &s->name, &kind, &rank, &max) != 0)
		return frame_refuse(en, e, "not a header entry of this message");
	if (f->block_count >= READ_BLOCKS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u header entries", READ_BLOCKS_MAX);
	if ((f->block_count == 0) != (kind == BLOCK_CONTROL))
		return frame_refuse(en, e, "ControlBlock is the first header entry, once");
	if (count_blocks(f, kind) >= max || rank < f->rank)
		return frame_refuse(en, e, "header entry twice or in the wrong place");
	if (id == NULL || id->value.n == 0)
		return frame_refuse(en, e, "header entry without Id");
	f->rank = rank;
	b = &f->blocks[f->block_count++];
	b->kind = kind;
	b->id = arena_span(en->arena, id->value);
	buf_init(&f->block_text, READ_HEADER_MAX - f->header_bytes);
	f->block_sink = kind == BLOCK_SIGNATURE ? sink_to_null() : sink_to_buf(&f->block_text);
	f->block_c14n = xml_c14n_new(XML_C14N_INCLUSIVE, xml_push_scope(f->push), SPAN_EMPTY, f->block_sink);
	if (kind != BLOCK_CUSTOM)
		f->build = xml_build_new(en->arena, READ_TREE_MAX, xml_push_scope(f->push));
	return 0;
}

static void block_release(struct frame *f)
{
	xml_c14n_free(f->block_c14n);
	sink_close(f->block_sink);
	xml_build_free(f->build);
	buf_fini(&f->block_text);
	f->block_c14n = NULL;
	f->block_sink = NULL;
	f->build = NULL;
}

static int block_end(struct entity *en, struct err *e)
{
	struct frame *f = &en->frame;
	struct block *b = &f->blocks[f->block_count - 1];

	if (buf_check(&f->block_text, "header entries", e) != 0)
		return (int)e->code;
	if (b->kind != BLOCK_SIGNATURE)
		b->canonical = arena_span(en->arena, buf_view(&f->block_text));
	f->header_bytes += b->canonical.n;
	if (f->build != NULL)
		b->tree = xml_build_root(f->build);
	block_release(f);
	return 0;
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
		return frame_refuse(en, e, "soap:%.*s in the wrong place", (int)s->name.local.n, s->name.local.p);
	if (f->in_body)
		return body_start(en, s, e);
	if (f->depth == 3)
		rc = block_start(en, s, e);
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
		return body_text(en, text, e);
	if (f->depth < 3)
		return xml_is_blank(text) ? 0 : frame_refuse(en, e, "text is not allowed here");
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
		return body_end(en, name, depth, e);
	}
	if (depth == 1) {
		f->done = f->has_body;
		return f->has_body ? 0 : frame_refuse(en, e, "soap:Body is missing");
	}
	if (depth == 2) {
		f->in_header = false;
		return header_read(en, e);
	}
	rc = xml_c14n_end(f->block_c14n, name, e);
	if (rc == 0 && f->build != NULL)
		rc = xml_build_end(f->build, name, e);
	return rc == 0 && depth == 3 ? block_end(en, e) : rc;
}

void frame_begin(struct entity *en)
{
	static const struct xml_events events = { on_start, on_text, on_end };
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	limits.bytes = en->o->max_size;
	en->frame.ids = map_new(NULL);
	en->frame.push = xml_push_new(&limits, &events, en);
}

int frame_end(struct entity *en, struct err *e)
{
	int rc = xml_push_end(en->frame.push, e);

	if (rc == 0 && !en->frame.done)
		rc = err_set(e, ERR_SYNTAX, "the document ends too early");
	return rc;
}

void frame_fini(struct frame *f)
{
	block_release(f);
	body_free(f->body);
	xml_push_free(f->push);
	map_free(f->ids);
}
