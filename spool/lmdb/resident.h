/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * resident - keeps the mapped database from filling the resident memory of the process.
 *
 * Every page of the map that was looked at counts as memory of this process until the kernel needs it elsewhere, so a large
 * spool would look like a leak. The pages stay in the page cache, and the next look maps them again; that look is a page
 * fault, and dropping a page costs as much. So it is not done by commits (every fourth one: a quarter of the CPU of claim
 * and step at a million deliveries), but every few seconds (spool_trim), after much was written, and by who looked at much.
 */
#ifndef SPOOL_LMDB_RESIDENT_H
#define SPOOL_LMDB_RESIDENT_H

#include "spool/lmdb/db.h"

/* Finds the map in the address space; once, after open. Without /proc nothing is ever let go, which is no error. */
void spool_resident_find(struct spool_db *db);
/* Writer thread: after a commit that wrote so many bytes of records. */
void spool_resident_wrote(struct spool_db *db, size_t bytes);
/* Who walks over entries calls this for each; *looks counts them, from 0. Lets go of the map now and then. Any thread. */
void spool_resident_looked(struct spool_db *db, size_t *looks);
/* Lets go of the map now. Any thread; readers and the writer go on undisturbed. */
void spool_resident_release(struct spool_db *db);

#endif
