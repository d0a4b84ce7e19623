/* SPDX-License-Identifier: EUPL-1.2 */
/* edit - begin, commit and abort of an edit; see store.h and edit.h. */
#include "spool/lmdb/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static void edit_free(struct spool_lmdb_edit *ed)
{
	if (ed == NULL)
		return;
	spool_edit_detach(ed);
	for (size_t i = 0; i < ed->part_count; i++)
		spool_payload_free(ed->parts[i].fresh);
	if (ed->is_new && ed->slot != 0)
		spool_keys_give_back(ed->s->keys, ed->slot, ed->key, ed->key_used);
	spool_wipe(ed->key, sizeof(ed->key));
	arena_free(ed->arena);
	buf_fini(&ed->sealed);
	free(ed->events);
	free(ed->parts);
	free(ed->dropped);
	free(ed);
}

static int load_old(struct spool_lmdb_edit *ed, const struct id *id, struct err *e)
{
	struct span sealed = SPAN_EMPTY;
	struct spool_txn t;
	char text[ID_TEXT_LEN];
	int rc = spool_txn_read(&ed->s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_msg_load(&t, ed->arena, id, &ed->old, e);
	if (rc == 0 && ed->old.m.erased != 0)
		rc = err_set(e, ERR_WRONG_STATE, "message %s was erased", id_text(id, text));
	if (rc == 0 && spool_get(&t, TBL_SEALED, id->b, ID_LEN, &sealed))
		sealed = arena_span(ed->arena, sealed);
	if (rc == 0)
		rc = spool_txn_check(&t, "message", e);
	spool_txn_end(&t);
	if (rc == 0)
		rc = spool_sealed_load(ed->s, ed->arena, sealed, &ed->old, e);
	if (rc == 0)
		rc = spool_keys_load(ed->s->keys, ed->old.slot, ed->key, e);
	if (rc != 0)
		return rc;
	ed->m = ed->old.m;
	ed->parts = mem_new_array(ed->old.m.part_count + 1, sizeof(*ed->parts));
	for (; ed->part_count < ed->old.m.part_count; ed->part_count++) {
		ed->parts[ed->part_count].part = ed->old.m.parts[ed->part_count];
		ed->parts[ed->part_count].ref = ed->old.refs[ed->part_count];
	}
	ed->slot = ed->old.slot;
	return 0;
}

int spool_lmdb_edit_begin(struct spool *spool, const struct id *id, struct spool_edit **out,
			  struct spool_message **message, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_lmdb_edit *ed = mem_new(sizeof(*ed));
	int rc;

	ed->edit.spool = spool;
	ed->s = s;
	ed->is_new = id == NULL;
	ed->arena = arena_new();
	buf_init(&ed->sealed, SPOOL_RECORD_MAX);
	if ((rc = spool_db_alive(&s->db, e)) != 0 || (rc = spool_disk_check(s, e)) != 0)
		goto out;
	if (id != NULL) {
		rc = load_old(ed, id, e);
	} else {
		rc = spool_keys_take(s->keys, &s->db, s->writer, &ed->slot, ed->key, e);
		ed->m.id = id_new();
	}
out:
	if (rc != 0) {
		edit_free(ed);
		return err_wrap(e, "begin edit");
	}
	*out = &ed->edit;
	*message = &ed->m;
	return 0;
}

void spool_lmdb_edit_event(struct spool_edit *edit, const struct spool_event *ev)
{
	struct spool_lmdb_edit *ed = spool_lmdb_edit_of(edit);
	struct spool_event *to;
	struct err e = ERR_INIT;

	if (spool_event_check(ev, &e) != 0) {
		if (ed->failed.code == ERR_OK)
			ed->failed = e;
		return;
	}
	ed->events = mem_grow(ed->events, ed->event_count + 1, sizeof(*ed->events));
	to = &ed->events[ed->event_count++];
	*to = *ev;
	to->code = arena_dup(ed->arena, ev->code);
	to->detail = arena_dup(ed->arena, ev->detail);
}

static int check_instant(const char *name, int64_t old, int64_t now, struct err *e)
{
	if (old != 0 && old != now)
		return err_set(e, ERR_WRONG_STATE, "instant \"%s\" is set already and is never overwritten", name);
	return 0;
}

static int check_instants(struct spool_lmdb_edit *ed, struct err *e)
{
	const struct spool_message *old = &ed->old.m, *m = &ed->m;
	int rc;

	if ((rc = check_instant("submitted", old->submitted, m->submitted, e)) != 0 ||
	    (rc = check_instant("accepted", old->accepted, m->accepted, e)) != 0 ||
	    (rc = check_instant("stored", old->stored, m->stored, e)) != 0 ||
	    (rc = check_instant("forwarded", old->forwarded, m->forwarded, e)) != 0)
		return rc;
	return check_instant("fetched", old->fetched, m->fetched, e);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void set_modified(struct spool_lmdb_edit *ed)
{
	const struct spool_message *old = &ed->old.m;
	struct spool_message *m = &ed->m;
	int64_t last = 0;

	if (m->modified != old->modified)
		return;	/* the caller knows better */
	last = m->submitted != old->submitted ? m->submitted : 0;
	last = later(last, m->accepted != old->accepted ? m->accepted : 0);
	last = later(last, m->stored != old->stored ? m->stored : 0);
	last = later(last, m->forwarded != old->forwarded ? m->forwarded : 0);
	last = later(last, m->fetched != old->fetched ? m->fetched : 0);
	m->modified = later(m->modified, last);
}

/* An end that the caller changed is a wish; that of an application is up to the steps of its deliveries. */
static void set_end(const struct spool_lmdb_edit *ed, struct spool_rec_msg *r)
{
	r->limit = ed->m.expires != ed->old.m.expires ? ed->m.expires : ed->old.limit;
	if (ed->delivery != NULL)
		r->limit = r->m.expires = 0;
	if (r->m.kind != SPOOL_APPLICATION)
		(void)spool_retention_message(&ed->s->retention, r, NULL, 0, clock_now(), &r->m.expires);
}

/* Everything that does not need the writer: checks, the order of parts, encryption. */
static int prepare(struct spool_lmdb_edit *ed, struct err *e)
{
	struct spool_rec_msg *r = &ed->rec;
	int rc;

	if (ed->failed.code != ERR_OK) {
		*e = ed->failed;
		return (int)e->code;
	}
	if (ed->delivery != NULL && (rc = spool_delivery_check(ed->delivery, e)) != 0)
		return rc;
	if ((rc = spool_message_check(&ed->m, e)) != 0 || (rc = check_instants(ed, e)) != 0 ||
	    (rc = spool_disk_check(ed->s, e)) != 0)
		return rc;
	set_modified(ed);
	*r = (struct spool_rec_msg){ .m = ed->m, .slot = ed->slot, .rev = ed->old.rev + 1 };
	r->m.id = ed->is_new ? ed->m.id : ed->old.m.id;
	r->m.erased = 0;
	set_end(ed, r);
	r->m.part_count = ed->part_count;
	r->m.parts = arena_alloc(ed->arena, (ed->part_count + 1) * sizeof(*r->m.parts));
	r->refs = arena_alloc(ed->arena, (ed->part_count + 1) * sizeof(*r->refs));
	for (size_t i = 0; i < ed->part_count; i++) {
		r->m.parts[i] = ed->parts[i].part;
		r->refs[i] = ed->parts[i].ref;
	}
	ed->key_used = true;
	spool_sealed_make(&ed->sealed, ed->key, &r->m);
	return 0;
}

/* The files of the edit are the record's now; those it dropped are nobody's. */
static void hand_over(struct spool_lmdb_edit *ed)
{
	struct id files[SPOOL_PARTS_MAX];
	size_t n = 0;

	ed->slot = 0;
	for (size_t i = 0; i < ed->dropped_count; i++)
		if (ed->dropped[i].ref.in_file)
			files[n++] = ed->dropped[i].ref.id;
	spool_unlink_files(ed->s, files, n);
}

static void make_delivery(struct spool_lmdb_edit *ed, const struct spool_delivery *wish, struct spool_delivery *d)
{
	ed->delivery = wish == NULL ? NULL : d;
	if (wish == NULL)
		return;
	spool_change_new(d, wish, &ed->m, clock_now());
	if (!ed->is_new)
		d->message = ed->old.m.id;	/* whatever the caller did to its copy */
}

int spool_lmdb_edit_commit(struct spool_edit *edit, struct spool_delivery *delivery, struct err *e)
{
	struct spool_lmdb_edit *ed = spool_lmdb_edit_of(edit);
	struct spool_delivery d;
	int rc;

	spool_edit_detach(ed);
	make_delivery(ed, delivery, &d);
	rc = prepare(ed, e);
	if (rc == 0)
		rc = spool_writer_do(ed->s->writer, spool_edit_job, ed, e);
	/* A commit whose sync failed may be there after all: its files are kept, and swept if it is not. */
	for (size_t i = 0; i < ed->part_count && (rc == 0 || spool_is_dead(&ed->s->spool)); i++)
		if (ed->parts[i].fresh != NULL)
			spool_payload_keep(ed->parts[i].fresh);
	if (rc == 0)
		hand_over(ed);
	if (rc == 0 && delivery != NULL) {
		d.recipient = delivery->recipient;	/* the other ones may be the edit's */
		d.service = delivery->service;
		*delivery = d;
		spool_queue_bump(ed->s);
	}
	edit_free(ed);
	return rc == 0 ? 0 : err_wrap(e, "commit message");
}

void spool_lmdb_edit_abort(struct spool_edit *edit)
{
	struct spool_lmdb_edit *ed = spool_lmdb_edit_of(edit);

	edit_free(ed);
}
