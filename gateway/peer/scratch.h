/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scratch - space for what must not be used before its end is verified, or must be known whole before it is sent: a
 * struct spool_scratch in the shape that osci wants. Any thread; one thread at a time per scratch.
 */
#ifndef PEER_SCRATCH_H
#define PEER_SCRATCH_H

#include "osci/env.h"

#define PEER_SCRATCH_MEMORY ((size_t)256 * 1024)	/* a larger decrypted request waits in a file until its tag is verified */

/* dir: the folder for scratch files; borrowed. */
struct osci_scratches peer_scratches(const char *dir);

#endif
