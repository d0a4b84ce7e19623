/* SPDX-License-Identifier: EUPL-1.2 */
/* The header entries as they pass by. */
#include "osci/read_block.h"

#include "base/mem.h"

enum { IN_ORDERS = 1, IN_ANSWERS = 2, IN_OUTWARD_ORDERS = 4, IN_OUTWARD_ANSWERS = 8, EVERYWHERE = 15 };

/* The rank is the place in the order of the schemas. IntermediaryCertificates have none: some intermediaries write them
 * before the signature, others behind the certificates of everybody else. */
static const struct {
	const char *ns, *local;
	enum osci_block_kind kind;
	unsigned rank, max;
	unsigned in;
} block_rules[] = {
	{ NS_OSCI, "ControlBlock", BLOCK_CONTROL, 0, 1, EVERYWHERE },
	{ NS_OSCI, "ClientSignature", BLOCK_SIGNATURE, 1, 1, IN_ORDERS | IN_OUTWARD_ORDERS },
	{ NS_OSCI, "SupplierSignature", BLOCK_SIGNATURE, 1, 1, IN_ANSWERS | IN_OUTWARD_ANSWERS },
	{ NS_OSCI, "DesiredLanguages", BLOCK_LANGUAGES, 2, 1, IN_ORDERS | IN_OUTWARD_ORDERS },
	{ NS_OSCI, "QualityOfTimestamp", BLOCK_QUALITY, 3, 2, IN_ORDERS | IN_OUTWARD_ANSWERS },
	{ NS_OSCI, "IntermediaryCertificates", BLOCK_IC, 0, 1, IN_ANSWERS | IN_OUTWARD_ORDERS },
	{ NS_OSCI, "NonIntermediaryCertificates", BLOCK_NIC, 6, 1, EVERYWHERE },
	{ NS_OSCI17, "FeatureDescription", BLOCK_FEATURES, 7, 1, EVERYWHERE },
};

static unsigned place_of(const struct osci_order *row)
{
	if (row->outward)
		return row->is_answer ? IN_OUTWARD_ANSWERS : IN_OUTWARD_ORDERS;
	return row->is_answer ? IN_ANSWERS : IN_ORDERS;
}

static int block_rule(const struct osci_header_in *h, const struct osci_order *row, const struct xml_name *n,
		      enum osci_block_kind *kind, unsigned *rank, unsigned *max)
{
	for (size_t i = 0; i < ARRAY_LEN(block_rules); i++) {
		if (!xml_name_is(n, block_rules[i].ns, block_rules[i].local))
			continue;
		*kind = block_rules[i].kind;
		*rank = *kind == BLOCK_IC ? h->rank : block_rules[i].rank;
		*max = block_rules[i].max;
		return (block_rules[i].in & place_of(row)) != 0 ? 0 : -1;
	}
	*max = READ_BLOCKS_MAX;
	if (row->in_header && xml_name_is(n, NS_OSCI, row->element)) {
		*kind = BLOCK_ORDER;
		*rank = 4;
		*max = 1;
		return 0;
	}
	*kind = BLOCK_CUSTOM;
	*rank = 8;
	return n->ns.n == 0 || span_is(n->ns, NS_SOAP) || span_is(n->ns, NS_OSCI) || span_is(n->ns, NS_OSCI17) ||
			       span_is(n->ns, NS_DS) || span_is(n->ns, NS_XENC)
		       ? -1
		       : 0;
}

static unsigned count_blocks(const struct osci_header_in *h, enum osci_block_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += h->blocks[i].kind == kind ? 1 : 0;
	return n;
}

/* The reference library takes an entry whose name was there for one that is there twice. */
static bool is_there(const struct osci_header_in *h, const struct xml_name *n)
{
	for (size_t i = 0; i < h->count; i++)
		if (span_eq(h->blocks[i].name.ns, n->ns) && span_eq(h->blocks[i].name.local, n->local))
			return true;
	return false;
}

/* It also finds OSCI's own elements wherever they are, within foreign entries too; some by their name alone, and the end of
 * the Header by how its tag is written. */
static bool is_found_anywhere(const struct xml_name *n)
{
	static const char *const names[] = { "ControlBlock", "SignedInfo", "SignedProperties" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(n->local, names[i]))
			return true;
	return span_is(n->ns, NS_OSCI) || span_is(n->ns, NS_OSCI17) ||
	       (span_is(n->prefix, "soap") && span_is(n->local, "Header"));
}

static int block_begin(struct osci_header_in *h, struct osci_reading *r, const struct xml_push *p,
		       const struct xml_start *s, struct err *e)
{
	const struct xml_attr *id = xml_start_attr(s, NULL, "Id");
	enum osci_block_kind kind = BLOCK_CUSTOM;
	unsigned rank = 0, max = 0;
	struct osci_block_in *b;

	if (block_rule(h, r->row, &s->name, &kind, &rank, &max) != 0)
		return osci_refuse_at(p, e, "not a header entry of this message");
	if (h->count >= READ_BLOCKS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u header entries", READ_BLOCKS_MAX);
	if ((h->count == 0) != (kind == BLOCK_CONTROL))
		return osci_refuse_at(p, e, "ControlBlock is the first header entry, once");
	if (count_blocks(h, kind) >= max || rank < h->rank)
		return osci_refuse_at(p, e, "header entry twice or in the wrong place");
	if (id == NULL || id->value.n == 0)
		return osci_refuse_at(p, e, "header entry without Id");
	if (kind == BLOCK_CUSTOM && osci_order_is_clients(r->row) && is_there(h, &s->name))
		return osci_refuse_at(p, e, "two header entries of one name");
	h->rank = rank;
	b = &h->blocks[h->count++];
	b->kind = kind;
	b->name = s->name;
	b->id = arena_span(r->arena, id->value);
	buf_init(&h->text, READ_HEADER_MAX - h->bytes);
	h->to = kind == BLOCK_SIGNATURE ? sink_to_null() : sink_to_buf(&h->text);
	h->c14n = xml_c14n_new(XML_C14N_INCLUSIVE, xml_push_scope(p), SPAN_EMPTY, h->to);
	if (kind != BLOCK_CUSTOM)
		h->build = xml_build_new(r->arena, READ_TREE_MAX, xml_push_scope(p));
	return 0;
}

int osci_block_start(struct osci_header_in *h, struct osci_reading *r, const struct xml_push *p,
		     const struct xml_start *s, struct err *e)
{
	int rc = 0;

	if (h->depth == 0)
		rc = block_begin(h, r, p, s, e);
	if (rc == 0 && h->build == NULL && osci_order_is_clients(r->row) && is_found_anywhere(&s->name))
		rc = osci_refuse_at(p, e, "a foreign header entry has the name of an element of OSCI");
	if (rc == 0)
		rc = xml_c14n_start(h->c14n, s, e);
	if (rc == 0 && h->build != NULL)
		rc = xml_build_start(h->build, s, e);
	h->depth++;
	return rc;
}

int osci_block_text(struct osci_header_in *h, const struct xml_push *p, struct span text, struct err *e)
{
	int rc;

	if (h->depth == 0)
		return xml_is_blank(text) ? 0 : osci_refuse_at(p, e, "text is not allowed here");
	rc = xml_c14n_text(h->c14n, text, e);
	if (rc == 0 && h->build != NULL)
		rc = xml_build_text(h->build, text, e);
	return rc;
}

void osci_block_release(struct osci_header_in *h)
{
	xml_c14n_free(h->c14n);
	sink_close(h->to);
	xml_build_free(h->build);
	buf_fini(&h->text);
	h->c14n = NULL;
	h->to = NULL;
	h->build = NULL;
}

static int block_done(struct osci_header_in *h, struct osci_reading *r, struct err *e)
{
	struct osci_block_in *b = &h->blocks[h->count - 1];

	if (buf_check(&h->text, "header entries", e) != 0)
		return (int)e->code;
	if (b->kind != BLOCK_SIGNATURE)
		b->canonical = arena_span(r->arena, buf_view(&h->text));
	h->bytes += b->canonical.n;
	if (h->build != NULL)
		b->tree = xml_build_root(h->build);
	osci_block_release(h);
	return 0;
}

int osci_block_end(struct osci_header_in *h, struct osci_reading *r, const struct xml_name *name, struct err *e)
{
	int rc = xml_c14n_end(h->c14n, name, e);

	if (rc == 0 && h->build != NULL)
		rc = xml_build_end(h->build, name, e);
	return --h->depth > 0 || rc != 0 ? rc : block_done(h, r, e);
}
