/* SPDX-License-Identifier: EUPL-1.2 */
/* osci_forward - the channel "osci-forward": the intermediary passes the delivery on at once to a recipient that waits for it. */
#include "base/clock.h"
#include "delivery/osci_line.h"
#include "delivery/parcel.h"

static int prepare(struct delivery_errand *x, struct err *e)
{
	return delivery_osci_open(x, PEER_OSCI_SHORT, e);
}

static int forward(struct delivery_errand *x, struct err *e)
{
	struct peer_osci *line = x->line;
	struct delivery_parcel *parcel = NULL;
	struct osci_card card = { .created = 0 };
	int rc = delivery_parcel_new(x, &parcel, e);

	if (rc == 0) {
		rc = osci_client_forward(line->client, delivery_parcel_outgoing(parcel), x->a, &card, e);
		rc = delivery_osci_passed(x, rc, "forwardDelivery", e);
	}
	if (rc == 0) {
		x->r->fetched = card.received != 0 ? card.received : clock_now();
		x->r->stored = card.created != 0 ? card.created : x->r->fetched;
	}
	delivery_parcel_free(parcel);
	return rc;
}

const struct delivery_channel delivery_osci_forward = {
	.name = "osci-forward",
	.at_once = true,
	.peer = delivery_osci_peer,
	.prepare = prepare,
	.send = forward,
	.ask = delivery_osci_ask,
	.classify = delivery_osci_classify,
	.finish = delivery_osci_finish,
};
