/* SPDX-License-Identifier: EUPL-1.2 */
/* classify - what an error means for a delivery. */
#include "delivery/classify.h"

#include "base/rate.h"

/* For errors that nobody gave a reason: the code says enough for a decision. */
static enum reason reason_of(const struct err *e)
{
	if (e->reason != RSN_NONE)
		return e->reason;
	switch (e->code) {
	case ERR_FULL:
		return RSN_LOC_DISK_FULL;
	case ERR_STOPPING:
		return RSN_LOC_STOPPED;
	case ERR_UNREACHABLE:
		return RSN_NET_UNREACHABLE;
	case ERR_TIMEOUT:
		return RSN_NET_TIMEOUT;
	case ERR_PEER:
		return RSN_NET_BAD_ANSWER;
	case ERR_REFUSED:
		return RSN_OSCI_REFUSED;
	default:
		return RSN_INTERNAL;
	}
}

struct delivery_outcome delivery_classify(const struct conf_delivery *c, const struct err *e, uint32_t attempts, int64_t now,
			      uint32_t random)
{
	struct delivery_outcome o = { .event = DLV_EV_DEFERRED, .reason = reason_of(e) };

	o.blame = reason_info(o.reason)->blame;
	switch (reason_info(o.reason)->retry) {
	case RETRY_NEVER:
		o.event = DLV_EV_REFUSED;
		break;
	case RETRY_HOLD:
		o.event = DLV_EV_PARKED;
		break;
	case RETRY_SOON:
		o.due = now + backoff_ms(c->retry_first, c->retry_most, attempts, random);
		break;
	case RETRY_SLOW:
		o.due = now + backoff_ms(c->retry_slow_first, c->retry_slow_most, attempts, random);
		break;
	}
	return o;
}
