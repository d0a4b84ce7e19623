/* SPDX-License-Identifier: EUPL-1.2 */
/* trace - the events of a message; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

#define EVENT_KEY_LEN (ID_LEN + 4)
#define LOOK_BACK 8	/* events at the end in which the same one is looked for */
#define MOST 500	/* events of a message; from then on what may repeat itself only counts */

/* What a machine tells again and again; what a person did, or what happens once, is never merged. */
static bool may_repeat(enum spool_event_kind kind)
{
	return kind == SPOOL_EV_DEFERRED || kind == SPOOL_EV_ATTEMPT || kind == SPOOL_EV_RESOLVED ||
	       kind == SPOOL_EV_ID_OBTAINED || kind == SPOOL_EV_UNCOLLECTED;
}

static bool same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_same(const struct spool_event *a, const struct spool_event *b, uint32_t seq)
{
	return a->kind == b->kind && (seq >= MOST || (a->reason == b->reason && same_text(a->code, b->code)));
}

static void put_event(struct spool_txn *t, const uint8_t key[EVENT_KEY_LEN], const struct spool_event *ev)
{
	struct buf b;

	buf_init(&b, SPOOL_RECORD_MAX);
	spool_rec_event_put(&b, ev);
	must(!b.over);
	spool_put(t, TBL_EVENT, key, EVENT_KEY_LEN, b.p, b.n);
	buf_fini(&b);
}

/* Walks back from the last event of the message. *key: of the one it can be counted with (true), or of a new one. */
static bool find_place(struct spool_txn *t, const struct spool_event *ev, uint8_t key[EVENT_KEY_LEN],
		       struct spool_event *old)
{
	struct err ignored = ERR_INIT;
	struct spool_cur c;
	uint32_t seq = 0, next = 0;
	bool found = false, more = may_repeat(ev->kind);

	codec_be32(key + ID_LEN, UINT32_MAX);
	spool_cur_open(&c, t, TBL_EVENT);
	(void)spool_cur_seek(&c, key, EVENT_KEY_LEN);
	for (int i = 0; i < LOOK_BACK && !found && spool_cur_prev(&c); i++) {
		if (c.key.n != EVENT_KEY_LEN || memcmp(c.key.p, key, ID_LEN) != 0)
			break;
		seq = codec_get_be32((const uint8_t *)c.key.p + ID_LEN);
		next = i == 0 ? seq + 1 : next;
		more = more && spool_rec_event_get(c.val, t->arena, old, &ignored) == 0 && may_repeat(old->kind);
		found = more && is_same(old, ev, next);
		if (!more)
			break;
	}
	spool_cur_close(&c);
	codec_be32(key + ID_LEN, found ? seq : next);
	return found;
}

void spool_event_append(struct spool_txn *t, const struct id *message, const struct spool_event *ev)
{
	uint8_t key[EVENT_KEY_LEN];
	struct spool_event old, now = *ev;

	memcpy(key, message->b, ID_LEN);
	now.count = 1;
	now.last = ev->at;
	if (find_place(t, ev, key, &old)) {
		now.at = old.at;
		now.count = old.count == UINT32_MAX ? old.count : old.count + 1;
		now.last = ev->at > old.last ? ev->at : old.last;
	}
	put_event(t, key, &now);
	t->counters.events[ev->kind]++;
}

struct add {
	const struct id *message;
	const struct spool_event *ev;
};

static int add_job(struct spool_txn *t, void *ctx, struct err *e)
{
	struct add *add = ctx;
	struct spool_rec_msg r;
	int rc = spool_msg_load(t, t->arena, add->message, &r, e);

	if (rc == 0)
		spool_event_append(t, add->message, add->ev);
	return rc;
}

int spool_lmdb_event_add(struct spool *spool, const struct id *message, const struct spool_event *ev, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);

	return spool_writer_do(s->writer, add_job, &(struct add){ message, ev }, e);
}

static int read_events(struct spool_txn *t, struct arena *a, const struct id *message, struct spool_event **list,
		       size_t *n, struct err *e)
{
	struct spool_cur c;
	size_t cap = 0;
	int rc = 0;

	spool_cur_open(&c, t, TBL_EVENT);
	for (bool ok = spool_cur_seek(&c, message->b, ID_LEN); ok && rc == 0; ok = spool_cur_next(&c)) {
		if (c.key.n != EVENT_KEY_LEN || memcmp(c.key.p, message->b, ID_LEN) != 0)
			break;
		if (*n == cap)
			*list = mem_grow(*list, cap = cap == 0 ? 16 : 2 * cap, sizeof(**list));
		rc = spool_rec_event_get(c.val, a, &(*list)[*n], e);
		++*n;
	}
	spool_cur_close(&c);
	return rc != 0 ? rc : spool_txn_check(t, "events", e);
}

int spool_lmdb_event_list(struct spool *spool, struct arena *a, const struct id *message, struct spool_event **out,
			  size_t *n, struct err *e)
{
	struct spool_lmdb *s = spool_lmdb_of(spool);
	struct spool_event *list = NULL;
	struct spool_rec_msg r;
	struct spool_txn t;
	size_t count = 0;
	int rc = spool_txn_read(&s->db, &t, e);

	if (rc != 0)
		return rc;
	rc = spool_msg_load(&t, a, message, &r, e);
	if (rc == 0)
		rc = read_events(&t, a, message, &list, &count, e);
	spool_txn_end(&t);
	if (rc == 0) {
		*out = arena_alloc(a, (count + 1) * sizeof(*list));
		if (count > 0)
			memcpy(*out, list, count * sizeof(*list));
		*n = count;
	}
	free(list);
	return rc;
}
