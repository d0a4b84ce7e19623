/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * h_clamd - a server with clamd's INSTREAM protocol, as clamd(8) describes it, that knows one signature: the EICAR test file.
 * For tests only; what it does wrong on purpose is in `how`.
 */
#ifndef TESTS_H_CLAMD_H
#define TESTS_H_CLAMD_H

#include <stdint.h>

enum h_clamd_how {
	H_CLAMD_WORKS,
	H_CLAMD_SILENT,		/* reads, and never answers */
	H_CLAMD_HANGS_UP,	/* closes after the first chunk */
	H_CLAMD_SMALL,		/* "INSTREAM size limit exceeded. ERROR" above 1000 bytes, and closes */
	H_CLAMD_NONSENSE,
	H_CLAMD_ENDLESS,	/* an answer that does not end */
};

#define H_EICAR "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" "ANTIVIRUS-TEST-FILE!$H+H*"

/* Listens at a unix socket in dir, or on a TCP port (dir NULL). One at a time. */
const char *h_clamd_start(const char *dir);	/* its address for peer_clamd_new */
void h_clamd_be(enum h_clamd_how how);
unsigned h_clamd_scans(void);	/* contents that were seen to their end */
uint64_t h_clamd_bytes(void);	/* of the last one */
void h_clamd_stop(void);

#endif
