/* SPDX-License-Identifier: EUPL-1.2 */
/* message - reading messages and their parts, and the small changes that need no edit; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

void spool_sealed_make(struct buf *out, const uint8_t key[SPOOL_KEY_LEN], const struct spool_message *m)
{
	uint8_t sub[SPOOL_KEY_LEN], *sealed;
	struct buf plain;

	buf_init(&plain, SPOOL_RECORD_MAX);
	spool_rec_sealed_put(&plain, m);
	must(!plain.over);
	sealed = mem_new(SPOOL_SEALED_LEN(plain.n));
	spool_crypt_derive(key, "sealed", SPAN_EMPTY, sub);
	spool_seal(sub, (struct span){ (const char *)m->id.b, ID_LEN }, plain.p, plain.n, sealed);
	buf_put(out, sealed, SPOOL_SEALED_LEN(plain.n));
	free(sealed);
	spool_wipe(sub, sizeof(sub));
	buf_wipe(&plain);
}

static int unseal(const uint8_t key[SPOOL_KEY_LEN], struct arena *a, struct span sealed, struct spool_message *m,
		  struct err *e)
{
	uint8_t sub[SPOOL_KEY_LEN], *plain;
	char text[ID_TEXT_LEN];
	int rc;

	if (sealed.n < SPOOL_SEALED_LEN(0))
		return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "message %s: sealed value is missing",
				  id_text(&m->id, text));
	plain = mem_new(sealed.n);
	spool_crypt_derive(key, "sealed", SPAN_EMPTY, sub);
	if (!spool_unseal(sub, (struct span){ (const char *)m->id.b, ID_LEN }, sealed, plain))
		rc = err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "message %s: sealed value is damaged",
				id_text(&m->id, text));
	else
		rc = spool_rec_sealed_get((struct span){ (char *)plain, sealed.n - SPOOL_SEALED_LEN(0) }, a, m, e);
	spool_wipe(sub, sizeof(sub));
	spool_wipe(plain, sealed.n);
	free(plain);
	return rc;
}

int spool_sealed_load(struct spool_lmdb *s, struct arena *a, struct span sealed, struct spool_rec_msg *r, struct err *e)
{
	uint8_t key[SPOOL_KEY_LEN];
	int rc;

	if (r->m.erased != 0)
		return 0;
	if ((rc = spool_keys_load(s->keys, r->slot, key, e)) == 0)
		rc = unseal(key, a, sealed, &r->m, e);
	spool_wipe(key, sizeof(key));
	return rc;
}

struct lookup {
	const struct id *id;
	enum spool_kind kind;		/* with id NULL: by foreign id */
	struct span foreign_id;
};

static int load_once(struct spool_lmdb *s, struct arena *a, const struct lookup *l, struct spool_rec_msg *r, struct err *e)
{
	struct span sealed = SPAN_EMPTY;
	struct spool_txn t;
	struct id id;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	if (l->id != NULL)
		id = *l->id;
	else if (!spool_foreign_find(&t, l->kind, l->foreign_id, &id))
		rc = t.sticky != 0 ? spool_txn_check(&t, "foreign id", e)
				   : err_set(e, ERR_MISSING, "message %.*s: not found", (int)l->foreign_id.n,
					     l->foreign_id.n == 0 ? "" : l->foreign_id.p);
	if (rc == 0)
		rc = spool_msg_load(&t, a, &id, r, e);
	if (rc == 0 && r->m.erased == 0 && spool_get(&t, TBL_SEALED, id.b, ID_LEN, &sealed))
		sealed = arena_span(a, sealed);
	if (rc == 0)
		rc = spool_txn_check(&t, "message", e);
	spool_txn_end(&t);
	return rc == 0 ? spool_sealed_load(s, a, sealed, r, e) : rc;
}

/* An erasure may come between the record and its key: then the second look finds the record erased. */
static int load_message(struct spool_lmdb *s, struct arena *a, const struct lookup *l, struct spool_message *out, struct err *e)
{
	struct spool_rec_msg r;
	int rc = load_once(s, a, l, &r, e);

	if (rc == ERR_CRYPTO || rc == ERR_MISSING)
		rc = load_once(s, a, l, &r, e);
	if (rc == 0)
		*out = r.m;
	return rc;
}

int spool_lmdb_message_get(struct spool *spool, struct arena *a, const struct id *id, struct spool_message *out,
			   struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return load_message(s, a, &(struct lookup){ .id = id }, out, e);
}

int spool_lmdb_message_find(struct spool *spool, struct arena *a, enum spool_kind kind, struct span foreign_id,
			    struct spool_message *out, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return load_message(s, a, &(struct lookup){ .kind = kind, .foreign_id = foreign_id }, out, e);
}

struct part_found {
	uint64_t slot, size;
	struct id id;
	struct span sealed;	/* the inline bytes, or p == NULL: in a file */
};

static int find_part(struct spool_txn *t, struct arena *a, const struct id *id, const char *name, struct part_found *out,
		     struct err *e)
{
	struct spool_rec_msg r;
	size_t i = 0;
	int rc = spool_msg_load(t, a, id, &r, e);

	if (rc != 0)
		return rc;
	if (r.m.erased != 0)
		return err_set(e, ERR_MISSING, "part %s: the message was erased", name);
	while (i < r.m.part_count && strcmp(r.m.parts[i].name, name) != 0)
		i++;
	if (i == r.m.part_count)
		return err_set(e, ERR_MISSING, "part %s: not found", name);
	*out = (struct part_found){ .slot = r.slot, .size = r.m.parts[i].size, .id = r.refs[i].id };
	if (r.refs[i].in_file)
		return 0;
	if (!spool_get(t, TBL_BLOB, out->id.b, ID_LEN, &out->sealed))
		return err_reason(e, ERR_CRYPTO, RSN_LOC_DATA_BAD, "part %s: its bytes are missing", name);
	out->sealed = arena_span(a, out->sealed);
	return 0;
}

static int part_open_once(struct spool_lmdb *s, struct arena *a, const struct id *id, const char *name, struct src **out,
			  struct err *e)
{
	uint8_t key[SPOOL_KEY_LEN];
	struct part_found p;
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = find_part(&t, a, id, name, &p, e);
	spool_txn_end(&t);
	if (rc == 0 && (rc = spool_keys_load(s->keys, p.slot, key, e)) == 0)
		rc = spool_payload_open(s->dir, key, &p.id, p.size, p.sealed, out, e);
	spool_wipe(key, sizeof(key));
	return rc;
}

int spool_lmdb_part_open(struct spool *spool, const struct id *id, const char *name, struct src **out, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct arena *a = arena_new();
	int rc = part_open_once(s, a, id, name, out, e);

	/* Erased or replaced between the look at the record and the opening of its file: the second look tells. */
	if (rc == ERR_MISSING || rc == ERR_CRYPTO)
		rc = part_open_once(s, a, id, name, out, e);
	arena_free(a);
	return rc;
}

struct mark {
	const struct spool_lmdb *s;
	const struct id *id;
	enum spool_instant which;
	int64_t ms;
};

static int mark_job(struct spool_txn *t, void *ctx, struct err *e)
{
	static const char *const names[] = { [SPOOL_STORED] = "stored", [SPOOL_FORWARDED] = "forwarded",
					     [SPOOL_FETCHED] = "fetched" };
	struct spool_rec_msg old, r;
	struct mark *m = ctx;
	int64_t *at;
	int rc = spool_msg_load(t, t->arena, m->id, &old, e);

	if (rc != 0)
		return rc;
	r = old;
	at = m->which == SPOOL_STORED ? &r.m.stored : m->which == SPOOL_FORWARDED ? &r.m.forwarded : &r.m.fetched;
	if (*at == m->ms)
		return 0;
	if (*at != 0)
		return err_set(e, ERR_WRONG_STATE, "instant \"%s\" is set already and is never overwritten", names[m->which]);
	*at = m->ms;
	if (m->which == SPOOL_FETCHED && r.m.kind == SPOOL_MAIL)
		r.m.expires = spool_end_of(m->s, t, &r, clock_now());
	r.m.modified = m->ms > r.m.modified ? m->ms : r.m.modified;
	r.rev++;
	spool_msg_store(t, &old, &r);
	return 0;
}

int spool_lmdb_message_mark(struct spool *spool, const struct id *id, enum spool_instant which, int64_t ms,
			    struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, mark_job, &(struct mark){ s, id, which, ms }, e);
}

static int expire_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct spool_rec_msg old, r;
	struct mark *m = ctx;
	int rc = spool_msg_load(t, t->arena, m->id, &old, e);

	if (rc != 0)
		return rc;
	r = old;
	r.limit = r.m.expires = m->ms;
	r.rev++;
	spool_msg_store(t, &old, &r);
	return 0;
}

int spool_lmdb_message_expire(struct spool *spool, const struct id *id, int64_t when, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, expire_job, &(struct mark){ .id = id, .ms = when }, e);
}
