/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_scan - the content of a message that is being sent, kept aside until a virus scanner has looked at all of it.
 *
 * Aside, because a sender may take its time: a scan begins when everything is here, so that slow senders hold no place at
 * the scanner. One thread per scan.
 */
#ifndef MAILBOX_XTA_SCAN_H
#define MAILBOX_XTA_SCAN_H

#include "base/stream.h"
#include "peer/clamd.h"
#include "xta/fault.h"

/* Borrowed. */
struct mailbox_scanner {
	struct peer_clamd *clamd;
	bool accept_unscanned;	/* while the scanner gives no verdict: take it, with a warning; otherwise refuse for now */
};

struct mailbox_xta_scan;

struct mailbox_xta_scan *mailbox_xta_scan_new(const struct mailbox_scanner *s, const char *scratch_dir);
void mailbox_xta_scan_free(struct mailbox_xta_scan *x);	/* NULL is allowed */
/* A sink that hands on to `to`, which it takes, and keeps a copy. */
struct sink *mailbox_xta_scan_part(struct mailbox_xta_scan *x, struct sink *to);
/* Has all parts looked at. *code, XTA_OK when called: 9060 (a signature was found; the log has its name under message_id), or
 * 9030 (no verdict, and that is not accepted). *warnings gets XTA_WARN_UNSCANNED where it is. */
int mailbox_xta_scan_run(struct mailbox_xta_scan *x, const char *message_id, enum xta_code *code, unsigned *warnings,
			 struct err *e);

#endif
