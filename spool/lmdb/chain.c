/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chain - the links of the process cards in the database: added with each change of a card, in its transaction, and verified
 * against the cards that are there. The hash of the last link stands with the counters under a code from the master key, so
 * that nobody without that key can make the chain anew.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/clock.h"
#include "base/mem.h"
#include "spool/card_chain.h"
#include "spool/lmdb/engine.h"

#define AT_ONCE 256	/* links in one read transaction */

void spool_chain_key(struct spool_db *db, const struct spool_keys *keys)
{
	spool_keys_derive(keys, "cards", (struct span){ "", 0 }, db->chain_key);
}

static void head_code(const struct spool_db *db, const struct spool_counters *c, uint8_t out[SHA256_LEN])
{
	uint8_t in[8 + SHA256_LEN];

	codec_be64(in, c->links);
	memcpy(in + 8, c->link_hash, SHA256_LEN);
	hmac_sha256(db->chain_key, in, sizeof(in), out);
}

static void append(struct spool_txn *t, const struct spool_message *m)
{
	struct spool_counters *c = &t->counters;
	struct spool_link l = { .seq = c->links, .at = clock_now(), .card = m->id };
	uint8_t key[8];
	struct buf b;

	spool_card_digest(m, l.digest);
	spool_link_hash(c->link_hash, &l, l.hash);
	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_link_put(&b, &l);
	codec_be64(key, l.seq);
	spool_put(t, TBL_LINK, key, sizeof(key), b.p, b.n);
	spool_put(t, TBL_LINKED, m->id.b, ID_LEN, key, sizeof(key));
	buf_fini(&b);
	c->links++;
	memcpy(c->link_hash, l.hash, SHA256_LEN);
	head_code(t->db, c, c->link_code);
}

void spool_chain_move(struct spool_txn *t, const struct spool_message *old, const struct spool_message *now)
{
	if (now != NULL && now->kind == SPOOL_MAIL && (old == NULL || !spool_card_same(old, now)))
		append(t, now);
}

int spool_chain_make(struct spool_txn *t, struct arena *a, struct err *e)
{
	struct spool_cur c;
	struct spool_rec_msg r;
	struct err bad = ERR_INIT;	/* whoever asks for one that cannot be read is told */

	spool_cur_open(&c, t, TBL_MESSAGE);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		arena_reset(a);
		if (spool_rec_msg_get(c.val, a, &r, &bad) == 0)
			spool_chain_move(t, NULL, &r.m);
	}
	spool_cur_close(&c);
	return spool_txn_check(t, "process cards", e);
}

/* --- verifying -------------------------------------------------------------------------------------------------- */

struct verifying {
	struct spool_lmdb *s;
	const struct spool_card_head *known;
	struct spool_card_verdict *out;
	spool_problem_fn *problem;
	void *ctx;
	struct arena *arena;
	struct spool_counters end;	/* links that are added meanwhile are not looked at */
	uint8_t prev[SHA256_LEN];
};

__attribute__((format(printf, 2, 3))) static void found(struct verifying *v, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	v->out->problems++;
	v->problem(v->ctx, text);
}

/* The card as its newest link says it is. */
static void check_card(struct verifying *v, struct spool_txn *t, const struct spool_link *l)
{
	uint8_t sha[SHA256_LEN];
	char text[ID_TEXT_LEN];
	struct err e = ERR_INIT;
	struct spool_rec_msg r;

	v->out->cards++;
	id_text(&l->card, text);
	if (spool_msg_load(t, v->arena, &l->card, &r, &e) != 0) {
		found(v, e.code == ERR_MISSING ? "process card %s: was removed" : "process card %s: cannot be read", text);
		return;
	}
	spool_card_digest(&r.m, sha);
	if (!bytes_equal(sha, l->digest, SHA256_LEN))
		found(v, "process card %s: was changed, link %" PRIu64 " says otherwise", text, l->seq);
}

static void check_link(struct verifying *v, struct spool_txn *t, const struct spool_link *l)
{
	uint8_t hash[SHA256_LEN];
	char text[ID_TEXT_LEN];
	struct span val;
	uint64_t newest = 0;
	bool leads = false;

	spool_link_hash(v->prev, l, hash);
	if (!bytes_equal(hash, l->hash, SHA256_LEN))
		found(v, "link %" PRIu64 ": was changed, or does not follow the one before", l->seq);
	memcpy(v->prev, l->hash, SHA256_LEN);
	if (v->known != NULL && v->known->links == l->seq + 1 && !bytes_equal(l->hash, v->known->hash, SHA256_LEN))
		found(v, "link %" PRIu64 ": is not the one that was known", l->seq);
	if (spool_get(t, TBL_LINKED, l->card.b, ID_LEN, &val) && val.n == 8)
		newest = codec_get_be64((const uint8_t *)val.p), leads = newest >= l->seq;
	if (!leads)
		found(v, "process card %s: nothing leads to its link %" PRIu64, id_text(&l->card, text), l->seq);
	else if (newest == l->seq)
		check_card(v, t, l);
}

/* Links that are not there; of the one behind them, that it does not follow. */
static void missing(struct verifying *v, uint64_t from, uint64_t to)
{
	if (to == from + 1)
		found(v, "link %" PRIu64 ": is missing", from);
	else if (to > from)
		found(v, "links %" PRIu64 " to %" PRIu64 ": are missing", from, to - 1);
}

static int check_page(struct verifying *v, uint64_t *seq, struct err *e)
{
	struct spool_txn t;
	struct spool_cur c;
	uint8_t key[8];
	unsigned n = 0;
	int rc = spool_txn_read(&v->s->db, &t, e);

	if (rc != 0)
		return rc;
	codec_be64(key, *seq);
	spool_cur_open(&c, &t, TBL_LINK);
	for (bool ok = spool_cur_seek(&c, key, sizeof(key)); *seq < v->end.links && n < AT_ONCE; ok = spool_cur_next(&c), n++) {
		struct spool_link l = { .seq = ok && c.key.n == 8 ? codec_get_be64((const uint8_t *)c.key.p) : v->end.links };
		struct err bad = ERR_INIT;

		if (l.seq > v->end.links)
			l.seq = v->end.links;
		missing(v, *seq, l.seq);
		*seq = l.seq + 1;
		if (l.seq == v->end.links)
			break;
		if (spool_rec_link_get(c.val, &l, &bad) != 0)
			found(v, "link %" PRIu64 ": cannot be read", l.seq);
		else
			check_link(v, &t, &l);
	}
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "process cards", e);
	spool_txn_end(&t);
	arena_reset(v->arena);
	return rc;
}

/* As many cards as links lead to: one without a link was put there by somebody else. */
static int check_ends(struct verifying *v, struct err *e)
{
	uint8_t code[SHA256_LEN];
	struct spool_counters now = { .slots = 0 };
	struct spool_txn t;
	uint64_t linked;
	int rc = spool_txn_read(&v->s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_txn_get_counters(&t, &now, e);
	linked = spool_entries(&t, TBL_LINKED);
	if (rc == 0)
		rc = spool_txn_check(&t, "process cards", e);
	spool_txn_end(&t);
	if (rc != 0)
		return rc;
	head_code(&v->s->db, &v->end, code);
	if (v->end.links > 0 && !bytes_equal(code, v->end.link_code, SHA256_LEN))
		found(v, "the end of the chain was not written with this master key");
	if (!bytes_equal(v->prev, v->end.link_hash, SHA256_LEN))
		found(v, "link %" PRIu64 ": is not the last one", v->end.links);
	if (v->known != NULL && v->known->links > v->end.links)
		found(v, "there were %" PRIu64 " links, and now there are %" PRIu64, v->known->links, v->end.links);
	if (linked != now.messages[SPOOL_MAIL])
		found(v, "there are %" PRIu64 " process cards, and links of %" PRIu64, now.messages[SPOOL_MAIL], linked);
	return 0;
}

static int read_end(struct spool_lmdb *s, struct spool_counters *out, struct err *e)
{
	struct spool_txn t;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	*out = (struct spool_counters){ .slots = 0 };
	rc = spool_txn_get_counters(&t, out, e);
	spool_txn_end(&t);
	return rc;
}

static struct spool_card_head head_of(const struct spool_counters *c)
{
	struct spool_card_head head = { .links = c->links };

	memcpy(head.hash, c->link_hash, SHA256_LEN);
	return head;
}

int spool_lmdb_card_head(struct spool *spool, struct spool_card_head *out, struct err *e)
{
	struct spool_counters c;
	int rc = read_end(spool_lmdb_of(spool), &c, e);

	if (rc == 0)
		*out = head_of(&c);
	return rc;
}

int spool_lmdb_card_verify(struct spool *spool, const struct spool_card_head *known, spool_problem_fn *problem,
			   spool_progress_fn *progress, void *ctx, struct spool_card_verdict *out, struct err *e)
{
	struct verifying v = { .s = spool_lmdb_of(spool), .known = known, .out = out, .problem = problem, .ctx = ctx };
	uint64_t seq = 0;
	int rc = read_end(v.s, &v.end, e);

	*out = (struct spool_card_verdict){ .head = head_of(&v.end) };
	v.arena = arena_new();
	while (rc == 0 && seq < v.end.links) {
		rc = check_page(&v, &seq, e);
		if (rc == 0 && progress != NULL)
			progress(ctx, seq < v.end.links ? seq : v.end.links, v.end.links);
	}
	if (rc == 0)
		rc = check_ends(&v, e);
	arena_free(v.arena);
	return rc;
}
