/* SPDX-License-Identifier: EUPL-1.2 */
/* The children of soap:Header: which ones a message may have, in which order, and their canonical form as they pass. */
#include "base/mem.h"
#include "osci/read_state.h"

const struct block *osci_frame_block(const struct frame *f, enum block_kind kind)
{
	for (size_t i = 0; i < f->block_count; i++)
		if (f->blocks[i].kind == kind)
			return &f->blocks[i];
	return NULL;
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

static int block_rule(struct entity *en, const struct xml_name *n, enum block_kind *kind, unsigned *rank, unsigned *max)
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
	if (xml_name_is(n, NS_OSCI, osci_type_element(en->m->type)) && osci_frame_element_in_header(en->m->type)) {
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

static unsigned count_blocks(const struct frame *f, enum block_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->block_count; i++)
		n += f->blocks[i].kind == kind ? 1 : 0;
	return n;
}

int osci_block_start(struct entity *en, const struct xml_start *s, struct err *e)
{
	struct frame *f = &en->frame;
	const struct xml_attr *id = xml_start_attr(s, NULL, "Id");
	enum block_kind kind = BLOCK_CUSTOM;
	unsigned rank = 0, max = 0;
	struct block *b;

	if (block_rule(en, &s->name, &kind, &rank, &max) != 0)
		return osci_frame_refuse(en, e, "not a header entry of this message");
	if (f->block_count >= READ_BLOCKS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u header entries", READ_BLOCKS_MAX);
	if ((f->block_count == 0) != (kind == BLOCK_CONTROL))
		return osci_frame_refuse(en, e, "ControlBlock is the first header entry, once");
	if (count_blocks(f, kind) >= max || rank < f->rank)
		return osci_frame_refuse(en, e, "header entry twice or in the wrong place");
	if (id == NULL || id->value.n == 0)
		return osci_frame_refuse(en, e, "header entry without Id");
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

void osci_block_release(struct frame *f)
{
	xml_c14n_free(f->block_c14n);
	sink_close(f->block_sink);
	xml_build_free(f->build);
	buf_fini(&f->block_text);
	f->block_c14n = NULL;
	f->block_sink = NULL;
	f->build = NULL;
}

int osci_block_end(struct entity *en, struct err *e)
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
	osci_block_release(f);
	return 0;
}
