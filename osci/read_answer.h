/* SPDX-License-Identifier: EUPL-1.2 */
/* read_answer - the elements of answers, in Header or Body, and the SOAP fault: functions for the table in order.c. */
#ifndef OSCI_READ_ANSWER_H
#define OSCI_READ_ANSWER_H

#include "base/err.h"

struct osci_reading;
struct xml_node;

int osci_read_plain_answer(struct osci_reading *r, const struct xml_node *n, struct err *e);	/* feedback, card */
int osci_read_id_answer(struct osci_reading *r, const struct xml_node *n, struct err *e);	/* feedback, message id */
int osci_read_fetch_answer(struct osci_reading *r, const struct xml_node *n, struct err *e);	/* feedback, echo, cards */
int osci_read_mediate_answer(struct osci_reading *r, const struct xml_node *n, struct err *e);
int osci_read_fault(struct osci_reading *r, const struct xml_node *n, struct err *e);

/* For the answers that stand in other files. */
int osci_read_answer_attrs(const struct osci_reading *r, const struct xml_node *n, struct err *e);
int osci_read_feedback(struct osci_reading *r, const struct xml_node *n, struct err *e);

#endif
