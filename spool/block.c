/* SPDX-License-Identifier: EUPL-1.2 */
/* Blocks of 64 KiB, encrypted, and streams over them. */
#include "spool/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/mem.h"

struct block_src {
	struct src src;
	int fd;
	struct spool_crypt *crypt;
	struct id part;
	uint64_t size, pos;	/* plain bytes: all, handed out */
	uint64_t loaded;	/* number of the block in plain + 1; 0: none */
	uint8_t *plain, *sealed;
	size_t cap;		/* of plain: a small part needs no whole block */
	size_t sealed_n;	/* inline only */
	bool failed;
};

struct spool_crypt *spool_part_crypt(const uint8_t message_key[SPOOL_KEY_LEN], const struct id *part)
{
	uint8_t key[SPOOL_KEY_LEN];
	struct spool_crypt *c;

	spool_crypt_derive(message_key, "part", (struct span){ (const char *)part->b, ID_LEN }, key);
	c = spool_crypt_new(key);
	spool_wipe(key, sizeof(key));
	return c;
}

static void set_nonce(uint8_t nonce[SPOOL_NONCE_LEN], uint64_t no, bool last)
{
	memset(nonce, 0, SPOOL_NONCE_LEN);
	nonce[0] = last;
	codec_be64(nonce + 4, no);
}

void spool_block_seal(struct spool_crypt *c, const struct id *part, uint64_t no, bool last, const void *in, size_t n,
		      uint8_t *out)
{
	uint8_t nonce[SPOOL_NONCE_LEN];

	set_nonce(nonce, no, last);
	spool_crypt_seal(c, nonce, (struct span){ (const char *)part->b, ID_LEN }, in, n, out);
}

static uint64_t last_block(const struct block_src *b)
{
	return b->size == 0 ? 0 : (b->size - 1) / SPOOL_BLOCK;
}

static size_t block_len(const struct block_src *b, uint64_t no)
{
	return no < last_block(b) ? SPOOL_BLOCK : (size_t)(b->size - no * SPOOL_BLOCK);
}

static int damaged(struct block_src *b, uint64_t no, const char *what, struct err *e)
{
	char text[ID_TEXT_LEN];

	b->failed = true;
	return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "payload %s, block %llu: %s", id_text(&b->part, text),
			  (unsigned long long)no, what);
}

static int fetch(struct block_src *b, uint64_t no, size_t want, struct err *e)
{
	size_t got = 0;

	if (b->fd < 0)
		return b->sealed_n == want ? 0 : damaged(b, no, "has another length than recorded", e);
	while (got < want) {
		ssize_t n = pread(b->fd, b->sealed + got, want - got, (off_t)(no * SPOOL_STORED_BLOCK + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return damaged(b, no, strerror(errno), e);
		if (n == 0)
			return damaged(b, no, "the file is too short", e);
		got += (size_t)n;
	}
	return 0;
}

static int load(struct block_src *b, uint64_t no, struct err *e)
{
	size_t n = block_len(b, no) + SPOOL_TAG_LEN;
	uint8_t nonce[SPOOL_NONCE_LEN];
	int rc = fetch(b, no, n, e);

	if (rc != 0)
		return rc;
	set_nonce(nonce, no, no == last_block(b));
	if (!spool_crypt_open(b->crypt, nonce, (struct span){ (const char *)b->part.b, ID_LEN }, b->sealed, n,
			      b->plain))
		return damaged(b, no, "is not as it was written", e);
	b->loaded = no + 1;
	return 0;
}

static int block_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct block_src *b = (struct block_src *)s;
	uint64_t no = b->pos / SPOOL_BLOCK;
	size_t at = (size_t)(b->pos % SPOOL_BLOCK), n;
	int rc;

	*got = 0;
	if (b->failed)
		return damaged(b, no, "was refused before", e);
	/* An empty part still has a block that says so. */
	if (b->pos >= b->size && (b->size != 0 || b->loaded != 0))
		return 0;
	if (b->loaded != no + 1 && (rc = load(b, no, e)) != 0)
		return rc;
	n = block_len(b, no) - at;
	if (n > cap)
		n = cap;
	memcpy(data, b->plain + at, n);
	b->pos += n;
	*got = n;
	return 0;
}

static void block_close(struct src *s)
{
	struct block_src *b = (struct block_src *)s;

	if (b->fd >= 0)
		close(b->fd);
	spool_crypt_free(b->crypt);
	spool_wipe(b->plain, b->cap);
	free(b->plain);
	free(b->sealed);
	free(b);
}

struct src *spool_block_src(int fd, struct span sealed, struct spool_crypt *c, const struct id *part, uint64_t size,
			    uint64_t offset)
{
	struct block_src *b = mem_new(sizeof(*b));

	must(sealed.n <= SPOOL_STORED_BLOCK);
	*b = (struct block_src){ .src = { block_read, block_close }, .fd = fd, .crypt = c, .part = *part, .size = size,
				 .pos = offset, .sealed_n = sealed.n };
	b->cap = size < SPOOL_BLOCK ? (size_t)size + 1 : SPOOL_BLOCK;
	b->plain = mem_new(b->cap);
	b->sealed = mem_new(b->cap + SPOOL_TAG_LEN > sealed.n ? b->cap + SPOOL_TAG_LEN : sealed.n);
	if (fd < 0 && sealed.n > 0)
		memcpy(b->sealed, sealed.p, sealed.n);
	return &b->src;
}
