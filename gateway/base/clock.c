/* SPDX-License-Identifier: EUPL-1.2 */
/* The two clocks. */
#include "base/clock.h"

#include <stdatomic.h>

#include "base/mem.h"

static _Atomic int64_t shift;

static int64_t read_clock(clockid_t which)
{
	struct timespec ts;

	must(clock_gettime(which, &ts) == 0);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 + atomic_load(&shift);
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

struct timespec clock_after(int64_t ns)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	ns += t.tv_nsec;
	t.tv_sec += ns / (1000 * CLOCK_MS);
	t.tv_nsec = ns % (1000 * CLOCK_MS);
	return t;
}

void clock_shift(int64_t ms)
{
	atomic_fetch_add(&shift, ms);
}
