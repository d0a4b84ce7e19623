/* SPDX-License-Identifier: EUPL-1.2 */
/* Small files as a whole, and their durable replacement. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static int errno_set(struct err *e, const char *what)
{
	int num = errno;

	return err_set(e, err_from_errno(num), "%s: %s", what, strerror(num));
}

int write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Appends the rest of fd to b; the block on the stack is wiped, because it may have held a key. */
static int read_rest(int fd, struct buf *b, struct err *e)
{
	char block[4096];
	int rc = 0;

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = errno_set(e, "read");
		if (n <= 0)
			break;
		buf_put(b, block, (size_t)n);
		rc = buf_check(b, "file", e);
		if (rc != 0)
			break;
	}
	explicit_bzero(block, sizeof(block));
	return rc;
}

int file_read(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), rc;

	if (fd < 0)
		rc = errno_set(e, "open");
	else
		rc = read_rest(fd, b, e);
	if (fd >= 0)
		(void)close(fd);
	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}

static int write_new(int dirfd, const char *name, int flags, mode_t mode, struct span data, bool sync, struct err *e)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode), rc = 0;

	if (fd < 0)
		return errno_set(e, "create");
	if (fchmod(fd, mode) != 0)	/* whatever the umask and an older file say */
		rc = errno_set(e, "set mode");
	else if (write_all(fd, data.p, data.n) != 0)
		rc = errno_set(e, "write");
	else if (sync && fsync(fd) != 0)
		rc = errno_set(e, "sync");
	if (close(fd) != 0 && rc == 0)
		rc = errno_set(e, "close");
	return rc;
}

int file_replace(const char *dir, const char *name, const void *data, size_t n, mode_t mode, struct err *e)
{
	char tmp[300] = "";
	int dirfd = -1, rc;

	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0) {
		rc = errno_set(e, "open");
		goto out;
	}
	if (strlen(name) > 240 || strchr(name, '/') != NULL) {
		rc = err_set(e, ERR_LIMIT, "not a file name of at most 240 bytes");
		goto out;
	}
	/* The thread id keeps two writers of the same name apart: the last rename wins, and both files are whole. */
	(void)snprintf(tmp, sizeof(tmp), ".%s.%ld.new", name, (long)gettid());
	(void)unlinkat(dirfd, tmp, 0);
	rc = write_new(dirfd, tmp, O_EXCL | O_NOFOLLOW, mode, (struct span){ data, n }, true, e);
	if (rc != 0)
		goto out;
	if (renameat(dirfd, tmp, dirfd, name) != 0) {
		rc = errno_set(e, "rename");
		goto out;
	}
	tmp[0] = '\0';	/* it has its final name now: nothing to remove */
	if (fsync(dirfd) != 0)
		rc = errno_set(e, "sync directory");
out:
	if (tmp[0] != '\0')
		(void)unlinkat(dirfd, tmp, 0);
	if (dirfd >= 0)
		(void)close(dirfd);
	return rc == 0 ? 0 : err_wrap(e, "replace %s/%s", dir, name);
}

int file_write(const char *path, const void *data, size_t n, mode_t mode, struct err *e)
{
	int rc = write_new(AT_FDCWD, path, O_TRUNC, mode, (struct span){ data, n }, false, e);

	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}

static int make_one(const char *path, mode_t mode, struct err *e)
{
	struct stat st;

	if (mkdir(path, mode) == 0 || (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		return 0;
	return errno_set(e, "make directory");
}

int dir_make(const char *path, mode_t mode, struct err *e)
{
	char *copy = mem_dup(path);
	int rc = 0;

	for (char *p = copy + (copy[0] == '/'); rc == 0 && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		rc = make_one(copy, mode, e);
		*p = '/';
	}
	if (rc == 0)
		rc = make_one(copy, mode, e);
	free(copy);
	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}

int dir_sync(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0 || fsync(fd) != 0)
		rc = errno_set(e, "sync directory");
	if (fd >= 0)
		(void)close(fd);
	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}

int file_temp(const char *dir, int *fd, struct err *e)
{
	char *path;

	*fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return 0;
	if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) {	/* file system without O_TMPFILE */
		path = mem_printf("%s/.tmp.XXXXXX", dir);
		*fd = mkostemp(path, O_CLOEXEC);
		if (*fd >= 0)
			(void)unlink(path);
		free(path);
		if (*fd >= 0)
			return 0;
	}
	errno_set(e, "temporary file");
	return err_wrap(e, "%s", dir);
}
