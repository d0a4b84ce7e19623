/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the mapped database out of resident memory. */
#include "spool/lmdb/resident.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define EVERY_BYTES (16U << 20)	/* of records written between two releases */

#define EVERY_LOOKS 16384		/* entries, some 50 in a page */

/* LMDB tells the address of its map only if the caller chose it, so the kernel is asked. */
void spool_resident_find(struct spool_db *db)
{
	mdb_filehandle_t fd;
	struct stat sb;
	char line[4096 + 128];	/* a path may follow the numbers */
	FILE *f;

	if (mdb_env_get_fd(db->env, &fd) != 0 || fstat(fd, &sb) != 0 || (f = fopen("/proc/self/maps", "re")) == NULL)
		return;
	while (db->map == NULL && fgets(line, sizeof(line), f) != NULL) {
		uintptr_t from, to;
		uint64_t inode;
		unsigned dev_major, dev_minor;

		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*s %*x %x:%x %" SCNu64, &from, &to, &dev_major,
			   &dev_minor, &inode) == 5 &&
		    inode == sb.st_ino && dev_major == major(sb.st_dev) && dev_minor == minor(sb.st_dev) &&
		    to - from == db->map_size)
			db->map = (void *)from; /* NOLINT(performance-no-int-to-ptr): the kernel's text is the source */
	}
	(void)fclose(f);
}

void spool_resident_release(struct spool_db *db)
{
	/* Shared and backed by a file: the pages are dropped from this process, never from the file. */
	if (db->map != NULL)
		(void)madvise(db->map, db->map_size, MADV_DONTNEED);
}

void spool_resident_looked(struct spool_db *db, size_t *looks)
{
	if (++*looks % EVERY_LOOKS == 0)
		spool_resident_release(db);
}

void spool_resident_wrote(struct spool_db *db, size_t bytes)
{
	db->unreleased += bytes;
	if (db->unreleased < EVERY_BYTES)
		return;
	db->unreleased = 0;
	spool_resident_release(db);
}
