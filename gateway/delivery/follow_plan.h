/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * follow_plan - when to ask whether a stored delivery was fetched, and from when on it is late. Made of its age alone, so
 * that a restart forgets nothing. Pure; any thread.
 */
#ifndef DELIVERY_FOLLOW_PLAN_H
#define DELIVERY_FOLLOW_PLAN_H

#include <stdbool.h>

#include "config/conf.h"

/* First question after follow_after, then when the age has doubled; at most an hour between two, after a day six.
 * There is one when the delivery becomes late, and a last one when follow_for is over; after it: 0. random: any 32 bits,
 * so that what was stored together does not stay together. */
int64_t delivery_follow_next(const struct conf_delivery *c, int64_t stored, int64_t now, uint32_t random);
bool delivery_follow_is_late(const struct conf_delivery *c, int64_t stored, int64_t now);

#endif
