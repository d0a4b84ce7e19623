/* SPDX-License-Identifier: EUPL-1.2 */
/* fetchProcessCard, as the intermediary obeys it. */
#include <string.h>

#include "osci/call.h"

#define LIMIT 1000 /* process cards of one answer: it is in memory as a whole */

static int make_card(struct osci_call *c, const struct osci_stored *d, struct osci_card *card, struct err *e)
{
	struct osci_message held;
	int rc;

	memset(&held, 0, sizeof(held));
	rc = osci_memo_read_header(d->header, c->certs, c->arena, &held, e);
	if (rc != 0)
		return rc;
	rc = osci_call_card(c, d, &held, card, e);
	osci_message_fini(&held);
	return rc;
}

int osci_op_card(struct osci_call *c, struct err *e)
{
	const struct osci_selection *sel = &c->m->selection;
	size_t limit = sel->limit != 0 && sel->limit < LIMIT ? sel->limit : LIMIT, n = 0;
	struct osci_stored *found = NULL;
	bool more = false;
	int rc = c->env->cards(c->env->ctx, c->client->sha256, sel, limit, c->arena, &found, &n, &more, e);

	c->answer.selection = *sel;
	if (rc == ERR_MISSING || (rc == 0 && n == 0)) {
		osci_call_code(c, OSCI_9804);
		return 0;
	}
	if (rc != 0)
		return rc;
	if (more)
		osci_call_code(c, OSCI_3801);
	c->answer.cards = arena_alloc(c->arena, n * sizeof(*c->answer.cards));
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = make_card(c, &found[i], &c->answer.cards[c->answer.card_count++], e);
	return rc;
}
