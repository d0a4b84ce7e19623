/* SPDX-License-Identifier: EUPL-1.2 */
/* delivery_fsm - the table of allowed steps. */
#include "spool/delivery_fsm.h"

#include <string.h>

#include "base/mem.h"

/* One line per allowed step; whatever is not listed is not allowed. */
static const struct step {
	enum delivery_state from;
	enum delivery_event ev;
	enum delivery_state to;
} steps[] = {
	{ DLV_QUEUED, DLV_EV_CLAIM, DLV_ACTIVE },
	{ DLV_QUEUED, DLV_EV_HOLD, DLV_HELD },
	{ DLV_QUEUED, DLV_EV_CANCEL, DLV_CANCELLED },
	{ DLV_ACTIVE, DLV_EV_ACCEPTED, DLV_DONE },
	{ DLV_ACTIVE, DLV_EV_DEFERRED, DLV_WAITING },
	{ DLV_ACTIVE, DLV_EV_REFUSED, DLV_FAILED },
	{ DLV_ACTIVE, DLV_EV_PARKED, DLV_HELD },
	{ DLV_ACTIVE, DLV_EV_YIELDED, DLV_QUEUED },
	{ DLV_ACTIVE, DLV_EV_LEASE_LOST, DLV_QUEUED },
	{ DLV_WAITING, DLV_EV_DUE, DLV_QUEUED },
	{ DLV_WAITING, DLV_EV_RETRY, DLV_QUEUED },
	{ DLV_WAITING, DLV_EV_HOLD, DLV_HELD },
	{ DLV_WAITING, DLV_EV_CANCEL, DLV_CANCELLED },
	{ DLV_HELD, DLV_EV_RELEASE, DLV_QUEUED },
	{ DLV_HELD, DLV_EV_CANCEL, DLV_CANCELLED },
	{ DLV_HELD, DLV_EV_GIVE_UP, DLV_GIVEN_UP },
	{ DLV_FAILED, DLV_EV_RETRY, DLV_QUEUED },
	{ DLV_FAILED, DLV_EV_HOLD, DLV_HELD },
	{ DLV_FAILED, DLV_EV_CANCEL, DLV_CANCELLED },
	{ DLV_FAILED, DLV_EV_GIVE_UP, DLV_GIVEN_UP },
};

static const char *const state_names[DLV_STATES] = {
	[DLV_QUEUED] = "queued", [DLV_ACTIVE] = "active", [DLV_WAITING] = "waiting", [DLV_HELD] = "held",
	[DLV_DONE] = "done",	 [DLV_FAILED] = "failed", [DLV_CANCELLED] = "cancelled", [DLV_GIVEN_UP] = "given-up",
};

int delivery_next(enum delivery_state state, enum delivery_event ev)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (steps[i].from == state && steps[i].ev == ev)
			return (int)steps[i].to;
	return -1;
}

bool delivery_is_final(enum delivery_state state)
{
	return state == DLV_DONE || state == DLV_CANCELLED || state == DLV_GIVEN_UP;
}

bool delivery_by_worker(enum delivery_event ev)
{
	return ev == DLV_EV_ACCEPTED || ev == DLV_EV_DEFERRED || ev == DLV_EV_REFUSED || ev == DLV_EV_PARKED ||
	       ev == DLV_EV_YIELDED;
}

const char *delivery_state_name(enum delivery_state state)
{
	return (unsigned)state < DLV_STATES ? state_names[state] : "unknown";
}

bool delivery_state_parse(const char *name, enum delivery_state *state)
{
	for (unsigned i = 0; i < DLV_STATES; i++) {
		if (strcmp(name, state_names[i]) == 0) {
			*state = (enum delivery_state)i;
			return true;
		}
	}
	return false;
}
