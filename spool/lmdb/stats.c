/* SPDX-License-Identifier: EUPL-1.2 */
/* stats - counters; nothing here walks a table but the entries of what is late. */
#include <string.h>
#include <sys/statvfs.h>

#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/lmdb/resident.h"

/* Ids are time-ordered: the first entry of each state that is not final tells its oldest. */
static int64_t oldest_waiting(struct spool_txn *t)
{
	int64_t oldest = 0;
	struct spool_cur c;

	spool_cur_open(&c, t, TBL_STATE);
	for (unsigned i = 0; i < DLV_STATES; i++) {
		uint8_t key = (uint8_t)i;
		struct id id;

		if (delivery_is_final((enum delivery_state)i) || !spool_cur_seek(&c, &key, 1) ||
		    c.key.n != 1 + ID_LEN || (uint8_t)c.key.p[0] != key)
			continue;
		memcpy(id.b, c.key.p + 1, ID_LEN);
		if (oldest == 0 || id_time(&id) < oldest)
			oldest = id_time(&id);
	}
	spool_cur_close(&c);
	return oldest;
}

/* Walks what is late and nothing else: an entry each. */
static uint64_t count_late(struct spool_txn *t)
{
	const uint8_t key = SPOOL_STATE_LATE;
	struct spool_cur c;
	uint64_t n = 0;

	spool_cur_open(&c, t, TBL_STATE);
	for (bool ok = spool_cur_seek(&c, &key, 1); ok && (uint8_t)c.key.p[0] == key; ok = spool_cur_next(&c))
		n++;
	spool_cur_close(&c);
	return n;
}

/* What is ACTIVE is counted at rest. */
static void count_active(struct spool_txn *t, uint64_t deliveries[DLV_STATES])
{
	struct arena *a = arena_new();
	size_t n;
	struct spool_lease *list = spool_leases(t, a, &n);

	for (size_t i = 0; i < n; i++) {
		struct spool_delivery d;
		struct span val;

		if (!spool_get(t, TBL_DELIVERY, list[i].id.b, ID_LEN, &val) || !spool_rec_delivery_peek(val, &d))
			continue;
		deliveries[d.state]--;
		deliveries[DLV_ACTIVE]++;
	}
	arena_free(a);
}

static int read_queue(struct spool_txn *t, struct spool_stats *out, struct err *e)
{
	struct spool_counters n = { .slots = 0 };
	int rc = spool_txn_get_counters(t, &n, e);

	if (rc != 0)
		return rc;
	memcpy(out->messages, n.messages, sizeof(out->messages));
	memcpy(out->deliveries, n.deliveries, sizeof(out->deliveries));
	memcpy(out->reasons, n.reasons, sizeof(out->reasons));
	count_active(t, out->deliveries);
	out->bytes_used = n.file_bytes;
	out->oldest_waiting = oldest_waiting(t);
	out->followed = spool_entries(t, TBL_FOLLOW);
	out->late = count_late(t);
	out->damaged = spool_entries(t, TBL_DAMAGED);
	return spool_txn_check(t, "stats", e);
}

int spool_lmdb_stats_get(struct spool *spool, struct spool_stats *out, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_counters n = spool_writer_counters(s->writer);
	struct statvfs st;
	struct spool_txn t;
	uint64_t used = 0;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*out = (struct spool_stats){ .disk_free = 0 };
	rc = read_queue(&t, out, e);
	spool_txn_end(&t);
	if (rc != 0 || (rc = spool_db_used(&s->db, &used, e)) != 0)
		return rc;
	memcpy(out->events, n.events, sizeof(out->events));
	out->bytes_used += used + spool_keys_file_size(s->keys);
	if (fstatvfs(s->dir_fd, &st) == 0)
		out->disk_free = (uint64_t)st.f_bavail * st.f_frsize;
	spool_writer_counts(s->writer, &out->commits, &out->commit_calls);
	return 0;
}

void spool_lmdb_trim(struct spool *spool)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	spool_resident_release(&s->db);
}
