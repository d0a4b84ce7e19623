/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * manifest - the list of a backup's files with size and SHA-256; written as the files are copied, last line "end":
 *
 *     <sha256> <size> <name>
 *     end <number of files> <sha256 of all lines before>
 *
 * A folder without a complete manifest is not a backup. One thread at a time.
 */
#ifndef SPOOL_MANIFEST_H
#define SPOOL_MANIFEST_H

#include <stdio.h>

#include "base/digest.h"
#include "base/err.h"

#define SPOOL_MANIFEST "MANIFEST"

struct spool_manifest {
	FILE *f;
	struct digest *all;
	uint64_t files;
};

struct spool_manifest_line {
	uint8_t sha[SHA256_LEN];
	uint64_t size;
	char name[128];
};

/* Reports progress: adds n bytes to what is done; may be NULL. */
typedef void spool_done_fn(void *ctx, uint64_t n);

int spool_manifest_create(struct spool_manifest *m, const char *dir, struct err *e);
int spool_manifest_add(struct spool_manifest *m, const char *name, const uint8_t sha[SHA256_LEN], uint64_t size,
		       struct err *e);
/* Durable; the backup is one from now on. */
int spool_manifest_end(struct spool_manifest *m, const char *dir, struct err *e);
void spool_manifest_close(struct spool_manifest *m);

/* Calls fn for each line after the whole list was verified; ERR_CRYPTO if it was changed or is not complete. records: the
 * name of the file in which the engine keeps its records. */
typedef int spool_line_fn(void *ctx, const struct spool_manifest_line *line, struct err *e);
int spool_manifest_read(const char *dir, const char *records, spool_line_fn *fn, void *ctx, struct err *e);

/* Copies from an open file to a new one, returns its digest and size. limit: at most so many bytes are taken. */
int spool_copy_file(int from, const char *to, uint64_t limit, uint8_t sha[SHA256_LEN], uint64_t *size,
		    spool_done_fn *done, void *ctx, struct err *e);
int spool_digest_file(const char *path, uint8_t sha[SHA256_LEN], uint64_t *size, struct err *e);
void spool_tree_remove(const char *dir);	/* rm -r */

#endif
