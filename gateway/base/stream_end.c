/* SPDX-License-Identifier: EUPL-1.2 */
/* The ends of streams: memory, file descriptors, nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/stream.h"

struct src_mem {
	struct src src;
	const char *p;
	size_t n;
};

static void free_src(struct src *s)
{
	free(s);
}

static void free_sink(struct sink *s)
{
	free(s);
}

static int mem_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct src_mem *m = (struct src_mem *)s;
	size_t n = cap < m->n ? cap : m->n;

	(void)e;
	if (n > 0) {
		memcpy(data, m->p, n);
		m->p += n;
		m->n -= n;
	}
	*got = n;
	return 0;
}

struct src *src_of_mem(const void *data, size_t n)
{
	struct src_mem *m = mem_new(sizeof(*m));

	*m = (struct src_mem){ { mem_read, free_src }, data, n };
	return &m->src;
}

struct src_fd {
	struct src src;
	int fd;
	uint64_t off, left;	/* of a range */
};

static int fd_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	ssize_t n;

	do
		n = read(((struct src_fd *)s)->fd, data, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, err_from_errno(errno), "read: %s", strerror(errno));
	*got = (size_t)n;
	return 0;
}

static void fd_close(struct src *s)
{
	(void)close(((struct src_fd *)s)->fd);
	free(s);
}

struct src *src_of_fd(int fd)
{
	struct src_fd *f = mem_new(sizeof(*f));

	*f = (struct src_fd){ .src = { fd_read, fd_close }, .fd = fd };
	return &f->src;
}

static int range_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct src_fd *f = (struct src_fd *)s;
	ssize_t n;

	if (cap > f->left)
		cap = (size_t)f->left;
	if (cap == 0) {
		*got = 0;
		return 0;
	}
	do
		n = pread(f->fd, data, cap, (off_t)f->off);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, err_from_errno(errno), "read: %s", strerror(errno));
	if (n == 0)
		return err_set(e, ERR_IO, "file ends %llu bytes early", (unsigned long long)f->left);
	f->off += (uint64_t)n;
	f->left -= (uint64_t)n;
	*got = (size_t)n;
	return 0;
}

struct src *src_of_fd_range(int fd, uint64_t off, uint64_t len)
{
	struct src_fd *f = mem_new(sizeof(*f));

	*f = (struct src_fd){ { range_read, free_src }, fd, off, len };
	return &f->src;
}

struct sink_buf {
	struct sink sink;
	struct buf *b;
};

static int to_buf_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct sink_buf *k = (struct sink_buf *)s;

	buf_put(k->b, data, n);
	return buf_check(k->b, "buffer", e);
}

struct sink *sink_to_buf(struct buf *b)
{
	struct sink_buf *k = mem_new(sizeof(*k));

	*k = (struct sink_buf){ { to_buf_write, NULL, free_sink }, b };
	return &k->sink;
}

struct sink_fd {
	struct sink sink;
	int fd;
};

static int to_fd_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	if (write_all(((struct sink_fd *)s)->fd, data, n) != 0)
		return err_set(e, err_from_errno(errno), "write: %s", strerror(errno));
	return 0;
}

static int to_fd_finish(struct sink *s, struct err *e)
{
	/* Pipes and sockets answer EINVAL: there is nothing to make durable. */
	if (fsync(((struct sink_fd *)s)->fd) != 0 && errno != EINVAL)
		return err_set(e, err_from_errno(errno), "sync: %s", strerror(errno));
	return 0;
}

static void to_fd_close(struct sink *s)
{
	(void)close(((struct sink_fd *)s)->fd);
	free(s);
}

struct sink *sink_to_fd(int fd)
{
	struct sink_fd *k = mem_new(sizeof(*k));

	*k = (struct sink_fd){ { to_fd_write, to_fd_finish, to_fd_close }, fd };
	return &k->sink;
}

static int null_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	(void)s;
	(void)data;
	(void)n;
	(void)e;
	return 0;
}

struct sink *sink_to_null(void)
{
	struct sink *k = mem_new(sizeof(*k));

	*k = (struct sink){ null_write, NULL, free_sink };
	return k;
}
