/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * audit - the chain of what people did. Each line carries the code of the line before, and its own code is an HMAC
 * under a key from the master key: lines cannot be changed, moved or removed without that key. The code of the last
 * line is kept with the counters, so cutting off the end shows as well.
 */
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

/* The record without its code, digested first: the derivation takes short contexts only. */
static void chain_mac(const struct spool_lmdb *s, const struct spool_rec_audit *r, uint8_t out[SHA256_LEN])
{
	uint8_t sha[SHA256_LEN];
	struct buf b;

	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_audit_put(&b, r, false);
	must(!b.over);
	sha256(b.p, b.n, sha);
	buf_fini(&b);
	spool_keys_derive(s->keys, "audit", (struct span){ (const char *)sha, sizeof(sha) }, out);
}

int spool_audit_append(struct spool_lmdb *s, struct spool_txn *t, const struct spool_audit *a, struct err *e)
{
	struct spool_rec_audit r = { .a = *a, .seq = t->counters.audit_seq };
	uint8_t key[8];
	struct buf b;

	memcpy(r.prev, t->counters.audit_mac, SHA256_LEN);
	chain_mac(s, &r, r.mac);
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_audit_put(&b, &r, true);
	must(!b.over);
	codec_be64(key, r.seq);
	spool_put(t, TBL_AUDIT, key, sizeof(key), b.p, b.n);
	buf_fini(&b);
	t->counters.audit_seq++;
	memcpy(t->counters.audit_mac, r.mac, SHA256_LEN);
	return spool_txn_check(t, "audit", e);
}

struct add {
	struct spool_lmdb *s;
	const struct spool_audit *a;
};

static int add_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct add *add = ctx;

	return spool_audit_append(add->s, t, add->a, e);
}

int spool_lmdb_audit_add(struct spool *spool, const struct spool_audit *a, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, add_job, &(struct add){ s, a }, e);
}

/* Up to limit records from seq on; holds a read transaction for that long and no longer. */
static int read_lines(struct spool_lmdb *s, struct arena *a, uint64_t seq, size_t limit, struct spool_rec_audit *list,
		      size_t *n, struct err *e)
{
	uint8_t key[8];
	struct spool_txn t;
	struct spool_cur c;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*n = 0;
	codec_be64(key, seq);
	spool_cur_open(&c, &t, TBL_AUDIT);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); ok && rc == 0 && *n < limit; ok = spool_cur_next(&c))
		rc = spool_rec_audit_get(c.val, a, &list[(*n)++], e);
	spool_cur_close(&c);
	if (rc == 0)
		rc = spool_txn_check(&t, "audit", e);
	spool_txn_end(&t);
	return rc;
}

int spool_lmdb_audit_list(struct spool *spool, struct arena *a, uint64_t from_seq, size_t limit,
			  struct spool_audit **out, size_t *n, uint64_t *next_seq, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_rec_audit *list;
	int rc;

	if (limit > 10000)
		limit = 10000;
	list = mem_new_array(limit + 1, sizeof(*list));
	rc = read_lines(s, a, from_seq, limit, list, n, e);
	if (rc == 0) {
		*out = arena_alloc(a, (*n + 1) * sizeof(**out));
		*next_seq = *n == 0 ? from_seq : list[*n - 1].seq + 1;
		for (size_t i = 0; i < *n; i++)
			(*out)[i] = list[i].a;
	}
	free(list);
	return rc;
}

static int broken(uint64_t seq, const char *what, struct err *e)
{
	return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "audit trail, line %llu: %s", (unsigned long long)seq, what);
}

static int verify_line(struct spool_lmdb *s, const struct spool_rec_audit *r, uint64_t seq, uint8_t prev[SHA256_LEN],
		       struct err *e)
{
	uint8_t mac[SHA256_LEN];

	if (r->seq != seq)
		return broken(seq, "is missing", e);
	if (!bytes_equal(r->prev, prev, SHA256_LEN))
		return broken(seq, "does not follow the line before", e);
	chain_mac(s, r, mac);
	if (!bytes_equal(r->mac, mac, SHA256_LEN))
		return broken(seq, "was changed", e);
	memcpy(prev, mac, SHA256_LEN);
	return 0;
}

/* What the counters say about the end, read before the lines: lines added meanwhile are not looked at. */
static int read_end(struct spool_lmdb *s, struct spool_counters *end, struct err *e)
{
	struct spool_txn t;
	struct span val;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*end = (struct spool_counters){ .slots = 0 };
	if (spool_get(&t, TBL_META, "counters", 8, &val))
		rc = spool_rec_counters_get(val, end, e);
	if (rc == 0)
		rc = spool_txn_check(&t, "audit", e);
	spool_txn_end(&t);
	return rc;
}

int spool_lmdb_audit_count(struct spool *spool, uint64_t *lines, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_counters end;
	int rc = read_end(s, &end, e);

	if (rc == 0)
		*lines = end.audit_seq;
	return rc;
}

int spool_lmdb_audit_verify(struct spool *spool, uint64_t *lines, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	enum { STEP = 256 };
	struct spool_rec_audit list[STEP];
	struct arena *a = arena_new();
	uint8_t prev[SHA256_LEN] = { 0 };
	struct spool_counters end;
	uint64_t seq = 0;
	size_t n = 0;
	int rc = read_end(s, &end, e);

	while (rc == 0 && seq < end.audit_seq) {
		arena_reset(a);
		rc = read_lines(s, a, seq, end.audit_seq - seq < STEP ? (size_t)(end.audit_seq - seq) : STEP, list, &n,
				e);
		if (rc == 0 && n == 0)
			rc = broken(seq, "is missing", e);
		for (size_t i = 0; i < n && rc == 0; i++)
			rc = verify_line(s, &list[i], seq++, prev, e);
	}
	if (rc == 0 && !bytes_equal(prev, end.audit_mac, SHA256_LEN))
		rc = broken(seq, "is not the last one", e);
	arena_free(a);
	if (rc == 0)
		*lines = seq;
	return rc;
}
