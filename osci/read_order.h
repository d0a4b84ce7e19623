/* SPDX-License-Identifier: EUPL-1.2 */
/* read_order - the elements of orders, in Header or Body: functions for the table in order.c. */
#ifndef OSCI_READ_ORDER_H
#define OSCI_READ_ORDER_H

#include "base/err.h"

struct osci_reading;
struct xml_node;

int osci_read_empty(struct osci_reading *r, const struct xml_node *n, struct err *e);	/* nothing may be in it */
int osci_read_store(struct osci_reading *r, const struct xml_node *n, struct err *e);
int osci_read_forward(struct osci_reading *r, const struct xml_node *n, struct err *e);	/* mediate, too */
int osci_read_fetch(struct osci_reading *r, const struct xml_node *n, struct err *e);
int osci_read_fetch_card(struct osci_reading *r, const struct xml_node *n, struct err *e);

#endif
