/* SPDX-License-Identifier: EUPL-1.2 */
/* Which slot holds whose key. */
#include "spool/lmdb/keys.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/mem.h"
#include "spool/keys_file.h"

#define BATCH 256	/* keys made ahead with one sync */
#define LOW 96		/* fewer than this: whoever takes one makes the next batch, the others go on */

struct spare {
	uint64_t slot;
	uint8_t key[SPOOL_KEY_LEN];
};

struct spool_keys {
	struct spool_slot_file file;
	pthread_mutex_t lock;
	pthread_cond_t refilled;
	bool refilling;
	struct spare pool[2 * BATCH];	/* ready for use */
	size_t ready;
	uint64_t *used;			/* given back after use: to be made anew before they serve again */
	size_t used_count;
	int pins;
};

int spool_keys_open(const char *dir, const char *master_key_file, bool create, bool read_only, struct spool_keys **out,
		    uint8_t spool_id[SPOOL_ID_LEN], struct err *e)
{
	struct spool_keys *k = mem_new(sizeof(*k));
	int rc = spool_slot_open(&k->file, dir, master_key_file, create, read_only, e);

	if (rc != 0) {
		free(k);
		return rc;
	}
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->refilled, NULL);
	memcpy(spool_id, k->file.id, SPOOL_ID_LEN);
	*out = k;
	return 0;
}

void spool_keys_close(struct spool_keys *k)
{
	if (k == NULL)
		return;
	spool_slot_close(&k->file);
	pthread_cond_destroy(&k->refilled);
	pthread_mutex_destroy(&k->lock);
	free(k->used);
	spool_wipe(k, sizeof(*k));
	free(k);
}

void spool_keys_derive(const struct spool_keys *k, const char *label, struct span context, uint8_t out[SPOOL_KEY_LEN])
{
	spool_crypt_derive(k->file.master, label, context, out);
}

struct batch {
	uint64_t slots[BATCH];
	size_t n;
	bool reuse_free;
};

/* Chooses slots: empty ones first, then new ones at the end; all become spare in the database. */
static int reserve_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct batch *b = ctx;
	struct spool_cur c;
	uint8_t key[8];
	size_t n = 0;

	if (t->counters.slots == 0)
		t->counters.slots = 1;
	spool_cur_open(&c, t, TBL_FREE);
	for (bool ok = b->reuse_free && spool_cur_first(&c); ok && n < b->n; ok = spool_cur_next(&c))
		if (c.key.n == 8)
			b->slots[n++] = codec_get_be64((const uint8_t *)c.key.p);
	spool_cur_close(&c);
	for (size_t i = 0; i < n; i++) {
		codec_be64(key, b->slots[i]);
		spool_del(t, TBL_FREE, key, sizeof(key));
	}
	for (; n < b->n; n++)
		b->slots[n] = t->counters.slots++;
	for (size_t i = 0; i < n; i++) {
		codec_be64(key, b->slots[i]);
		spool_put(t, TBL_SPARE, key, sizeof(key), "", 0);
	}
	return spool_txn_check(t, "reserve key slots", e);
}

static void add_used(struct spool_keys *k, uint64_t slot)
{
	k->used = mem_grow(k->used, k->used_count + 1, sizeof(*k->used));
	k->used[k->used_count++] = slot;
}

/* Slots for a batch: those given back after use, the rest from the database. lock is held, and not while waiting. */
static int choose(struct spool_keys *k, struct spool_writer *w, struct batch *b, struct err *e)
{
	struct batch fresh = { .reuse_free = k->pins == 0 };
	int rc = 0;

	for (b->n = 0; b->n < BATCH && k->used_count > 0; b->n++)
		b->slots[b->n] = k->used[--k->used_count];
	fresh.n = BATCH - b->n;
	if (fresh.n == 0)
		return 0;
	pthread_mutex_unlock(&k->lock);
	rc = spool_writer_do(w, reserve_job, &fresh, e);
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; rc == 0 && i < fresh.n; i++)
		b->slots[b->n++] = fresh.slots[i];
	return rc;
}

static int fill_slots(const struct spool_keys *k, const struct batch *b, struct spare *out, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < b->n && rc == 0; i++) {
		out[i].slot = b->slots[i];
		random_bytes(out[i].key, SPOOL_KEY_LEN);
		rc = spool_slot_write(&k->file, out[i].slot, out[i].key, e);
	}
	return rc == 0 ? spool_slot_sync(&k->file, e) : rc;
}

static int refill(struct spool_keys *k, struct spool_db *db, struct spool_writer *w, struct err *e)
{
	struct spare *made = mem_new_array(BATCH, sizeof(*made));
	struct batch b = { .n = 0 };
	int rc;

	k->refilling = true;
	rc = choose(k, w, &b, e);
	pthread_mutex_unlock(&k->lock);
	if (rc == 0 && (rc = fill_slots(k, &b, made, e)) != 0 && rc != ERR_FULL)
		spool_db_die(db, e);
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < b.n; i++) {
		if (rc == 0)
			k->pool[k->ready++] = made[i];
		else
			add_used(k, b.slots[i]);	/* spare in the database already: for the next attempt */
	}
	k->refilling = false;
	pthread_cond_broadcast(&k->refilled);
	spool_wipe(made, BATCH * sizeof(*made));
	free(made);
	return rc == 0 ? 0 : err_wrap(e, "make message keys");
}

int spool_keys_take(struct spool_keys *k, struct spool_db *db, struct spool_writer *w, uint64_t *slot,
		    uint8_t key[SPOOL_KEY_LEN], struct err *e)
{
	struct err ignored = ERR_INIT;
	struct spare *s;
	int rc = 0;

	pthread_mutex_lock(&k->lock);
	while (k->ready == 0 && rc == 0) {
		if (k->refilling)
			pthread_cond_wait(&k->refilled, &k->lock);
		else
			rc = refill(k, db, w, e);
	}
	if (rc == 0) {
		s = &k->pool[--k->ready];
		*slot = s->slot;
		memcpy(key, s->key, SPOOL_KEY_LEN);
		spool_wipe(s, sizeof(*s));
		/* Failing here is no concern of a caller who has a key: the next one meets it. */
		if (k->ready < LOW && !k->refilling)
			(void)refill(k, db, w, &ignored);
	}
	pthread_mutex_unlock(&k->lock);
	return rc;
}

void spool_keys_give_back(struct spool_keys *k, uint64_t slot, uint8_t key[SPOOL_KEY_LEN], bool used)
{
	pthread_mutex_lock(&k->lock);
	if (!used && k->ready < ARRAY_LEN(k->pool) - BATCH) {
		k->pool[k->ready].slot = slot;
		memcpy(k->pool[k->ready++].key, key, SPOOL_KEY_LEN);
	} else {
		add_used(k, slot);
	}
	pthread_mutex_unlock(&k->lock);
	spool_wipe(key, SPOOL_KEY_LEN);
}

void spool_keys_named(struct spool_txn *t, uint64_t slot)
{
	uint8_t key[8];

	codec_be64(key, slot);
	spool_del(t, TBL_SPARE, key, sizeof(key));
}

void spool_keys_freed(struct spool_txn *t, uint64_t slot)
{
	uint8_t key[8];

	codec_be64(key, slot);
	spool_put(t, TBL_FREE, key, sizeof(key), "", 0);
}

int spool_keys_load(const struct spool_keys *k, uint64_t slot, uint8_t key[SPOOL_KEY_LEN], struct err *e)
{
	return spool_slot_read(&k->file, slot, key, e);
}

int spool_keys_destroy(struct spool_keys *k, struct spool_db *db, const uint64_t *slots, size_t n, bool sync,
		       struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = spool_slot_clear(&k->file, slots[i], e);
	if (rc == 0 && sync)
		rc = spool_slot_sync(&k->file, e);
	if (rc != 0)
		spool_db_die(db, e);
	return rc == 0 ? 0 : err_wrap(e, "destroy message keys");
}

struct spares {
	uint64_t *slots;
	size_t n;
};

static int free_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct spares *s = ctx;

	for (size_t i = 0; i < s->n; i++) {
		spool_keys_named(t, s->slots[i]);
		spool_keys_freed(t, s->slots[i]);
	}
	return spool_txn_check(t, "free key slots", e);
}

int spool_keys_recover(struct spool_keys *k, struct spool_db *db, struct spool_writer *w, struct err *e)
{
	struct spares s = { NULL, 0 };
	struct spool_txn t;
	struct spool_cur c;
	int rc = spool_txn_read(db, &t, e);

	if (rc != 0)
		return rc;
	spool_cur_open(&c, &t, TBL_SPARE);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		if (c.key.n != 8)
			continue;
		s.slots = mem_grow(s.slots, s.n + 1, sizeof(*s.slots));
		s.slots[s.n++] = codec_get_be64((const uint8_t *)c.key.p);
	}
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "spare key slots", e);
	spool_txn_end(&t);
	if (rc == 0 && s.n > 0)
		rc = spool_keys_destroy(k, db, s.slots, s.n, true, e);
	if (rc == 0 && s.n > 0)
		rc = spool_writer_do(w, free_job, &s, e);
	free(s.slots);
	return rc;
}

void spool_keys_pin(struct spool_keys *k, int by)
{
	pthread_mutex_lock(&k->lock);
	k->pins += by;
	pthread_mutex_unlock(&k->lock);
}

uint64_t spool_keys_file_size(const struct spool_keys *k)
{
	struct stat st;

	return fstat(k->file.fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

int spool_keys_fd(const struct spool_keys *k)
{
	return k->file.fd;
}
