/* SPDX-License-Identifier: EUPL-1.2 */
/* check_keys - every key in the slot file opens and belongs to something; see check.h. */
#include <inttypes.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/check.h"

void spool_check_slot_named(struct spool_checker *ck, uint64_t slot, const char *by)
{
	if (slot == 0 || slot >= ck->slot_count)
		spool_check_problem(ck, "%s names key slot %" PRIu64 ", the file has %" PRIu64, by, slot,
				    ck->slot_count);
	else if (ck->named[slot / 8] >> slot % 8 & 1)
		spool_check_problem(ck, "key slot %" PRIu64 " is named twice, the second time by %s", slot, by);
	else
		ck->named[slot / 8] = (uint8_t)(ck->named[slot / 8] | 1 << slot % 8);
}

void spool_check_keys_begin(struct spool_checker *ck)
{
	ck->slot_count = spool_keys_file_size(ck->s->keys) / SPOOL_SLOT_LEN;
	ck->named = mem_new((size_t)(ck->slot_count / 8 + 1));
}

/* Made ahead and not used yet; one that was reserved but never written lies behind the end of the file. */
static void mark_spare(struct spool_checker *ck, struct spool_txn *t)
{
	struct spool_cur c;

	spool_cur_open(&c, t, TBL_SPARE);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		uint64_t slot = c.key.n == 8 ? codec_get_be64((const uint8_t *)c.key.p) : 0;

		if (slot < ck->slot_count)
			spool_check_slot_named(ck, slot, "the list of spare keys");
	}
	spool_cur_close(&c);
}

/* Erasures under way: the next start empties their slots. */
static void mark_erasing(struct spool_checker *ck, struct spool_txn *t)
{
	struct arena *a = arena_new();
	struct spool_rec_erasing r;
	struct err e = ERR_INIT;
	struct spool_cur c;

	spool_cur_open(&c, t, TBL_ERASING);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		arena_reset(a);
		if (spool_rec_erasing_get(c.val, a, &r, &e) != 0)
			spool_check_problem(ck, "%s", e.text);
		else
			spool_check_slot_named(ck, r.slot, "an erasure under way");
	}
	spool_cur_close(&c);
	arena_free(a);
}

int spool_check_keys_end(struct spool_checker *ck, struct err *e)
{
	uint8_t key[SPOOL_KEY_LEN];
	struct err ke = ERR_INIT;
	struct spool_txn t;
	int rc = spool_txn_read(&ck->s->db, &t, e);

	if (rc == 0) {
		mark_spare(ck, &t);
		mark_erasing(ck, &t);
		rc = spool_txn_check(&t, "keys", e);
		spool_txn_end(&t);
	}
	for (uint64_t i = 1; i < ck->slot_count && rc == 0; i++) {
		int krc = spool_keys_load(ck->s->keys, i, key, &ke);

		if (krc != 0 && krc != ERR_MISSING)
			spool_check_problem(ck, "%s", ke.text);
		if (krc == 0 && (ck->named[i / 8] >> i % 8 & 1) == 0)
			spool_check_problem(ck, "key slot %" PRIu64 " holds a key of no message: something erased may still be "
					    "readable", i);
	}
	spool_wipe(key, sizeof(key));
	return rc;
}
