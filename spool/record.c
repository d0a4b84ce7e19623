/* SPDX-License-Identifier: EUPL-1.2 */
/* record - messages, their sealed part, events and audit lines; deliveries are in record_dlv.c. */
#include "spool/record.h"

#include <string.h>

#include "base/mem.h"
#include "spool/codec.h"

enum { KIND_MESSAGE = 'M', KIND_SEALED = 'S', KIND_EVENT = 'E', KIND_AUDIT = 'A' };

void spool_rec_reason_put(struct buf *b, enum reason reason)
{
	spool_codec_str(b, reason == RSN_NONE ? NULL : reason_info(reason)->key);
}

enum reason spool_rec_reason_get(struct spool_reader *r, struct arena *a)
{
	const char *key = spool_read_str(r, a);
	enum reason reason = key == NULL ? RSN_NONE : reason_from_key(key);

	/* A key of a newer program: shown as an internal error rather than as no reason at all. */
	return key != NULL && reason == RSN_NONE ? RSN_INTERNAL : reason;
}

static void put_instants(struct buf *b, const struct spool_message *m)
{
	spool_codec_ms(b, m->submitted);
	spool_codec_ms(b, m->accepted);
	spool_codec_ms(b, m->stored);
	spool_codec_ms(b, m->fetched);
	spool_codec_ms(b, m->forwarded);
	spool_codec_ms(b, m->modified);
	spool_codec_ms(b, m->expires);
	spool_codec_ms(b, m->erased);
}

static void read_instants(struct spool_reader *r, struct spool_message *m)
{
	m->submitted = spool_read_ms(r);
	m->accepted = spool_read_ms(r);
	m->stored = spool_read_ms(r);
	m->fetched = spool_read_ms(r);
	m->forwarded = spool_read_ms(r);
	m->modified = spool_read_ms(r);
	m->expires = spool_read_ms(r);
	m->erased = spool_read_ms(r);
}

void spool_rec_msg_put(struct buf *b, const struct spool_rec_msg *r)
{
	const struct spool_message *m = &r->m;

	spool_codec_begin(b, KIND_MESSAGE, 2);
	spool_codec_id(b, &m->id);
	spool_codec_u32(b, m->kind);
	spool_codec_u32(b, r->rev);
	spool_codec_u64(b, r->slot);
	buf_put(b, m->from.b, SPOOL_BOX_LEN);
	buf_put(b, m->to.b, SPOOL_BOX_LEN);
	put_instants(b, m);
	spool_codec_str(b, m->foreign_id);
	spool_codec_str(b, m->service);
	spool_codec_str(b, m->recipient);
	spool_codec_bytes(b, m->open_meta);
	spool_codec_u32(b, (uint32_t)m->part_count);
	for (size_t i = 0; i < m->part_count; i++) {
		spool_codec_id(b, &r->refs[i].id);
		spool_codec_u8(b, r->refs[i].in_file);
		spool_codec_u64(b, m->parts[i].size);
		spool_codec_str(b, m->parts[i].name);
		spool_codec_str(b, m->parts[i].type);
	}
	spool_codec_end(b);
}

static void read_parts(struct spool_reader *rd, struct arena *a, struct spool_rec_msg *r)
{
	struct spool_message *m = &r->m;

	m->part_count = spool_read_enum(rd, SPOOL_PARTS_MAX + 1);
	m->parts = arena_alloc(a, (m->part_count + 1) * sizeof(*m->parts));
	r->refs = arena_alloc(a, (m->part_count + 1) * sizeof(*r->refs));
	for (size_t i = 0; i < m->part_count && !rd->bad; i++) {
		spool_read_raw(rd, r->refs[i].id.b, ID_LEN);
		r->refs[i].in_file = spool_read_u8(rd) != 0;
		m->parts[i].size = spool_read_u64(rd);
		m->parts[i].name = spool_read_str(rd, a);
		m->parts[i].type = spool_read_str(rd, a);
		if (m->parts[i].name == NULL || m->parts[i].type == NULL)
			rd->bad = true;
	}
}

int spool_rec_msg_get(struct span in, struct arena *a, struct spool_rec_msg *r, struct err *e)
{
	struct spool_message *m = &r->m;
	struct spool_reader rd;
	struct id delivery;	/* version 1 had the one here; the index `of` has them all */
	int rc = spool_codec_open(in, KIND_MESSAGE, 2, &rd, e);

	if (rc != 0)
		return rc;
	*r = (struct spool_rec_msg){ .rev = 0 };
	spool_read_raw(&rd, m->id.b, ID_LEN);
	m->kind = (enum spool_kind)spool_read_enum(&rd, SPOOL_MAIL + 1);
	r->rev = spool_read_u32(&rd);
	r->slot = spool_read_u64(&rd);
	if (rd.version == 1)
		spool_read_raw(&rd, delivery.b, ID_LEN);
	spool_read_raw(&rd, m->from.b, SPOOL_BOX_LEN);
	spool_read_raw(&rd, m->to.b, SPOOL_BOX_LEN);
	read_instants(&rd, m);
	m->foreign_id = spool_read_str(&rd, a);
	m->service = spool_read_str(&rd, a);
	m->recipient = spool_read_str(&rd, a);
	m->open_meta = spool_read_bytes(&rd, a);
	read_parts(&rd, a, r);
	return spool_codec_close(&rd, e);
}

void spool_rec_sealed_put(struct buf *b, const struct spool_message *m)
{
	spool_codec_begin(b, KIND_SEALED, 1);
	spool_codec_bytes(b, m->meta);
	spool_codec_u32(b, (uint32_t)m->part_count);
	for (size_t i = 0; i < m->part_count; i++) {
		spool_codec_str(b, m->parts[i].label);
		buf_put(b, m->parts[i].sha256, SHA256_LEN);
	}
	spool_codec_end(b);
}

int spool_rec_sealed_get(struct span in, struct arena *a, struct spool_message *m, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_SEALED, 1, &rd, e);

	if (rc != 0)
		return rc;
	m->meta = spool_read_bytes(&rd, a);
	if (spool_read_u32(&rd) != m->part_count)
		rd.bad = true;
	for (size_t i = 0; i < m->part_count && !rd.bad; i++) {
		m->parts[i].label = spool_read_str(&rd, a);
		spool_read_raw(&rd, m->parts[i].sha256, SHA256_LEN);
	}
	return spool_codec_close(&rd, e);
}

void spool_rec_event_put(struct buf *b, const struct spool_event *ev)
{
	spool_codec_begin(b, KIND_EVENT, 2);
	spool_codec_ms(b, ev->at);
	spool_codec_u32(b, ev->kind);
	spool_rec_reason_put(b, ev->reason);
	spool_codec_str(b, ev->code);
	spool_codec_str(b, ev->detail);
	spool_codec_ms(b, ev->last);
	spool_codec_u32(b, ev->count);
	spool_codec_end(b);
}

int spool_rec_event_get(struct span in, struct arena *a, struct spool_event *ev, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_EVENT, 2, &rd, e);

	if (rc != 0)
		return rc;
	ev->at = spool_read_ms(&rd);
	ev->kind = (enum spool_event_kind)spool_read_enum(&rd, SPOOL_EV_KINDS);
	ev->reason = spool_rec_reason_get(&rd, a);
	ev->code = spool_read_str(&rd, a);
	ev->detail = spool_read_str(&rd, a);
	ev->last = rd.version > 1 ? spool_read_ms(&rd) : ev->at;
	ev->count = rd.version > 1 ? spool_read_u32(&rd) : 1;
	return spool_codec_close(&rd, e);
}

void spool_rec_audit_put(struct buf *b, const struct spool_rec_audit *r, bool with_mac)
{
	spool_codec_begin(b, KIND_AUDIT, 1);
	spool_codec_u64(b, r->seq);
	buf_put(b, r->prev, SHA256_LEN);
	spool_codec_ms(b, r->a.at);
	spool_codec_str(b, r->a.actor);
	spool_codec_str(b, r->a.action);
	spool_codec_str(b, r->a.object);
	spool_codec_str(b, r->a.why);
	if (with_mac)
		buf_put(b, r->mac, SHA256_LEN);
	spool_codec_end(b);
}

int spool_rec_audit_get(struct span in, struct arena *a, struct spool_rec_audit *r, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_AUDIT, 1, &rd, e);

	if (rc != 0)
		return rc;
	r->seq = spool_read_u64(&rd);
	spool_read_raw(&rd, r->prev, SHA256_LEN);
	r->a.at = spool_read_ms(&rd);
	r->a.actor = spool_read_str(&rd, a);
	r->a.action = spool_read_str(&rd, a);
	r->a.object = spool_read_str(&rd, a);
	r->a.why = spool_read_str(&rd, a);
	spool_read_raw(&rd, r->mac, SHA256_LEN);
	return spool_codec_close(&rd, e);
}
