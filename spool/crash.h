/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crash - the places where a process may die: before and after every write and every sync of the spool.
 * Any thread.
 */
#ifndef SPOOL_CRASH_H
#define SPOOL_CRASH_H

#include <stddef.h>

/* Test hook: called with the name of the place. NULL in service. The crash tests end the process in it. Defined in store.c. */
extern void (*spool_crash_hook)(const char *where);
#define SPOOL_CRASH_POINT(where) (spool_crash_hook != NULL ? spool_crash_hook(where) : (void)0)

#endif
