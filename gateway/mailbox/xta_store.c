/* SPDX-License-Identifier: EUPL-1.2 */
/* The XTA server's env: who calls, ids, which services there are; and what its other files share. */
#include "mailbox/xta_store.h"

#include <string.h>

#include "base/mem.h"
#include "mailbox/xta_part.h"

#define LOOKUPS_MAX 20 /* readers elsewhere, of one call; of further ones nothing is known */

static enum xta_code entry_code(enum mailbox_xta_entry entry)
{
	static const enum xta_code codes[] = {
		[MAILBOX_XTA_ENTERED] = XTA_OK,	  [MAILBOX_XTA_UNKNOWN] = XTA_9012, [MAILBOX_XTA_LOCKED] = XTA_9011,
		[MAILBOX_XTA_EXPIRED] = XTA_9010, [MAILBOX_XTA_BUSY] = XTA_9030,
	};

	return codes[entry];
}

/* Clients leave the type out; then the value has to be one of the account's own. */
static bool own_party(const struct mailbox_xta_account *a, const struct xta_party *p, size_t *index)
{
	for (size_t i = 0; i < a->party_count; i++) {
		bool same = strcmp(a->parties[i].value, p->value) == 0;

		*index = i;
		if (same && (p->type == NULL || p->type[0] == '\0' || strcmp(a->parties[i].type, p->type) == 0))
			return true;
	}
	return false;
}

static enum xta_code speak_as(struct mailbox_xta *g, const struct xta_party *author, struct mailbox_xta_who *w)
{
	size_t other;

	w->any_party = author == NULL || author->value == NULL;
	w->party = 0;
	if (w->any_party || own_party(w->account, author, &w->party))
		return XTA_OK;
	return mailbox_xta_owner(g->accounts, author->type, author->value, &other) == NULL ? XTA_9012 : XTA_9014;
}

static bool may(const struct mailbox_xta_account *a, enum xta_right right)
{
	return right == XTA_MAY_CALL || (right == XTA_MAY_SEND && a->may_send) || (right == XTA_MAY_READ && a->may_receive);
}

static int account(void *ctx, const void *peer, const struct xta_party *author, enum xta_right right, struct arena *a,
		   struct xta_account *out, enum xta_code *code, struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_caller *caller = peer;
	struct mailbox_xta_who *w = arena_alloc(a, sizeof(*w)); /* zeroed */
	const struct mailbox_xta_party *p;

	(void)e;
	*out = (struct xta_account){ .name = caller->account == NULL ? "" : caller->account->name };
	*code = entry_code(caller->entry);
	if (*code != XTA_OK)
		return 0;
	must(caller->account != NULL);
	w->account = caller->account;
	*code = speak_as(g, author, w);
	if (*code == XTA_OK && !may(w->account, right))
		*code = XTA_9013;
	p = &w->account->parties[w->party];
	out->party = (struct xta_party){ .value = p->value, .type = p->type, .name = p->name, .category = p->category };
	out->own = w;
	return 0;
}

static int message_id(void *ctx, const struct xta_account *who, struct arena *a, const char **id, enum xta_code *code,
		      struct err *e)
{
	const struct mailbox_xta *g = ctx;
	const struct mailbox_xta_who *w = who->own;

	(void)code;
	(void)e;
	*id = mailbox_xta_id_new(&g->ids, w->account->name, a);
	return 0;
}

/* One call must not ask the directory for ever. */
static int lookup_elsewhere(struct mailbox_xta *g, struct mailbox_xta_who *w, struct xta_service *service,
			    struct err *e)
{
	enum xta_code code = XTA_OK;
	int rc;

	service->state = XTA_SERVICE_NO;
	if (g->outward == NULL || !w->account->may_send_elsewhere)
		return 0;
	service->state = XTA_SERVICE_UNKNOWN;
	if (w->asked++ >= LOOKUPS_MAX)
		return 0;
	rc = g->outward->find(g->outward->ctx, service->reader.value, service->service == NULL ? "" : service->service,
			      &code, e);
	service->state = code == XTA_OK ? XTA_SERVICE_YES : code == XTA_9022 ? XTA_SERVICE_NO : XTA_SERVICE_UNKNOWN;
	return rc;
}

/* Who has a box here takes every service: which message types a procedure understands is its own affair. */
static int lookup(void *ctx, const struct xta_account *who, struct arena *a, struct xta_service *service, enum xta_code *code,
		  struct err *e)
{
	struct mailbox_xta *g = ctx;
	const struct mailbox_xta_account *reader;
	size_t party;

	(void)a;
	(void)code;
	service->state = XTA_SERVICE_NO;
	if (service->reader.value == NULL)
		return 0;
	reader = mailbox_xta_owner(g->accounts, service->reader.type, service->reader.value, &party);
	if (reader == NULL)
		return lookup_elsewhere(g, who->own, service, e);
	service->state = reader->may_receive ? XTA_SERVICE_YES : XTA_SERVICE_NO;
	return 0;
}

bool mailbox_xta_has_box(const struct mailbox_xta_account *a, const struct spool_box *box)
{
	for (size_t i = 0; i < a->box_count; i++)
		if (memcmp(&a->boxes[i], box, sizeof(*box)) == 0)
			return true;
	return false;
}

bool mailbox_xta_is_offered(const struct spool_message *m, int64_t now)
{
	return m->kind == SPOOL_MAIL && m->erased == 0 && m->fetched == 0 && m->accepted <= now &&
	       (m->expires == 0 || m->expires > now);
}

int mailbox_xta_find(struct mailbox_xta *g, const char *id, struct arena *a, struct spool_message *m, struct err *e)
{
	int rc;

	if (id == NULL || strlen(id) > MAILBOX_XTA_ID_MAX)
		return err_set(e, ERR_MISSING, "no message has such an id");
	rc = spool_message_find(g->spool, a, SPOOL_MAIL, span_of(mailbox_xta_id_key(id, a)), m, e);
	if (rc != ERR_MISSING)
		return rc;
	*e = (struct err)ERR_INIT;
	return mailbox_bridge_find(&g->bridge, id, a, m, e);
}

int mailbox_xta_memo_of(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
			struct mailbox_xta_memo *out, struct err *e)
{
	int rc = mailbox_bridge_is(m) ? mailbox_bridge_memo(&g->bridge, m, a, out, e)
				      : mailbox_xta_memo_get(m->meta.n > 0 ? m->meta : m->open_meta, a, out, e);

	if (rc != 0)
		return rc;
	out->meta.delivery = m->accepted <= now ? m->accepted : 0;
	out->meta.initial_fetch = m->forwarded;
	out->meta.reception = m->fetched;
	return 0;
}

int mailbox_xta_init(struct mailbox_xta *g, const struct mailbox_xta_options *o, struct err *e)
{
	int rc;

	g->spool = o->spool;
	g->accounts = o->accounts;
	g->ids.prefix = o->prefix;
	g->outward = o->outward;
	g->scanner = o->scanner;
	g->bridge = (struct mailbox_bridge){.spool = o->spool,
					    .accounts = o->accounts,
					    .ids = &g->ids,
					    .certs = o->certs,
					    .policy = o->policy,
					    .scratch_dir = o->scratch_dir,
					    .lock = PTHREAD_MUTEX_INITIALIZER};
	g->env = (struct xta_env){ .account = account, .message_id = message_id, .lookup = lookup, .ctx = g };
	mailbox_xta_send_set(&g->env);
	mailbox_xta_box_set(&g->env);
	mailbox_xta_report_set(&g->env);
	rc = spool_secret(o->spool, "xta-message-id", g->ids.key, e);
	return rc == 0 ? spool_secret(o->spool, "xta-cursor", g->cursor_key, e) : rc;
}
