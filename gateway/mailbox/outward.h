/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outward - what the mailbox asks of the rest of the house about readers who have no box here. The gateway implements it on
 * the directory. Any thread.
 */
#ifndef MAILBOX_OUTWARD_H
#define MAILBOX_OUTWARD_H

#include "base/err.h"
#include "xta/fault.h"

struct mailbox_outward {
	/* Is there a way to this reader for this service ("": any)? *code, XTA_OK when called: XTA_OK yes, XTA_9022 nobody
	 * knows it, XTA_9031 that cannot be found out now. Not 0: a failure of our own. */
	int (*find)(void *ctx, const char *reader, const char *service, enum xta_code *code, struct err *e);
	void *ctx;
};

#endif
