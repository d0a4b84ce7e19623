/* SPDX-License-Identifier: EUPL-1.2 */
/* Parts in memory or in write-once files. */
#include "spool/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "spool/crash.h"

#define PATH_LEN 4096

struct spool_payload {
	const char *dir;
	struct spool_crypt *crypt;
	struct digest *digest;
	struct id part;
	uint64_t size, blocks;
	bool inline_allowed, keep;
	int fd;			/* -1: in memory so far */
	uint8_t sha[SHA256_LEN];
	size_t n, cap;		/* plain bytes in block, its size: grows to SPOOL_BLOCK, most parts are small */
	uint8_t *block, *sealed;	/* sealed: for one block; has the inline bytes after finish */
	size_t sealed_n;
};

int spool_errno(int errnum, const char *what, const char *path, struct err *e)
{
	if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG)
		return err_reason(e, ERR_FULL, RSN_LOC_DISK_FULL, "%s %s: %s", what, path, strerror(errnum));
	return err_set(e, err_from_errno(errnum), "%s %s: %s", what, path, strerror(errnum));
}

void spool_payload_path(const char *dir, const struct id *part, char *out, size_t n)
{
	char text[ID_TEXT_LEN];

	id_text(part, text);
	must((size_t)snprintf(out, n, "%s/" SPOOL_PAYLOAD_DIR "/%02x/%s", dir, part->b[ID_LEN - 1], text) < n);
}

void spool_payload_unlink(const char *dir, const struct id *part)
{
	char path[PATH_LEN];

	spool_payload_path(dir, part, path, sizeof(path));
	spool_crash_point("payload unlink");
	(void)unlink(path);	/* not there: a crash came between, and the sweep or another run was faster */
}

int spool_payload_make_dir(const char *dir, struct err *e)
{
	char path[PATH_LEN];
	int rc;

	must((size_t)snprintf(path, sizeof(path), "%s/" SPOOL_PAYLOAD_DIR, dir) < sizeof(path));
	if (access(path, F_OK) == 0)
		return 0;
	rc = dir_make(path, 0700, e);
	return rc == 0 ? dir_sync(dir, e) : rc;
}

struct spool_payload *spool_payload_new(const char *dir, const uint8_t message_key[SPOOL_KEY_LEN],
					const struct id *part, bool inline_allowed)
{
	struct spool_payload *p = mem_new(sizeof(*p));

	p->dir = dir;
	p->part = *part;
	p->crypt = spool_part_crypt(message_key, part);
	p->digest = digest_new(DIGEST_SHA256);
	p->inline_allowed = inline_allowed;
	p->fd = -1;
	return p;
}

/* payload/xx, made when its first file comes; its entry in payload is synced at once. */
static int make_folder(const char *path, struct err *e)
{
	char dir[PATH_LEN];
	int rc;

	must((size_t)snprintf(dir, sizeof(dir), "%s", path) < sizeof(dir));
	*strrchr(dir, '/') = '\0';
	if ((rc = dir_make(dir, 0700, e)) != 0)
		return rc;
	*strrchr(dir, '/') = '\0';
	return dir_sync(dir, e);
}

static int create_file(struct spool_payload *p, struct err *e)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	char path[PATH_LEN];
	int rc;

	spool_payload_path(p->dir, &p->part, path, sizeof(path));
	p->fd = open(path, flags, 0600);
	if (p->fd < 0 && errno == ENOENT) {
		if ((rc = make_folder(path, e)) != 0)
			return rc;
		p->fd = open(path, flags, 0600);
	}
	if (p->fd < 0) {
		p->fd = -1;
		return spool_errno(errno, "create", path, e);
	}
	spool_crash_point("payload created");
	return 0;
}

/* Encrypts what is in the block and writes it to the file. */
static int flush_block(struct spool_payload *p, bool last, struct err *e)
{
	int rc;

	if (p->fd < 0 && (rc = create_file(p, e)) != 0)
		return rc;
	if (p->sealed == NULL)
		p->sealed = mem_new(SPOOL_STORED_BLOCK);
	spool_block_seal(p->crypt, &p->part, p->blocks++, last, p->block, p->n, p->sealed);
	if (write_all(p->fd, p->sealed, p->n + SPOOL_TAG_LEN) != 0)
		return spool_errno(errno, "write", "payload", e);
	spool_crash_point("payload block");
	p->n = 0;
	return 0;
}

/* Room for n more bytes, up to a whole block; what is left behind is wiped. */
static void grow_block(struct spool_payload *p, size_t n)
{
	size_t cap = p->cap == 0 ? 8192 : p->cap;
	uint8_t *bigger;

	while (cap < p->n + n && cap < SPOOL_BLOCK)
		cap *= 2;
	if (cap == p->cap)
		return;
	bigger = mem_new(cap);
	if (p->n > 0)
		memcpy(bigger, p->block, p->n);
	if (p->block != NULL)
		spool_wipe(p->block, p->cap);
	free(p->block);
	p->block = bigger;
	p->cap = cap;
}

int spool_payload_write(struct spool_payload *p, const void *data, size_t n, struct err *e)
{
	const uint8_t *in = data;
	int rc;

	digest_add(p->digest, data, n);
	p->size += n;
	while (n > 0) {
		size_t part = SPOOL_BLOCK - p->n;

		/* A full block is held back until more comes: only then it is known not to be the last one. */
		if (part == 0) {
			if ((rc = flush_block(p, false, e)) != 0)
				return rc;
			continue;
		}
		if (part > n)
			part = n;
		grow_block(p, part);
		memcpy(p->block + p->n, in, part);
		p->n += part;
		in += part;
		n -= part;
	}
	return 0;
}

static int sync_file(struct spool_payload *p, struct err *e)
{
	char path[PATH_LEN];
	int rc;

	spool_payload_path(p->dir, &p->part, path, sizeof(path));
	if (fsync(p->fd) != 0)
		return spool_errno(errno, "sync", path, e);
	rc = close(p->fd) == 0 ? 0 : spool_errno(errno, "close", path, e);
	p->fd = -2;
	*strrchr(path, '/') = '\0';
	if (rc == 0)
		rc = dir_sync(path, e);
	spool_crash_point("payload synced");
	return rc;
}

static void drop_block(struct spool_payload *p)
{
	if (p->block != NULL)
		spool_wipe(p->block, p->cap);
	free(p->block);
	p->block = NULL;
	p->cap = p->n = 0;
}

int spool_payload_finish(struct spool_payload *p, struct err *e)
{
	int rc = 0;

	digest_end(p->digest, p->sha);
	if (p->blocks == 0 && p->inline_allowed) {
		p->sealed_n = p->n + SPOOL_TAG_LEN;
		p->sealed = mem_new(p->sealed_n);
		spool_block_seal(p->crypt, &p->part, 0, true, p->block, p->n, p->sealed);
	} else {
		rc = flush_block(p, true, e);
		if (rc == 0)
			rc = sync_file(p, e);
	}
	drop_block(p);
	return rc;
}

uint64_t spool_payload_size(const struct spool_payload *p)
{
	return p->size;
}

void spool_payload_digest(const struct spool_payload *p, uint8_t out[SHA256_LEN])
{
	memcpy(out, p->sha, SHA256_LEN);
}

struct span spool_payload_inline(const struct spool_payload *p)
{
	return p->sealed_n == 0 ? SPAN_EMPTY : (struct span){ (const char *)p->sealed, p->sealed_n };
}

void spool_payload_keep(struct spool_payload *p)
{
	p->keep = true;
}

void spool_payload_free(struct spool_payload *p)
{
	if (p == NULL)
		return;
	if (p->fd >= 0)
		close(p->fd);
	if (p->fd != -1 && !p->keep)
		spool_payload_unlink(p->dir, &p->part);
	drop_block(p);
	free(p->sealed);
	digest_free(p->digest);
	spool_crypt_free(p->crypt);
	free(p);
}

int spool_payload_open(const char *dir, const uint8_t message_key[SPOOL_KEY_LEN], const struct id *part, uint64_t size,
		       struct span sealed, struct src **out, struct err *e)
{
	char path[PATH_LEN];
	int fd = -1;

	if (sealed.p == NULL) {
		spool_payload_path(dir, part, path, sizeof(path));
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			return spool_errno(errno, "open", path, e);
	} else if (sealed.n > SPOOL_STORED_BLOCK) {
		return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "payload: %zu bytes inline", sealed.n);
	}
	*out = spool_block_src(fd, sealed, spool_part_crypt(message_key, part), part, size, 0);
	return 0;
}
