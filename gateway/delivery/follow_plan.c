/* SPDX-License-Identifier: EUPL-1.2 */
/* When it is asked for a process card. */
#include "delivery/follow_plan.h"

#define HOUR (3600 * 1000LL)
#define DAY (24 * HOUR)

static int64_t not_beyond(int64_t next, int64_t now, int64_t milestone)
{
	return now < milestone && next > milestone ? milestone : next;
}

int64_t delivery_follow_next(const struct conf_delivery *c, int64_t stored, int64_t now, uint32_t random)
{
	int64_t age = now - stored, wait = age, next;
	int64_t most = age < DAY ? HOUR : 6 * HOUR;

	if (age >= c->follow_for)
		return 0;
	if (wait < 0 || wait > most)	/* below 0: the intermediary's clock is ahead of ours */
		wait = most;
	if (wait < c->follow_after)
		wait = c->follow_after;
	next = now + wait + (int64_t)((uint64_t)wait / 8 * (random >> 16) >> 16);
	next = not_beyond(next, now, stored + c->collect_within);
	return not_beyond(next, now, stored + c->follow_for);
}

bool delivery_follow_is_late(const struct conf_delivery *c, int64_t stored, int64_t now)
{
	return now - stored >= c->collect_within;
}
