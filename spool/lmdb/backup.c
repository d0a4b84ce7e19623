/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * backup - a consistent copy of the spool while it works.
 *
 * The database is copied first; what it names is kept until the copy is complete (spool_pin: files are removed later,
 * empty key slots are not filled again). Keys follow, then files. A message that was erased meanwhile has lost its key
 * in the copy as well; its record there is then replaced by the one that says so: a backup never promises more than it
 * can read, and restoring it brings nothing back that was erased before its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/manifest.h"

#define PATH_LEN 4096

struct backup {
	struct spool_lmdb *s;
	const char *target;
	struct spool_manifest list;
	struct spool_db db;		/* the copied database */
	spool_progress_fn *progress;
	void *ctx;
	uint64_t done, total, missing;
	uint64_t slot_count;		/* of the copied key file */
	uint8_t *needed;		/* a bit per slot a live message of the copy names */
};

static void advance(void *ctx, uint64_t n)
{
	struct backup *b = ctx;

	b->done += n;
	if (b->done > b->total)
		b->total = b->done;	/* it grew meanwhile */
	if (b->progress != NULL)
		b->progress(b->ctx, b->done, b->total);
}

static void target_path(const struct backup *b, const char *name, char out[PATH_LEN])
{
	must((size_t)snprintf(out, PATH_LEN, "%s/%s", b->target, name) < PATH_LEN);
}

static int copy_database(struct backup *b, struct err *e)
{
	char path[PATH_LEN];
	struct stat st;
	int fd, mrc, rc = 0;

	target_path(b, SPOOL_DB_FILE, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return spool_errno(errno, "create", path, e);
	if ((mrc = mdb_env_copyfd2(b->s->db.env, fd, MDB_CP_COMPACT)) != 0)
		rc = spool_errno(mrc, "copy", path, e);	/* of the target: the spool itself is not hurt by it */
	else if (fstat(fd, &st) == 0)
		advance(b, (uint64_t)st.st_size);
	if (close(fd) != 0 && rc == 0)
		rc = spool_errno(errno, "close", path, e);
	return rc;
}

static int copy_keys(struct backup *b, struct err *e)
{
	uint8_t sha[SHA256_LEN];
	char path[PATH_LEN];
	uint64_t size;

	target_path(b, SPOOL_KEYS_FILE, path);
	return spool_copy_file(spool_keys_fd(b->s->keys), path, spool_keys_file_size(b->s->keys), sha, &size, advance,
			       b, e);
}

/* The next payload file the copied database names, in the order of ids. */
static int next_file(struct backup *b, struct id *id, bool *found, struct err *e)
{
	struct spool_txn t;
	struct spool_cur c;
	int rc = spool_txn_read(&b->db, &t, e);

	if (rc != 0)
		return rc;
	spool_cur_open(&c, &t, TBL_FILE);
	*found = spool_cur_seek(&c, id->b, ID_LEN);
	if (*found && memcmp(c.key.p, id->b, ID_LEN) == 0)
		*found = spool_cur_next(&c);
	if (*found)
		memcpy(id->b, c.key.p, ID_LEN);
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "copy", e);
	spool_txn_end(&t);
	return rc;
}

static int copy_file(struct backup *b, const struct id *id, struct err *e)
{
	char from[PATH_LEN], to[PATH_LEN], *slash;
	uint8_t sha[SHA256_LEN];
	uint64_t size;
	int fd, rc;

	spool_payload_path(b->s->dir, id, from, sizeof(from));
	spool_payload_path(b->target, id, to, sizeof(to));
	fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {	/* a loss already: the rest is worth the more */
		b->missing++;
		log_event(LOG_ERROR, "backup.file-missing", LOG_STR("file", from + strlen(b->s->dir) + 1));
		return 0;
	}
	if (fd < 0)
		return spool_errno(errno, "open", from, e);
	slash = strrchr(to, '/');
	*slash = '\0';
	rc = dir_make(to, 0700, e);
	*slash = '/';
	if (rc == 0)
		rc = spool_copy_file(fd, to, UINT64_MAX, sha, &size, advance, b, e);
	close(fd);
	return rc == 0 ? spool_manifest_add(&b->list, to + strlen(b->target) + 1, sha, size, e) : rc;
}

static int copy_files(struct backup *b, struct err *e)
{
	struct id id = { { 0 } };
	bool found = true;
	int rc = 0;

	while (rc == 0 && (rc = next_file(b, &id, &found, e)) == 0 && found)
		rc = copy_file(b, &id, e);
	return rc;
}

/* In the copy: the deliveries of the message are those of the spool now. */
static int take_deliveries(struct spool_txn *t, struct spool_txn *live, const struct id *message, struct arena *a,
			   struct err *e)
{
	struct spool_delivery d;
	struct id at = { { 0 } };
	int rc = 0;

	while (rc == 0 && spool_dlv_next_of(t, message, &at))
		if ((rc = spool_dlv_load(t, a, &at, &d, e)) == 0)
			spool_dlv_store(t, &d, NULL);
	at = (struct id){ { 0 } };
	while (rc == 0 && spool_dlv_next_of(live, message, &at))
		if ((rc = spool_dlv_load(live, a, &at, &d, e)) == 0)
			spool_dlv_store(t, NULL, &d);
	return rc;
}

/* In the copy: the message is what it is in the spool now, erased or gone. */
static int take_over(struct backup *b, struct spool_txn *t, const struct spool_rec_msg *old, struct arena *a,
		     struct err *e)
{
	struct spool_rec_msg now;
	char text[ID_TEXT_LEN];
	struct spool_txn live;
	bool gone;
	int rc = spool_txn_read(&b->s->db, &live, e);

	if (rc != 0)
		return rc;
	rc = spool_msg_load(&live, a, &old->m.id, &now, e);
	gone = rc == ERR_MISSING;
	if (rc == 0 && now.m.erased == 0)
		rc = err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "message %s: its key cannot be read",
				id_text(&old->m.id, text));
	if (rc == 0 || gone)
		rc = take_deliveries(t, &live, &old->m.id, a, e);
	spool_txn_end(&live);
	if (rc != 0)
		return rc;
	spool_del(t, TBL_SEALED, old->m.id.b, ID_LEN);
	for (size_t i = 0; i < old->m.part_count; i++)
		spool_del(t, old->refs[i].in_file ? TBL_FILE : TBL_BLOB, old->refs[i].id.b, ID_LEN);
	spool_msg_store(t, old, gone ? NULL : &now);
	return 0;
}

/* The copy's message whose key did not come along, or none; keys that did are marked as needed. */
static int find_keyless(struct backup *b, struct spool_keys *keys, struct id *at, struct arena *a, struct spool_rec_msg *r,
			bool *found, struct err *e)
{
	uint8_t key[SPOOL_KEY_LEN];
	struct spool_txn t;
	struct spool_cur c;
	struct err ignored = ERR_INIT;
	int rc = spool_txn_read(&b->db, &t, e);

	if (rc != 0)
		return rc;
	*found = false;
	spool_cur_open(&c, &t, TBL_MESSAGE);
	for (bool ok = spool_cur_seek(&c, at->b, ID_LEN); ok && rc == 0 && !*found; ok = spool_cur_next(&c)) {
		arena_reset(a);
		if ((rc = spool_rec_msg_get(c.val, a, r, e)) != 0)
			break;
		memcpy(at->b, c.key.p, ID_LEN);
		if (r->m.erased != 0)
			continue;
		*found = spool_keys_load(keys, r->slot, key, &ignored) != 0;
		if (!*found && r->slot < b->slot_count)
			b->needed[r->slot / 8] = (uint8_t)(b->needed[r->slot / 8] | 1 << r->slot % 8);
	}
	spool_wipe(key, sizeof(key));
	spool_cur_close(&c);
	if (rc == 0)
		rc = spool_txn_check(&t, "copy", e);
	spool_txn_end(&t);
	return rc;
}

static int settle_erasures(struct backup *b, struct spool_keys *keys, struct err *e)
{
	struct arena *a = arena_new();
	struct id at = { { 0 } };
	struct spool_rec_msg r;
	struct spool_txn t;
	bool found = true;
	int rc;

	while ((rc = find_keyless(b, keys, &at, a, &r, &found, e)) == 0 && found) {
		if ((rc = spool_txn_write(&b->db, &t, e)) != 0)
			break;
		if ((rc = take_over(b, &t, &r, a, e)) != 0) {
			spool_txn_end(&t);
			break;
		}
		spool_txn_put_counters(&t);
		if ((rc = spool_txn_commit(&t, e)) != 0)
			break;
	}
	arena_free(a);
	return rc;
}

/* Keys of messages that came after the database was copied do not belong into this backup. */
static int drop_other_keys(struct backup *b, struct spool_keys *keys, struct err *e)
{
	int rc = 0;

	for (uint64_t i = 1; i < b->slot_count && rc == 0; i++)
		if ((b->needed[i / 8] >> i % 8 & 1) == 0)
			rc = spool_keys_destroy(keys, &b->db, &i, 1, false, e);
	return rc;
}

static int list_file(struct backup *b, const char *name, struct err *e)
{
	uint8_t sha[SHA256_LEN];
	char path[PATH_LEN];
	uint64_t size;
	int rc;

	target_path(b, name, path);
	rc = spool_digest_file(path, sha, &size, e);
	return rc == 0 ? spool_manifest_add(&b->list, name, sha, size, e) : rc;
}

static int settle_copy(struct backup *b, struct err *e)
{
	struct spool_keys *keys = NULL;
	uint8_t id[SPOOL_ID_LEN];
	char path[PATH_LEN];
	int rc = spool_keys_open(b->target, b->s->master_key_file, false, false, &keys, id, e);

	if (rc == 0) {
		b->slot_count = spool_keys_file_size(keys) / SPOOL_SLOT_LEN;
		b->needed = mem_new((size_t)(b->slot_count / 8 + 1));
		rc = settle_erasures(b, keys, e);
	}
	if (rc == 0)
		rc = drop_other_keys(b, keys, e);
	spool_keys_close(keys);
	spool_db_close(&b->db);
	free(b->needed);
	target_path(b, "lock.mdb", path);
	(void)unlink(path);
	if (rc == 0)
		rc = list_file(b, SPOOL_KEYS_FILE, e);
	return rc == 0 ? list_file(b, SPOOL_DB_FILE, e) : rc;
}

static int run(struct backup *b, struct err *e)
{
	int rc;

	spool_pin(b->s);
	rc = copy_database(b, e);
	if (rc == 0)
		rc = copy_keys(b, e);
	if (rc == 0)
		rc = spool_db_open(&b->db, b->target, b->s->db.map_size, false, e);
	if (rc == 0)
		rc = spool_db_load_counters(&b->db, e);
	spool_chain_key(&b->db, b->s->keys);
	if (rc == 0)
		rc = copy_files(b, e);
	spool_unpin(b->s);
	return rc == 0 ? settle_copy(b, e) : rc;
}

int spool_lmdb_backup(struct spool *spool, const char *target, spool_progress_fn *progress, void *ctx,
		      uint64_t *missing, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct backup b = { .s = s, .target = target, .progress = progress, .ctx = ctx };
	uint64_t used = 0;
	int rc = spool_db_used(&s->db, &used, e);

	if (rc != 0)
		return rc;
	b.total = used + spool_keys_file_size(s->keys) + spool_writer_counters(s->writer).file_bytes;
	if (mkdir(target, 0700) != 0)
		return err_wrap((spool_errno(errno, "create", target, e), e), "backup");
	rc = spool_manifest_create(&b.list, target, e);
	if (rc == 0)
		rc = run(&b, e);
	if (rc == 0)
		rc = spool_manifest_end(&b.list, target, e);
	spool_manifest_close(&b.list);
	spool_db_close(&b.db);
	if (rc != 0) {
		spool_tree_remove(target);
		return err_wrap(e, "backup to %s", target);
	}
	*missing = b.missing;
	return 0;
}
