/* SPDX-License-Identifier: EUPL-1.2 */
/* classify - what an error means for a delivery. */
#include "delivery/classify.h"

#include <string.h>

#include "base/mem.h"
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

/* Those whose key does not name who failed. */
static const struct {
	enum reason reason;
	enum delivery_blame blame;
} exceptions[] = {
	{ RSN_NET_TOO_LARGE, BLAME_MESSAGE },	      { RSN_DIR_UNREACHABLE, BLAME_DIRECTORY },
	{ RSN_DIR_DENIED, BLAME_DIRECTORY },	      { RSN_DIR_BAD_ANSWER, BLAME_DIRECTORY },
	{ RSN_DIR_TLS, BLAME_DIRECTORY },	      { RSN_LOC_DIRECTORY, BLAME_DIRECTORY },
	{ RSN_OSCI_FAULT, BLAME_PEER },		      { RSN_OSCI_PEER_ERROR, BLAME_PEER },
	{ RSN_OSCI_CERT_REFUSED, BLAME_PEER },	      { RSN_OSCI_UNSIGNED_ANSWER, BLAME_PEER },
};
static const struct {
	const char *prefix;
	enum delivery_blame blame;
} groups[] = { { "DIR-", BLAME_RECIPIENT }, { "CERT-", BLAME_RECIPIENT }, { "NET-", BLAME_PEER } };

static enum delivery_blame blame_of(enum reason r)
{
	const char *key = reason_info(r)->key;

	for (size_t i = 0; i < ARRAY_LEN(exceptions); i++)
		if (exceptions[i].reason == r)
			return exceptions[i].blame;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (strncmp(key, groups[i].prefix, strlen(groups[i].prefix)) == 0)
			return groups[i].blame;
	return BLAME_MESSAGE;
}

struct delivery_outcome delivery_classify(const struct conf_delivery *c, const struct err *e, uint32_t attempts, int64_t now,
			      uint32_t random)
{
	struct delivery_outcome o = { .event = DLV_EV_DEFERRED, .reason = reason_of(e) };

	o.blame = blame_of(o.reason);
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
