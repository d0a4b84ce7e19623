/* SPDX-License-Identifier: EUPL-1.2 */
/* blame - from what the transport says to who has to act. */
#include "dir/blame.h"

#include <stdlib.h>

#include "base/clock.h"

#define CLOCK_APART_MS 45000	/* an assertion lives for 60 s, of which 15 s have passed when it is made */

void dir_transport_blame(struct err *e)
{
	switch (e->code) {
	case ERR_CONFIG:
	case ERR_SYNTAX:
		e->reason = RSN_LOC_DIRECTORY;	/* ca_file, or an address that is none */
		return;
	case ERR_NOMEM:
	case ERR_IO:
	case ERR_FULL:
	case ERR_INTERNAL:
		e->reason = RSN_INTERNAL;
		return;
	case ERR_LIMIT:
		e->reason = RSN_DIR_BAD_ANSWER;
		return;
	default:
		break;
	}
	if (e->reason == RSN_NET_UNKNOWN_HOST)
		e->reason = RSN_LOC_DIRECTORY;
	else
		e->reason = e->reason == RSN_NET_TLS ? RSN_DIR_TLS : RSN_DIR_UNREACHABLE;
}

int dir_clock_check(const struct http_answer *got, struct err *e)
{
	char theirs[CLOCK_TEXT_LEN], ours[CLOCK_TEXT_LEN];
	int64_t now = clock_now(), ms;

	if (!http_answer_date(got, &ms) || llabs(now - ms) <= CLOCK_APART_MS)
		return 0;
	return err_reason(e, ERR_DENIED, RSN_LOC_CLOCK, "HTTP status %u; the server's clock says %s, ours %s", got->status,
			  clock_utc(ms, theirs), clock_utc(now, ours));
}
