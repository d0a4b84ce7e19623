/* SPDX-License-Identifier: EUPL-1.2 */
/* open - opening and closing; see store.h and engine.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/lmdb/lmdb.h"

int spool_lock_dir(const char *dir, int *fd, struct err *e)
{
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return spool_errno(errno, "open", dir, e);
	if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
		close(*fd);
		*fd = -1;
		return err_set(e, ERR_BUSY, "%s: in use by another process", dir);
	}
	return 0;
}

int spool_disk_check(const struct spool_lmdb *s, struct err *e)
{
	struct statvfs st;

	if (s->reserve == 0)
		return 0;
	if (fstatvfs(s->dir_fd, &st) != 0)
		return spool_errno(errno, "statvfs", s->dir, e);
	if ((uint64_t)st.f_bavail * st.f_frsize < s->reserve)
		return err_reason(e, ERR_FULL, RSN_LOC_DISK_FULL, "%s: less than %llu MiB are free", s->dir,
				  (unsigned long long)(s->reserve >> 20));
	return 0;
}

/* The format and the id tie the database to this program and to its key file. */
static int identity_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct spool_lmdb *s = ctx;
	struct span val;

	if (!spool_get(t, TBL_META, "format", 6, &val)) {
		spool_put(t, TBL_META, "format", 6, SPOOL_FORMAT, strlen(SPOOL_FORMAT));
		spool_put(t, TBL_META, "id", 2, s->id, SPOOL_ID_LEN);
		spool_ends_note(t, &s->retention);
	}
	return spool_txn_check(t, "identity", e);
}

/* Older formats are brought to this one when the spool is opened for work. */
static int check_format(const struct spool_lmdb *s, struct span format, bool quiet, bool *old, struct err *e)
{
	*old = span_is(format, SPOOL_FORMAT_1) || span_is(format, SPOOL_FORMAT_2) || span_is(format, SPOOL_FORMAT_3) ||
	       span_is(format, SPOOL_FORMAT_4);
	if (*old && quiet)
		return err_set(e, ERR_UNSUPPORTED,
			       "%s: format %.*s of an older version; depesched brings it to %s when it starts", s->dir,
			       (int)format.n, format.p, SPOOL_FORMAT);
	if (!*old && !span_is(format, SPOOL_FORMAT))
		return err_set(e, ERR_UNSUPPORTED, "%s: format %.*s, this program knows %s", s->dir, (int)format.n,
			       format.p, SPOOL_FORMAT);
	return 0;
}

static int check_identity(struct spool_lmdb *s, bool quiet, bool *fresh, bool *old, struct err *e)
{
	struct spool_txn t;
	struct span val;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*fresh = !spool_get(&t, TBL_META, "format", 6, &val);
	if (!*fresh)
		rc = check_format(s, val, quiet, old, e);
	if (rc == 0 && !*fresh &&
	    (!spool_get(&t, TBL_META, "id", 2, &val) || val.n != SPOOL_ID_LEN || memcmp(val.p, s->id, val.n) != 0))
		rc = err_reason(e, ERR_CONFIG, RSN_LOC_DATA_BAD, "%s: database and key file belong to different spools",
				s->dir);
	if (rc == 0)
		rc = spool_txn_check(&t, "identity", e);
	spool_txn_end(&t);
	return rc == 0 ? spool_db_load_counters(&s->db, e) : rc;
}

static int open_files(struct spool_lmdb *s, const struct spool_options *o, bool quiet, struct err *e)
{
	char path[4096];
	bool create;
	int rc;

	if ((rc = spool_lock_dir(s->dir, &s->dir_fd, e)) != 0)
		return rc;
	/* A database without its key file is never given a new one. */
	must((size_t)snprintf(path, sizeof(path), "%s/" SPOOL_DB_FILE, s->dir) < sizeof(path));
	create = !quiet && access(path, F_OK) != 0;
	if ((rc = spool_keys_open(s->dir, o->master_key_file, create, quiet, &s->keys, s->id, e)) != 0)
		return rc;
	if ((rc = spool_db_open(&s->db, s->dir, o->size_max, quiet, e)) == 0)
		spool_chain_key(&s->db, s->keys);
	return rc;
}

/* What a former life left undone. */
static int clean_up(struct spool_lmdb *s, struct err *e)
{
	uint64_t pulled;
	int rc = spool_payload_make_dir(s->dir, e);

	if (rc == 0)
		rc = spool_keys_recover(s->keys, &s->db, s->writer, e);
	if (rc == 0)
		rc = spool_erasures_finish(s, e);
	if (rc == 0)
		rc = spool_leases_end(s, clock_now(), e);
	if (rc == 0)
		rc = spool_clock_check(&s->spool, clock_now(), &pulled, e);
	if (rc == 0)
		rc = spool_ends_look(s, e);
	if (rc == 0)
		spool_sweep_start(s);
	return rc;
}

static int recover(struct spool_lmdb *s, bool fresh, bool old, struct err *e)
{
	int rc = 0;

	if (id_is_zero(&s->node))
		memcpy(s->node.b, s->id, ID_LEN);
	if (old)
		rc = spool_migrate(s, e);
	if (rc == 0)
		rc = spool_writer_new(&s->db, &s->writer, e);
	if (rc == 0 && fresh)
		rc = spool_writer_do(s->writer, identity_job, s, e);
	if (rc == 0)
		rc = spool_pair_bump(s, e);
	return rc == 0 ? clean_up(s, e) : rc;
}

static struct spool_lmdb *make(const struct spool_options *o)
{
	struct spool_lmdb *s = mem_new(sizeof(*s));
	pthread_condattr_t attr;

	s->spool.ops = &spool_lmdb;
	s->dir = mem_dup(o->dir);
	s->master_key_file = mem_dup(o->master_key_file);
	s->dir_fd = -1;
	s->reserve = o->reserve;
	s->node = o->node;
	s->retention = o->retention;
	s->clock = o->clock;
	s->budget = o->budget;
	s->born = id_new();
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->queue_moved, &attr);
	pthread_condattr_destroy(&attr);
	return s;
}

int spool_attach(const struct spool_options *o, bool quiet, struct spool_lmdb **out, struct err *e)
{
	struct spool_lmdb *s = make(o);
	bool fresh = false, old = false;
	int rc = quiet ? 0 : dir_make(o->dir, 0700, e);

	if (rc == 0)
		rc = open_files(s, o, quiet, e);
	if (rc == 0)
		rc = check_identity(s, quiet, &fresh, &old, e);
	if (rc == 0 && quiet && fresh)
		rc = err_set(e, ERR_MISSING, "%s: not a spool", o->dir);
	if (rc == 0)
		rc = spool_pair_check(s, fresh, e);
	if (rc == 0 && !quiet)
		rc = recover(s, fresh, old, e);
	if (rc != 0) {
		spool_close(&s->spool);
		return err_wrap(e, "open spool %s", o->dir);
	}
	atomic_store(&s->db.serving, !quiet);
	*out = s;
	return 0;
}

int spool_lmdb_open(const struct spool_options *o, struct spool **out, struct err *e)
{
	struct spool_lmdb *s;
	int rc = spool_attach(o, false, &s, e);

	if (rc == 0)
		*out = &s->spool;
	return rc;
}

void spool_lmdb_close(struct spool *spool)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct err ignored = ERR_INIT;

	spool_sweep_stop(s);
	/* A clean end counts as well; one that cannot be noted is the same as a kill. */
	if (atomic_load(&s->db.serving) && !spool_is_dead(spool))
		(void)spool_pair_bump(s, &ignored);
	spool_writer_free(s->writer);
	spool_db_close(&s->db);
	spool_keys_close(s->keys);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	pthread_cond_destroy(&s->queue_moved);
	pthread_mutex_destroy(&s->lock);
	free(s->late_unlinks);
	free(s->dir);
	free(s->master_key_file);
	free(s);
}

bool spool_lmdb_is_dead(const struct spool *spool)
{
	return atomic_load(&((const struct spool_lmdb *)spool)->db.dead);
}

void spool_queue_bump(struct spool_lmdb *s)
{
	pthread_mutex_lock(&s->lock);
	s->queue_seq++;
	pthread_cond_broadcast(&s->queue_moved);
	pthread_mutex_unlock(&s->lock);
}

uint64_t spool_lmdb_queue_wait(struct spool *spool, uint64_t seen, int64_t ms)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	const struct timespec until = clock_after(ms > 0 ? ms * CLOCK_MS : 0);
	uint64_t seq;

	pthread_mutex_lock(&s->lock);
	while (ms > 0 && s->queue_seq == seen)
		if (pthread_cond_timedwait(&s->queue_moved, &s->lock, &until) != 0)
			break;
	seq = s->queue_seq;
	pthread_mutex_unlock(&s->lock);
	return seq;
}
