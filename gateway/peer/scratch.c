/* SPDX-License-Identifier: EUPL-1.2 */
#include "peer/scratch.h"

#include "spool/store.h"

/* Scratch without a delivery: content is refused (no part), a decrypted envelope finds room. */
static int plain_scratch(void *ctx, struct sink **out, struct err *e)
{
	(void)e;
	*out = spool_scratch_sink(ctx);
	return 0;
}

static int plain_scratch_open(void *ctx, struct src **out, struct err *e)
{
	return spool_scratch_open(ctx, 0, out, e);
}

int peer_scratch_begin(void *dir, struct osci_intake *intake, void **scratch, struct err *e)
{
	struct spool_scratch *x = spool_scratch_new(dir, PEER_SCRATCH_MEMORY);

	(void)e;
	*intake = (struct osci_intake){ .scratch = plain_scratch, .scratch_open = plain_scratch_open, .ctx = x };
	*scratch = x;
	return 0;
}

void peer_scratch_free(void *dir, void *scratch)
{
	(void)dir;
	spool_scratch_free(scratch);
}
