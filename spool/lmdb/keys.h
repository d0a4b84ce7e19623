/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keys - the slot file: one 256 bit key per message, each wrapped (AES-256-GCM) by the master key, in slots that are
 * overwritten in place and synced when a message is erased. The keys live outside LMDB because a deleted value stays in
 * LMDB's free pages; without its key, what stays there is noise.
 *
 * Keys are made ahead, a batch at a time, so that accepting a message does not have to sync this file: the batch is
 * written and synced before any record can name one of its slots. The database knows which slots are spare (made, not
 * named), free (empty) or named by a message; slot 0 is the file's head and never given out.
 * Any thread.
 */
#ifndef SPOOL_LMDB_KEYS_H
#define SPOOL_LMDB_KEYS_H

#include "spool/keys_file.h"
#include "spool/lmdb/writer.h"

struct spool_keys;

/* Opens dir/keys and checks that the master key is the right one (ERR_CONFIG with RSN_LOC_KEY_MISSING); create: makes
 * the file if there is none. spool_id receives the id of the spool that the file belongs to. */
int spool_keys_open(const char *dir, const char *master_key_file, bool create, bool read_only, struct spool_keys **out,
		    uint8_t spool_id[SPOOL_ID_LEN], struct err *e);
void spool_keys_close(struct spool_keys *k);	/* NULL is allowed */
/* A key for one purpose, from the master key. */
void spool_keys_derive(const struct spool_keys *k, const char *label, struct span context, uint8_t out[SPOOL_KEY_LEN]);

/* At start, before service: slots that were made ahead in a former life are emptied and free again. */
int spool_keys_recover(struct spool_keys *k, struct spool_db *db, struct spool_writer *w, struct err *e);

/* A new key and its slot; it is the caller's until a record names it (spool_keys_named in that transaction) or the
 * caller gives it back: used = something was encrypted under it, it must not serve another message. */
int spool_keys_take(struct spool_keys *k, struct spool_db *db, struct spool_writer *w, uint64_t *slot,
		    uint8_t key[SPOOL_KEY_LEN], struct err *e);
void spool_keys_give_back(struct spool_keys *k, uint64_t slot, uint8_t key[SPOOL_KEY_LEN], bool used);
void spool_keys_named(struct spool_txn *t, uint64_t slot);
/* An emptied slot may be used again (in the transaction that ends an erasure). */
void spool_keys_freed(struct spool_txn *t, uint64_t slot);

/* ERR_MISSING: the slot is empty (erased). ERR_CRYPTO with RSN_LOC_DATA_BAD: damaged. */
int spool_keys_load(const struct spool_keys *k, uint64_t slot, uint8_t key[SPOOL_KEY_LEN], struct err *e);
/* Overwrites the slots and (sync) syncs; on failure db is made dead, because nobody knows what the disk holds. */
int spool_keys_destroy(struct spool_keys *k, struct spool_db *db, const uint64_t *slots, size_t n, bool sync,
		       struct err *e);
/* While pinned (a backup runs) no emptied slot is filled again. */
void spool_keys_pin(struct spool_keys *k, int by);
uint64_t spool_keys_file_size(const struct spool_keys *k);
int spool_keys_fd(const struct spool_keys *k);	/* for the backup and pair.c; borrowed */

#endif
