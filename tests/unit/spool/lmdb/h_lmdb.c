/* SPDX-License-Identifier: EUPL-1.2 */
/* The engine of the test programs that this is linked to. */
#include "spool/suite/h_spool.h"

#include "spool/lmdb/lmdb.h"

const struct spool_ops *const h_engine = &spool_lmdb;
