/* SPDX-License-Identifier: EUPL-1.2 */
/* client_fetch - takes a delivery out of our mailbox. */
#include "osci/client_state.h"

int osci_client_fetch(struct osci_client *c, const char *message_id, const struct osci_intake *intake, struct arena *a,
		      struct osci_message *out, bool *more, struct err *e)
{
	struct osci_message request = { .type = OSCI_FETCH_DELIVERY };
	struct osci_exchange order = { .request = &request, .parts = intake };
	int rc;

	if (message_id != NULL) {
		request.selection.by = OSCI_SELECT_IDS;
		request.selection.ids = &message_id;
		request.selection.id_count = 1;
	}
	rc = osci_client_do(c, &order, a, out, e);
	if (rc == 0)
		*more = osci_client_warned(c, OSCI_3800);
	return rc;
}
