/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * block - encrypted blocks of 64 KiB and streams over them; what payload and scratch have in common (see payload.h
 * for the scheme). One thread at a time per stream.
 */
#ifndef SPOOL_BLOCK_H
#define SPOOL_BLOCK_H

#include "base/id.h"
#include "base/stream.h"
#include "spool/crypt.h"

#define SPOOL_BLOCK ((size_t)65536)
#define SPOOL_STORED_BLOCK (SPOOL_BLOCK + SPOOL_TAG_LEN)	/* block i lies at i * this */

struct spool_crypt *spool_part_crypt(const uint8_t message_key[SPOOL_KEY_LEN], const struct id *part);
/* out receives n + SPOOL_TAG_LEN bytes. */
void spool_block_seal(struct spool_crypt *c, const struct id *part, uint64_t no, bool last, const void *in, size_t n,
		      uint8_t *out);

/* A stream over `size` plain bytes in blocks, from plain byte `offset` on. The blocks are in the file fd (taken), or
 * with fd -1 in sealed (one block, copied). c is taken. ERR_CRYPTO with RSN_LOC_DATA_BAD for a block that is not as it
 * was written. */
struct src *spool_block_src(int fd, struct span sealed, struct spool_crypt *c, const struct id *part, uint64_t size,
			    uint64_t offset);

#endif
