/* SPDX-License-Identifier: EUPL-1.2 */
/* fetchDelivery, as the intermediary obeys it. */
#include "osci/call.h"

/* Reception is not for the recipient to read: the schema of this answer has no place for it. */
static int add_card(struct osci_call *c, const struct osci_stored *d, struct err *e)
{
	struct osci_stored now = *d;

	if (now.forwarded == 0)
		now.forwarded = now.modified = c->now;
	now.received = 0;
	c->answer.cards = arena_alloc(c->arena, sizeof(*c->answer.cards));
	c->answer.card_count = 1;
	return osci_call_card(c, &now, &c->answer, &c->answer.cards[0], e);
}

static int add_delivery(struct osci_call *c, struct err *e)
{
	struct osci_message *out = &c->answer;
	const struct osci_stored *d = &c->fetched;
	int rc = osci_memo_read_header(d->header, c->certs, c->arena, out, e);

	if (rc == 0)
		rc = add_card(c, d, e);
	if (rc == 0)
		osci_call_content(out, d);
	return rc;
}

int osci_op_fetch(struct osci_call *c, struct err *e)
{
	const struct osci_selection *sel = &c->m->selection;
	const char *id = sel->by == OSCI_SELECT_IDS ? sel->ids[0] : NULL;
	int64_t since = sel->by == OSCI_SELECT_RECEPTION || sel->by == OSCI_SELECT_MODIFIED ? sel->since : 0;
	bool more = false;
	int rc = c->env->fetch(c->env->ctx, c->client->sha256, id, since, c->arena, &c->fetched, &more, e);

	c->answer.selection = *sel;
	if (rc != 0)
		c->fetched = (struct osci_stored){ .created = 0 };
	if (rc == ERR_MISSING) {
		osci_call_code(c, OSCI_9803);
		return 0;
	}
	if (rc != 0)
		return rc;
	if (more)
		osci_call_code(c, OSCI_3800);
	rc = add_delivery(c, e);
	if (rc != 0)
		c->fetched = (struct osci_stored){ .created = 0 };
	return rc;
}
