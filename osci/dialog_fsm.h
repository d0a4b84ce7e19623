/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dialog_fsm - the life of one explicit dialog, as a table and nothing else.
 *
 *     OPENING --answered--> UNPROVEN --order--> BUSY --answered/failed--> OPEN --order--> BUSY
 *        \--failed--> CLOSED    \--idle, crowded--> CLOSED  \--exit--> CLOSED  \--idle--> CLOSED
 *
 * UNPROVEN: nobody has returned the challenge yet, which only the holder of the cipher key can read. Such dialogs give
 * way when there are too many; a proven one does not.
 */
#ifndef OSCI_DIALOG_FSM_H
#define OSCI_DIALOG_FSM_H

enum osci_dialog_state { OSCI_DLG_OPENING, OSCI_DLG_UNPROVEN, OSCI_DLG_BUSY, OSCI_DLG_OPEN, OSCI_DLG_CLOSED,
			 OSCI_DLG_STATES };
enum osci_dialog_event { OSCI_DLG_EV_ORDER, OSCI_DLG_EV_ANSWERED, OSCI_DLG_EV_FAILED, OSCI_DLG_EV_EXIT,
			 OSCI_DLG_EV_IDLE, OSCI_DLG_EV_CROWDED, OSCI_DLG_EVENTS };

/* The next state, or -1: not allowed. */
int osci_dialog_next(enum osci_dialog_state state, enum osci_dialog_event ev);

#endif
