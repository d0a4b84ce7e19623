/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sweep - what a start leaves to a thread in the background: ends by changed settings (retention.c), and payload files that no
 * record names, found by walking the folders; see engine.h.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

int spool_payload_walk(const char *dir, spool_file_fn *fn, void *ctx)
{
	char path[4096];
	int rc = 0;

	for (unsigned i = 0; i < 256 && rc == 0; i++) {
		struct dirent *de;
		struct id id;
		DIR *d;

		must((size_t)snprintf(path, sizeof(path), "%s/" SPOOL_PAYLOAD_DIR "/%02x", dir, i) < sizeof(path));
		if ((d = opendir(path)) == NULL)
			continue;
		while (rc == 0 && (de = readdir(d)) != NULL) {
			if (!id_parse(span_of(de->d_name), &id))
				continue;
			spool_payload_path(dir, &id, path, sizeof(path));
			rc = fn(ctx, &id, path);
		}
		closedir(d);
	}
	return rc;
}

struct sweep {
	struct spool_lmdb *s;
	uint64_t removed;
};

static int sweep_file(void *ctx, const struct id *id, const char *path)
{
	struct sweep *w = ctx;
	struct spool_txn t;
	struct err e = ERR_INIT;
	struct span val;
	bool orphan;

	if (atomic_load(&w->s->stop_sweep))
		return 1;
	/* Ids of this life may belong to an edit that is not committed yet. */
	if (id_cmp(id, &w->s->born) >= 0)
		return 0;
	if (spool_txn_read(&w->s->db, &t, &e) != 0)
		return 1;
	orphan = !spool_get(&t, TBL_FILE, id->b, ID_LEN, &val) && t.sticky == 0;
	spool_txn_end(&t);
	if (orphan && unlink(path) == 0)
		w->removed++;
	return 0;
}

static void *sweep_main(void *arg)
{
	struct sweep w = { .s = arg };

	spool_ends_settle(w.s);
	spool_payload_walk(w.s->dir, sweep_file, &w);
	if (w.removed > 0)
		log_event(LOG_INFO, "spool.swept", LOG_INT("files", (long long)w.removed));
	return NULL;
}

void spool_sweep_start(struct spool_lmdb *s)
{
	s->sweeping = pthread_create(&s->sweeper, NULL, sweep_main, s) == 0;
}

void spool_sweep_wait(struct spool_lmdb *s)
{
	if (!s->sweeping)
		return;
	pthread_join(s->sweeper, NULL);
	s->sweeping = false;
}

void spool_sweep_stop(struct spool_lmdb *s)
{
	atomic_store(&s->stop_sweep, true);
	spool_sweep_wait(s);
}

void spool_unlink_files(struct spool_lmdb *s, const struct id *ids, size_t n)
{
	pthread_mutex_lock(&s->lock);
	if (s->pins > 0 && n > 0) {
		s->late_unlinks = mem_grow(s->late_unlinks, s->late_count + n, sizeof(*ids));
		memcpy(s->late_unlinks + s->late_count, ids, n * sizeof(*ids));
		s->late_count += n;
		n = 0;
	}
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n; i++)
		spool_payload_unlink(s->dir, &ids[i]);
}

void spool_pin(struct spool_lmdb *s)
{
	spool_keys_pin(s->keys, 1);
	pthread_mutex_lock(&s->lock);
	s->pins++;
	pthread_mutex_unlock(&s->lock);
}

void spool_unpin(struct spool_lmdb *s)
{
	struct id *list = NULL;
	size_t n = 0;

	spool_keys_pin(s->keys, -1);
	pthread_mutex_lock(&s->lock);
	if (--s->pins == 0) {
		list = s->late_unlinks;
		n = s->late_count;
		s->late_unlinks = NULL;
		s->late_count = 0;
	}
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n; i++)
		spool_payload_unlink(s->dir, &list[i]);
	free(list);
}
