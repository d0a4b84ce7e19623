/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fault - the codes a call is refused with: the 22 error numbers of XTA and 9000 in their exceptions (WSDL and code
 * list urn:de:xta:webservice:codeliste:fehlernummer), and what SOAP and WS-Addressing refuse before XTA has a say. One
 * table with level, texts and what a sender does about each. Static; any thread.
 */
#ifndef XTA_FAULT_H
#define XTA_FAULT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

enum xta_exception {			/* bits: an operation's row says which it may raise */
	XTA_NO_EXCEPTION = 0,
	XTA_PERMISSION_DENIED = 1,
	XTA_TECHNICAL_PROBLEM = 2,
	XTA_PARAMETER_INVALID = 4,
	XTA_SCHEMA_VIOLATION = 8,
	XTA_VIRUS = 16,
	XTA_INVALID_ID = 32,
	XTA_SYNC_ASYNC = 64,
	XTA_CANCEL_DENIED = 128,
};

enum xta_code {
	XTA_OK = 0,
	/* SOAP 1.2 5.4.6 and WS-Addressing SOAP Binding 6.4: no exception of XTA, no words from within */
	XTA_MALFORMED,			/* cannot be read as SOAP, or not as this operation */
	XTA_TOO_LARGE,			/* an envelope beyond all bounds, where 9023 has no place */
	XTA_VERSION_MISMATCH, XTA_NOT_UNDERSTOOD,
	XTA_ACTION_MISSING, XTA_ACTION_UNKNOWN, XTA_ACTION_MISMATCH, XTA_BAD_ADDRESSING, XTA_NOT_ANONYMOUS,
	XTA_BAD_MEDIA,			/* Content-Type that is no SOAP */
	/* XTA */
	XTA_9000 = 9000, XTA_9010 = 9010, XTA_9011, XTA_9012, XTA_9013, XTA_9014,
	XTA_9020 = 9020, XTA_9021, XTA_9022, XTA_9023, XTA_9024,
	XTA_9030 = 9030, XTA_9031, XTA_9032,
	XTA_9050 = 9050, XTA_9051, XTA_9052,
	XTA_9060 = 9060,
	XTA_9070 = 9070,
	XTA_9080 = 9080, XTA_9081,
	XTA_9100 = 9100, XTA_9101,
};

/* What a sender may do about it. */
enum xta_remedy {
	XTA_REMEDY_NONE,		/* the same message will be refused again */
	XTA_REMEDY_WAIT,		/* a matter of the other side: try again later */
	XTA_REMEDY_ASK,			/* 9024: it may be our own earlier attempt; ask for its transport report */
	XTA_REMEDY_ACCOUNT,		/* certificate or account: somebody has to act there */
};

struct xta_fault {
	enum xta_code code;
	enum xta_exception exception;	/* the one it stands in; XTA_NO_EXCEPTION: a plain SOAP fault */
	bool is_receiver;		/* SOAP Receiver (1.1: Server), else Sender (Client) */
	enum xta_remedy remedy;
	const char *subcode;		/* of WS-Addressing, "" for none */
	const char *text_de, *text_en;
};

/* Never NULL: a number without a row (a peer may send any) is taken for 9000. */
const struct xta_fault *xta_fault_of(enum xta_code code);
const struct xta_fault *xta_fault_at(unsigned i);	/* NULL behind the last */
/* The element of an exception ("PermissionDeniedException"), and back; false and XTA_NO_EXCEPTION for any other. */
const char *xta_exception_name(enum xta_exception x);
bool xta_exception_from(struct span name, enum xta_exception *x);

#endif
