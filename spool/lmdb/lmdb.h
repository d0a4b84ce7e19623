/* SPDX-License-Identifier: EUPL-1.2 */
/* lmdb - the embedded engine: one process per spool folder, nothing to install, no server. For spool_options.engine. */
#ifndef SPOOL_LMDB_LMDB_H
#define SPOOL_LMDB_LMDB_H

struct spool_ops;
extern const struct spool_ops spool_lmdb;

#endif
