/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * resident - keeps the mapped database from filling the resident memory of the process.
 *
 * Every page of the map that was looked at counts as memory of this process until the kernel needs it elsewhere; a
 * large spool would look like a leak, and a memory limit of the service would hit. Letting go of them costs little:
 * they stay in the page cache, and the next look maps them again.
 */
#ifndef SPOOL_LMDB_RESIDENT_H
#define SPOOL_LMDB_RESIDENT_H

#include "spool/lmdb/db.h"

/* Finds the map in the address space; once, after open. Without /proc nothing is ever let go, which is no error. */
void spool_resident_find(struct spool_db *db);
/* Writer thread: after a commit that wrote so many bytes. Lets go of the map now and then. */
void spool_resident_wrote(struct spool_db *db, size_t bytes);
/* Lets go of the map now. Any thread; readers and the writer go on undisturbed. */
void spool_resident_release(struct spool_db *db);

#endif
