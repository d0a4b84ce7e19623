/* SPDX-License-Identifier: EUPL-1.2 */
/* scratch - bytes that wait for their verdict: small ones in memory, more in a nameless encrypted file; see store.h. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "spool/ops.h"
#include "spool/payload.h"

struct spool_scratch {
	struct sink sink;
	char *dir;
	size_t mem_max;
	struct buf mem;		/* all bytes so far; once there is a file: the block under way */
	int fd;			/* -1: in memory */
	struct spool_crypt *crypt;
	uint8_t key[SPOOL_KEY_LEN];
	struct id id;
	uint64_t size, blocks;
	uint64_t charged, looked;	/* in the file, in in_use; at the last look for room */
	uint8_t *sealed;
	bool finished, failed;
};

#define LOOK_EVERY (4U << 20)

static atomic_ullong in_use, budget, reserve;

void spool_scratch_limit(uint64_t bytes, uint64_t keep_free)
{
	atomic_store(&budget, bytes);
	atomic_store(&reserve, keep_free);
}

/* A request must not take the last of the disk from what was accepted. */
static int look_for_room(struct spool_scratch *x, struct err *e)
{
	struct statvfs st;

	if (x->charged - x->looked < LOOK_EVERY && x->looked != 0)
		return 0;
	x->looked = x->charged;
	if (atomic_load(&reserve) != 0 && statvfs(x->dir, &st) == 0 &&
	    (uint64_t)st.f_bavail * st.f_frsize < atomic_load(&reserve))
		return err_reason(e, ERR_FULL, RSN_LOC_DISK_FULL, "%s: the reserve of the disk is reached", x->dir);
	return 0;
}

static int charge(struct spool_scratch *x, size_t n, struct err *e)
{
	uint64_t most = atomic_load(&budget), now = atomic_fetch_add(&in_use, n) + n;

	x->charged += n;
	if (most != 0 && now > most)
		return err_reason(e, ERR_FULL, RSN_LOC_QUOTA_SCRATCH, "requests under way need more than %llu MiB on the disk",
				  (unsigned long long)(most >> 20));
	return look_for_room(x, e);
}

static int put_block(struct spool_scratch *x, const char *p, size_t n, bool last, struct err *e)
{
	int rc = charge(x, n + SPOOL_TAG_LEN, e);

	if (rc != 0)
		return rc;
	spool_block_seal(x->crypt, &x->id, x->blocks++, last, p, n, x->sealed);
	if (write_all(x->fd, x->sealed, n + SPOOL_TAG_LEN) != 0)
		return spool_errno(errno, "write", "scratch file", e);
	return 0;
}

/* Full blocks leave the memory; the last bytes are held back, they may be the last block. */
static int flush(struct spool_scratch *x, struct err *e)
{
	size_t done = 0;
	int rc = 0;

	while (rc == 0 && x->mem.n - done > SPOOL_BLOCK) {
		rc = put_block(x, x->mem.p + done, SPOOL_BLOCK, false, e);
		done += SPOOL_BLOCK;
	}
	memmove(x->mem.p, x->mem.p + done, x->mem.n - done);
	x->mem.n -= done;
	return rc;
}

static int spill(struct spool_scratch *x, struct err *e)
{
	int rc = file_temp(x->dir, &x->fd, e);

	if (rc != 0)
		return rc;
	random_bytes(x->key, sizeof(x->key));
	x->id = id_new();
	x->crypt = spool_part_crypt(x->key, &x->id);
	x->sealed = mem_new(SPOOL_STORED_BLOCK);
	return 0;
}

static int scratch_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct spool_scratch *x = (struct spool_scratch *)s;
	const char *in = data;
	int rc = 0;

	if (x->finished || x->failed)
		return err_set(e, ERR_WRONG_STATE, "scratch: written after its end");
	if (x->fd < 0 && x->mem.n + n > x->mem_max)
		rc = spill(x, e);
	x->size += n;
	while (rc == 0 && n > 0) {
		size_t part = x->fd >= 0 && n > SPOOL_BLOCK ? SPOOL_BLOCK : n;

		buf_put(&x->mem, in, part);
		in += part;
		n -= part;
		if (x->fd >= 0)
			rc = flush(x, e);
	}
	x->failed = rc != 0;
	return rc == 0 ? 0 : err_wrap(e, "scratch");
}

static int scratch_finish(struct sink *s, struct err *e)
{
	struct spool_scratch *x = (struct spool_scratch *)s;
	int rc = 0;

	if (x->finished || x->failed)
		return err_set(e, ERR_WRONG_STATE, "scratch: finished after its end");
	if (x->fd >= 0) {
		rc = put_block(x, x->mem.p, x->mem.n, true, e);
		buf_wipe(&x->mem);
	}
	x->finished = rc == 0;
	x->failed = rc != 0;
	return rc == 0 ? 0 : err_wrap(e, "scratch");
}

static void scratch_close(struct sink *s)
{
	(void)s;	/* the scratch itself is freed by spool_scratch_free */
}

struct spool_scratch *spool_scratch_new(const char *dir, size_t mem_max)
{
	struct spool_scratch *x = mem_new(sizeof(*x));

	x->sink = (struct sink){ scratch_write, scratch_finish, scratch_close };
	x->dir = mem_dup(dir);
	x->mem_max = mem_max;
	x->fd = -1;
	buf_init(&x->mem, mem_max + (size_t)2 * SPOOL_BLOCK);
	return x;
}

struct sink *spool_scratch_sink(struct spool_scratch *x)
{
	return &x->sink;
}

int spool_scratch_open(struct spool_scratch *x, uint64_t offset, struct src **out, struct err *e)
{
	int fd;

	if (!x->finished)
		return err_set(e, ERR_WRONG_STATE, "scratch: read before its end");
	if (offset > x->size)
		return err_set(e, ERR_LIMIT, "scratch: offset %llu, it has %llu bytes", (unsigned long long)offset,
			       (unsigned long long)x->size);
	if (x->fd < 0) {
		*out = src_of_mem(buf_str(&x->mem) + offset, x->mem.n - (size_t)offset);
		return 0;
	}
	if ((fd = dup(x->fd)) < 0)
		return spool_errno(errno, "open", "scratch file", e);
	*out = spool_block_src(fd, SPAN_EMPTY, spool_part_crypt(x->key, &x->id), &x->id, x->size, offset);
	return 0;
}

uint64_t spool_scratch_size(const struct spool_scratch *x)
{
	return x->size;
}

void spool_scratch_free(struct spool_scratch *x)
{
	if (x == NULL)
		return;
	atomic_fetch_sub(&in_use, x->charged);
	if (x->fd >= 0)
		close(x->fd);
	buf_wipe(&x->mem);
	spool_wipe(x->key, sizeof(x->key));
	spool_crypt_free(x->crypt);
	free(x->sealed);
	free(x->dir);
	free(x);
}
