/* SPDX-License-Identifier: EUPL-1.2 */
/* edit_commit - what a commit writes: the writer's job for an edit. All checks come before the first write. */
#include <string.h>

#include "base/mem.h"
#include "spool/lmdb/edit.h"

static int check_name(struct spool_txn *t, const struct spool_message *m, const char *what, const char *text, struct err *e)
{
	struct id owner;

	if (text == NULL || !spool_foreign_find(t, m->kind, span_of(text), &owner) || id_cmp(&owner, &m->id) == 0)
		return 0;
	return err_set(e, ERR_EXISTS, "%s \"%s\" belongs to another message", what, text);
}

/* The record must be as it was at begin: edits and marks of others are not overwritten. */
static int check_base(struct spool_txn *t, struct spool_lmdb_edit *ed, struct spool_rec_msg *cur, struct err *e)
{
	const struct spool_message *m = &ed->rec.m;
	struct id first = { { 0 } };
	int rc;

	if (!ed->is_new) {
		if ((rc = spool_msg_load(t, t->arena, &m->id, cur, e)) != 0)
			return rc;
		if (cur->m.erased != 0)
			return err_set(e, ERR_WRONG_STATE, "the message was erased meanwhile");
		if (cur->rev != ed->old.rev)
			return err_set(e, ERR_BUSY, "the message was changed by somebody else meanwhile");
		if (ed->delivery != NULL && spool_dlv_next_of(t, &m->id, &first))
			return err_set(e, ERR_WRONG_STATE, "the message has a delivery already");
	}
	if ((rc = check_name(t, m, "foreign id", m->foreign_id, e)) != 0 || (rc = check_name(t, m, "alias", m->alias, e)) != 0 ||
	    (rc = spool_budget_check(ed->s, t, ed->is_new ? NULL : &cur->m, m, 0, e)) != 0)
		return rc;
	return spool_db_has_room(t->db, e);
}

static void write_parts(struct spool_txn *t, struct spool_lmdb_edit *ed)
{
	const struct spool_rec_msg *r = &ed->rec;

	for (size_t i = 0; i < ed->part_count; i++) {
		const struct spool_edit_part *p = &ed->parts[i];
		struct span bytes;

		if (p->fresh == NULL)
			continue;
		bytes = spool_payload_inline(p->fresh);
		if (p->ref.in_file) {
			spool_put(t, TBL_FILE, p->ref.id.b, ID_LEN, r->m.id.b, ID_LEN);
			t->counters.file_bytes += p->part.size;
		} else {
			spool_put(t, TBL_BLOB, p->ref.id.b, ID_LEN, bytes.p, bytes.n);
		}
	}
	for (size_t i = 0; i < ed->dropped_count; i++) {
		const struct spool_edit_part *p = &ed->dropped[i];

		spool_del(t, p->ref.in_file ? TBL_FILE : TBL_BLOB, p->ref.id.b, ID_LEN);
		if (p->ref.in_file)
			t->counters.file_bytes -= p->part.size;
	}
}

int spool_edit_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct spool_lmdb_edit *ed = ctx;
	struct spool_rec_msg cur, *r = &ed->rec;
	int rc = check_base(t, ed, &cur, e);

	if (rc != 0)
		return rc;
	if (ed->is_new)
		spool_keys_named(t, ed->slot);
	spool_msg_store(t, ed->is_new ? NULL : &cur, r);
	spool_put(t, TBL_SEALED, r->m.id.b, ID_LEN, ed->sealed.p, ed->sealed.n);
	write_parts(t, ed);
	for (size_t i = 0; i < ed->event_count; i++)
		spool_event_append(t, &r->m.id, &ed->events[i]);
	if (ed->delivery != NULL)
		spool_dlv_store(t, NULL, ed->delivery);
	return 0;
}
