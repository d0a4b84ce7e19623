/* SPDX-License-Identifier: EUPL-1.2 */
/* codec - writing the fields of a record. */
#include "base/codec.h"

#include <string.h>

#include "base/mem.h"

void codec_be32(uint8_t out[4], uint32_t v)
{
	for (int i = 3; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

void codec_be64(uint8_t out[8], uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

uint32_t codec_get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t codec_get_be64(const uint8_t *p)
{
	return (uint64_t)codec_get_be32(p) << 32 | codec_get_be32(p + 4);
}

/* CRC-32 (ISO-HDLC), four bits a step: records are short, and where they are kept there is no other checksum. */
uint32_t codec_crc32(const void *data, size_t n)
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

void codec_begin(struct buf *b, char kind, uint8_t version)
{
	must(b->n == 0);
	buf_putc(b, kind);
	buf_put(b, &version, 1);
}

void codec_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void codec_u32(struct buf *b, uint32_t v)
{
	uint8_t raw[4];

	codec_be32(raw, v);
	buf_put(b, raw, sizeof(raw));
}

void codec_u64(struct buf *b, uint64_t v)
{
	uint8_t raw[8];

	codec_be64(raw, v);
	buf_put(b, raw, sizeof(raw));
}

void codec_ms(struct buf *b, int64_t v)
{
	codec_u64(b, (uint64_t)v);
}

void codec_id(struct buf *b, const struct id *id)
{
	buf_put(b, id->b, ID_LEN);
}

void codec_str(struct buf *b, const char *s)
{
	if (s == NULL)
		codec_u32(b, CODEC_NO_STRING);
	else
		codec_bytes(b, span_of(s));
}

void codec_bytes(struct buf *b, struct span s)
{
	must(s.n < CODEC_NO_STRING);
	codec_u32(b, (uint32_t)s.n);
	buf_put(b, s.p, s.n);
}

void codec_end(struct buf *b)
{
	codec_u32(b, codec_crc32(b->p, b->n));
}
