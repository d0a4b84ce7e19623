/* SPDX-License-Identifier: EUPL-1.2 */
#include "spool/codec.h"

#include <string.h>

#include "base/mem.h"

#define VERSION 1
#define HEAD_LEN 2
#define CRC_LEN 4
#define NO_STRING UINT32_MAX

void spool_be32(uint8_t out[4], uint32_t v)
{
	for (int i = 3; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

void spool_be64(uint8_t out[8], uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

uint32_t spool_get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t spool_get_be64(const uint8_t *p)
{
	return (uint64_t)spool_get_be32(p) << 32 | spool_get_be32(p + 4);
}

/* CRC-32 (ISO-HDLC), four bits a step: records are short, and LMDB has no checksum of its own. */
static uint32_t crc32_of(const void *data, size_t n)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *p = data;
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

void spool_codec_begin(struct buf *b, char kind)
{
	must(b->n == 0);
	buf_putc(b, kind);
	buf_putc(b, VERSION);
}

void spool_codec_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void spool_codec_u32(struct buf *b, uint32_t v)
{
	uint8_t raw[4];

	spool_be32(raw, v);
	buf_put(b, raw, sizeof(raw));
}

void spool_codec_u64(struct buf *b, uint64_t v)
{
	uint8_t raw[8];

	spool_be64(raw, v);
	buf_put(b, raw, sizeof(raw));
}

void spool_codec_ms(struct buf *b, int64_t v)
{
	spool_codec_u64(b, (uint64_t)v);
}

void spool_codec_id(struct buf *b, const struct id *id)
{
	buf_put(b, id->b, ID_LEN);
}

void spool_codec_str(struct buf *b, const char *s)
{
	if (s == NULL)
		spool_codec_u32(b, NO_STRING);
	else
		spool_codec_bytes(b, span_of(s));
}

void spool_codec_bytes(struct buf *b, struct span s)
{
	must(s.n < NO_STRING);
	spool_codec_u32(b, (uint32_t)s.n);
	buf_put(b, s.p, s.n);
}

void spool_codec_end(struct buf *b)
{
	spool_codec_u32(b, crc32_of(b->p, b->n));
}

int spool_codec_open(struct span in, char kind, struct spool_reader *r, struct err *e)
{
	const uint8_t *p = (const uint8_t *)in.p;

	if (in.n < HEAD_LEN + CRC_LEN || in.p[0] != kind)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "record '%c': not one (%zu bytes)", kind, in.n);
	if (spool_get_be32(p + in.n - CRC_LEN) != crc32_of(p, in.n - CRC_LEN))
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "record '%c': checksum is wrong", kind);
	if (p[1] != VERSION)
		return err_reason(e, ERR_UNSUPPORTED, RSN_LOC_DATA_BAD,
				  "record '%c': version %u, this program knows %u", kind, p[1], VERSION);
	*r = (struct spool_reader){ .p = p + HEAD_LEN, .n = in.n - HEAD_LEN - CRC_LEN, .kind = kind };
	return 0;
}

void spool_read_raw(struct spool_reader *r, void *out, size_t n)
{
	if (r->bad || r->n < n) {
		r->bad = true;
		memset(out, 0, n);
		return;
	}
	memcpy(out, r->p, n);
	r->p += n;
	r->n -= n;
}

uint8_t spool_read_u8(struct spool_reader *r)
{
	uint8_t v;

	spool_read_raw(r, &v, 1);
	return v;
}

uint32_t spool_read_u32(struct spool_reader *r)
{
	uint8_t raw[4];

	spool_read_raw(r, raw, sizeof(raw));
	return spool_get_be32(raw);
}

uint64_t spool_read_u64(struct spool_reader *r)
{
	uint8_t raw[8];

	spool_read_raw(r, raw, sizeof(raw));
	return spool_get_be64(raw);
}

int64_t spool_read_ms(struct spool_reader *r)
{
	return (int64_t)spool_read_u64(r);
}

static struct span take(struct spool_reader *r, struct arena *a, size_t n)
{
	struct span s = { (const char *)r->p, n };

	if (r->bad || r->n < n) {
		r->bad = true;
		return SPAN_EMPTY;
	}
	r->p += n;
	r->n -= n;
	return arena_span(a, s);
}

const char *spool_read_str(struct spool_reader *r, struct arena *a)
{
	uint32_t n = spool_read_u32(r);
	struct span s;

	if (r->bad || n == NO_STRING)
		return NULL;
	s = take(r, a, n);
	/* A string that stops early would hide bytes from whoever uses it as a C string. */
	if (r->bad || (n > 0 && memchr(s.p, 0, s.n) != NULL)) {
		r->bad = true;
		return NULL;
	}
	return n == 0 ? "" : s.p;
}

struct span spool_read_bytes(struct spool_reader *r, struct arena *a)
{
	uint32_t n = spool_read_u32(r);

	return n == 0 ? SPAN_EMPTY : take(r, a, n);
}

unsigned spool_read_enum(struct spool_reader *r, unsigned limit)
{
	uint32_t v = spool_read_u32(r);

	if (v >= limit) {
		r->bad = true;
		return 0;
	}
	return v;
}

int spool_codec_close(const struct spool_reader *r, struct err *e)
{
	if (r->bad || r->n != 0)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "record '%c': %s", r->kind,
				  r->bad ? "a field is missing or out of range" : "bytes are left over");
	return 0;
}
