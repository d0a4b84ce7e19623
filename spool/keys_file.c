/* SPDX-License-Identifier: EUPL-1.2 */
/* The bytes of the slot file. */
#include "spool/keys_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/file.h"
#include "base/id.h"
#include "base/mem.h"
#include "spool/crash.h"
#include "spool/payload.h"
#include "spool/store.h"

#define PATH_LEN 4096
#define MAGIC_LEN 8
#define SLOT_FULL 1
#define GENERATION_AT 96	/* in the head, behind the sealed value; zero until it is set */
#define SEALED_KEY SPOOL_SEALED_LEN(SPOOL_KEY_LEN)	/* 60 bytes behind the state byte */

static const char magic[MAGIC_LEN] = { 'D', 'E', 'P', 'K', 'E', 'Y', 'S', '1' };

/* The id of the spool and the number of the slot are authenticated: a slot cannot be moved or come from elsewhere. */
static struct span slot_aad(const struct spool_slot_file *f, uint64_t slot, uint8_t raw[SPOOL_ID_LEN + 8])
{
	memcpy(raw, f->id, SPOOL_ID_LEN);
	codec_be64(raw + SPOOL_ID_LEN, slot);
	return (struct span){ (const char *)raw, SPOOL_ID_LEN + 8 };
}

static void fill(const struct spool_slot_file *f, uint64_t slot, const uint8_t key[SPOOL_KEY_LEN],
		 uint8_t out[SPOOL_SLOT_LEN])
{
	uint8_t raw[SPOOL_ID_LEN + 8];

	memset(out, 0, SPOOL_SLOT_LEN);
	out[0] = SLOT_FULL;
	spool_seal(f->master, slot_aad(f, slot, raw), key, SPOOL_KEY_LEN, out + 1);
}

static int put(const struct spool_slot_file *f, uint64_t slot, const uint8_t bytes[SPOOL_SLOT_LEN], struct err *e)
{
	ssize_t n = pwrite(f->fd, bytes, SPOOL_SLOT_LEN, (off_t)(slot * SPOOL_SLOT_LEN));

	if (n != SPOOL_SLOT_LEN)
		return spool_errno(n < 0 ? errno : ENOSPC, "write", SPOOL_KEYS_FILE, e);
	spool_crash_point("slot");
	return 0;
}

int spool_slot_write(const struct spool_slot_file *f, uint64_t slot, const uint8_t key[SPOOL_KEY_LEN], struct err *e)
{
	uint8_t bytes[SPOOL_SLOT_LEN];

	fill(f, slot, key, bytes);
	return put(f, slot, bytes, e);
}

int spool_slot_clear(const struct spool_slot_file *f, uint64_t slot, struct err *e)
{
	static const uint8_t empty[SPOOL_SLOT_LEN];
	struct stat st;

	/* Reserved, but a crash came before it was written: must not need room on a full disk. */
	if (fstat(f->fd, &st) == 0 && (uint64_t)st.st_size <= slot * SPOOL_SLOT_LEN)
		return 0;
	return put(f, slot, empty, e);
}

int spool_slot_sync(const struct spool_slot_file *f, struct err *e)
{
	if (fdatasync(f->fd) != 0)
		return spool_errno(errno, "sync", SPOOL_KEYS_FILE, e);
	spool_crash_point("slots synced");
	return 0;
}

int spool_slot_read(const struct spool_slot_file *f, uint64_t slot, uint8_t key[SPOOL_KEY_LEN], struct err *e)
{
	uint8_t bytes[SPOOL_SLOT_LEN], raw[SPOOL_ID_LEN + 8];
	struct span sealed = { (const char *)bytes + 1, SEALED_KEY };
	ssize_t n = pread(f->fd, bytes, sizeof(bytes), (off_t)(slot * SPOOL_SLOT_LEN));

	if (n < 0)
		return spool_errno(errno, "read", SPOOL_KEYS_FILE, e);
	if (n == 0 || bytes[0] == 0)
		return err_set(e, ERR_MISSING, "key slot %llu is empty", (unsigned long long)slot);
	if (n != SPOOL_SLOT_LEN || !spool_unseal(f->master, slot_aad(f, slot, raw), sealed, key))
		return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD,
				  "key slot %llu is damaged or was made by another master key",
				  (unsigned long long)slot);
	return 0;
}

uint64_t spool_slot_generation(int fd)
{
	uint8_t raw[8];

	return pread(fd, raw, sizeof(raw), GENERATION_AT) == (ssize_t)sizeof(raw) ? codec_get_be64(raw) : 0;
}

int spool_slot_set_generation(int fd, uint64_t generation, struct err *e)
{
	uint8_t raw[8];

	codec_be64(raw, generation);
	if (pwrite(fd, raw, sizeof(raw), GENERATION_AT) != (ssize_t)sizeof(raw))
		return spool_errno(errno, "write", SPOOL_KEYS_FILE, e);
	return spool_slot_sync(&(struct spool_slot_file){ .fd = fd }, e);
}

static int read_master(struct spool_slot_file *f, const char *path, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, 4096);
	rc = file_check_private(path, e);
	if (rc == 0)
		rc = file_read(path, &b, e);	/* not file_read_secret: a random key may end in a newline */
	if (rc == 0 && b.n != SPOOL_KEY_LEN)
		rc = err_set(e, ERR_CONFIG, "%s: %zu bytes, a master key has %d", path, b.n, SPOOL_KEY_LEN);
	if (rc == 0)
		memcpy(f->master, b.p, SPOOL_KEY_LEN);
	buf_wipe(&b);
	if (rc != 0) {
		err_default_reason(e, RSN_LOC_KEY_MISSING);
		return err_wrap(e, "master key of the spool");
	}
	return 0;
}

/* Slot 0: magic and id of the spool, then a sealed value that only the right master key opens. */
static int make_file(struct spool_slot_file *f, const char *dir, struct err *e)
{
	static const uint8_t zero[SPOOL_KEY_LEN];
	uint8_t head[SPOOL_SLOT_LEN] = { 0 }, raw[SPOOL_ID_LEN + 8];

	random_bytes(f->id, SPOOL_ID_LEN);
	memcpy(head, magic, MAGIC_LEN);
	memcpy(head + MAGIC_LEN, f->id, SPOOL_ID_LEN);
	spool_seal(f->master, slot_aad(f, 0, raw), zero, sizeof(zero), head + MAGIC_LEN + SPOOL_ID_LEN);
	return file_replace(dir, SPOOL_KEYS_FILE, head, sizeof(head), 0600, e);
}

static int read_head(struct spool_slot_file *f, struct err *e)
{
	uint8_t head[SPOOL_SLOT_LEN], raw[SPOOL_ID_LEN + 8], zero[SPOOL_KEY_LEN];
	struct span sealed = { (const char *)head + MAGIC_LEN + SPOOL_ID_LEN, SEALED_KEY };

	if (pread(f->fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) || memcmp(head, magic, MAGIC_LEN) != 0)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "%s: not a key file of a spool", SPOOL_KEYS_FILE);
	memcpy(f->id, head + MAGIC_LEN, SPOOL_ID_LEN);
	if (!spool_unseal(f->master, slot_aad(f, 0, raw), sealed, zero))
		return err_reason(
			e, ERR_CONFIG, RSN_LOC_KEY_MISSING,
			"the master key is not the one this spool was made with; use the file that belongs to it");
	return 0;
}

int spool_slot_open(struct spool_slot_file *f, const char *dir, const char *master_key_file, bool create, bool read_only,
		    struct err *e)
{
	char path[PATH_LEN];
	int rc;

	*f = (struct spool_slot_file){ .fd = -1 };
	must((size_t)snprintf(path, sizeof(path), "%s/" SPOOL_KEYS_FILE, dir) < sizeof(path));
	if ((rc = read_master(f, master_key_file, e)) != 0)
		goto out;
	if (create && access(path, F_OK) != 0 && (rc = make_file(f, dir, e)) != 0)
		goto out;
	f->fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW);
	rc = f->fd < 0 ? spool_errno(errno, "open", path, e) : read_head(f, e);
out:
	if (rc != 0)
		spool_slot_close(f);
	return rc;
}

void spool_slot_close(struct spool_slot_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	spool_wipe(f->master, sizeof(f->master));
}

int spool_key_make(const char *path, struct err *e)
{
	uint8_t key[SPOOL_KEY_LEN];
	char dir[PATH_LEN];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc = 0;

	if (fd < 0)
		return spool_errno(errno, "create", path, e);
	random_bytes(key, sizeof(key));
	if (write_all(fd, key, sizeof(key)) != 0 || fsync(fd) != 0)
		rc = spool_errno(errno, "write", path, e);
	spool_wipe(key, sizeof(key));
	if (close(fd) != 0 && rc == 0)
		rc = spool_errno(errno, "close", path, e);
	if (rc != 0)
		unlink(path);
	if (rc == 0 && (size_t)snprintf(dir, sizeof(dir), "%s", path) < sizeof(dir)) {
		char *slash = strrchr(dir, '/');

		if (slash == NULL)
			return dir_sync(".", e);
		slash[slash == dir] = '\0';
		rc = dir_sync(dir, e);
	}
	return rc;
}
