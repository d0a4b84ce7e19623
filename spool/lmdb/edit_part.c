/* SPDX-License-Identifier: EUPL-1.2 */
/* edit_part - the parts of an edit: sinks for new ones, dropping old ones; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spool/lmdb/edit.h"

struct spool_part_sink {
	struct sink sink;
	struct spool_lmdb_edit *ed;		/* NULL: the edit is over */
	struct spool_payload *payload;
	struct spool_edit_part part;
	struct spool_part_sink *next;
	size_t charged;			/* in ed->inline_bytes */
	uint64_t written;
	size_t unlooked;		/* bytes since it was last looked whether there is room */
	bool finished, failed;
};

#define LOOK_EVERY (4U << 20)

/* A sync that failed leaves unknown what the disk holds: no further service (store.h). */
static int fail(struct spool_part_sink *p, int rc, struct err *e)
{
	p->failed = true;
	err_wrap(e, "part %s", p->part.part.name);
	if (rc == ERR_IO)
		spool_db_die(&p->ed->s->db, e);
	if (p->ed->failed.code == ERR_OK)
		p->ed->failed = *e;
	return rc;
}

/* Every few MiB: the disk, and the shares the message counts for. */
static int look_for_room(struct spool_part_sink *p, size_t n, struct err *e)
{
	struct spool_lmdb_edit *ed = p->ed;
	struct spool_message m = ed->m;
	struct spool_txn t;
	int rc;

	p->unlooked += n;
	p->written += n;
	if (p->unlooked < LOOK_EVERY)
		return 0;
	p->unlooked = 0;
	if ((rc = spool_disk_check(ed->s, e)) != 0 || (rc = spool_txn_read(&ed->s->db, &t, e)) != 0)
		return rc;
	m.part_count = 0;
	rc = spool_budget_check(ed->s, &t, NULL, &m, p->written, e);
	spool_txn_end(&t);
	return rc;
}

static int part_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct spool_part_sink *p = (struct spool_part_sink *)s;
	int rc;

	if (p->ed == NULL || p->finished || p->failed)
		return err_set(e, ERR_WRONG_STATE, "part: written after its end");
	rc = look_for_room(p, n, e);
	if (rc == 0)
		rc = spool_payload_write(p->payload, data, n, e);
	return rc == 0 ? 0 : fail(p, rc, e);
}

static int part_finish(struct sink *s, struct err *e)
{
	struct spool_part_sink *p = (struct spool_part_sink *)s;
	struct spool_lmdb_edit *ed = p->ed;
	struct spool_edit_part *to;
	int rc;

	if (ed == NULL || p->finished || p->failed)
		return err_set(e, ERR_WRONG_STATE, "part: finished after its end");
	if ((rc = spool_payload_finish(p->payload, e)) != 0)
		return fail(p, rc, e);
	p->finished = true;
	ed->inline_bytes -= p->charged;
	ed->inline_bytes += spool_payload_inline(p->payload).n;
	ed->parts = mem_grow(ed->parts, ed->part_count + 1, sizeof(*ed->parts));
	to = &ed->parts[ed->part_count++];
	*to = p->part;
	to->part.size = spool_payload_size(p->payload);
	spool_payload_digest(p->payload, to->part.sha256);
	to->ref.in_file = spool_payload_inline(p->payload).p == NULL;
	to->fresh = p->payload;
	p->payload = NULL;
	return 0;
}

static void part_close(struct sink *s)
{
	struct spool_part_sink *p = (struct spool_part_sink *)s;

	if (p->ed != NULL) {
		struct spool_part_sink **at = &p->ed->open;

		while (*at != p)
			at = &(*at)->next;
		*at = p->next;
		if (!p->finished)
			p->ed->inline_bytes -= p->charged;
	}
	spool_payload_free(p->payload);
	free(p);
}

void spool_edit_detach(struct spool_lmdb_edit *ed)
{
	for (struct spool_part_sink *p = ed->open; p != NULL; p = p->next) {
		spool_payload_free(p->payload);
		p->payload = NULL;
		p->ed = NULL;
	}
	ed->open = NULL;
}

static struct spool_edit_part *find(struct spool_lmdb_edit *ed, const char *name)
{
	for (size_t i = 0; i < ed->part_count; i++)
		if (strcmp(ed->parts[i].part.name, name) == 0)
			return &ed->parts[i];
	return NULL;
}

static int check_new(struct spool_lmdb_edit *ed, const char *name, const char *type, const char *label, struct err *e)
{
	size_t open = 0;
	int rc;

	if (name == NULL || name[0] == '\0')
		return err_set(e, ERR_LIMIT, "part: no name");
	if ((rc = spool_text_check("part name", name, SPOOL_NAME_MAX, e)) != 0 ||
	    (rc = spool_text_check("part type", type, SPOOL_NAME_MAX, e)) != 0 ||
	    (rc = spool_text_check("part label", label, SPOOL_TEXT_MAX, e)) != 0)
		return rc;
	for (struct spool_part_sink *p = ed->open; p != NULL; p = p->next) {
		open += !p->finished;
		if (!p->finished && strcmp(p->part.part.name, name) == 0)
			return err_set(e, ERR_EXISTS, "part %s: is being written", name);
	}
	if (find(ed, name) != NULL)
		return err_set(e, ERR_EXISTS, "part %s: exists already", name);
	if (ed->part_count + open >= SPOOL_PARTS_MAX)
		return err_set(e, ERR_LIMIT, "part %s: a message has at most %d parts", name, SPOOL_PARTS_MAX);
	return 0;
}

int spool_lmdb_edit_part(struct spool_edit *edit, const char *name, const char *type, const char *label,
			 struct sink **out, struct err *e)
{
	struct spool_lmdb_edit *ed = spool_lmdb_edit_of(edit);
	struct spool_part_sink *p;
	bool small = ed->inline_bytes + SPOOL_BLOCK <= SPOOL_INLINE_MAX;
	int rc = check_new(ed, name, type, label, e);

	if (rc == 0)
		rc = spool_db_alive(&ed->s->db, e);
	if (rc != 0)
		return rc;
	p = mem_new(sizeof(*p));
	p->sink = (struct sink){ part_write, part_finish, part_close };
	p->ed = ed;
	p->part.part = (struct spool_part){ .name = arena_dup(ed->arena, name),
					    .type = arena_dup(ed->arena, type == NULL ? "" : type),
					    .label = arena_dup(ed->arena, label) };
	p->part.ref.id = id_new();
	p->charged = small ? SPOOL_BLOCK : 0;
	ed->inline_bytes += p->charged;
	ed->key_used = true;
	p->payload = spool_payload_new(ed->s->dir, ed->key, &p->part.ref.id, small);
	p->next = ed->open;
	ed->open = p;
	*out = &p->sink;
	return 0;
}

int spool_lmdb_edit_drop(struct spool_edit *edit, const char *name, struct err *e)
{
	struct spool_lmdb_edit *ed = spool_lmdb_edit_of(edit);
	struct spool_edit_part *p = find(ed, name);

	if (p == NULL)
		return err_set(e, ERR_MISSING, "part %s: not found", name);
	if (p->fresh != NULL) {
		ed->inline_bytes -= spool_payload_inline(p->fresh).n;
		spool_payload_free(p->fresh);
	} else {
		ed->dropped = mem_grow(ed->dropped, ed->dropped_count + 1, sizeof(*ed->dropped));
		ed->dropped[ed->dropped_count++] = *p;
	}
	ed->part_count--;
	memmove(p, p + 1, (size_t)(&ed->parts[ed->part_count] - p) * sizeof(*p));
	return 0;
}
