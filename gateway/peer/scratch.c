/* SPDX-License-Identifier: EUPL-1.2 */
/* The spool's scratch as osci sees it. */
#include "peer/scratch.h"

#include "spool/store.h"

static int scratch_sink(void *ctx, struct sink **out, struct err *e)
{
	(void)e;
	*out = spool_scratch_sink(ctx);
	return 0;
}

static int scratch_open(void *ctx, struct src **out, struct err *e)
{
	return spool_scratch_open(ctx, 0, out, e);
}

static int scratch_begin(void *dir, struct osci_scratch *out, void **handle, struct err *e)
{
	struct spool_scratch *x = spool_scratch_new(dir, PEER_SCRATCH_MEMORY);

	(void)e;
	*out = (struct osci_scratch){ .sink = scratch_sink, .open = scratch_open, .ctx = x };
	*handle = x;
	return 0;
}

static void scratch_free(void *dir, void *handle)
{
	(void)dir;
	spool_scratch_free(handle);
}

struct osci_scratches peer_scratches(const char *dir)
{
	return (struct osci_scratches){ .begin = scratch_begin, .free = scratch_free, .ctx = (void *)(uintptr_t)dir };
}
