/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * osci_line - what the channels of OSCI have in common: the line to the recipient's intermediary, under our keys and our
 * configuration. An errand's line is a struct peer_osci. One thread per errand.
 */
#ifndef DELIVERY_OSCI_LINE_H
#define DELIVERY_OSCI_LINE_H

#include "delivery/channel.h"

/* Opens x->line, and gets a message id for x->d->peer_id if there is none; max_answer: bytes of the largest answer. ERR_CONFIG
 * (LOC-KEY-MISSING) without a valid key; otherwise as osci_client_get_message_id. */
int delivery_osci_open(struct delivery_errand *x, uint64_t max_answer, struct err *e);

/* After an order that the intermediary was to pass on, and that came to rc: it was kept before that, so whatever did not come from
 * the intermediary, signed, leaves open what became of it. Sets x->r->ambiguous, and e's reason if it has none; what: the order. */
int delivery_osci_passed(struct delivery_errand *x, int rc, const char *what, struct err *e);

/* For the rows of channel.h. */
const char *delivery_osci_peer(const struct dir_route *route);	/* the intermediary's address */
int delivery_osci_ask(const struct delivery_query *q, struct delivery_card *cards, struct err *e);
void delivery_osci_classify(struct delivery_errand *x, int rc);
void delivery_osci_finish(struct delivery_errand *x);

#endif
