/* SPDX-License-Identifier: EUPL-1.2 */
/* codec_read - reading the fields of a record; see codec.h. */
#include "base/codec.h"

#include <string.h>


#define HEAD_LEN 2
#define CRC_LEN 4

struct codec_reader codec_plain(struct span in)
{
	return (struct codec_reader){ .p = (const uint8_t *)in.p, .n = in.n };
}

int codec_open(struct span in, char kind, uint8_t newest, struct codec_reader *r, struct err *e)
{
	const uint8_t *p = (const uint8_t *)in.p;

	if (in.n < HEAD_LEN + CRC_LEN || in.p[0] != kind)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "record '%c': not one (%zu bytes)", kind, in.n);
	if (codec_get_be32(p + in.n - CRC_LEN) != codec_crc32(p, in.n - CRC_LEN))
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "record '%c': checksum is wrong", kind);
	if (p[1] == 0 || p[1] > newest)
		return err_reason(e, ERR_UNSUPPORTED, RSN_LOC_DATA_BAD,
				  "record '%c': version %u, this program knows %u", kind, p[1], newest);
	*r = (struct codec_reader){ .p = p + HEAD_LEN, .n = in.n - HEAD_LEN - CRC_LEN, .kind = kind, .version = p[1] };
	return 0;
}

void codec_read_raw(struct codec_reader *r, void *out, size_t n)
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

uint8_t codec_read_u8(struct codec_reader *r)
{
	uint8_t v;

	codec_read_raw(r, &v, 1);
	return v;
}

uint32_t codec_read_u32(struct codec_reader *r)
{
	uint8_t raw[4];

	codec_read_raw(r, raw, sizeof(raw));
	return codec_get_be32(raw);
}

uint64_t codec_read_u64(struct codec_reader *r)
{
	uint8_t raw[8];

	codec_read_raw(r, raw, sizeof(raw));
	return codec_get_be64(raw);
}

int64_t codec_read_ms(struct codec_reader *r)
{
	return (int64_t)codec_read_u64(r);
}

static struct span take(struct codec_reader *r, size_t n)
{
	struct span s = { (const char *)r->p, n };

	if (r->bad || r->n < n) {
		r->bad = true;
		return SPAN_EMPTY;
	}
	r->p += n;
	r->n -= n;
	return s;
}

const char *codec_read_str(struct codec_reader *r, struct arena *a)
{
	uint32_t n = codec_read_u32(r);
	struct span s;

	if (r->bad || n == CODEC_NO_STRING)
		return NULL;
	s = take(r, n);
	/* A string that stops early would hide bytes from whoever uses it as a C string. */
	if (r->bad || (n > 0 && memchr(s.p, 0, s.n) != NULL)) {
		r->bad = true;
		return NULL;
	}
	return n == 0 ? "" : arena_span(a, s).p;
}

struct span codec_read_bytes(struct codec_reader *r, struct arena *a)
{
	struct span s = codec_read_view(r);

	return s.n == 0 ? SPAN_EMPTY : arena_span(a, s);
}

struct span codec_read_view(struct codec_reader *r)
{
	uint32_t n = codec_read_u32(r);

	return n == 0 ? SPAN_EMPTY : take(r, n);
}

unsigned codec_read_below(struct codec_reader *r, unsigned limit)
{
	uint32_t v = codec_read_u32(r);

	if (v >= limit) {
		r->bad = true;
		return 0;
	}
	return v;
}

int codec_close(const struct codec_reader *r, struct err *e)
{
	if (r->bad || r->n != 0)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "record '%c': %s", r->kind,
				  r->bad ? "a field is missing or out of range" : "bytes are left over");
	return 0;
}
