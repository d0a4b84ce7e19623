/* SPDX-License-Identifier: EUPL-1.2 */
/* osci_store - the channel "osci-store": the delivery waits in the recipient's mailbox at its intermediary. */
#include "base/clock.h"
#include "delivery/osci_line.h"
#include "delivery/parcel.h"

/* The id is durable before the first store and stays the same. */
static int prepare(struct delivery_errand *x, struct err *e)
{
	return delivery_osci_open(x, PEER_OSCI_SHORT, e);
}

/* A fault that says it was not obeyed may be anybody's: before it goes elsewhere, the peer itself is asked. */
static bool may_be_there(const struct osci_client *c)
{
	const struct osci_said *said = osci_client_said(c);

	return osci_client_is_ambiguous(c) || (said->is_fault && !said->authenticated);
}

static int send(struct delivery_errand *x, struct err *e)
{
	struct peer_osci *line = x->line;
	struct delivery_parcel *parcel = NULL;
	struct osci_card card = { .created = 0 };
	int rc = delivery_parcel_new(x, &parcel, e);

	if (rc == 0) {
		rc = osci_client_store(line->client, delivery_parcel_outgoing(parcel), x->a, &card, e);
		x->r->ambiguous = rc != 0 && may_be_there(line->client);
		if (x->r->ambiguous)
			(void)err_default_reason(e, RSN_NET_ANSWER_LOST);
	}
	if (rc == 0)
		x->r->stored = card.created != 0 ? card.created : clock_now();
	delivery_parcel_free(parcel);
	return rc == 0 ? 0 : peer_post_wrap(&line->post, "storeDelivery", e);
}

const struct delivery_channel delivery_osci_store = {
	.name = "osci-store",
	.peer = delivery_osci_peer,
	.prepare = prepare,
	.send = send,
	.ask = delivery_osci_ask,
	.classify = delivery_osci_classify,
	.finish = delivery_osci_finish,
};
