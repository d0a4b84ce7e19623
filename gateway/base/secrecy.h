/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * secrecy - a process that holds keys keeps them to itself.
 */
#ifndef BASE_SECRECY_H
#define BASE_SECRECY_H

/* No core dumps, no look inside by other processes of the same user (ptrace, /proc/PID/mem). Call it first in main();
 * children that execute another program are free of the second. Under AddressSanitizer only the first: its leak checker
 * traces its own process. */
void secrecy_begin(void);

#endif
