/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crash - the places where a process may die: before and after every write and every sync of the spool.
 * Any thread.
 */
#ifndef SPOOL_CRASH_H
#define SPOOL_CRASH_H

#include <stddef.h>

/* Test hook: called with the name of the place. NULL in service. The crash tests end the process in it, and set it while the
 * writer is already there. Defined in store.c. */
typedef void spool_crash_fn(const char *where);
extern spool_crash_fn *_Atomic spool_crash_hook;
void spool_crash_point(const char *where);	/* calls the hook, if there is one */

#endif
