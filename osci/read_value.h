/* SPDX-License-Identifier: EUPL-1.2 */
/* read_value - single values of a message, from a small tree into the arena. Errors: ERR_SYNTAX, ERR_LIMIT. */
#ifndef OSCI_READ_VALUE_H
#define OSCI_READ_VALUE_H

#include "osci/message.h"
#include "xml/tree.h"

int osci_value_text(struct arena *a, const struct xml_node *n, const char **out, struct err *e);
/* Decoded; NULL if it is empty. */
int osci_value_message_id(struct arena *a, const struct xml_node *n, const char **out, struct err *e);
int osci_value_time(const struct xml_node *n, int64_t *ms, struct err *e);
/* SelectionRule and (cards) Quantity below holder. sel is zeroed by the caller. */
int osci_value_selection(struct arena *a, const struct xml_node *holder, bool cards, struct osci_selection *sel,
			 struct err *e);

#endif
