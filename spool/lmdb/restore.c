/* SPDX-License-Identifier: EUPL-1.2 */
/* restore - a backup becomes a spool again: every file is compared with the manifest while it is copied. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/manifest.h"

#define PATH_LEN 4096

struct restore {
	const char *backup;
	char *partial;		/* the spool under its working name */
	spool_progress_fn *progress;
	void *ctx;
	uint64_t done, total;
};

static void advance(void *ctx, uint64_t n)
{
	struct restore *r = ctx;

	r->done += n;
	if (r->progress != NULL)
		r->progress(r->ctx, r->done, r->total);
}

static int add_size_line(void *ctx, const struct spool_manifest_line *line, struct err *e)
{
	struct restore *r = ctx;

	(void)e;
	r->total += line->size;
	return 0;
}

static int restore_file(void *ctx, const struct spool_manifest_line *line, struct err *e)
{
	struct restore *r = ctx;
	char from[PATH_LEN], to[PATH_LEN], *slash;
	uint8_t sha[SHA256_LEN];
	uint64_t size;
	int fd, rc;

	must((size_t)snprintf(from, sizeof(from), "%s/%s", r->backup, line->name) < sizeof(from));
	must((size_t)snprintf(to, sizeof(to), "%s/%s", r->partial, line->name) < sizeof(to));
	slash = strrchr(to, '/');
	*slash = '\0';
	rc = dir_make(to, 0700, e);
	*slash = '/';
	if (rc != 0)
		return rc;
	if ((fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "%s: %s", from, strerror(errno));
	rc = spool_copy_file(fd, to, UINT64_MAX, sha, &size, advance, r, e);
	close(fd);
	if (rc == 0 && (size != line->size || memcmp(sha, line->sha, SHA256_LEN) != 0))
		rc = err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "%s: is not what was backed up", from);
	return rc;
}

static int check_target(const char *dir, struct err *e)
{
	if (rmdir(dir) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTEMPTY || errno == EEXIST)
		return err_set(e, ERR_EXISTS, "%s: is not empty", dir);
	return spool_errno(errno, "replace", dir, e);
}

/* The files are only worth keeping if the key at hand opens them. */
static int check_key(const struct restore *r, const struct spool_options *o, struct err *e)
{
	uint8_t id[SPOOL_ID_LEN];
	struct spool_keys *keys = NULL;
	int rc = spool_keys_open(r->partial, o->master_key_file, false, true, &keys, id, e);

	spool_keys_close(keys);
	return rc;
}

static int put_in_place(const struct restore *r, const struct spool_options *o, struct err *e)
{
	char parent[PATH_LEN], *slash;
	int fd, rc = 0;

	if ((fd = open(r->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || syncfs(fd) != 0)
		rc = spool_errno(errno, "sync", r->partial, e);
	if (fd >= 0)
		close(fd);
	if (rc == 0 && rename(r->partial, o->dir) != 0)
		rc = spool_errno(errno, "rename to", o->dir, e);
	if (rc != 0)
		return rc;
	must((size_t)snprintf(parent, sizeof(parent), "%s", o->dir) < sizeof(parent));
	if ((slash = strrchr(parent, '/')) == NULL)
		return dir_sync(".", e);
	slash[slash == parent] = '\0';
	return dir_sync(parent, e);
}

int spool_lmdb_restore(const char *backup, const struct spool_options *o, spool_progress_fn *progress, void *ctx,
		       struct err *e)
{
	struct restore r = { .backup = backup, .progress = progress, .ctx = ctx };
	int rc;

	r.partial = mem_printf("%s.restoring", o->dir);
	if ((rc = spool_manifest_read(backup, SPOOL_DB_FILE, add_size_line, &r, e)) != 0 || (rc = check_target(o->dir, e)) != 0)
		goto out;
	spool_tree_remove(r.partial);	/* of an attempt that was interrupted */
	if ((rc = dir_make(r.partial, 0700, e)) == 0)
		rc = spool_manifest_read(backup, SPOOL_DB_FILE, restore_file, &r, e);
	if (rc == 0)
		rc = check_key(&r, o, e);
	if (rc == 0)
		rc = put_in_place(&r, o, e);
	if (rc != 0)
		spool_tree_remove(r.partial);
out:
	free(r.partial);
	return rc == 0 ? 0 : err_wrap(e, "restore %s", backup);
}
