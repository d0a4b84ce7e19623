/* SPDX-License-Identifier: EUPL-1.2 */
/* MessageMetaData as bytes. */
#include "mailbox/xta_memo.h"

#include "base/codec.h"
#include "base/mem.h"

#define KIND 'x'
#define VERSION 1
#define ENTRIES_MAX 100000	/* of a list; the store's limit of bytes comes first */

static void put_party(struct buf *b, const struct xta_party *p)
{
	codec_str(b, p->value);
	codec_str(b, p->type);
	codec_str(b, p->name);
	codec_str(b, p->category);
}

static struct xta_party get_party(struct codec_reader *r, struct arena *a)
{
	struct xta_party p;

	p.value = codec_read_str(r, a);
	p.type = codec_read_str(r, a);
	p.name = codec_read_str(r, a);
	p.category = codec_read_str(r, a);
	return p;
}

static void put_parties(struct buf *b, const struct xta_party *list, size_t n)
{
	codec_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_party(b, &list[i]);
}

/* Each entry takes room in the record: a number that is too large is found before memory is asked for. */
static size_t get_count(struct codec_reader *r, size_t least)
{
	size_t n = codec_read_below(r, ENTRIES_MAX);

	if (n * least <= r->n)
		return n;
	r->bad = true;
	return 0;
}

static const struct xta_party *get_parties(struct codec_reader *r, struct arena *a, size_t *n)
{
	struct xta_party *list;

	*n = get_count(r, 16);
	list = arena_alloc(a, (*n + 1) * sizeof(*list));
	for (size_t i = 0; i < *n; i++)
		list[i] = get_party(r, a);
	return list;
}

static void put_key(struct buf *b, const struct xta_key *k)
{
	codec_str(b, k->code);
	codec_str(b, k->name);
	codec_str(b, k->list);
	codec_str(b, k->version);
}

static struct xta_key get_key(struct codec_reader *r, struct arena *a)
{
	struct xta_key k;

	k.code = codec_read_str(r, a);
	k.name = codec_read_str(r, a);
	k.list = codec_read_str(r, a);
	k.version = codec_read_str(r, a);
	return k;
}

static void put_delivery(struct buf *b, const struct xta_meta *m)
{
	const struct xta_receipts *q = &m->receipts;

	codec_u8(b, m->is_test);
	codec_ms(b, m->origin);
	codec_ms(b, m->initial_send);
	codec_ms(b, m->not_before);
	codec_str(b, m->obsolete_after);
	codec_str(b, m->service_quality);
	codec_u8(b, (uint8_t)(m->has_receipts | q->submission << 1 | q->relay << 2 | q->delivery << 3 | q->fetch << 4 |
			      q->reception << 5));
	codec_str(b, q->to);
}

static void get_delivery(struct codec_reader *r, struct arena *a, struct xta_meta *m)
{
	unsigned flags;

	m->is_test = codec_read_u8(r) != 0;
	m->origin = codec_read_ms(r);
	m->initial_send = codec_read_ms(r);
	m->not_before = codec_read_ms(r);
	m->obsolete_after = codec_read_str(r, a);
	m->service_quality = codec_read_str(r, a);
	flags = codec_read_u8(r);
	m->has_receipts = (flags & 1) != 0;
	m->receipts = (struct xta_receipts){ .submission = (flags & 2) != 0, .relay = (flags & 4) != 0,
					     .delivery = (flags & 8) != 0, .fetch = (flags & 16) != 0,
					     .reception = (flags & 32) != 0 };
	m->receipts.to = codec_read_str(r, a);
}

static void put_texts(struct buf *b, const char *const *list, size_t n)
{
	codec_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		codec_str(b, list[i]);
}

static const char *const *get_texts(struct codec_reader *r, struct arena *a, size_t *n)
{
	const char **list;

	*n = get_count(r, 4);
	list = arena_alloc(a, (*n + 1) * sizeof(*list));
	for (size_t i = 0; i < *n; i++)
		list[i] = codec_read_str(r, a);
	return list;
}

static void put_qualifier(struct buf *b, const struct xta_meta *m)
{
	codec_str(b, m->subject);
	codec_str(b, m->service);
	put_key(b, &m->scenario);
	codec_str(b, m->undefined_scenario);
	put_key(b, &m->type);
	codec_str(b, m->payload_schema);
	codec_u32(b, (uint32_t)m->property_count);
	for (size_t i = 0; i < m->property_count; i++) {
		put_key(b, &m->properties[i].key);
		codec_str(b, m->properties[i].value);
	}
	codec_u64(b, m->size);
}

static void get_qualifier(struct codec_reader *r, struct arena *a, struct xta_meta *m)
{
	struct xta_property *list;

	m->subject = codec_read_str(r, a);
	m->service = codec_read_str(r, a);
	m->scenario = get_key(r, a);
	m->undefined_scenario = codec_read_str(r, a);
	m->type = get_key(r, a);
	m->payload_schema = codec_read_str(r, a);
	m->property_count = get_count(r, 20);
	list = arena_alloc(a, (m->property_count + 1) * sizeof(*list));
	m->properties = list;
	for (size_t i = 0; i < m->property_count; i++) {
		list[i].key = get_key(r, a);
		list[i].value = codec_read_str(r, a);
	}
	m->size = codec_read_u64(r);
}

static void put_part(struct buf *b, const struct xta_part *p)
{
	codec_u32(b, (uint32_t)p->kind);
	codec_str(b, p->type);
	codec_str(b, p->description);
	codec_str(b, p->encoding);
	codec_str(b, p->filename);
	codec_str(b, p->id);
	codec_str(b, p->language);
	codec_u64(b, p->size);
}

static void get_part(struct codec_reader *r, struct arena *a, struct xta_part *p)
{
	*p = (struct xta_part){ .kind = (enum xta_part_kind)codec_read_below(r, XTA_ENCRYPTED + 1) };
	p->type = codec_read_str(r, a);
	p->description = codec_read_str(r, a);
	p->encoding = codec_read_str(r, a);
	p->filename = codec_read_str(r, a);
	p->id = codec_read_str(r, a);
	p->language = codec_read_str(r, a);
	p->size = codec_read_u64(r);
}

int mailbox_xta_memo_put(struct buf *out, const struct mailbox_xta_memo *memo, struct err *e)
{
	const struct xta_meta *m = &memo->meta;

	codec_begin(out, KIND, VERSION);
	put_delivery(out, m);
	put_party(out, &m->author);
	put_party(out, &m->sender);
	put_party(out, &m->reply_to);
	put_party(out, &m->reader);
	put_parties(out, m->other_readers, m->other_reader_count);
	put_parties(out, m->cc_readers, m->cc_reader_count);
	codec_str(out, m->message_id);
	put_texts(out, m->in_reply_to, m->in_reply_to_count);
	codec_str(out, m->requester.value);
	codec_str(out, m->requester.name);
	codec_str(out, m->responder.value);
	codec_str(out, m->responder.name);
	put_qualifier(out, m);
	codec_u32(out, (uint32_t)memo->part_count);
	for (size_t i = 0; i < memo->part_count; i++)
		put_part(out, &memo->parts[i]);
	codec_u32(out, memo->warnings);
	codec_end(out);
	return buf_check(out, "metadata", e);
}

/* Who by identifier alone: names are for people, and may be names of people. */
static struct xta_party nameless(const struct xta_party *p)
{
	return (struct xta_party){ .value = p->value, .type = p->type, .category = p->category };
}

int mailbox_xta_memo_put_open(struct buf *out, const struct mailbox_xta_memo *memo, struct err *e)
{
	const struct xta_meta *m = &memo->meta;
	const struct mailbox_xta_memo open = {
		.meta = { .is_test = m->is_test, .origin = m->origin, .initial_send = m->initial_send, .not_before = m->not_before,
			  .obsolete_after = m->obsolete_after, .author = nameless(&m->author), .reader = nameless(&m->reader),
			  .message_id = m->message_id, .service = m->service, .scenario = m->scenario,
			  .undefined_scenario = m->undefined_scenario, .type = m->type, .payload_schema = m->payload_schema,
			  .size = m->size },
		.warnings = memo->warnings,
	};

	return mailbox_xta_memo_put(out, &open, e);
}

int mailbox_xta_memo_get(struct span in, struct arena *a, struct mailbox_xta_memo *memo, struct err *e)
{
	struct xta_meta *m = &memo->meta;
	struct codec_reader r;
	int rc = codec_open(in, KIND, VERSION, &r, e);

	if (rc != 0)
		return rc;
	*memo = (struct mailbox_xta_memo){ .warnings = 0 };
	get_delivery(&r, a, m);
	m->author = get_party(&r, a);
	m->sender = get_party(&r, a);
	m->reply_to = get_party(&r, a);
	m->reader = get_party(&r, a);
	m->other_readers = get_parties(&r, a, &m->other_reader_count);
	m->cc_readers = get_parties(&r, a, &m->cc_reader_count);
	m->message_id = codec_read_str(&r, a);
	m->in_reply_to = get_texts(&r, a, &m->in_reply_to_count);
	m->requester.value = codec_read_str(&r, a);
	m->requester.name = codec_read_str(&r, a);
	m->responder.value = codec_read_str(&r, a);
	m->responder.name = codec_read_str(&r, a);
	get_qualifier(&r, a, m);
	memo->part_count = get_count(&r, 36);
	memo->parts = arena_alloc(a, (memo->part_count + 1) * sizeof(*memo->parts));
	for (size_t i = 0; i < memo->part_count; i++)
		get_part(&r, a, &memo->parts[i]);
	memo->warnings = codec_read_u32(&r);
	return codec_close(&r, e);
}

bool mailbox_xta_memo_is(struct span in)
{
	return in.n > 0 && in.p[0] == KIND;
}
