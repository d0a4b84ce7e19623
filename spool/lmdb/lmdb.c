/* SPDX-License-Identifier: EUPL-1.2 */
/* lmdb - the engine's table of operations. */
#include "spool/lmdb/lmdb.h"

#include "spool/lmdb/engine.h"

#define X(op, what) .op = spool_lmdb_##op,
const struct spool_ops spool_lmdb = { .name = "lmdb", SPOOL_OPS(X) };
#undef X
