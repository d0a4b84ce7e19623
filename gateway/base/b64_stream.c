/* SPDX-License-Identifier: EUPL-1.2 */
/* Base64 as filters of streams. */
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "base/b64_core.h"
#include "base/mem.h"

#define BYTES ((size_t)6144)	/* of the plain side per step */
#define CHARS B64_LEN(BYTES)

struct sink_enc {
	struct sink sink;
	struct sink *below;
	struct b64_enc enc;
	unsigned width, column;
	char text[CHARS + 4];
};

static int write_lines(struct sink_enc *k, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		size_t part = n;
		int rc;

		if (k->width > 0) {
			if (k->column == k->width) {
				rc = sink_write(k->below, "\n", 1, e);
				if (rc != 0)
					return rc;
				k->column = 0;
			}
			if (part > k->width - k->column)
				part = k->width - k->column;
			k->column += (unsigned)part;
		}
		rc = sink_write(k->below, p, part, e);
		if (rc != 0)
			return rc;
		p += part;
		n -= part;
	}
	return 0;
}

static int enc_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct sink_enc *k = (struct sink_enc *)s;
	const uint8_t *p = data;

	while (n > 0) {
		size_t part = n < BYTES ? n : BYTES;
		int rc = write_lines(k, k->text, b64_enc_add(&k->enc, p, part, k->text), e);

		if (rc != 0)
			return rc;
		p += part;
		n -= part;
	}
	return 0;
}

static int enc_finish(struct sink *s, struct err *e)
{
	struct sink_enc *k = (struct sink_enc *)s;

	return write_lines(k, k->text, b64_enc_end(&k->enc, true, k->text), e);
}

static void free_sink(struct sink *s)
{
	free(s);
}

struct sink *sink_b64_encode(struct sink *below, unsigned width)
{
	struct sink_enc *k = mem_new(sizeof(*k));

	k->sink = (struct sink){ enc_write, enc_finish, free_sink };
	k->below = below;
	k->width = width;
	b64_enc_init(&k->enc, false);
	return &k->sink;
}

struct sink_dec {
	struct sink sink;
	struct sink *below;
	struct b64_dec dec;
	uint8_t bytes[BYTES + 3];
};

static int dec_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct sink_dec *k = (struct sink_dec *)s;
	const char *p = data;

	while (n > 0) {
		size_t part = n < CHARS ? n : CHARS, got;
		int rc = b64_dec_add(&k->dec, p, part, k->bytes, &got, e);

		if (rc == 0)
			rc = sink_write(k->below, k->bytes, got, e);
		if (rc != 0)
			return rc;
		p += part;
		n -= part;
	}
	return 0;
}

static int dec_finish(struct sink *s, struct err *e)
{
	struct sink_dec *k = (struct sink_dec *)s;
	size_t got;

	return b64_dec_end(&k->dec, k->bytes, &got, e);
}

struct sink *sink_b64_decode(struct sink *below, bool blanks)
{
	struct sink_dec *k = mem_new(sizeof(*k));

	k->sink = (struct sink){ dec_write, dec_finish, free_sink };
	k->below = below;
	b64_dec_init(&k->dec, false, blanks);
	return &k->sink;
}

/* Turns one block of the stream below into one block of output and hands that out piece by piece. */
struct src_b64 {
	struct src src;
	struct src *below;
	struct b64_enc enc;
	bool ended;
	size_t at, n;		/* what is left of the block */
	char in[BYTES];
	char out[CHARS + 4];
};

static int enc_fill(struct src_b64 *b, struct err *e)
{
	size_t got;
	int rc = src_read_full(b->below, b->in, BYTES, &got, e);

	if (rc != 0)
		return rc;
	b->n = b64_enc_add(&b->enc, (const uint8_t *)b->in, got, b->out);
	if (got < BYTES) {
		b->n += b64_enc_end(&b->enc, true, b->out + b->n);
		b->ended = true;
	}
	return 0;
}

static int enc_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct src_b64 *b = (struct src_b64 *)s;
	size_t n;

	while (b->at == b->n && !b->ended) {
		int rc;

		b->at = b->n = 0;
		rc = enc_fill(b, e);
		if (rc != 0)
			return rc;
	}
	n = b->n - b->at < cap ? b->n - b->at : cap;
	memcpy(data, b->out + b->at, n);
	b->at += n;
	*got = n;
	return 0;
}

static void free_src(struct src *s)
{
	free(s);
}

struct src *src_b64_encode(struct src *below)
{
	struct src_b64 *b = mem_new(sizeof(*b));

	b->src = (struct src){ enc_read, free_src };
	b->below = below;
	b64_enc_init(&b->enc, false);
	return &b->src;
}
