/* SPDX-License-Identifier: EUPL-1.2 */
/* Files with secrets: who may read them is checked first. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* systemd hands credentials over in a directory of its own, readable for the service through an ACL; the mask of that
 * ACL shows as the group's permission in the mode bits. */
static bool is_credential(const char *path)
{
	struct span dir = span_of(getenv("CREDENTIALS_DIRECTORY"));

	return dir.n > 1 && strncmp(path, dir.p, dir.n) == 0 && path[dir.n] == '/' && strstr(path, "/../") == NULL;
}

static int open_private(const char *path, int *fd, struct stat *st, struct err *e)
{
	mode_t forbidden = is_credential(path) ? S_IWGRP | S_IRWXO : S_IRWXG | S_IRWXO;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, st) != 0)
		return err_set(e, err_from_errno(errno), "open: %s", strerror(errno));
	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_DENIED, "not a regular file");
	if ((st->st_mode & forbidden) != 0)
		return err_set(e, ERR_DENIED, "mode is %04o, group and others must have no access: chmod 600",
			       (unsigned)(st->st_mode & 07777));
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return err_set(e, ERR_DENIED, "belongs to user %u, must belong to root or to user %u",
			       (unsigned)st->st_uid, (unsigned)geteuid());
	return 0;
}

int file_check_private(const char *path, struct err *e)
{
	struct stat st;
	int fd = -1, rc = open_private(path, &fd, &st, e);

	if (fd >= 0)
		(void)close(fd);
	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}

static int read_into(int fd, size_t size, struct buf *b, struct err *e)
{
	buf_reserve(b, size);
	while (size > 0) {
		ssize_t n = read(fd, b->p + b->n, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, err_from_errno(errno), "read: %s", strerror(errno));
		if (n == 0)
			break;
		b->n += (size_t)n;
		size -= (size_t)n;
	}
	return 0;
}

int file_read_secret(const char *path, struct buf *b, struct err *e)
{
	struct stat st;
	int fd = -1, rc = open_private(path, &fd, &st, e);

	if (rc == 0 && (b->n > b->max || (uint64_t)st.st_size > b->max - b->n))
		rc = err_set(e, ERR_LIMIT, "more than %zu bytes", b->max);
	if (rc == 0)
		rc = read_into(fd, (size_t)st.st_size, b, e);
	if (rc == 0 && b->n > 0 && b->p[b->n - 1] == '\n')
		b->n--;
	if (b->p != NULL)
		b->p[b->n] = '\0';
	if (fd >= 0)
		(void)close(fd);
	return rc == 0 ? 0 : err_wrap(e, "%s", path);
}
