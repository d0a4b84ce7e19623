/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/mem.h"
#include "osci/call.h"

static const struct osci_op ops[] = {
	{ OSCI_GET_MESSAGE_ID, OSCI_RESPONSE_TO_GET_MESSAGE_ID, false, osci_op_message_id },
	{ OSCI_INIT_DIALOG, OSCI_RESPONSE_TO_INIT_DIALOG, false, osci_op_init_dialog },
	{ OSCI_EXIT_DIALOG, OSCI_RESPONSE_TO_EXIT_DIALOG, false, osci_op_exit_dialog },
	{ OSCI_STORE_DELIVERY, OSCI_RESPONSE_TO_STORE_DELIVERY, true, osci_op_store },
	{ OSCI_FETCH_DELIVERY, OSCI_RESPONSE_TO_FETCH_DELIVERY, false, osci_op_fetch },
	{ OSCI_FETCH_PROCESS_CARD, OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, false, osci_op_card },
};

const struct osci_op *osci_op_at(unsigned i)
{
	return i < ARRAY_LEN(ops) ? &ops[i] : NULL;
}

const struct osci_op *osci_dispatch(enum osci_type order)
{
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if (ops[i].order == order)
			return &ops[i];
	return NULL;
}
