/* SPDX-License-Identifier: EUPL-1.2 */
/* The engine of the test programs that this is linked to. */
#include "spool/suite/h_spool.h"

#include "spool/lmdb/engine.h"
#include "spool/lmdb/lmdb.h"

const struct spool_ops *const h_engine = &spool_lmdb;

void h_engine_settle(struct spool *s)
{
	spool_sweep_wait(spool_lmdb_of(s));
}
