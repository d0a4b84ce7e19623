/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file - whole small files, durable replacement, temporary files, directories. Any thread.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends a whole file to b (initialised by the caller; its cap is the limit, ERR_LIMIT beyond it). */
int file_read(const char *path, struct buf *b, struct err *e);
/* Replaces dir/name atomically and durably: temporary name, fsync, rename, fsync of the directory. mode e.g. 0600. */
int file_replace(const char *dir, const char *name, const void *data, size_t n, mode_t mode, struct err *e);
int file_write(const char *path, const void *data, size_t n, mode_t mode, struct err *e);	/* not durable */
/* mkdir -p, each new directory with mode. */
int dir_make(const char *path, mode_t mode, struct err *e);
int dir_sync(const char *path, struct err *e);
/* An open file without a name on the file system of dir (O_TMPFILE, or created and unlinked). */
int file_temp(const char *dir, int *fd, struct err *e);
int write_all(int fd, const void *data, size_t n);	/* 0 or -1 with errno; handles EINTR and short writes */
/* Refuses a key file that group or others can read or write, or whose owner is neither root nor the process. */
int file_check_private(const char *path, struct err *e);
/* Reads a secret (password, key) after file_check_private(): one trailing newline is removed; wipe with buf_wipe(). */
int file_read_secret(const char *path, struct buf *b, struct err *e);

#endif
