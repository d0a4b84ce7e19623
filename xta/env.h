/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * env - what the XTA server needs from the rest of the house: accounts, message ids, a mailbox, a directory. xta opens
 * no database and no socket; the gateway implements this on the spool, tests on memory.
 *
 * Calls come from any worker thread. Every function returns 0 when it has a result, and then *code is XTA_OK or the
 * code the caller is refused with; anything else is a failure of our own (9030; *e is for the log, the peer reads
 * nothing of it). *code is XTA_OK when a function is called. What it gives lives in the arena passed in, which is the
 * call's. The operation's row may not know the exception of a code: then the server chooses what the WSDL allows.
 */
#ifndef XTA_ENV_H
#define XTA_ENV_H

#include "base/arena.h"
#include "xta/fault.h"
#include "xta/message.h"
#include "xta/operation.h"

/* The account of a call, found once at its beginning. */
struct xta_account {
	const char *name;		/* for the log; never NULL */
	struct xta_party party;		/* for whom the call is: one identifier of the account */
	void *own;			/* the env's own, in the call's arena */
};

/* A message in the making; the env's own. */
struct xta_making;

/* What the server found out about the message on the way, for commit. */
struct xta_received {
	/* In document order: Message, then attachments; size is the true one, open is NULL. */
	const struct xta_part *parts;
	size_t part_count;
	unsigned warnings;		/* enum xta_warning */
	int64_t at;			/* when the whole of it was here */
};

struct xta_env {
	/* Certificate and party to account. peer: what the transport knows of the caller, as given to xta_server_serve.
	 * author: m:Author, or Originators/Author on the two send operations; NULL: none given, the account's default.
	 * 9010 expired, 9011 locked, 9012 unknown, 9013 not allowed (right), 9014 the party is not of this account. */
	int (*account)(void *ctx, const void *peer, const struct xta_party *author, enum xta_right right,
		       struct arena *a, struct xta_account *out, enum xta_code *code, struct err *e);

	/* createMessageId: issues an id and remembers it for the account. */
	int (*message_id)(void *ctx, const struct xta_account *who, struct arena *a, const char **id,
			  enum xta_code *code, struct err *e);
	/* lookupService: fills in state and parameters of one question (reader and service are set). 9031. */
	int (*lookup)(void *ctx, const struct xta_account *who, struct arena *a, struct xta_service *service,
		      enum xta_code *code, struct err *e);
	/* getTransportReport. 9070 for unknown and foreign ids alike. */
	int (*report)(void *ctx, const struct xta_account *who, const char *id, struct arena *a, struct xta_report *out,
		      enum xta_code *code, struct err *e);
	/* cancelMessage. 9100, 9101; 9070 for unknown and foreign ids alike. */
	int (*cancel)(void *ctx, const struct xta_account *who, const char *id, enum xta_code *code, struct err *e);

	/* A message begins; m is all that its header says (initial_send is still the sender's). Refuses what can be
	 * refused now, before any content is read: 9024, 9052, 9080/9081, 9013... On 0 and XTA_OK exactly one of
	 * send_commit, send_sync and send_abort follows. m lives as long as the call. */
	int (*send_begin)(void *ctx, const struct xta_account *who, const struct xta_meta *m, bool is_sync,
			  struct arena *a, struct xta_making **out, enum xta_code *code, struct err *e);
	/* The sink for the decoded content of a part. index is its place in the document, but parts may come in any
	 * order; one at a time. The server writes, finishes and closes. */
	int (*send_part)(void *ctx, struct xta_making *m, size_t index, const struct xta_part *part, struct sink **out,
			 struct err *e);
	/* All parts are here. Durable on return. 9024 if the id was used in between, 9060, 905x. Ends the making in any
	 * case. */
	int (*send_commit)(void *ctx, struct xta_making *m, const struct xta_received *r, enum xta_code *code,
			   struct err *e);
	/* The same, and waits for the reader's answer. Ends the making in any case. */
	int (*send_sync)(void *ctx, struct xta_making *m, const struct xta_received *r, struct arena *a,
			 struct xta_item *answer, enum xta_code *code, struct err *e);
	void (*send_abort)(void *ctx, struct xta_making *m);

	/* getStatusList: oldest Delivery first, at most max entries, of messages not closed. The form is to be kept
	 * with the iteration: list_next answers in it. state.request_id: never NULL. Never changes what a message is.
	 */
	int (*list)(void *ctx, const struct xta_account *who, const struct xta_selection *s, enum xta_list_form form,
		    size_t max, struct arena *a, struct xta_list *out, enum xta_code *code, struct err *e);
	/* getNextStatusList: goes on where the iteration request_id stands. last: ids the caller names, for orientation
	 * only (a list never acknowledges). An unknown or foreign iteration: XTA_BAD_REQUEST_ID. */
	int (*list_next)(void *ctx, const struct xta_account *who, const char *request_id, const char *const *last,
			 size_t last_count, size_t max, struct arena *a, struct xta_list *out, enum xta_code *code,
			 struct err *e);
	/* getMessage: the oldest that matches. With ids in the selection and none of them there: 9070. Without ids and
	 * nothing there: XTA_NO_MATCH. meta.initial_fetch is 0 if it was never fetched: the server fills it in. */
	int (*fetch)(void *ctx, const struct xta_account *who, const struct xta_selection *s, struct arena *a,
		     struct xta_item *out, enum xta_code *code, struct err *e);
	int (*fetch_next)(void *ctx, const struct xta_account *who, const char *request_id, const char *const *last,
			  size_t last_count, struct arena *a, struct xta_item *out, enum xta_code *code, struct err *e);
	/* What fetch and fetch_next gave with item->held is not read any more: after the answer, whatever became of it. */
	void (*handed)(void *ctx, struct xta_item *item);
	/* The first getMessage of it was answered whole. Idempotent; the message stays in the box. */
	int (*fetched)(void *ctx, const struct xta_account *who, const char *id, int64_t at, struct err *e);
	/* close: all of ids or none; each that is closed already counts as closed. 9070 if one is unknown. request_id
	 * may be anything (clients send a constant): an iteration of that name is over. Durable on return. */
	int (*close)(void *ctx, const struct xta_account *who, const char *request_id, const char *const *ids,
		     size_t count, int64_t at, enum xta_code *code, struct err *e);
	void *ctx;
};

#endif
