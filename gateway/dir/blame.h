/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * blame - whose fault it is when a directory server cannot be asked: the server's, or our configuration, our clock. Any
 * thread.
 */
#ifndef DIR_BLAME_H
#define DIR_BLAME_H

#include "http/client.h"

/* After a failure of http_client_do: the reason in terms of the directory. */
void dir_transport_blame(struct err *e);
/* The server's clock (header Date) is further from ours than an assertion may be off: ERR_DENIED RSN_LOC_CLOCK with both
 * times. 0 if it is not, or if the answer has no date. */
int dir_clock_check(const struct http_answer *got, struct err *e);

#endif
