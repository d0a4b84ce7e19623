/* SPDX-License-Identifier: EUPL-1.2 */
/* record_small - the records of the housekeeping tables; see record.h. */
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/record.h"

enum { KIND_CACHE = 'C', KIND_ERASING = 'X', KIND_COUNTERS = 'N', KIND_REST = 'R', KIND_DAMAGE = 'B', KIND_SUSPENSION = 'H' };

#define STATES_1 7	/* of a delivery, in version 1 */

void spool_rec_cache_put(struct buf *b, const struct spool_cache_entry *c)
{
	codec_begin(b, KIND_CACHE, 1);
	codec_ms(b, c->fetched);
	codec_ms(b, c->fresh_until);
	codec_ms(b, c->dead_after);
	codec_u8(b, c->negative);
	codec_bytes(b, c->value);
	codec_end(b);
}

int spool_rec_cache_get(struct span in, struct arena *a, struct spool_cache_entry *c, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_CACHE, 1, &rd, e);

	if (rc != 0)
		return rc;
	c->fetched = codec_read_ms(&rd);
	c->fresh_until = codec_read_ms(&rd);
	c->dead_after = codec_read_ms(&rd);
	c->negative = codec_read_u8(&rd) != 0;
	c->value = codec_read_bytes(&rd, a);
	return codec_close(&rd, e);
}

void spool_rec_erasing_put(struct buf *b, const struct spool_rec_erasing *r)
{
	codec_begin(b, KIND_ERASING, 1);
	codec_u64(b, r->slot);
	codec_u32(b, (uint32_t)r->file_count);
	for (size_t i = 0; i < r->file_count; i++)
		codec_id(b, &r->files[i]);
	codec_end(b);
}

int spool_rec_erasing_get(struct span in, struct arena *a, struct spool_rec_erasing *r, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_ERASING, 1, &rd, e);

	if (rc != 0)
		return rc;
	r->slot = codec_read_u64(&rd);
	r->file_count = codec_read_below(&rd, SPOOL_PARTS_MAX + 1);
	r->files = arena_alloc(a, (r->file_count + 1) * sizeof(*r->files));
	for (size_t i = 0; i < r->file_count; i++)
		codec_read_raw(&rd, r->files[i].b, ID_LEN);
	return codec_close(&rd, e);
}

void spool_rec_counters_put(struct buf *b, const struct spool_counters *c)
{
	uint32_t reasons = 0;

	codec_begin(b, KIND_COUNTERS, 3);
	for (size_t i = 0; i < ARRAY_LEN(c->messages); i++)
		codec_u64(b, c->messages[i]);
	codec_u32(b, DLV_STATES);
	for (size_t i = 0; i < ARRAY_LEN(c->deliveries); i++)
		codec_u64(b, c->deliveries[i]);
	codec_u64(b, c->file_bytes);
	codec_u64(b, c->slots);
	codec_u64(b, c->audit_seq);
	buf_put(b, c->audit_mac, SHA256_LEN);
	for (size_t i = 0; i < RSN_COUNT; i++)
		reasons += c->reasons[i] != 0;
	codec_u32(b, reasons);
	for (size_t i = 0; i < RSN_COUNT; i++) {
		if (c->reasons[i] == 0)
			continue;
		spool_rec_reason_put(b, (enum reason)i);
		codec_u64(b, c->reasons[i]);
	}
	codec_u64(b, c->links);
	buf_put(b, c->link_hash, SHA256_LEN);
	buf_put(b, c->link_code, SHA256_LEN);
	codec_end(b);
}

static void read_reasons(struct codec_reader *rd, struct spool_counters *c)
{
	uint32_t n = codec_read_u32(rd);
	struct arena *a = arena_new();

	for (uint32_t i = 0; i < n && !rd->bad; i++) {
		enum reason r = spool_rec_reason_get(rd, a);

		c->reasons[r] += codec_read_u64(rd);
	}
	arena_free(a);
}

int spool_rec_counters_get(struct span in, struct spool_counters *c, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_COUNTERS, 3, &rd, e);
	uint32_t states;

	if (rc != 0)
		return rc;
	*c = (struct spool_counters){ .slots = 0 };
	for (size_t i = 0; i < ARRAY_LEN(c->messages); i++)
		c->messages[i] = codec_read_u64(&rd);
	states = rd.version == 1 ? STATES_1 : codec_read_below(&rd, DLV_STATES + 1);
	for (uint32_t i = 0; i < states; i++)
		c->deliveries[i] = codec_read_u64(&rd);
	c->file_bytes = codec_read_u64(&rd);
	c->slots = codec_read_u64(&rd);
	c->audit_seq = codec_read_u64(&rd);
	codec_read_raw(&rd, c->audit_mac, SHA256_LEN);
	if (rd.version > 1)
		read_reasons(&rd, c);
	if (rd.version > 2) {
		c->links = codec_read_u64(&rd);
		codec_read_raw(&rd, c->link_hash, SHA256_LEN);
		codec_read_raw(&rd, c->link_code, SHA256_LEN);
	}
	return codec_close(&rd, e);
}

void spool_rec_rest_put(struct buf *b, const struct spool_rest *r)
{
	codec_begin(b, KIND_REST, 1);
	codec_ms(b, r->until);
	spool_rec_reason_put(b, r->reason);
	codec_str(b, r->recipient);
	codec_str(b, r->peer);
	codec_ms(b, r->since);
	codec_u32(b, r->failures);
	codec_str(b, r->detail);
	codec_end(b);
}

int spool_rec_rest_open(struct span in, struct codec_reader *rd, struct err *e)
{
	return codec_open(in, KIND_REST, 1, rd, e);
}

int spool_rec_rest_get(struct span in, struct arena *a, struct spool_rest *r, struct err *e)
{
	struct codec_reader rd;
	int rc = spool_rec_rest_open(in, &rd, e);

	if (rc != 0)
		return rc;
	r->until = codec_read_ms(&rd);
	r->reason = spool_rec_reason_get(&rd, a);
	r->recipient = codec_read_str(&rd, a);
	r->peer = codec_read_str(&rd, a);
	r->since = codec_read_ms(&rd);
	r->failures = codec_read_u32(&rd);
	r->detail = codec_read_str(&rd, a);
	return codec_close(&rd, e);
}

void spool_rec_damage_put(struct buf *b, const struct spool_damaged *d)
{
	codec_begin(b, KIND_DAMAGE, 1);
	codec_ms(b, d->at);
	codec_str(b, d->text);
	codec_end(b);
}

int spool_rec_damage_get(struct span in, struct arena *a, struct spool_damaged *d, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_DAMAGE, 1, &rd, e);

	if (rc != 0)
		return rc;
	d->at = codec_read_ms(&rd);
	d->text = codec_read_str(&rd, a);
	return codec_close(&rd, e);
}

void spool_rec_suspension_put(struct buf *b, const struct spool_suspension *s)
{
	codec_begin(b, KIND_SUSPENSION, 1);
	codec_ms(b, s->until);
	codec_ms(b, s->since);
	codec_str(b, s->recipient);
	codec_str(b, s->peer);
	codec_str(b, s->actor);
	codec_str(b, s->why);
	codec_end(b);
}

int spool_rec_suspension_get(struct span in, struct arena *a, struct spool_suspension *s, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_SUSPENSION, 1, &rd, e);

	if (rc != 0)
		return rc;
	s->until = codec_read_ms(&rd);
	s->since = codec_read_ms(&rd);
	s->recipient = codec_read_str(&rd, a);
	s->peer = codec_read_str(&rd, a);
	s->actor = codec_read_str(&rd, a);
	s->why = codec_read_str(&rd, a);
	return codec_close(&rd, e);
}

int spool_rec_suspension_until(struct span in, int64_t *until, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_SUSPENSION, 1, &rd, e);

	if (rc == 0)
		*until = codec_read_ms(&rd);
	return rc;
}
