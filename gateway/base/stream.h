/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stream - payload bytes on the move: a src is read from, a sink is written to; nobody holds a whole message.
 *
 * Implementations embed struct src or struct sink as their first member and hand out a pointer to it.
 * One thread at a time per stream.
 */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

struct src {
	/* Stores up to cap bytes and their number in *got; *got == 0 means the end. */
	int (*read)(struct src *s, void *data, size_t cap, size_t *got, struct err *e);
	void (*close)(struct src *s);	/* releases; may be NULL for streams on the stack */
};

struct sink {
	/* Takes all n bytes or fails. */
	int (*write)(struct sink *s, const void *data, size_t n, struct err *e);
	/* Writes what is held back (padding, tags, last group) and, where it stands for a file, makes it durable.
	 * Called at most once, after the last write. May be NULL. It finishes the streams below it only where its
	 * constructor says so. */
	int (*finish)(struct sink *s, struct err *e);
	void (*close)(struct sink *s);	/* releases; without finish before it, what was written is discarded */
};

int src_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e);
/* Fills data unless the end comes first. */
int src_read_full(struct src *s, void *data, size_t cap, size_t *got, struct err *e);
void src_close(struct src *s);	/* NULL is allowed */

int sink_write(struct sink *s, const void *data, size_t n, struct err *e);
int sink_puts(struct sink *s, const char *text, struct err *e);
int sink_printf(struct sink *s, struct err *e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int sink_finish(struct sink *s, struct err *e);	/* NULL is allowed */
void sink_close(struct sink *s);		/* NULL is allowed */

/* Copies until the end of src; ERR_LIMIT when there are more than max bytes. *copied may be NULL.
 * Neither finishes nor closes anything. */
int stream_copy(struct src *from, struct sink *to, uint64_t max, uint64_t *copied, struct err *e);
/* Reads to the end into b (its cap is the limit). */
int stream_to_buf(struct src *from, struct buf *b, const char *what, struct err *e);

/* Ends of streams. src_of_*: the bytes stay the caller's and must outlive the stream. */
struct src *src_of_mem(const void *data, size_t n);
struct src *src_of_fd(int fd);				/* takes fd: closed with the stream */
struct src *src_of_fd_range(int fd, uint64_t off, uint64_t len); /* pread; fd stays the caller's */
struct sink *sink_to_buf(struct buf *b);		/* ERR_LIMIT beyond the buffer's cap */
struct sink *sink_to_fd(int fd);			/* takes fd; finish does fsync, close closes */
struct sink *sink_to_null(void);

/* Filters. A filter borrows the stream below it: closing the filter does not close that. */
struct src *src_limit(struct src *below, uint64_t max, const char *what);	/* ERR_LIMIT beyond max */
struct src *src_concat(struct src **list, size_t n);	/* one after the other; borrows all, copies the list */
struct sink *sink_limit(struct sink *below, uint64_t max, const char *what);
struct sink *sink_count(struct sink *below, uint64_t *n);	/* below may be NULL: count only */

#endif
