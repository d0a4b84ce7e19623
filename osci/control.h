/* SPDX-License-Identifier: EUPL-1.2 */
/* control - which items a ControlBlock has in which message (facts: OSCI 1.2 schemas). Pure; any thread. */
#ifndef OSCI_CONTROL_H
#define OSCI_CONTROL_H

#include "osci/message.h"

/* NULL if everything required is there and nothing forbidden; otherwise the code to answer with: "9802" when an order
 * that needs an explicit dialog names none, "9400" for everything else. */
const char *osci_control_check(enum osci_type t, const struct osci_control *c);
/* Orders that only make sense inside an explicit dialog. */
bool osci_control_needs_dialog(enum osci_type t);

#endif
