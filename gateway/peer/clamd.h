/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clamd - a virus scanner that speaks the protocol of ClamAV's daemon (clamd(8): zINSTREAM), over a unix socket or TCP on this
 * machine: what is scanned goes there in the clear.
 *
 * One connection per content, which is streamed; memory does not grow with it. A scan has one time limit for everything: the
 * wait for a place, the connection, the content, the verdict. Any thread.
 */
#ifndef PEER_CLAMD_H
#define PEER_CLAMD_H

#include "base/err.h"
#include "base/stream.h"

#define PEER_SIGNATURE_MAX 128

struct peer_clamd;

struct peer_clamd_rules {
	const char *address;	/* "unix:/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"; copied */
	int64_t timeout_ms;	/* of one scan */
	unsigned most;		/* scans at once, at least 1; clamd has a limit of its own (MaxThreads) */
};

/* ERR_CONFIG: not such an address. Nothing is connected yet. */
int peer_clamd_new(const struct peer_clamd_rules *r, struct peer_clamd **out, struct err *e);
void peer_clamd_free(struct peer_clamd *c);	/* when no scan runs any more; NULL is allowed */

enum peer_verdict { PEER_CLEAN, PEER_INFECTED };
/* Reads content to its end. 0: *v is clamd's verdict, and signature names what it has found ("" if clean). ERR_UNREACHABLE,
 * ERR_BUSY, ERR_TIMEOUT, ERR_PEER: there is no verdict; all of class ERR_TEMPORARY. Others are those of content. */
int peer_clamd_scan(struct peer_clamd *c, struct src *content, enum peer_verdict *v, char signature[PEER_SIGNATURE_MAX],
		    struct err *e);

#endif
