/* SPDX-License-Identifier: EUPL-1.2 */
/* The intermediary's store, made of the spool. */
#include "mailbox/osci_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "mailbox/osci_cards.h"
#include "mailbox/xta_account.h"
#include "peer/scratch.h"

#define BODY "body"
#define ATTACHMENT "attachment"

/* A delivery in the making. The edit begins with the first part: most requests carry none. */
struct making {
	struct mailbox_osci *g;
	struct spool_edit *edit;
	struct spool_message *message;
	unsigned attachments;
};

static int take_part(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	struct making *m = ctx;
	char numbered[32];

	if (m->edit == NULL) {
		int rc = spool_edit_begin(m->g->spool, NULL, &m->edit, &m->message, e);
		if (rc != 0)
			return rc;
	}
	if (strcmp(name, ATTACHMENT) != 0)
		return spool_edit_part(m->edit, name, type, NULL, out, e);
	(void)snprintf(numbered, sizeof(numbered), ATTACHMENT "-%u", ++m->attachments);
	return spool_edit_part(m->edit, numbered, type, cid, out, e);
}

static int store_begin(void *ctx, struct osci_intake *intake, void **making, struct err *e)
{
	struct making *m = mem_new(sizeof(*m));

	(void)e;
	m->g = ctx;
	*intake = (struct osci_intake){ .part = take_part, .ctx = m };
	*making = m;
	return 0;
}

static void store_abort(void *ctx, void *making)
{
	struct making *m = making;

	(void)ctx;
	if (m == NULL)
		return;
	spool_edit_abort(m->edit);
	free(m);
}

/* What was passed on stands in a box that nobody can ask for: the digest of no certificate. */
static void box_of(const uint8_t cert[SHA256_LEN], bool hidden, struct spool_box *out)
{
	static const char mark[] = "passed on";
	uint8_t both[SHA256_LEN + sizeof(mark)], hash[SHA256_LEN];

	memcpy(both, cert, SHA256_LEN);
	memcpy(both + SHA256_LEN, mark, sizeof(mark));
	sha256(both, sizeof(both), hash);
	memcpy(out->b, hidden ? hash : cert, SPOOL_BOX_LEN);
}

static int store_commit(void *ctx, void *making, const struct osci_stored *d, struct id *id, struct err *e)
{
	struct making *m = making;
	struct arena *a = arena_new();
	struct spool_edit *edit;
	int rc = 0;

	if (m->edit == NULL)
		rc = spool_edit_begin(m->g->spool, NULL, &m->edit, &m->message, e);
	if (rc == 0) {
		m->message->kind = SPOOL_MAIL;
		m->message->foreign_id = d->message_id;
		m->message->accepted = d->created;
		m->message->modified = d->created;
		m->message->meta = d->header;
		m->message->open_meta = d->card;
		box_of(d->from, d->kept == OSCI_UNLISTED, &m->message->from);
		box_of(d->to, d->kept != OSCI_IN_MAILBOX, &m->message->to);
		if (m->g->bridge != NULL)
			m->message->alias = mailbox_bridge_alias(m->g->bridge, &m->message->to, d->header, a);
		spool_edit_event(m->edit, &(struct spool_event){ .at = d->created, .kind = SPOOL_EV_ACCEPTED });
		edit = m->edit;
		m->edit = NULL;	/* commit frees it, whatever happens */
		*id = m->message->id;
		rc = spool_edit_commit(edit, NULL, e);
	}
	arena_free(a);
	store_abort(ctx, m);
	return rc;
}

/* What an opener needs; lives in the arena of the fetch. */
struct part_ref {
	struct spool *spool;
	struct id id;
	const char *name;
};

static int open_part(void *ctx, struct src **out, struct err *e)
{
	const struct part_ref *r = ctx;

	return spool_part_open(r->spool, &r->id, r->name, out, e);
}

static void add_parts(struct mailbox_osci *g, struct arena *a, const struct spool_message *m, struct osci_stored *out)
{
	out->attachments = arena_alloc(a, (m->part_count + 1) * sizeof(*out->attachments));
	for (size_t i = 0; i < m->part_count; i++) {
		const struct spool_part *p = &m->parts[i];
		struct part_ref *r = arena_alloc(a, sizeof(*r));

		*r = (struct part_ref){ g->spool, m->id, p->name };
		if (strcmp(p->name, BODY) == 0) {
			out->has_content = true;
			out->content_size = p->size;
			out->open_content = open_part;
			out->content_ctx = r;
		} else {
			out->attachments[out->attachment_count++] = (struct osci_attachment){
				.cid = p->label, .type = p->type, .size = p->size, .open = open_part, .ctx = r
			};
		}
	}
}

void mailbox_to_stored(struct mailbox_osci *g, struct arena *a, const struct spool_message *m, struct osci_stored *out)
{
	*out = (struct osci_stored){
		.id = m->id,
		.message_id = m->foreign_id,
		.created = m->accepted,
		.forwarded = m->forwarded,
		.received = m->fetched,
		.modified = m->modified,
		.header = m->meta,
		.card = m->open_meta,
	};
	memcpy(out->from, m->from.b, SHA256_LEN);
	memcpy(out->to, m->to.b, SHA256_LEN);
	add_parts(g, a, m, out);
}

/* A delivery by its id belongs to one mailbox: for everybody else it does not exist. */
static int fetch_by_id(struct mailbox_osci *g, const uint8_t to[SHA256_LEN], const char *message_id, struct arena *a,
		       struct spool_message *m, struct err *e)
{
	int rc = spool_message_find(g->spool, a, SPOOL_MAIL, span_of(message_id), m, e);

	if (rc == 0 && (!bytes_equal(m->to.b, to, SHA256_LEN) || m->erased != 0))
		rc = err_set(e, ERR_MISSING, "no such delivery in this mailbox");
	return rc;
}

struct patience {
	struct mailbox_handed *handed;
	unsigned most;		/* handed out so often without Reception: others first */
	bool is_out;		/* somebody was passed over */
};

static bool pass_over(void *ctx, const struct id *id)
{
	struct patience *p = ctx;

	if (mailbox_handed_times(p->handed, id) < p->most)
		return false;
	p->is_out = true;
	return true;
}

/* What its recipient never acknowledges is passed over while there is anything else; among such ones that which was handed
 * out least. Nothing is withheld: it may have been the line and not the delivery. */
static int fetch_first(struct mailbox_osci *g, const struct spool_box_query *asked, const struct spool_box *box,
		       struct arena *a, struct spool_message *m, bool *more, struct err *e)
{
	struct patience p = { &g->handed, MAILBOX_HANDED_MANY, false };
	struct spool_box_query q = *asked;
	int rc = 0;

	q.skip = pass_over;
	q.skip_ctx = &p;
	do {
		*e = (struct err)ERR_INIT;
		p.is_out = false;
		rc = spool_box_first(g->spool, a, box, &q, m, more, e);
		p.most *= 2;
	} while (rc == ERR_MISSING && p.is_out);
	if (rc == 0)
		*more = *more || p.is_out;
	return rc;
}

static int fetch(void *ctx, const uint8_t to[SHA256_LEN], const char *message_id, int64_t since, struct arena *a,
		 struct osci_stored *out, bool *more, struct err *e)
{
	struct mailbox_osci *g = ctx;
	struct spool_box_query q = { .accepted_since = since, .unfetched_only = since == 0 };
	struct spool_message m;
	struct spool_box box;
	int rc;

	*more = false;
	if (message_id != NULL) {
		rc = fetch_by_id(g, to, message_id, a, &m, e);
	} else {
		memcpy(box.b, to, SPOOL_BOX_LEN);
		rc = fetch_first(g, &q, &box, a, &m, more, e);
	}
	if (rc == 0)
		mailbox_to_stored(g, a, &m, out);
	return rc;
}

/* OSCI 1.2: instants are set once; a repeated fetch keeps the first Forwarding and Reception. */
static int mark(struct mailbox_osci *g, const struct id *id, enum spool_instant which, int64_t at, struct err *e)
{
	int rc = spool_message_mark(g->spool, id, which, at, e);

	return rc == ERR_WRONG_STATE ? 0 : rc;
}

static int mark_forwarded(void *ctx, const struct id *id, int64_t at, struct err *e)
{
	struct mailbox_osci *g = ctx;
	char text[ID_TEXT_LEN];
	int rc = mark(g, id, SPOOL_FORWARDED, at, e);

	if (rc != 0 || mailbox_handed_out(&g->handed, id) != MAILBOX_HANDED_MANY)
		return rc;
	log_event(LOG_WARN, "mailbox.passed-over", LOG_STR("message", id_text(id, text)),
		  LOG_STR("why", reason_info(RSN_OSCI_NOT_CONFIRMED)->key), LOG_INT("times", MAILBOX_HANDED_MANY));
	return spool_event_add(g->spool, id, &(struct spool_event){ .at = at, .kind = SPOOL_EV_DEFERRED,
								    .reason = RSN_OSCI_NOT_CONFIRMED }, e);
}

/* With the first Reception the store knows when the content goes (spool_retention): in the same commit. */
static int mark_received(void *ctx, const struct id *id, int64_t at, struct err *e)
{
	struct mailbox_osci *g = ctx;
	int rc = mark(g, id, SPOOL_FETCHED, at, e);

	if (rc == 0)
		mailbox_handed_received(&g->handed, id);
	return rc;
}

static int get(void *ctx, const struct id *id, struct arena *a, struct osci_stored *out, struct err *e)
{
	struct mailbox_osci *g = ctx;
	struct spool_message m;
	int rc = spool_message_get(g->spool, a, id, &m, e);

	if (rc == 0)
		mailbox_to_stored(g, a, &m, out);
	return rc;
}

/* The next round of erasing takes the content; the instants stay. */
static int give_up(void *ctx, const struct id *id, struct err *e)
{
	struct mailbox_osci *g = ctx;

	return spool_message_expire(g->spool, id, clock_now(), e);
}

static bool has_mailbox(void *ctx, const uint8_t to[SHA256_LEN])
{
	const struct mailbox_osci *g = ctx;
	struct spool_box box;
	size_t party;

	memcpy(box.b, to, SPOOL_BOX_LEN);
	for (size_t i = 0; i < g->box_count; i++)
		if (bytes_equal(g->boxes[i].b, box.b, SPOOL_BOX_LEN))
			return true;
	return g->accounts != NULL && mailbox_xta_osci_owner(g->accounts, &box, &party) != NULL;
}

void mailbox_osci_register(struct mailbox_osci *g, const struct spool_box *boxes, size_t n,
			   const struct mailbox_xta_accounts *accounts)
{
	g->boxes = boxes;
	g->box_count = n;
	g->accounts = accounts;
	g->env.has_mailbox = has_mailbox;
}

int mailbox_osci_init(struct mailbox_osci *g, struct spool *spool, const char *dir, struct mailbox_ways *ways, struct err *e)
{
	g->spool = spool;
	g->dir = dir;
	mailbox_handed_init(&g->handed);
	g->env = (struct osci_env){
		.store_begin = store_begin,
		.store_commit = store_commit,
		.store_abort = store_abort,
		.fetch = fetch,
		.mark_forwarded = mark_forwarded,
		.mark_received = mark_received,
		.cards = mailbox_cards,
		.get = get,
		.give_up = give_up,
		.scratches = peer_scratches(dir),
		.ctx = g,
	};
	if (ways != NULL) {
		g->env.way_begin = mailbox_way_begin;
		g->env.way_end = mailbox_way_end;
		g->env.ways = ways;
	}
	return spool_secret(spool, "osci-message-id", g->env.id_key, e);
}
