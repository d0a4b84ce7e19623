/* SPDX-License-Identifier: EUPL-1.2 */
/* read_outward - the elements between an intermediary and a recipient that waits: functions for the table in order.c. */
#ifndef OSCI_READ_OUTWARD_H
#define OSCI_READ_OUTWARD_H

#include "base/err.h"

struct osci_reading;
struct xml_node;

int osci_read_accept(struct osci_reading *r, const struct xml_node *n, struct err *e);
int osci_read_process(struct osci_reading *r, const struct xml_node *n, struct err *e);
int osci_read_process_answer(struct osci_reading *r, const struct xml_node *n, struct err *e);

#endif
