/* SPDX-License-Identifier: EUPL-1.2 */
/* trace - the events of a message; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spool/engine.h"

#define EVENT_KEY_LEN (ID_LEN + 4)

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

int spool_event_add(struct spool *s, const struct id *message, const struct spool_event *ev, struct err *e)
{
	int rc = spool_event_check(ev, e);

	return rc != 0 ? rc : spool_writer_do(s->writer, add_job, &(struct add){ message, ev }, e);
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

int spool_event_list(struct spool *s, struct arena *a, const struct id *message, struct spool_event **out, size_t *n,
		     struct err *e)
{
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
