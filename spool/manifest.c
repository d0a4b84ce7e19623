/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of a backup's files. */
#include "spool/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "base/mem.h"
#include "spool/keys_file.h"
#include "spool/payload.h"

#define PATH_LEN 4096
#define LINE_MAX_LEN 512
#define PART_NAME SPOOL_MANIFEST ".part"
#define COPY_BUF 65536

int spool_manifest_create(struct spool_manifest *m, const char *dir, struct err *e)
{
	char path[PATH_LEN];

	must((size_t)snprintf(path, sizeof(path), "%s/" PART_NAME, dir) < sizeof(path));
	*m = (struct spool_manifest){ .f = fopen(path, "wxe") };
	if (m->f == NULL)
		return spool_errno(errno, "create", path, e);
	m->all = digest_new(DIGEST_SHA256);
	return 0;
}

static int put_line(struct spool_manifest *m, const char *line, struct err *e)
{
	digest_add(m->all, line, strlen(line));
	if (fputs(line, m->f) == EOF)
		return spool_errno(errno, "write", SPOOL_MANIFEST, e);
	return 0;
}

int spool_manifest_add(struct spool_manifest *m, const char *name, const uint8_t sha[SHA256_LEN], uint64_t size,
		       struct err *e)
{
	char line[LINE_MAX_LEN], hex[2 * SHA256_LEN + 1];

	hex_encode(sha, SHA256_LEN, hex);
	must((size_t)snprintf(line, sizeof(line), "%s %" PRIu64 " %s\n", hex, size, name) < sizeof(line));
	m->files++;
	return put_line(m, line, e);
}

int spool_manifest_end(struct spool_manifest *m, const char *dir, struct err *e)
{
	char from[PATH_LEN], to[PATH_LEN], hex[2 * SHA256_LEN + 1];
	uint8_t sha[SHA256_LEN];
	bool ok;

	digest_end(m->all, sha);
	hex_encode(sha, SHA256_LEN, hex);
	must((size_t)snprintf(from, sizeof(from), "%s/" PART_NAME, dir) < sizeof(from));
	must((size_t)snprintf(to, sizeof(to), "%s/" SPOOL_MANIFEST, dir) < sizeof(to));
	ok = fprintf(m->f, "end %" PRIu64 " %s\n", m->files, hex) > 0 && fflush(m->f) == 0;
	/* One sync for all files of the backup before the name that makes it one. */
	if (!ok || syncfs(fileno(m->f)) != 0 || fsync(fileno(m->f)) != 0 || rename(from, to) != 0)
		return spool_errno(errno, "complete", to, e);
	return dir_sync(dir, e);
}

void spool_manifest_close(struct spool_manifest *m)
{
	if (m->f != NULL)
		(void)fclose(m->f);
	digest_free(m->all);
	*m = (struct spool_manifest){ .f = NULL };
}

/* Only the names a backup has: nothing else is ever opened or created from a list. */
static bool name_is_ours(const char *name, const char *records)
{
	struct id id;
	char want[128];

	if (strcmp(name, records) == 0 || strcmp(name, SPOOL_KEYS_FILE) == 0)
		return true;
	if (strncmp(name, SPOOL_PAYLOAD_DIR "/", 8) != 0 || strlen(name) < 11 || !id_parse(span_of(name + 11), &id))
		return false;
	spool_payload_path("x", &id, want, sizeof(want));
	return strcmp(name, want + 2) == 0;
}

static bool parse_line(const char *text, const char *records, struct spool_manifest_line *line)
{
	struct span s = span_trim(span_of(text)), sha, rest, size, name;

	if (!span_split(s, ' ', &sha, &rest) || !span_split(rest, ' ', &size, &name))
		return false;
	if (!hex_decode(sha, line->sha, SHA256_LEN) || !span_u64(size, INT64_MAX, &line->size) ||
	    name.n >= sizeof(line->name) || name.n == 0)
		return false;
	memcpy(line->name, name.p, name.n);
	line->name[name.n] = '\0';
	return name_is_ours(line->name, records);
}

static bool end_matches(const char *text, uint64_t files, struct digest *all)
{
	struct span s = span_trim(span_of(text)), word, rest, count, hex;
	uint8_t sha[SHA256_LEN], want[SHA256_LEN];
	uint64_t n;

	digest_end(all, sha);
	return span_split(s, ' ', &word, &rest) && span_split(rest, ' ', &count, &hex) &&
	       span_u64(count, UINT64_MAX, &n) && n == files && hex_decode(hex, want, SHA256_LEN) &&
	       memcmp(sha, want, SHA256_LEN) == 0;
}

/* Reads the list once; fn NULL: only verifies it. */
static int read_once(FILE *f, const char *records, spool_line_fn *fn, void *ctx, struct err *e)
{
	struct digest *all = digest_new(DIGEST_SHA256);
	struct spool_manifest_line line;
	char text[LINE_MAX_LEN];
	uint64_t n = 0;
	bool complete = false;
	int rc = 0;

	while (rc == 0 && !complete && fgets(text, sizeof(text), f) != NULL) {
		if (strncmp(text, "end ", 4) == 0) {
			complete = end_matches(text, n, all);
			break;
		}
		digest_add(all, text, strlen(text));
		n++;
		if (fn == NULL)
			continue;
		if (!parse_line(text, records, &line))
			rc = err_set(e, ERR_SYNTAX, "%s:%" PRIu64 ": not a line of a backup", SPOOL_MANIFEST, n);
		else
			rc = fn(ctx, &line, e);
	}
	digest_free(all);
	if (rc == 0 && !complete)
		rc = err_set(e, ERR_CRYPTO, "%s: was changed or is not complete", SPOOL_MANIFEST);
	return rc;
}

int spool_manifest_read(const char *dir, const char *records, spool_line_fn *fn, void *ctx, struct err *e)
{
	char path[PATH_LEN];
	FILE *f;
	int rc;

	must((size_t)snprintf(path, sizeof(path), "%s/" SPOOL_MANIFEST, dir) < sizeof(path));
	if ((f = fopen(path, "re")) == NULL)
		return err_set(e, ERR_MISSING, "%s: not a complete backup: no %s", dir, SPOOL_MANIFEST);
	rc = read_once(f, records, NULL, NULL, e);
	if (rc == 0) {
		rewind(f);
		rc = read_once(f, records, fn, ctx, e);
	}
	(void)fclose(f);
	return rc;
}

static int copy_bytes(int from, int to, uint64_t limit, struct digest *d, uint64_t *size, spool_done_fn *done,
		      void *ctx, struct err *e)
{
	char *buf = mem_new(COPY_BUF);
	int rc = 0;

	*size = 0;
	while (rc == 0 && *size < limit) {
		ssize_t n = pread(from, buf, COPY_BUF, (off_t)*size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = n == 0 ? 0 : spool_errno(errno, "read", "file to copy", e);
			break;
		}
		if ((uint64_t)n > limit - *size)
			n = (ssize_t)(limit - *size);
		if (to >= 0 && write_all(to, buf, (size_t)n) != 0)
			rc = spool_errno(errno, "write", "copy", e);
		digest_add(d, buf, (size_t)n);
		*size += (uint64_t)n;
		if (done != NULL)
			done(ctx, (uint64_t)n);
	}
	free(buf);
	return rc;
}

int spool_copy_file(int from, const char *to, uint64_t limit, uint8_t sha[SHA256_LEN], uint64_t *size,
		    spool_done_fn *done, void *ctx, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = fd < 0 ? spool_errno(errno, "create", to, e) : copy_bytes(from, fd, limit, d, size, done, ctx, e);

	if (fd >= 0 && close(fd) != 0 && rc == 0)
		rc = spool_errno(errno, "close", to, e);
	if (rc == 0)
		digest_end(d, sha);
	digest_free(d);
	return rc;
}

int spool_digest_file(const char *path, uint8_t sha[SHA256_LEN], uint64_t *size, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? spool_errno(errno, "open", path, e)
			: copy_bytes(fd, -1, UINT64_MAX, d, size, NULL, NULL, e);

	if (fd >= 0)
		close(fd);
	if (rc == 0)
		digest_end(d, sha);
	digest_free(d);
	return rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void spool_tree_remove(const char *dir)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
