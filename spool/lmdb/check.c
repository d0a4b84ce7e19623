/* SPDX-License-Identifier: EUPL-1.2 */
/* check - reads everything a spool has and reports what does not fit together; changes nothing. See store.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spool/lmdb/check.h"

void spool_check_problem(struct spool_checker *ck, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ck->out->problems++;
	if (ck->problem != NULL)
		ck->problem(ck->ctx, text);
}

static void check_part(struct spool_checker *ck, const struct spool_message *m, const struct spool_part *part)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t sha[SHA256_LEN];
	char text[ID_TEXT_LEN], *buf = mem_new(SPOOL_BLOCK);
	struct err e = ERR_INIT;
	struct src *src = NULL;
	size_t got = 1;
	int rc = spool_part_open(&ck->s->spool, &m->id, part->name, &src, &e);

	while (rc == 0 && got > 0 && (rc = src_read(src, buf, SPOOL_BLOCK, &got, &e)) == 0) {
		digest_add(d, buf, got);
		ck->out->bytes += got;
	}
	digest_end(d, sha);
	if (rc != 0)
		spool_check_problem(ck, "message %s: %s", id_text(&m->id, text), e.text);
	else if (memcmp(sha, part->sha256, SHA256_LEN) != 0)
		spool_check_problem(ck, "message %s: part %s has another digest", id_text(&m->id, text), part->name);
	ck->out->payloads++;
	src_close(src);
	digest_free(d);
	spool_wipe(buf, SPOOL_BLOCK);
	free(buf);
}

/* Foreign id and deliveries must lead there and back. */
static void check_links(struct spool_checker *ck, struct spool_txn *t, struct arena *a, const struct spool_rec_msg *r)
{
	struct id owner, at = { { 0 } };
	char text[ID_TEXT_LEN];
	struct err e = ERR_INIT;
	struct spool_delivery d;

	id_text(&r->m.id, text);
	if (r->m.foreign_id != NULL && r->m.foreign_id[0] != '\0' &&
	    (!spool_foreign_find(t, r->m.kind, span_of(r->m.foreign_id), &owner) || id_cmp(&owner, &r->m.id) != 0))
		spool_check_problem(ck, "message %s: is not found under its foreign id", text);
	if (r->m.alias != NULL && r->m.alias[0] != '\0' &&
	    (!spool_foreign_find(t, r->m.kind, span_of(r->m.alias), &owner) || id_cmp(&owner, &r->m.id) != 0))
		spool_check_problem(ck, "message %s: is not found under its alias", text);
	while (spool_dlv_next_of(t, &r->m.id, &at))
		if (spool_dlv_load(t, a, &at, &d, &e) == 0 && id_cmp(&d.message, &r->m.id) != 0)
			spool_check_problem(ck, "message %s: a delivery of it is that of another message", text);
}

static void check_message(struct spool_checker *ck, const struct id *id, struct arena *a)
{
	char text[ID_TEXT_LEN];
	struct err e = ERR_INIT;
	struct spool_rec_msg r;
	struct spool_message m;
	struct spool_event *evs;
	struct spool_txn t;
	size_t n;
	int rc = spool_txn_read(&ck->s->db, &t, &e);

	ck->out->messages++;
	if (rc == 0) {
		if ((rc = spool_msg_load(&t, a, id, &r, &e)) == 0) {
			check_links(ck, &t, a, &r);
			if (r.m.erased == 0)
				spool_check_slot_named(ck, r.slot, id_text(id, text));
		}
		spool_txn_end(&t);
	}
	if (rc == 0)
		rc = spool_message_get(&ck->s->spool, a, id, &m, &e);
	if (rc == 0)
		rc = spool_event_list(&ck->s->spool, a, id, &evs, &n, &e);
	if (rc != 0) {
		spool_check_problem(ck, "message %s: %s", id_text(id, text), e.text);
		return;
	}
	ck->counted.messages[m.kind]++;
	for (size_t i = 0; i < m.part_count && m.erased == 0; i++)
		check_part(ck, &m, &m.parts[i]);
}

static void check_delivery(struct spool_checker *ck, const struct id *id, struct arena *a)
{
	char text[ID_TEXT_LEN];
	struct err e = ERR_INIT;
	struct spool_delivery d;
	struct spool_rec_msg r;
	struct spool_txn t;
	struct span val;
	bool aside = false;
	int rc = spool_txn_read(&ck->s->db, &t, &e);

	ck->out->deliveries++;
	id_text(id, text);
	if (rc == 0) {
		aside = spool_get(&t, TBL_DAMAGED, id->b, ID_LEN, &val);
		if ((rc = spool_dlv_load_rest(&t, a, id, &d, &e)) == 0 &&
		    (rc = spool_msg_load(&t, a, &d.message, &r, &e)) == 0 && !aside)
			ck->counted.deliveries[d.state]++;
		if (rc == 0 && !aside && !spool_dlv_indexed(&t, &d))
			spool_check_problem(ck, "delivery %s: is missing in an index", text);
		spool_txn_end(&t);
	}
	if (rc != 0)
		spool_check_problem(ck, "delivery %s: %s", text, e.text);
	else if (aside)
		spool_check_problem(ck, "delivery %s: was set aside as damaged", text);
}

/* The next key of a table whose keys are ids; no transaction is held while one is looked at. */
static int next_id(struct spool_checker *ck, enum spool_table table, struct id *at, bool *found, struct err *e)
{
	struct spool_txn t;
	struct spool_cur c;
	int rc = spool_txn_read(&ck->s->db, &t, e);

	if (rc != 0)
		return rc;
	spool_cur_open(&c, &t, table);
	*found = spool_cur_seek(&c, at->b, ID_LEN);
	if (*found && c.key.n == ID_LEN && memcmp(c.key.p, at->b, ID_LEN) == 0)
		*found = spool_cur_next(&c);
	if (*found && c.key.n == ID_LEN)
		memcpy(at->b, c.key.p, ID_LEN);
	spool_cur_close(&c);
	rc = spool_txn_check(&t, "check", e);
	spool_txn_end(&t);
	return rc;
}

static int each(struct spool_checker *ck, enum spool_table table,
		void (*fn)(struct spool_checker *ck, const struct id *id, struct arena *a), struct err *e)
{
	struct arena *a = arena_new();
	struct id at = { { 0 } };
	bool found = true;
	int rc = 0;

	while ((rc = next_id(ck, table, &at, &found, e)) == 0 && found) {
		arena_reset(a);
		fn(ck, &at, a);
	}
	arena_free(a);
	return rc;
}

static int count_orphan(void *ctx, const struct id *id, const char *path)
{
	struct spool_checker *ck = ctx;
	struct err e = ERR_INIT;
	struct spool_txn t;
	struct span val;

	(void)path;
	if (spool_txn_read(&ck->s->db, &t, &e) != 0)
		return 1;
	if (!spool_get(&t, TBL_FILE, id->b, ID_LEN, &val))
		ck->out->orphans++;
	spool_txn_end(&t);
	return 0;
}

static void check_counters(struct spool_checker *ck)
{
	const struct spool_counters *has = &ck->s->db.counters;

	for (unsigned i = 0; i < ARRAY_LEN(has->messages); i++)
		if (has->messages[i] != ck->counted.messages[i])
			spool_check_problem(ck, "counter: %" PRIu64 " messages of kind %s, counted %" PRIu64,
					    has->messages[i], spool_kind_name((enum spool_kind)i),
					    ck->counted.messages[i]);
	for (unsigned i = 0; i < DLV_STATES; i++)
		if (has->deliveries[i] != ck->counted.deliveries[i])
			spool_check_problem(ck, "counter: %" PRIu64 " deliveries %s, counted %" PRIu64,
					    has->deliveries[i], delivery_state_name((enum delivery_state)i),
					    ck->counted.deliveries[i]);
}

static void chain_problem(void *ctx, const char *text)
{
	spool_check_problem(ctx, "%s", text);
}

int spool_lmdb_check(const struct spool_options *o, struct spool_check_result *out,
		     spool_problem_fn *problem, void *ctx, struct err *e)
{
	struct spool_checker ck = { .out = out, .problem = problem, .ctx = ctx };
	struct err audit = ERR_INIT;
	struct spool_card_verdict cards;
	uint64_t lines;
	int rc = spool_attach(o, true, &ck.s, e);

	*out = (struct spool_check_result){ .messages = 0 };
	if (rc != 0)
		return rc;
	spool_check_keys_begin(&ck);
	rc = each(&ck, TBL_MESSAGE, check_message, e);
	if (rc == 0)
		rc = each(&ck, TBL_DELIVERY, check_delivery, e);
	if (rc == 0) {
		check_counters(&ck);
		spool_payload_walk(o->dir, count_orphan, &ck);
		if (spool_audit_verify(&ck.s->spool, &lines, &audit) != 0)
			spool_check_problem(&ck, "%s", audit.text);
		rc = spool_card_verify(&ck.s->spool, NULL, chain_problem, NULL, &ck, &cards, e);
	}
	if (rc == 0)
		rc = spool_check_keys_end(&ck, e);
	free(ck.named);
	spool_close(&ck.s->spool);
	return rc;
}
