/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of operations. */
#include "xta/operation.h"

#include "base/mem.h"
#include "xta/ask.h"
#include "xta/call.h"
#include "xta/names.h"
#include "xta/reply.h"

#define ALWAYS (XTA_PERMISSION_DENIED | XTA_TECHNICAL_PROBLEM)
#define SENDING (ALWAYS | XTA_PARAMETER_INVALID | XTA_SCHEMA_VIOLATION | XTA_VIRUS | XTA_SYNC_ASYNC)

static const struct xta_operation rows[] = {
	{ XTA_CHECK_ACCOUNT_ACTIVE, XTA_MANAGEMENT, "checkAccountActive", XTA_ACTION "CheckAccountActive", XTA_MAY_CALL,
	  ALWAYS, .run = xta_run_check },
	{ XTA_LOOKUP_SERVICE, XTA_MANAGEMENT, "lookupService", XTA_ACTION "IsServiceAvailable", XTA_MAY_CALL,
	  ALWAYS | XTA_PARAMETER_INVALID, XTA_NS, "LookupServiceRequest", .bad_ask = XTA_9021,
	  .read_ask = xta_ask_read_lookup, .write_ask = xta_ask_write_lookup, .run = xta_run_lookup,
	  .read_reply = xta_reply_read_lookup, .write_reply = xta_reply_write_lookup },
	{ XTA_CREATE_MESSAGE_ID, XTA_MANAGEMENT, "createMessageId", XTA_ACTION "CreateMessageID", XTA_MAY_SEND, ALWAYS,
	  .run = xta_run_message_id, .read_reply = xta_reply_read_id, .write_reply = xta_reply_write_id },
	{ XTA_GET_TRANSPORT_REPORT, XTA_MANAGEMENT, "getTransportReport", XTA_ACTION "GetTransportReport", XTA_MAY_CALL,
	  ALWAYS | XTA_INVALID_ID, XTA_NS_WSA, "MessageID", .bad_ask = XTA_9070, .read_ask = xta_ask_read_id,
	  .write_ask = xta_ask_write_id, .run = xta_run_report, .read_reply = xta_reply_read_report,
	  .write_reply = xta_reply_write_report },
	{ XTA_CANCEL_MESSAGE, XTA_MANAGEMENT, "cancelMessage", XTA_ACTION "CancelMessage", XTA_MAY_SEND,
	  ALWAYS | XTA_PARAMETER_INVALID | XTA_CANCEL_DENIED, XTA_NS_WSA, "MessageID", .bad_ask = XTA_9021,
	  .read_ask = xta_ask_read_id, .write_ask = xta_ask_write_id, .run = xta_run_cancel },
	{ XTA_SEND_MESSAGE, XTA_SEND, "sendMessage", XTA_ACTION "SendMessage", XTA_MAY_SEND, SENDING, XTA_NS,
	  "GenericContentContainer", .bad_ask = XTA_9050, .sends_content = true, .run = xta_run_send },
	{ XTA_SEND_MESSAGE_SYNC, XTA_SEND, "sendMessageSync", XTA_ACTION "SendMessageSync", XTA_MAY_SEND, SENDING,
	  XTA_NS, "GenericContentContainer", .bad_ask = XTA_9050, .sends_content = true, .gets_content = true,
	  .run = xta_run_sync },
	{ XTA_GET_STATUS_LIST, XTA_BOX, "getStatusList", XTA_ACTION_BOX "MsgBoxStatusListRequest", XTA_MAY_READ, ALWAYS,
	  XTA_NS_BOX, "MsgBoxStatusListRequest", .bad_ask = XTA_MALFORMED, .has_state = true,
	  .read_ask = xta_ask_read_list, .write_ask = xta_ask_write_list, .run = xta_run_list,
	  .read_reply = xta_reply_read_list, .write_reply = xta_reply_write_list },
	{ XTA_GET_NEXT_STATUS_LIST, XTA_BOX, "getNextStatusList", XTA_ACTION_BOX "MsgBoxGetNextListRequest",
	  XTA_MAY_READ, ALWAYS, XTA_NS_BOX, "MsgBoxGetNextRequest", .bad_ask = XTA_MALFORMED, .has_state = true,
	  .read_ask = xta_ask_read_next, .write_ask = xta_ask_write_next, .run = xta_run_next_list,
	  .read_reply = xta_reply_read_list, .write_reply = xta_reply_write_list },
	{ XTA_GET_MESSAGE, XTA_BOX, "getMessage", XTA_ACTION_BOX "MsgBoxFetchRequest", XTA_MAY_READ,
	  ALWAYS | XTA_INVALID_ID, XTA_NS_BOX, "MsgBoxFetchRequest", .bad_ask = XTA_MALFORMED, .gets_content = true,
	  .has_state = true, .read_ask = xta_ask_read_fetch, .write_ask = xta_ask_write_fetch, .run = xta_run_fetch },
	{ XTA_GET_NEXT_MESSAGE, XTA_BOX, "getNextMessage", XTA_ACTION_BOX "MsgBoxGetNextMsgRequest", XTA_MAY_READ,
	  ALWAYS | XTA_INVALID_ID, XTA_NS_BOX, "MsgBoxGetNextRequest", .bad_ask = XTA_MALFORMED, .gets_content = true,
	  .has_state = true, .read_ask = xta_ask_read_next, .write_ask = xta_ask_write_next,
	  .run = xta_run_next_fetch },
	{ XTA_CLOSE, XTA_BOX, "close", XTA_ACTION_BOX "MsgBoxCloseRequest", XTA_MAY_READ, ALWAYS | XTA_INVALID_ID,
	  XTA_NS_BOX, "MsgBoxCloseRequest", .bad_ask = XTA_MALFORMED, .read_ask = xta_ask_read_next,
	  .write_ask = xta_ask_write_close, .run = xta_run_close },
};

const struct xta_operation *xta_operation_at(unsigned i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

const struct xta_operation *xta_operation_of(enum xta_name id)
{
	must((size_t)id < ARRAY_LEN(rows) && rows[id].id == id);
	return &rows[id];
}

const struct xta_operation *xta_operation_from(struct span action)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (span_is(action, rows[i].action))
			return &rows[i];
	return NULL;
}
