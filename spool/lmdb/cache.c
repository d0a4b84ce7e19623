/* SPDX-License-Identifier: EUPL-1.2 */
/* cache - the directory cache and the secrets of the spool; see store.h. */
#include <string.h>

#include "base/digest.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define KEY_MAX 400
#define SECRET_LEN 32
#define PROOF_LEN SPOOL_KEY_LEN		/* behind each record */
#define SWEEP_STEP 4			/* entries looked at with each put, so that nothing dead stays for ever */
#define DEAD_GRACE (24LL * 3600 * 1000)

struct cache_key {
	uint8_t b[1 + KEY_MAX];
	size_t n;
};

static void make_key(struct cache_key *k, struct span key)
{
	k->b[0] = key.n > KEY_MAX;
	if (key.n > KEY_MAX) {
		sha256(key.p, key.n, k->b + 1);
		k->n = 1 + SHA256_LEN;
		return;
	}
	if (key.n > 0)
		memcpy(k->b + 1, key.p, key.n);
	k->n = 1 + key.n;
}

/* Shows that the entry is ours and belongs to this key: who can write the database, but has not the master key, cannot
 * direct deliveries to a certificate of his choice, nor make an entry younger. */
static void prove(const struct spool_keys *keys, const struct cache_key *k, struct span record, uint8_t out[PROOF_LEN])
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t sum[SHA256_LEN], len[8];

	codec_be64(len, k->n);
	digest_add(d, len, sizeof(len));
	digest_add(d, k->b, k->n);
	digest_add(d, record.p, record.n);
	digest_end(d, sum);
	digest_free(d);
	spool_keys_derive(keys, "cache", (struct span){ (const char *)sum, sizeof(sum) }, out);
}

/* Takes the proof off *val. */
static bool is_proven(const struct spool_keys *keys, const struct cache_key *k, struct span *val)
{
	uint8_t want[PROOF_LEN];

	if (val->n < PROOF_LEN)
		return false;
	val->n -= PROOF_LEN;
	prove(keys, k, *val, want);
	return bytes_equal(want, val->p + val->n, PROOF_LEN);
}

#define CLOCK_SLACK 60000

static void come_back(struct spool_cache_entry *c, int64_t now)
{
	int64_t ahead = c->fetched - now;

	if (ahead <= CLOCK_SLACK)
		return;
	c->fetched = now;
	c->fresh_until = 0;	/* not now: who asks may have looked at the clock a moment before */
	c->dead_after -= ahead;
}

int spool_lmdb_cache_get(struct spool *spool, struct arena *a, struct span key, struct spool_cache_entry *out,
			 struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct cache_key k;
	struct spool_txn t;
	struct span val;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	make_key(&k, key);
	if (spool_get(&t, TBL_CACHE, k.b, k.n, &val) && is_proven(s->keys, &k, &val))
		rc = spool_rec_cache_get(val, a, out, e);
	else if ((rc = spool_txn_check(&t, "cache", e)) == 0)
		rc = err_set(e, ERR_MISSING, "not in the cache");
	spool_txn_end(&t);
	if (rc == 0)
		come_back(out, clock_now());
	return rc;
}

struct put {
	const struct spool_keys *keys;
	const struct cache_key *key;
	const struct spool_cache_entry *entry;
};

/* Looks at a few entries behind the one just written and removes those nobody may use any more. */
static void remove_dead(struct spool_txn *t, const struct cache_key *from, int64_t now)
{
	struct cache_key dead[SWEEP_STEP];
	struct spool_cache_entry en;
	struct err ignored = ERR_INIT;
	struct spool_cur c;
	size_t n = 0;
	bool ok;

	spool_cur_open(&c, t, TBL_CACHE);
	ok = spool_cur_seek(&c, from->b, from->n) && spool_cur_next(&c);
	for (int i = 0; ok && i < SWEEP_STEP; i++, ok = spool_cur_next(&c)) {
		struct span record = { c.val.p, c.val.n < PROOF_LEN ? 0 : c.val.n - PROOF_LEN };
		if (c.key.n > sizeof(dead[n].b) ||
		    (spool_rec_cache_get(record, t->arena, &en, &ignored) == 0 && en.dead_after + DEAD_GRACE >= now))
			continue;
		memcpy(dead[n].b, c.key.p, c.key.n);
		dead[n++].n = c.key.n;
	}
	spool_cur_close(&c);
	for (size_t i = 0; i < n; i++)
		spool_del(t, TBL_CACHE, dead[i].b, dead[i].n);
}

static int put_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct put *p = ctx;
	uint8_t proof[PROOF_LEN];
	struct buf b;
	int rc = spool_db_has_room(t->db, e);

	if (rc != 0)
		return rc;
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_cache_put(&b, p->entry);
	prove(p->keys, p->key, buf_view(&b), proof);
	buf_put(&b, proof, sizeof(proof));
	must(!b.over);
	spool_put(t, TBL_CACHE, p->key->b, p->key->n, b.p, b.n);
	buf_fini(&b);
	remove_dead(t, p->key, p->entry->fetched);
	return 0;
}

int spool_lmdb_cache_put(struct spool *spool, struct span key, const struct spool_cache_entry *entry, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct cache_key k;

	make_key(&k, key);
	return spool_writer_do(s->writer, put_job, &(struct put){ s->keys, &k, entry }, e);
}

struct secret {
	struct spool_lmdb *s;
	const char *name;
	uint8_t fresh[SECRET_LEN], *out;
};

static int unseal_secret(struct spool_lmdb *s, const char *name, struct span sealed, uint8_t out[SECRET_LEN], struct err *e)
{
	uint8_t key[SPOOL_KEY_LEN];
	bool ok;

	spool_keys_derive(s->keys, "secret", SPAN_EMPTY, key);
	ok = sealed.n == SPOOL_SEALED_LEN(SECRET_LEN) && spool_unseal(key, span_of(name), sealed, out);
	spool_wipe(key, sizeof(key));
	return ok ? 0 : err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "secret \"%s\" of the spool is damaged", name);
}

static int secret_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct secret *x = ctx;
	uint8_t key[SPOOL_KEY_LEN], sealed[SPOOL_SEALED_LEN(SECRET_LEN)];
	struct span val;

	if (spool_get(t, TBL_SECRET, x->name, strlen(x->name), &val))
		return unseal_secret(x->s, x->name, val, x->out, e);
	spool_keys_derive(x->s->keys, "secret", SPAN_EMPTY, key);
	spool_seal(key, span_of(x->name), x->fresh, SECRET_LEN, sealed);
	spool_wipe(key, sizeof(key));
	spool_put(t, TBL_SECRET, x->name, strlen(x->name), sealed, sizeof(sealed));
	memcpy(x->out, x->fresh, SECRET_LEN);
	return 0;
}

int spool_lmdb_secret(struct spool *spool, const char *name, uint8_t out[32], struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct secret x = { .s = s, .name = name, .out = out };
	struct spool_txn t;
	struct span val;
	bool found;
	int rc;

	if (name[0] == '\0' || strlen(name) > KEY_MAX)
		return err_set(e, ERR_LIMIT, "secret: a name has 1 to %d bytes", KEY_MAX);
	if ((rc = spool_txn_read(&s->db, &t, e)) != 0)
		return rc;
	found = spool_get(&t, TBL_SECRET, name, strlen(name), &val);
	rc = found ? unseal_secret(s, name, val, out, e) : spool_txn_check(&t, "secret", e);
	spool_txn_end(&t);
	if (rc != 0 || found)
		return rc;
	random_bytes(x.fresh, sizeof(x.fresh));
	rc = spool_writer_do(s->writer, secret_job, &x, e);
	spool_wipe(x.fresh, sizeof(x.fresh));
	return rc;
}
