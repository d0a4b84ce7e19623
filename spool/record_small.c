/* SPDX-License-Identifier: EUPL-1.2 */
/* record_small - the records of the housekeeping tables; see record.h. */
#include <string.h>

#include "base/mem.h"
#include "spool/codec.h"
#include "spool/record.h"

enum { KIND_CACHE = 'C', KIND_ERASING = 'X', KIND_COUNTERS = 'N' };

void spool_rec_cache_put(struct buf *b, const struct spool_cache_entry *c)
{
	spool_codec_begin(b, KIND_CACHE);
	spool_codec_ms(b, c->fetched);
	spool_codec_ms(b, c->fresh_until);
	spool_codec_ms(b, c->dead_after);
	spool_codec_u8(b, c->negative);
	spool_codec_bytes(b, c->value);
	spool_codec_end(b);
}

int spool_rec_cache_get(struct span in, struct arena *a, struct spool_cache_entry *c, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_CACHE, &rd, e);

	if (rc != 0)
		return rc;
	c->fetched = spool_read_ms(&rd);
	c->fresh_until = spool_read_ms(&rd);
	c->dead_after = spool_read_ms(&rd);
	c->negative = spool_read_u8(&rd) != 0;
	c->value = spool_read_bytes(&rd, a);
	return spool_codec_close(&rd, e);
}

void spool_rec_erasing_put(struct buf *b, const struct spool_rec_erasing *r)
{
	spool_codec_begin(b, KIND_ERASING);
	spool_codec_u64(b, r->slot);
	spool_codec_u32(b, (uint32_t)r->file_count);
	for (size_t i = 0; i < r->file_count; i++)
		spool_codec_id(b, &r->files[i]);
	spool_codec_end(b);
}

int spool_rec_erasing_get(struct span in, struct arena *a, struct spool_rec_erasing *r, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_ERASING, &rd, e);

	if (rc != 0)
		return rc;
	r->slot = spool_read_u64(&rd);
	r->file_count = spool_read_enum(&rd, SPOOL_PARTS_MAX + 1);
	r->files = arena_alloc(a, (r->file_count + 1) * sizeof(*r->files));
	for (size_t i = 0; i < r->file_count; i++)
		spool_read_raw(&rd, r->files[i].b, ID_LEN);
	return spool_codec_close(&rd, e);
}

void spool_rec_counters_put(struct buf *b, const struct spool_counters *c)
{
	spool_codec_begin(b, KIND_COUNTERS);
	for (size_t i = 0; i < ARRAY_LEN(c->messages); i++)
		spool_codec_u64(b, c->messages[i]);
	for (size_t i = 0; i < ARRAY_LEN(c->deliveries); i++)
		spool_codec_u64(b, c->deliveries[i]);
	spool_codec_u64(b, c->file_bytes);
	spool_codec_u64(b, c->slots);
	spool_codec_u64(b, c->audit_seq);
	buf_put(b, c->audit_mac, SHA256_LEN);
	spool_codec_end(b);
}

int spool_rec_counters_get(struct span in, struct spool_counters *c, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_COUNTERS, &rd, e);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ARRAY_LEN(c->messages); i++)
		c->messages[i] = spool_read_u64(&rd);
	for (size_t i = 0; i < ARRAY_LEN(c->deliveries); i++)
		c->deliveries[i] = spool_read_u64(&rd);
	c->file_bytes = spool_read_u64(&rd);
	c->slots = spool_read_u64(&rd);
	c->audit_seq = spool_read_u64(&rd);
	spool_read_raw(&rd, c->audit_mac, SHA256_LEN);
	return spool_codec_close(&rd, e);
}
