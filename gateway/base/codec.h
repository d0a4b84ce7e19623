/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * codec - the fields that records kept on disk are made of. Writing appends to a buffer; reading has a sticky "bad" that
 * is looked at once at the end. Any thread.
 */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "base/span.h"

#define CODEC_NO_STRING UINT32_MAX	/* length of a NULL string */

uint32_t codec_crc32(const void *data, size_t n);	/* CRC-32 ISO-HDLC */
/* Numbers are big endian. */
void codec_be32(uint8_t out[4], uint32_t v);
void codec_be64(uint8_t out[8], uint64_t v);
uint32_t codec_get_be32(const uint8_t *p);
uint64_t codec_get_be64(const uint8_t *p);

/* Into an empty buffer: begin, fields in their order, end. */
void codec_begin(struct buf *b, char kind, uint8_t version);
void codec_u8(struct buf *b, uint8_t v);
void codec_u32(struct buf *b, uint32_t v);
void codec_u64(struct buf *b, uint64_t v);
void codec_ms(struct buf *b, int64_t v);
void codec_id(struct buf *b, const struct id *id);
void codec_str(struct buf *b, const char *s);	/* NULL is kept apart from "" */
void codec_bytes(struct buf *b, struct span s);
void codec_end(struct buf *b);			/* the checksum over everything since begin */

struct codec_reader {
	const uint8_t *p;
	size_t n;
	bool bad;
	char kind;
	uint8_t version;
};

/* A record without head and checksum: the fields are all there is. */
struct codec_reader codec_plain(struct span in);
/* Checks kind, version (1 to newest) and checksum. ERR_IO, or ERR_UNSUPPORTED for a newer version, with RSN_LOC_DATA_BAD. */
int codec_open(struct span in, char kind, uint8_t newest, struct codec_reader *r, struct err *e);
/* Each gives 0 or NULL once the record is bad. */
uint8_t codec_read_u8(struct codec_reader *r);
uint32_t codec_read_u32(struct codec_reader *r);
uint64_t codec_read_u64(struct codec_reader *r);
int64_t codec_read_ms(struct codec_reader *r);
void codec_read_raw(struct codec_reader *r, void *out, size_t n);
const char *codec_read_str(struct codec_reader *r, struct arena *a);
struct span codec_read_bytes(struct codec_reader *r, struct arena *a);
struct span codec_read_view(struct codec_reader *r);	/* the same, not copied: valid as long as what is read */
/* A number below limit; otherwise bad, and 0. */
unsigned codec_read_below(struct codec_reader *r, unsigned limit);
/* 0 if every field was there and nothing is left over. */
int codec_close(const struct codec_reader *r, struct err *e);

#endif
