/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * payload - streams of plain bytes to and from encrypted blocks of 64 KiB, in memory or in a write-once file.
 *
 * Block i is AES-256-GCM under the stream's own key; the nonce is the block number and a flag for the last block, and
 * the id of the part is authenticated with it. So blocks cannot be changed, swapped, repeated, moved to another part
 * or cut off unnoticed. Nothing is handed out before its block is verified. One thread at a time per stream.
 */
#ifndef SPOOL_PAYLOAD_H
#define SPOOL_PAYLOAD_H

#include "base/digest.h"
#include "base/id.h"
#include "base/stream.h"
#include "spool/block.h"
#include "spool/crypt.h"

#define SPOOL_PAYLOAD_DIR "payload"

/* Bytes on their way in. Starts in memory; what does not fit into one block, or is told to, goes to a file. */
struct spool_payload;

/* dir: of the spool. The file, if there is one, is payload/xx/<id>, xx being the last byte of the id. */
struct spool_payload *spool_payload_new(const char *dir, const uint8_t message_key[SPOOL_KEY_LEN],
					const struct id *part, bool inline_allowed);
int spool_payload_write(struct spool_payload *p, const void *data, size_t n, struct err *e);
/* The last block; a file is synced together with its directory. Then size, digest and the inline bytes are known. */
int spool_payload_finish(struct spool_payload *p, struct err *e);
uint64_t spool_payload_size(const struct spool_payload *p);
void spool_payload_digest(const struct spool_payload *p, uint8_t out[SHA256_LEN]);
/* The encrypted bytes of an inline part, borrowed; empty if the part is in a file. */
struct span spool_payload_inline(const struct spool_payload *p);
void spool_payload_keep(struct spool_payload *p);	/* a record names the file: freeing no longer removes it */
void spool_payload_free(struct spool_payload *p);	/* NULL is allowed */

/* A stream over a part of `size` plain bytes. sealed: the inline bytes (copied), or with p == NULL: from the file.
 * ERR_MISSING if there is no file. The stream stands on its own. */
int spool_payload_open(const char *dir, const uint8_t message_key[SPOOL_KEY_LEN], const struct id *part, uint64_t size,
		       struct span sealed, struct src **out, struct err *e);

void spool_payload_path(const char *dir, const struct id *part, char *out, size_t n);
void spool_payload_unlink(const char *dir, const struct id *part);
int spool_payload_make_dir(const char *dir, struct err *e);	/* payload/, synced */

/* ERR_FULL with RSN_LOC_DISK_FULL for the ways a disk says that it is full, otherwise as err_from_errno. */
int spool_errno(int errnum, const char *what, const char *path, struct err *e);

#endif
