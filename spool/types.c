/* SPDX-License-Identifier: EUPL-1.2 */
/* model - names of the records' enums, and the lane of a recipient. */
#include "spool/types.h"

#include <string.h>

static const char *const kind_names[] = {
	[SPOOL_DRAFT] = "draft",
	[SPOOL_APPLICATION] = "application",
	[SPOOL_MAIL] = "mail",
};

static const char *const event_names[SPOOL_EV_KINDS] = {
	[SPOOL_EV_SUBMITTED] = "submitted", [SPOOL_EV_ACCEPTED] = "accepted",	[SPOOL_EV_RESOLVED] = "resolved",
	[SPOOL_EV_ID_OBTAINED] = "id-obtained", [SPOOL_EV_ATTEMPT] = "attempt", [SPOOL_EV_DEFERRED] = "deferred",
	[SPOOL_EV_STORED] = "stored",	    [SPOOL_EV_FORWARDED] = "forwarded", [SPOOL_EV_FETCHED] = "fetched",
	[SPOOL_EV_FAILED] = "failed",	    [SPOOL_EV_HELD] = "held",		[SPOOL_EV_RELEASED] = "released",
	[SPOOL_EV_RETRY] = "retry",	    [SPOOL_EV_CANCELLED] = "cancelled", [SPOOL_EV_ERASED] = "erased",
	[SPOOL_EV_UNCOLLECTED] = "uncollected", [SPOOL_EV_GIVEN_UP] = "given-up", [SPOOL_EV_ADDED] = "added",
	[SPOOL_EV_REPLIED] = "replied",
};

const char *spool_kind_name(enum spool_kind kind)
{
	return (unsigned)kind <= SPOOL_MAIL ? kind_names[kind] : "unknown";
}

const char *spool_event_name(enum spool_event_kind kind)
{
	return (unsigned)kind < SPOOL_EV_KINDS ? event_names[kind] : "unknown";
}

enum reason spool_delivery_reason(const struct spool_delivery *d)
{
	return d->state == DLV_HELD && d->hold_reason != NULL ? RSN_OP_HELD : d->reason;
}

struct spool_lane spool_lane_of(const char *recipient)
{
	struct spool_lane lane;
	uint8_t sha[SHA256_LEN];

	sha256(recipient == NULL ? "" : recipient, recipient == NULL ? 0 : strlen(recipient), sha);
	memcpy(lane.b, sha, SPOOL_LANE_LEN);
	return lane;
}
