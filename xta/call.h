/* SPDX-License-Identifier: EUPL-1.2 */
/* call - one call being served: what the operations see of it. For this folder only. One thread. */
#ifndef XTA_CALL_H
#define XTA_CALL_H

#include "xta/read.h"
#include "xta/server.h"

struct xta_call {
	const struct xta_policy *policy;
	const struct xta_env *env;
	const struct xta_post *post;
	struct arena *a;
	struct xta_done *done;
	const struct xta_operation *op;	/* NULL until the action is known */
	struct xta_message_in in;
	struct xta_account who;
	struct xta_meta meta;		/* of a message that is sent */
	struct xta_making *making;	/* it, until it is committed or aborted */
	struct xta_ask ask;
	struct xta_reply reply;
	int64_t now;			/* when all of the call was here */
	bool is_first_fetch;		/* the message in reply.item was never fetched before */
};

/* What the operations do; the functions the rows of operation.c name. */
typedef int xta_run_fn(struct xta_call *c, enum xta_code *code, struct err *e);
xta_run_fn xta_run_check, xta_run_lookup, xta_run_message_id, xta_run_report, xta_run_cancel, xta_run_send,
	xta_run_sync, xta_run_list, xta_run_next_list, xta_run_fetch, xta_run_next_fetch, xta_run_close;

#endif
