/* SPDX-License-Identifier: EUPL-1.2 */
/* read_card - process cards (Laufzettel) in answers, and in the orders of an intermediary. For read_*.c only. */
#ifndef OSCI_READ_CARD_H
#define OSCI_READ_CARD_H

#include <stddef.h>

#include "base/err.h"

struct osci_reading;
struct xml_node;

/* How many elements of that name in OSCI's namespace there are from first on. */
size_t osci_read_count(const struct xml_node *first, const char *local);
/* All ProcessCardBundles from first on, into r->m. */
int osci_read_cards(struct osci_reading *r, const struct xml_node *first, struct err *e);
/* Those of a request and of the reply to it; NULL: there is none. */
int osci_read_card_pair(struct osci_reading *r, const struct xml_node *request, const struct xml_node *reply,
			struct err *e);

#endif
