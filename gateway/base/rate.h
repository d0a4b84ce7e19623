/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rate - token bucket and back-off, pure: the caller gives the time. One thread at a time per struct.
 */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	double tokens, per_ms, burst;
	int64_t last_ms;
};

void rate_init(struct rate *r, double per_second, double burst, int64_t now_ms);
bool rate_take(struct rate *r, int64_t now_ms);	/* one token; false: too fast */

/* Delay in ms before attempt number `attempt` (1 = first retry): first * 2^(attempt-1), at most `most`, then
 * jittered to 75..125 % by `random` (any 32 bits). */
int64_t backoff_ms(int64_t first, int64_t most, unsigned attempt, uint32_t random);

#endif
