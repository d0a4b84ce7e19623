/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * operation - the twelve operations of XTA 2.1.1: one row each, with everything that differs between them.
 *
 * Server, client and WSDL ask the row; a new operation is a row in operation.c and the functions it names. Static; any
 * thread.
 */
#ifndef XTA_OPERATION_H
#define XTA_OPERATION_H

#include "base/span.h"
#include "xta/fault.h"

struct arena;
struct xta_ask;
struct xta_call;
struct xta_reply;
struct xml_node;
struct xml_write;

enum xta_port { XTA_MANAGEMENT, XTA_SEND, XTA_BOX, XTA_PORT_COUNT };

enum xta_name {
	XTA_CHECK_ACCOUNT_ACTIVE, XTA_LOOKUP_SERVICE, XTA_CREATE_MESSAGE_ID, XTA_GET_TRANSPORT_REPORT,
	XTA_CANCEL_MESSAGE, XTA_SEND_MESSAGE, XTA_SEND_MESSAGE_SYNC, XTA_GET_STATUS_LIST, XTA_GET_NEXT_STATUS_LIST,
	XTA_GET_MESSAGE, XTA_GET_NEXT_MESSAGE, XTA_CLOSE, XTA_NAME_COUNT,
};

/* What an account has to be allowed. */
enum xta_right { XTA_MAY_CALL, XTA_MAY_SEND, XTA_MAY_READ };

struct xta_operation {
	enum xta_name id;
	enum xta_port port;
	const char *name;		/* "lookupService" */
	const char *action;		/* of request, answer and faults alike */
	enum xta_right right;
	unsigned exceptions;		/* enum xta_exception the WSDL gives it */
	const char *ns, *element;	/* child of the request's Body; element NULL: the Body is empty */
	enum xta_code bad_ask;		/* what a Body that cannot be read is refused with */
	bool sends_content, gets_content; /* the Body of request or answer is a GenericContentContainer: streamed */
	bool has_state;			/* the answer's Header has a MsgBoxResponse */
	/* The request's Body: its child to values, and back. n is NULL for an empty Body. */
	int (*read_ask)(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e);
	void (*write_ask)(struct xml_write *w, const struct xta_ask *ask);
	/* Server: does it and leaves the result in c->reply. */
	int (*run)(struct xta_call *c, enum xta_code *code, struct err *e);
	/* The answer: child of its Body to values, and back; NULL: its Body is empty or content. */
	int (*read_reply)(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e);
	void (*write_reply)(struct xml_write *w, const struct xta_reply *reply);
};

const struct xta_operation *xta_operation_of(enum xta_name id);
const struct xta_operation *xta_operation_at(unsigned i);	/* NULL behind the last */
/* By the exact action; NULL if there is none. */
const struct xta_operation *xta_operation_from(struct span action);

#endif
