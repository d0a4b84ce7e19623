/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of orders and answers. */
#include "osci/order.h"

#include "base/mem.h"
#include "osci/call.h"
#include "osci/read_answer.h"
#include "osci/read_outward.h"
#include "osci/read_order.h"
#include "osci/write_element.h"

#define CARDS_MAX 10000

/* ControlBlock: Response, Challenge, ConversationId, SequenceNumber. The answers to orders outside a dialog carry a
 * ConversationId, too: the reference library insists. */
#define BARE { OSCI_NEVER, OSCI_MUST, OSCI_NEVER, OSCI_NEVER }
#define FREE { OSCI_MAY, OSCI_MUST, OSCI_MAY, OSCI_MUST }
#define FULL { OSCI_MUST, OSCI_MUST, OSCI_MUST, OSCI_MUST }
#define FREE_ANSWER { OSCI_MUST, OSCI_MAY, OSCI_MUST, OSCI_MUST }
#define FIRST_ANSWER { OSCI_MUST, OSCI_MUST, OSCI_MUST, OSCI_NEVER }
#define LAST_ANSWER { OSCI_MUST, OSCI_NEVER, OSCI_MUST, OSCI_MUST }
#define OPEN_ANSWER { OSCI_MUST, OSCI_MAY, OSCI_MAY, OSCI_MUST }
#define BARE_ANSWER { OSCI_MUST, OSCI_NEVER, OSCI_NEVER, OSCI_NEVER }

#define CLIENT .signature = "ClientSignature", .signer = OSCI_ORIGINATOR
#define SUPPLIER .is_answer = true, .signature = "SupplierSignature", .signer = OSCI_INTERMEDIARY
#define OUTWARD .outward = true, .signature = "ClientSignature", .signer = OSCI_INTERMEDIARY
#define RECIPIENT .outward = true, .is_answer = true, .signature = "SupplierSignature"

static const struct osci_order rows[] = {
	{ OSCI_GET_MESSAGE_ID, "GetMessageId", "getMessageId", CLIENT, .answer = OSCI_RESPONSE_TO_GET_MESSAGE_ID,
	  .control = FREE, .content = OSCI_NEVER, .read = osci_read_empty, .run = osci_op_message_id },
	{ OSCI_INIT_DIALOG, "InitDialog", "initDialog", CLIENT, .answer = OSCI_RESPONSE_TO_INIT_DIALOG,
	  .control = BARE, .content = OSCI_NEVER, .read = osci_read_empty, .run = osci_op_init_dialog },
	{ OSCI_EXIT_DIALOG, "ExitDialog", "exitDialog", CLIENT, .answer = OSCI_RESPONSE_TO_EXIT_DIALOG,
	  .control = FULL, .needs_dialog = true, .content = OSCI_NEVER, .read = osci_read_empty,
	  .run = osci_op_exit_dialog },
	{ OSCI_STORE_DELIVERY, "StoreDelivery", "storeDelivery", CLIENT, .answer = OSCI_RESPONSE_TO_STORE_DELIVERY,
	  .control = FREE, .in_header = true, .content = OSCI_MUST, .read = osci_read_store,
	  .write = osci_put_store, .run = osci_op_store },
	{ OSCI_FETCH_DELIVERY, "FetchDelivery", "fetchDelivery", CLIENT, .answer = OSCI_RESPONSE_TO_FETCH_DELIVERY,
	  .control = FULL, .needs_dialog = true, .in_header = true, .content = OSCI_NEVER, .read = osci_read_fetch,
	  .write = osci_put_fetch, .run = osci_op_fetch },
	{ OSCI_FETCH_PROCESS_CARD, "FetchProcessCard", "fetchProcessCard", CLIENT,
	  .answer = OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, .control = FULL, .needs_dialog = true,
	  .content = OSCI_NEVER, .read = osci_read_fetch_card, .write = osci_put_fetch, .run = osci_op_card },
	{ OSCI_FORWARD_DELIVERY, "ForwardDelivery", "forwardDelivery", CLIENT, .answer = OSCI_RESPONSE_TO_FORWARD_DELIVERY,
	  .control = FREE, .in_header = true, .content = OSCI_MUST, .read = osci_read_forward,
	  .write = osci_put_forward, .run = osci_op_forward },
	{ OSCI_MEDIATE_DELIVERY, "MediateDelivery", "mediateDelivery", CLIENT, .answer = OSCI_RESPONSE_TO_MEDIATE_DELIVERY,
	  .control = FULL, .needs_dialog = true, .in_header = true, .content = OSCI_MUST, .read = osci_read_forward,
	  .write = osci_put_forward, .run = osci_op_mediate },
	/* an intermediary's own orders, to those who wait for them: for osci/recipient.h */
	{ OSCI_ACCEPT_DELIVERY, "AcceptDelivery", "acceptDelivery", OUTWARD, .answer = OSCI_RESPONSE_TO_ACCEPT_DELIVERY,
	  .control = BARE, .in_header = true, .content = OSCI_MUST, .cards_max = 1, .times = OSCI_TIMES_FORWARDING,
	  .read = osci_read_accept, .write = osci_put_accept },
	{ OSCI_PROCESS_DELIVERY, "ProcessDelivery", "processDelivery", OUTWARD,
	  .answer = OSCI_RESPONSE_TO_PROCESS_DELIVERY, .control = BARE, .in_header = true, .content = OSCI_MUST,
	  .cards_max = 1, .times = OSCI_TIMES_FORWARDING, .read = osci_read_process, .write = osci_put_process },
	/* known by name, not offered */
	{ OSCI_PARTIAL_STORE_DELIVERY, "PartialStoreDelivery", "partialStoreDelivery", CLIENT,
	  .answer = OSCI_PARTIAL_STORE_DELIVERY },
	{ OSCI_PARTIAL_FETCH_DELIVERY, "PartialFetchDelivery", "partialFetchDelivery", CLIENT,
	  .answer = OSCI_PARTIAL_FETCH_DELIVERY },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, "ResponseToGetMessageId", "responseToGetMessageId", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_GET_MESSAGE_ID, .control = FREE_ANSWER, .content = OSCI_NEVER,
	  .read = osci_read_id_answer, .write = osci_put_id_answer },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, "ResponseToInitDialog", "responseToInitDialog", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_INIT_DIALOG, .control = FIRST_ANSWER, .content = OSCI_NEVER,
	  .read = osci_read_plain_answer, .write = osci_put_plain_answer },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "ResponseToExitDialog", "responseToExitDialog", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_EXIT_DIALOG, .control = LAST_ANSWER, .content = OSCI_NEVER,
	  .read = osci_read_plain_answer, .write = osci_put_plain_answer },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, "ResponseToStoreDelivery", "responseToStoreDelivery", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_STORE_DELIVERY, .control = FREE_ANSWER, .in_header = true,
	  .content = OSCI_NEVER, .cards_max = 1, .times = OSCI_TIMES_CREATION, .read = osci_read_plain_answer,
	  .write = osci_put_plain_answer },
	/* Reception is not for the recipient to read: the schema of this answer has no place for it. */
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY, "ResponseToFetchDelivery", "responseToFetchDelivery", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_FETCH_DELIVERY, .control = FULL, .in_header = true, .content = OSCI_MAY,
	  .cards_max = 1, .times = OSCI_TIMES_FORWARDING, .read = osci_read_fetch_answer,
	  .write = osci_put_fetch_answer },
	{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, "ResponseToFetchProcessCard", "responseToFetchProcessCard", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, .control = FULL, .content = OSCI_NEVER,
	  .cards_max = CARDS_MAX, .times = OSCI_TIMES_ALL, .read = osci_read_fetch_answer,
	  .write = osci_put_fetch_answer },
	{ OSCI_RESPONSE_TO_FORWARD_DELIVERY, "ResponseToForwardDelivery", "responseToForwardDelivery", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_FORWARD_DELIVERY, .control = OPEN_ANSWER, .in_header = true,
	  .content = OSCI_NEVER, .cards_max = 1, .times = OSCI_TIMES_ALL, .read = osci_read_plain_answer,
	  .write = osci_put_plain_answer },
	{ OSCI_RESPONSE_TO_MEDIATE_DELIVERY, "ResponseToMediateDelivery", "responseToMediateDelivery", SUPPLIER,
	  .answer = OSCI_RESPONSE_TO_MEDIATE_DELIVERY, .control = FULL, .in_header = true, .content = OSCI_MAY,
	  .cards_max = 2, .times = OSCI_TIMES_ALL, .read = osci_read_mediate_answer,
	  .write = osci_put_mediate_answer },
	{ OSCI_RESPONSE_TO_ACCEPT_DELIVERY, "ResponseToAcceptDelivery", "responseToAcceptDelivery", RECIPIENT,
	  .signer = OSCI_ADDRESSEE, .answer = OSCI_RESPONSE_TO_ACCEPT_DELIVERY, .control = BARE_ANSWER,
	  .in_header = true, .content = OSCI_NEVER, .read = osci_read_plain_answer, .write = osci_put_plain_answer },
	/* the recipient is the originator of its reply */
	{ OSCI_RESPONSE_TO_PROCESS_DELIVERY, "ResponseToProcessDelivery", "responseToProcessDelivery", RECIPIENT,
	  .signer = OSCI_ORIGINATOR, .answer = OSCI_RESPONSE_TO_PROCESS_DELIVERY, .control = BARE_ANSWER,
	  .in_header = true, .content = OSCI_MAY, .read = osci_read_process_answer,
	  .write = osci_put_process_answer },
	{ OSCI_FAULT, "Fault", "Fault", .is_answer = true, .answer = OSCI_FAULT, .content = OSCI_NEVER,
	  .read = osci_read_fault },
};

/* What a type without a row comes to: nothing is allowed and nothing done. */
static const struct osci_order none = { OSCI_FAULT, "", "", .answer = OSCI_FAULT, .content = OSCI_NEVER,
					.signature = "" };

const struct osci_order *osci_order_at(unsigned i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

const struct osci_order *osci_order_of(enum osci_type t)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].type == t)
			return &rows[i];
	return &none;
}

bool osci_order_from_schema(struct span schema, enum osci_type *t)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].type == OSCI_FAULT || !span_is(schema, rows[i].schema))
			continue;
		*t = rows[i].type;
		return true;
	}
	return false;
}

bool osci_order_is_clients(const struct osci_order *o)
{
	return !o->is_answer && !o->outward;
}

static bool fits(enum osci_need need, bool present)
{
	return need == OSCI_MAY || (need == OSCI_MUST) == present;
}

enum osci_code osci_order_check(const struct osci_order *o, const struct osci_control_block *c)
{
	if (o->needs_dialog && c->conversation == NULL)
		return OSCI_9802;
	if (c->sequence == OSCI_BAD_SEQUENCE)
		return OSCI_9400;
	if (!fits(o->control.response, c->response != NULL) || !fits(o->control.challenge, c->challenge != NULL) ||
	    !fits(o->control.conversation, c->conversation != NULL) || !fits(o->control.sequence, c->sequence >= 0))
		return OSCI_9400;
	return OSCI_NO_CODE;
}
