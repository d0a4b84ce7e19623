/* SPDX-License-Identifier: EUPL-1.2 */
/* Token bucket and back-off. */
#include "base/rate.h"

void rate_init(struct rate *r, double per_second, double burst, int64_t now_ms)
{
	*r = (struct rate){ .tokens = burst, .per_ms = per_second / 1000, .burst = burst, .last_ms = now_ms };
}

bool rate_take(struct rate *r, int64_t now_ms)
{
	if (now_ms > r->last_ms) {	/* a clock that goes back gives nothing */
		r->tokens += (double)(now_ms - r->last_ms) * r->per_ms;
		if (r->tokens > r->burst)
			r->tokens = r->burst;
		r->last_ms = now_ms;
	}
	if (r->tokens < 1)
		return false;
	r->tokens -= 1;
	return true;
}

int64_t backoff_ms(int64_t first, int64_t most, unsigned attempt, uint32_t random)
{
	int64_t delay = first < most ? first : most;

	for (unsigned i = 1; i < attempt && delay < most; i++)
		delay = delay > most / 2 ? most : delay * 2;
	/* 75 % plus 0 to 50 %, in steps of 1/65536; the parts are kept apart so that nothing overflows. */
	return delay - delay / 4 + delay / 2 / 65536 * (random >> 16) + delay / 2 % 65536 * (random >> 16) / 65536;
}
