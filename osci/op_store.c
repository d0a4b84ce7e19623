/* SPDX-License-Identifier: EUPL-1.2 */
/* storeDelivery, as the intermediary obeys it. */
#include "osci/call.h"

/* The card in the answer is the one every later process card begins with. */
static int add_card(struct osci_call *c, const struct osci_stored *d, struct err *e)
{
	c->answer.cards = arena_alloc(c->arena, sizeof(*c->answer.cards));
	c->answer.card_count = 1;
	return osci_call_card(c, d, c->m, &c->answer.cards[0], e);
}

int osci_op_store(struct osci_call *c, struct err *e)
{
	struct osci_stored d;
	int rc;

	if (!osci_call_has_id(c) || !osci_call_has_mailbox(c))
		return 0;
	rc = osci_call_keep(c, c->m->message_id, OSCI_IN_MAILBOX, &d, e);
	if (rc == ERR_EXISTS) {
		osci_call_code(c, OSCI_9801);
		return 0;
	}
	return rc != 0 ? rc : add_card(c, &d, e);
}
