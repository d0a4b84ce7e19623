/* SPDX-License-Identifier: EUPL-1.2 */
/* record - messages, their sealed part, events and audit lines; deliveries are in record_dlv.c. */
#include "spool/record.h"

#include <string.h>

#include "base/codec.h"
#include "base/mem.h"

enum { KIND_MESSAGE = 'M', KIND_SEALED = 'S', KIND_EVENT = 'E', KIND_AUDIT = 'A' };

void spool_rec_reason_put(struct buf *b, enum reason reason)
{
	codec_str(b, reason == RSN_NONE ? NULL : reason_info(reason)->key);
}

enum reason spool_rec_reason_get(struct codec_reader *r, struct arena *a)
{
	const char *key = codec_read_str(r, a);
	enum reason reason = key == NULL ? RSN_NONE : reason_from_key(key);

	/* A key of a newer program: shown as an internal error rather than as no reason at all. */
	return key != NULL && reason == RSN_NONE ? RSN_INTERNAL : reason;
}

static void put_instants(struct buf *b, const struct spool_message *m)
{
	codec_ms(b, m->submitted);
	codec_ms(b, m->accepted);
	codec_ms(b, m->stored);
	codec_ms(b, m->fetched);
	codec_ms(b, m->forwarded);
	codec_ms(b, m->modified);
	codec_ms(b, m->expires);
	codec_ms(b, m->erased);
}

static void read_instants(struct codec_reader *r, struct spool_message *m)
{
	m->submitted = codec_read_ms(r);
	m->accepted = codec_read_ms(r);
	m->stored = codec_read_ms(r);
	m->fetched = codec_read_ms(r);
	m->forwarded = codec_read_ms(r);
	m->modified = codec_read_ms(r);
	m->expires = codec_read_ms(r);
	m->erased = codec_read_ms(r);
}

void spool_rec_msg_put(struct buf *b, const struct spool_rec_msg *r)
{
	const struct spool_message *m = &r->m;

	codec_begin(b, KIND_MESSAGE, 3);
	codec_id(b, &m->id);
	codec_u32(b, m->kind);
	codec_u32(b, r->rev);
	codec_u64(b, r->slot);
	buf_put(b, m->from.b, SPOOL_BOX_LEN);
	buf_put(b, m->to.b, SPOOL_BOX_LEN);
	put_instants(b, m);
	codec_str(b, m->foreign_id);
	codec_str(b, m->service);
	codec_str(b, m->recipient);
	codec_bytes(b, m->open_meta);
	codec_u32(b, (uint32_t)m->part_count);
	for (size_t i = 0; i < m->part_count; i++) {
		codec_id(b, &r->refs[i].id);
		codec_u8(b, r->refs[i].in_file);
		codec_u64(b, m->parts[i].size);
		codec_str(b, m->parts[i].name);
		codec_str(b, m->parts[i].type);
	}
	codec_str(b, m->alias);
	codec_ms(b, r->limit);
	codec_end(b);
}

static void read_parts(struct codec_reader *rd, struct arena *a, struct spool_rec_msg *r)
{
	struct spool_message *m = &r->m;

	m->part_count = codec_read_below(rd, SPOOL_PARTS_MAX + 1);
	m->parts = arena_alloc(a, (m->part_count + 1) * sizeof(*m->parts));
	r->refs = arena_alloc(a, (m->part_count + 1) * sizeof(*r->refs));
	for (size_t i = 0; i < m->part_count && !rd->bad; i++) {
		codec_read_raw(rd, r->refs[i].id.b, ID_LEN);
		r->refs[i].in_file = codec_read_u8(rd) != 0;
		m->parts[i].size = codec_read_u64(rd);
		m->parts[i].name = codec_read_str(rd, a);
		m->parts[i].type = codec_read_str(rd, a);
		if (m->parts[i].name == NULL || m->parts[i].type == NULL)
			rd->bad = true;
	}
}

int spool_rec_msg_get(struct span in, struct arena *a, struct spool_rec_msg *r, struct err *e)
{
	struct spool_message *m = &r->m;
	struct codec_reader rd;
	struct id delivery;	/* version 1 had the one here; the index `of` has them all */
	int rc = codec_open(in, KIND_MESSAGE, 3, &rd, e);

	if (rc != 0)
		return rc;
	*r = (struct spool_rec_msg){ .rev = 0 };
	codec_read_raw(&rd, m->id.b, ID_LEN);
	m->kind = (enum spool_kind)codec_read_below(&rd, SPOOL_MAIL + 1);
	r->rev = codec_read_u32(&rd);
	r->slot = codec_read_u64(&rd);
	if (rd.version == 1)
		codec_read_raw(&rd, delivery.b, ID_LEN);
	codec_read_raw(&rd, m->from.b, SPOOL_BOX_LEN);
	codec_read_raw(&rd, m->to.b, SPOOL_BOX_LEN);
	read_instants(&rd, m);
	m->foreign_id = codec_read_str(&rd, a);
	m->service = codec_read_str(&rd, a);
	m->recipient = codec_read_str(&rd, a);
	m->open_meta = codec_read_bytes(&rd, a);
	read_parts(&rd, a, r);
	if (rd.version > 2) {
		m->alias = codec_read_str(&rd, a);
		r->limit = codec_read_ms(&rd);
	} else if (m->kind == SPOOL_DRAFT) {
		r->limit = m->expires;
	}
	return codec_close(&rd, e);
}

void spool_rec_sealed_put(struct buf *b, const struct spool_message *m)
{
	codec_begin(b, KIND_SEALED, 1);
	codec_bytes(b, m->meta);
	codec_u32(b, (uint32_t)m->part_count);
	for (size_t i = 0; i < m->part_count; i++) {
		codec_str(b, m->parts[i].label);
		buf_put(b, m->parts[i].sha256, SHA256_LEN);
	}
	codec_end(b);
}

int spool_rec_sealed_get(struct span in, struct arena *a, struct spool_message *m, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_SEALED, 1, &rd, e);

	if (rc != 0)
		return rc;
	m->meta = codec_read_bytes(&rd, a);
	if (codec_read_u32(&rd) != m->part_count)
		rd.bad = true;
	for (size_t i = 0; i < m->part_count && !rd.bad; i++) {
		m->parts[i].label = codec_read_str(&rd, a);
		codec_read_raw(&rd, m->parts[i].sha256, SHA256_LEN);
	}
	return codec_close(&rd, e);
}

void spool_rec_event_put(struct buf *b, const struct spool_event *ev)
{
	codec_begin(b, KIND_EVENT, 2);
	codec_ms(b, ev->at);
	codec_u32(b, ev->kind);
	spool_rec_reason_put(b, ev->reason);
	codec_str(b, ev->code);
	codec_str(b, ev->detail);
	codec_ms(b, ev->last);
	codec_u32(b, ev->count);
	codec_end(b);
}

int spool_rec_event_get(struct span in, struct arena *a, struct spool_event *ev, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_EVENT, 2, &rd, e);

	if (rc != 0)
		return rc;
	ev->at = codec_read_ms(&rd);
	ev->kind = (enum spool_event_kind)codec_read_below(&rd, SPOOL_EV_KINDS);
	ev->reason = spool_rec_reason_get(&rd, a);
	ev->code = codec_read_str(&rd, a);
	ev->detail = codec_read_str(&rd, a);
	ev->last = rd.version > 1 ? codec_read_ms(&rd) : ev->at;
	ev->count = rd.version > 1 ? codec_read_u32(&rd) : 1;
	return codec_close(&rd, e);
}

void spool_rec_audit_put(struct buf *b, const struct spool_rec_audit *r, bool with_mac)
{
	codec_begin(b, KIND_AUDIT, 1);
	codec_u64(b, r->seq);
	buf_put(b, r->prev, SHA256_LEN);
	codec_ms(b, r->a.at);
	codec_str(b, r->a.actor);
	codec_str(b, r->a.action);
	codec_str(b, r->a.object);
	codec_str(b, r->a.why);
	if (with_mac)
		buf_put(b, r->mac, SHA256_LEN);
	codec_end(b);
}

int spool_rec_audit_get(struct span in, struct arena *a, struct spool_rec_audit *r, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_AUDIT, 1, &rd, e);

	if (rc != 0)
		return rc;
	r->seq = codec_read_u64(&rd);
	codec_read_raw(&rd, r->prev, SHA256_LEN);
	r->a.at = codec_read_ms(&rd);
	r->a.actor = codec_read_str(&rd, a);
	r->a.action = codec_read_str(&rd, a);
	r->a.object = codec_read_str(&rd, a);
	r->a.why = codec_read_str(&rd, a);
	codec_read_raw(&rd, r->mac, SHA256_LEN);
	return codec_close(&rd, e);
}
