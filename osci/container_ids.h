/* SPDX-License-Identifier: EUPL-1.2 */
/* container_ids - attributes Id of a tree: unique, and found. Private to osci. Any thread. */
#ifndef OSCI_CONTAINER_IDS_H
#define OSCI_CONTAINER_IDS_H

#include "xml/tree.h"

/* ERR_SYNTAX when two elements have the same Id: a signature could mean either. */
int osci_ids_check(const struct xml_node *root, struct err *e);
/* The element at or below n with this Id, or NULL. */
const struct xml_node *osci_ids_find(const struct xml_node *n, struct span id);

#endif
