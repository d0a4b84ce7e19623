/* SPDX-License-Identifier: EUPL-1.2 */
/* ids - attributes Id of a tree: unique, and found. Private to pki. Any thread. */
#ifndef PKI_IDS_H
#define PKI_IDS_H

#include "xml/tree.h"

/* ERR_SYNTAX when two elements have the same Id: a signature could mean either. */
int pki_ids_check(const struct xml_node *root, struct err *e);
/* The element at or below n with this Id, or NULL. */
const struct xml_node *pki_ids_find(const struct xml_node *n, struct span id);

#endif
