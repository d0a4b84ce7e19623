/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pair - whether database and key file belong together and are whole, before anything is recovered.
 *
 * Recovery empties the key slots that the database calls spare. With a database that is older than its key file these are
 * the keys of newer messages. So both count starts and clean ends: the database first, then the key file.
 */
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define GENERATION "generation"

static uint64_t generation_of(struct spool_txn *t)
{
	struct span val;

	return spool_get(t, TBL_META, GENERATION, strlen(GENERATION), &val) && val.n == 8 ?
		       codec_get_be64((const uint8_t *)val.p) : 0;
}

/* Slots that must be in the file: those at the end that nobody has used may never have been written, because of a crash. */
static uint64_t slots_needed(struct spool_txn *t)
{
	uint64_t need = t->db->counters.slots;
	struct span val;
	uint8_t key[8];

	for (; need > 1; need--) {
		codec_be64(key, need - 1);
		if (!spool_get(t, TBL_SPARE, key, sizeof(key), &val) && !spool_get(t, TBL_FREE, key, sizeof(key), &val))
			break;
	}
	return need;
}

static int bad(struct err *e, const struct spool_lmdb *s, const char *what)
{
	return err_reason(e, ERR_CONFIG, RSN_LOC_DATA_BAD, "%s: %s; restore the whole folder from a backup", s->dir, what);
}

int spool_pair_check(struct spool_lmdb *s, bool fresh, struct err *e)
{
	uint64_t in_keys = spool_slot_generation(spool_keys_fd(s->keys)), in_db = 0, size = spool_keys_file_size(s->keys), need = 0;
	struct spool_txn t;
	int rc;

	if (fresh)
		return size <= SPOOL_SLOT_LEN ? 0 : bad(e, s, SPOOL_DB_FILE " is missing or empty, but there are keys of messages");
	if ((rc = spool_txn_read(&s->db, &t, e)) != 0)
		return rc;
	in_db = generation_of(&t);
	need = slots_needed(&t);
	rc = spool_txn_check(&t, "generation", e);
	spool_txn_end(&t);
	if (rc != 0)
		return rc;
	if (in_keys > in_db)
		return bad(e, s, SPOOL_DB_FILE " is older than the key file");
	if (in_keys + 1 < in_db)
		return bad(e, s, "the key file is older than " SPOOL_DB_FILE);
	if (size < need * SPOOL_SLOT_LEN)
		return bad(e, s, "the key file is cut off");
	return 0;
}

static int bump_job(struct spool_txn *t, void *ctx, struct err *e)
{
	uint64_t *next = ctx;
	uint8_t raw[8];

	*next = generation_of(t) + 1;
	codec_be64(raw, *next);
	spool_put(t, TBL_META, GENERATION, strlen(GENERATION), raw, sizeof(raw));
	return spool_txn_check(t, "generation", e);
}

int spool_pair_bump(struct spool_lmdb *s, struct err *e)
{
	uint64_t next = 0;
	int rc = spool_writer_do(s->writer, bump_job, &next, e);

	return rc == 0 ? spool_slot_set_generation(spool_keys_fd(s->keys), next, e) : rc;
}
