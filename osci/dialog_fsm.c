/* SPDX-License-Identifier: EUPL-1.2 */
/* The steps a dialog may take. */
#include "osci/dialog_fsm.h"

#include "base/mem.h"

/* One line per allowed step; whatever is not listed is not allowed. */
static const struct step {
	enum osci_dialog_state from;
	enum osci_dialog_event ev;
	enum osci_dialog_state to;
} steps[] = {
	{ OSCI_DLG_OPENING, OSCI_DLG_EV_ANSWERED, OSCI_DLG_UNPROVEN },
	{ OSCI_DLG_OPENING, OSCI_DLG_EV_FAILED, OSCI_DLG_CLOSED },
	{ OSCI_DLG_UNPROVEN, OSCI_DLG_EV_ORDER, OSCI_DLG_BUSY },
	{ OSCI_DLG_UNPROVEN, OSCI_DLG_EV_IDLE, OSCI_DLG_CLOSED },
	{ OSCI_DLG_UNPROVEN, OSCI_DLG_EV_CROWDED, OSCI_DLG_CLOSED },
	{ OSCI_DLG_BUSY, OSCI_DLG_EV_ANSWERED, OSCI_DLG_OPEN },
	{ OSCI_DLG_BUSY, OSCI_DLG_EV_FAILED, OSCI_DLG_OPEN },
	{ OSCI_DLG_BUSY, OSCI_DLG_EV_EXIT, OSCI_DLG_CLOSED },
	{ OSCI_DLG_OPEN, OSCI_DLG_EV_ORDER, OSCI_DLG_BUSY },
	{ OSCI_DLG_OPEN, OSCI_DLG_EV_IDLE, OSCI_DLG_CLOSED },
};

int osci_dialog_next(enum osci_dialog_state state, enum osci_dialog_event ev)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (steps[i].from == state && steps[i].ev == ev)
			return (int)steps[i].to;
	return -1;
}
