/* SPDX-License-Identifier: EUPL-1.2 */
/* write_element - the children of the elements of orders and answers: functions for the table in order.c. */
#ifndef OSCI_WRITE_ELEMENT_H
#define OSCI_WRITE_ELEMENT_H

struct osci_message;
struct xml_write;

void osci_put_store(struct xml_write *w, const struct osci_message *m);
void osci_put_forward(struct xml_write *w, const struct osci_message *m);	/* mediate, too */
void osci_put_accept(struct xml_write *w, const struct osci_message *m);
void osci_put_process(struct xml_write *w, const struct osci_message *m);
void osci_put_process_answer(struct xml_write *w, const struct osci_message *m);
void osci_put_mediate_answer(struct xml_write *w, const struct osci_message *m);
void osci_put_fetch(struct xml_write *w, const struct osci_message *m);	/* deliveries and process cards */
void osci_put_plain_answer(struct xml_write *w, const struct osci_message *m);	/* feedback, cards */
void osci_put_id_answer(struct xml_write *w, const struct osci_message *m);
void osci_put_fetch_answer(struct xml_write *w, const struct osci_message *m);

#endif
