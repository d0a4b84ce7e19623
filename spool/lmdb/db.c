/* SPDX-License-Identifier: EUPL-1.2 */
/* The LMDB environment and its tables. */
#include "spool/lmdb/db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/resident.h"
#include "spool/store.h"

#define DEFAULT_MAP (64ULL << 30)
#define MAX_READERS 1024
#define ALLOC_STEP_MIN (1ULL << 20)
#define ALLOC_STEP_MAX (32ULL << 20)
#define FREE_DBI 0	/* LMDB's own list of free pages: txn number -> count, pages */

static const char *const table_names[TBL_COUNT] = {
#define X(sym, name) name,
	SPOOL_TABLES(X)
#undef X
};

static enum err_code code_of(int code)
{
	switch (code) {
	case MDB_NOTFOUND:
		return ERR_MISSING;
	case MDB_KEYEXIST:
		return ERR_EXISTS;
	case MDB_READERS_FULL:
	case MDB_TXN_FULL:
		return ERR_BUSY;
	case MDB_VERSION_MISMATCH:
		return ERR_UNSUPPORTED;
	case MDB_MAP_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_FULL;
	case ENOMEM:
		return ERR_NOMEM;
	default:
		return ERR_IO;
	}
}

void spool_db_die(struct spool_db *db, const struct err *e)
{
	if (atomic_exchange(&db->dead, true))
		return;
	log_event(LOG_ERROR, "spool.dead", LOG_ERR(e));
	if (atomic_load(&db->serving))
		spool_on_death();
}

int spool_db_fail(struct spool_db *db, int code, const char *what, struct err *e)
{
	enum err_code ec = code_of(code);

	if (ec == ERR_FULL)
		return err_reason(e, ec, RSN_LOC_DISK_FULL, "spool: %s: %s", what, mdb_strerror(code));
	if (ec != ERR_IO)
		return err_set(e, ec, "spool: %s: %s", what, mdb_strerror(code));
	/* EIO from a commit is a failed sync as far as anybody can tell: the kernel may have dropped dirty pages. */
	err_set(e, ERR_IO, "spool: %s: %s", what, mdb_strerror(code));
	spool_db_die(db, e);
	return ERR_IO;
}

int spool_db_alive(const struct spool_db *db, struct err *e)
{
	if (atomic_load(&db->dead))
		return err_set(e, ERR_IO, "spool: stopped after a failed write or a damaged database; see the log");
	return 0;
}

/* Gives the blocks of [0, size) a place on the disk. Where the file system cannot, LMDB meets a full disk itself. */
static int allocate(struct spool_db *db, uint64_t size)
{
	mdb_filehandle_t fd;

	if (size > db->map_size)
		size = db->map_size;
	if (!db->can_allocate || size <= db->allocated)
		return 0;
	if (mdb_env_get_fd(db->env, &fd) != 0)
		return EINVAL;
	if (fallocate(fd, 0, 0, (off_t)size) != 0) {
		if (errno != EOPNOTSUPP && errno != EINTR)
			return errno;
		db->can_allocate = errno == EINTR;
		return 0;
	}
	db->allocated = size;
	return 0;
}

/* Pages of all tables as the transaction sees them: it cannot have touched more than these. */
static uint64_t pages_of(const struct spool_txn *t)
{
	uint64_t sum = 0;
	MDB_stat st;

	for (unsigned i = 0; i < TBL_COUNT; i++)
		if (mdb_stat(t->mdb, t->db->tables[i], &st) == 0)
			sum += st.ms_branch_pages + st.ms_leaf_pages + st.ms_overflow_pages;
	return sum;
}

/* An upper bound of what the commit will write behind the present end of the file. */
static int reserve_blocks(const struct spool_txn *t)
{
	struct spool_db *db = t->db;
	MDB_envinfo info;
	uint64_t end, need, step, most;
	int rc;

	if ((rc = mdb_env_info(db->env, &info)) != 0)
		return rc;
	end = ((uint64_t)info.me_last_pgno + 1) * db->page_size;
	/* A put dirties at most the path to its leaf, a page of a split, and its own overflow pages. */
	need = (t->puts * 4 + 16) * db->page_size + t->bytes * 2;
	if (end + need <= db->allocated)
		return 0;
	most = (pages_of(t) + 32) * db->page_size;
	need = end + (need < most ? need : most);
	if (need <= db->allocated)
		return 0;
	step = end / 8;
	step = step < ALLOC_STEP_MIN ? ALLOC_STEP_MIN : step > ALLOC_STEP_MAX ? ALLOC_STEP_MAX : step;
	if (allocate(db, need + step) == 0)
		return 0;
	return allocate(db, need);
}

int spool_txn_commit(struct spool_txn *t, struct err *e)
{
	struct spool_db *db = t->db;
	int rc = spool_txn_check(t, "write", e), mrc;

	if (rc == 0 && (mrc = reserve_blocks(t)) != 0)
		rc = spool_db_fail(db, mrc, "make room", e);
	if (rc != 0) {
		spool_txn_end(t);
		return rc;
	}
	spool_crash_point("commit");
	mrc = mdb_txn_commit(t->mdb);
	t->mdb = NULL;
	if (mrc != 0)
		return spool_db_fail(db, mrc, "commit", e);
	spool_crash_point("committed");
	db->counters = t->counters;
	spool_resident_wrote(db, t->bytes);
	return 0;
}

static int open_tables(struct spool_db *db, struct err *e)
{
	MDB_txn *txn = NULL;
	int mrc = mdb_txn_begin(db->env, NULL, db->read_only ? MDB_RDONLY : 0, &txn);

	for (unsigned i = 0; i < TBL_COUNT && mrc == 0; i++)
		mrc = mdb_dbi_open(txn, table_names[i], db->read_only ? 0 : MDB_CREATE, &db->tables[i]);
	if (mrc == 0)
		mrc = mdb_txn_commit(txn);
	else if (txn != NULL)
		mdb_txn_abort(txn);
	if (mrc == MDB_NOTFOUND && db->tables[TBL_META] != 0)
		return err_set(e, ERR_UNSUPPORTED, "spool: of an older version; depesched brings it to this one when it starts");
	return mrc == 0 ? 0 : spool_db_fail(db, mrc, "open tables", e);
}

/* Whether blocks are always given to the file ahead of use here, so that a short file was cut off. */
static bool can_hold(int fd, bool read_only)
{
	return read_only || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 1) == 0;
}

static int read_geometry(struct spool_db *db)
{
	mdb_filehandle_t fd;
	MDB_envinfo info;
	MDB_stat st;
	struct stat sb;
	int mrc;

	if ((mrc = mdb_env_info(db->env, &info)) != 0 || (mrc = mdb_env_stat(db->env, &st)) != 0 ||
	    (mrc = mdb_env_get_fd(db->env, &fd)) != 0)
		return mrc;
	if (fstat(fd, &sb) != 0)
		return errno;
	db->map_size = info.me_mapsize;
	db->page_size = st.ms_psize;
	db->needed = ((uint64_t)info.me_last_pgno + 1) * st.ms_psize;
	db->cut_off = can_hold(fd, db->read_only) && (uint64_t)sb.st_size < db->needed;
	db->can_allocate = !db->read_only;
	/* Fills holes of a copied file; a full disk at this moment is not an error yet. */
	if (db->can_allocate && !db->cut_off)
		(void)allocate(db, (uint64_t)sb.st_size);
	return 0;
}

/* A map that is longer than its file ends the process at the first look behind the end. */
static int check_whole(struct spool_db *db, const char *dir, struct err *e)
{
	int mrc = db->read_only || db->cut_off ? 0 : mdb_reader_check(db->env, NULL);

	if (db->cut_off)
		return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD,
				  "%s/" SPOOL_DB_FILE " is cut off: it needs %llu bytes; restore the whole folder from a backup", dir,
				  (unsigned long long)db->needed);
	return mrc == 0 ? 0 : spool_db_fail(db, mrc, "readers", e);
}

int spool_db_open(struct spool_db *db, const char *dir, uint64_t map_max, bool read_only, struct err *e)
{
	unsigned flags = MDB_NOTLS | (read_only ? MDB_RDONLY | MDB_NOLOCK : 0);
	int mrc, rc;

	*db = (struct spool_db){ .read_only = read_only };
	if ((mrc = mdb_env_create(&db->env)) != 0)
		return spool_db_fail(db, mrc, "create", e);
	if ((mrc = mdb_env_set_maxdbs(db->env, TBL_COUNT)) != 0 ||
	    (mrc = mdb_env_set_maxreaders(db->env, MAX_READERS)) != 0 ||
	    (mrc = mdb_env_set_mapsize(db->env, map_max == 0 ? DEFAULT_MAP : map_max)) != 0 ||
	    (mrc = mdb_env_open(db->env, dir, flags, 0600)) != 0 || (mrc = read_geometry(db)) != 0) {
		rc = spool_db_fail(db, mrc, dir, e);
		goto out;
	}
	rc = check_whole(db, dir, e);
	if (rc == 0)
		rc = open_tables(db, e);
	spool_resident_find(db);
out:
	if (rc != 0)
		spool_db_close(db);
	return rc;
}

void spool_db_close(struct spool_db *db)
{
	if (db->env != NULL)
		mdb_env_close(db->env);
	db->env = NULL;
	db->map = NULL;
}

/* Sums up LMDB's free list: each value starts with the number of pages in it. */
static int count_free(MDB_txn *txn, uint64_t *pages)
{
	MDB_cursor *cur = NULL;
	MDB_val key, val;
	int mrc = mdb_cursor_open(txn, FREE_DBI, &cur);

	*pages = 0;
	if (mrc != 0)
		return mrc;
	while ((mrc = mdb_cursor_get(cur, &key, &val, MDB_NEXT)) == 0) {
		size_t n = 0;

		if (val.mv_size >= sizeof(n))
			memcpy(&n, val.mv_data, sizeof(n));
		*pages += n;
	}
	mdb_cursor_close(cur);
	return mrc == MDB_NOTFOUND ? 0 : mrc;
}

int spool_db_used(struct spool_db *db, uint64_t *used, struct err *e)
{
	struct spool_txn t;
	MDB_envinfo info;
	uint64_t free_pages;
	int rc = spool_txn_read(db, &t, e), mrc;

	if (rc != 0)
		return rc;
	if ((mrc = mdb_env_info(db->env, &info)) == 0)
		mrc = count_free(t.mdb, &free_pages);
	spool_txn_end(&t);
	if (mrc != 0)
		return spool_db_fail(db, mrc, "free list", e);
	*used = ((uint64_t)info.me_last_pgno + 1 - free_pages) * db->page_size;
	return 0;
}

int spool_db_has_room(struct spool_db *db, struct err *e)
{
	const uint64_t limit = db->map_size - db->map_size / 16;
	MDB_envinfo info;
	uint64_t used = 0;
	int rc;

	/* The free list is only counted when the file has grown that far. */
	if (mdb_env_info(db->env, &info) == 0 && ((uint64_t)info.me_last_pgno + 1) * db->page_size <= limit)
		return 0;
	if ((rc = spool_db_used(db, &used, e)) != 0)
		return rc;
	if (used > limit)
		return err_reason(e, ERR_FULL, RSN_LOC_DISK_FULL,
				  "spool: the database has reached its limit of %llu MiB",
				  (unsigned long long)(db->map_size >> 20));
	return 0;
}
