/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * warning - what the schema forbids, real clients send, and a lenient server accepts: a table. The mailbox records them
 * in the transport report. Static; any thread.
 */
#ifndef XTA_WARNING_H
#define XTA_WARNING_H

#include "xta/message.h"

enum xta_warning {                          /* bits */
		   XTA_WARN_TOKENS = 1,     /* X509TokenContainer empty or nil */
		   XTA_WARN_SCENARIO = 2,   /* no BusinessScenario */
		   XTA_WARN_PARTY_TYPE = 4, /* Identifier without type */
		   XTA_WARN_SERVICE = 8,    /* Service missing or empty */
		   XTA_WARN_BODY = 16,      /* an element in a Body that has to be empty */
		   XTA_WARN_SOAP11 = 32,    /* envelope of SOAP 1.1 */
		   XTA_WARN_EMPTY = 64,     /* an optional attribute or element without a value: as if not there */
		   XTA_WARN_SIZE = 128,     /* size or MsgSize is not the size, or not a positive number */
		   XTA_WARN_REPLY_TO =
			   256, /* an address for the answer that is not anonymous: answered on the connection */
		   XTA_WARN_SECURITY_TOKEN = 512, /* SecurityToken: not kept */
		   XTA_WARN_UNSCANNED = 1024,     /* set by the mailbox: no virus scanner has looked at it */
};

/* NULL behind the last. */
struct xta_warning_row {
	enum xta_warning bit;
	const char *code;		/* "W01" of XTA_WARNING_LIST */
	const char *text;		/* for the report */
};
const struct xta_warning_row *xta_warning_at(unsigned i);

/* The code list the codes of these records (and of the mailbox's own) belong to. */
#define XTA_WARNING_LIST "urn:depesche:xta:codelist:record.type"
#define XTA_WARNING_LIST_VERSION "1"

#endif
