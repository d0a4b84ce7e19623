/* SPDX-License-Identifier: EUPL-1.2 */
/* forwardDelivery, as the intermediary obeys it. */
#include "osci/pass_on.h"

static int forward(struct osci_call *c, struct osci_pass *p, struct err *e)
{
	struct osci_stored d;
	struct err ce = ERR_INIT;
	int rc = osci_call_keep(c, c->m->message_id, OSCI_PASSED_ON, &d, e);

	if (rc == ERR_EXISTS) {
		osci_call_code(c, OSCI_9801);
		return 0;
	}
	if (rc != 0 || !osci_pass_on(p, &d))
		return rc;
	c->answer.cards = arena_alloc(c->arena, sizeof(*c->answer.cards));
	c->answer.card_count = 1;
	if (osci_call_card(c, &d, c->m, &c->answer.cards[0], &ce) != 0)
		osci_pass_lost(p, OSCI_9810, &ce);
	return 0;
}

int osci_op_forward(struct osci_call *c, struct err *e)
{
	struct osci_pass p = { .call = c, .type = OSCI_ACCEPT_DELIVERY, .has_card = true };
	int rc = 0;

	if (osci_call_has_id(c) && osci_pass_begin(&p))
		rc = forward(c, &p, e);
	osci_pass_end(&p);
	return rc;
}
