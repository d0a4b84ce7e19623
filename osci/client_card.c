/* SPDX-License-Identifier: EUPL-1.2 */
/* client_card - asks for process cards. */
#include "osci/client_state.h"

int osci_client_cards(struct osci_client *c, const struct osci_selection *sel, struct arena *a, struct osci_card **out,
		      size_t *n, bool *more, struct err *e)
{
	struct osci_message request = { .type = OSCI_FETCH_PROCESS_CARD, .selection = *sel };
	struct osci_exchange order = { .request = &request };
	struct osci_message answer;
	int rc = osci_client_do(c, &order, a, &answer, e);

	if (rc != 0)
		return rc;
	*out = answer.cards;
	*n = answer.card_count;
	*more = osci_client_warned(c, OSCI_3801);
	osci_message_fini(&answer);
	return 0;
}
