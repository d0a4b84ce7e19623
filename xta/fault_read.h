/* SPDX-License-Identifier: EUPL-1.2 */
/* fault_read - a SOAP fault of a peer as values. For this folder only. Any thread. */
#ifndef XTA_FAULT_READ_H
#define XTA_FAULT_READ_H

#include "base/arena.h"
#include "xml/tree.h"
#include "xta/client.h"

/* Whether n (may be NULL) is a SOAP fault: then what it says is in *said. */
bool xta_fault_read(const struct xml_node *n, struct arena *a, struct xta_said *said);

#endif
