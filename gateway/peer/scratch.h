/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scratch - space for what must not be used before its end is verified, or must be known whole before it is sent: a
 * struct spool_scratch in the shape that osci wants. Any thread; one thread at a time per scratch.
 */
#ifndef PEER_SCRATCH_H
#define PEER_SCRATCH_H

#include "osci/message.h"

#define PEER_SCRATCH_MEMORY ((size_t)256 * 1024)	/* a larger decrypted request waits in a file until its tag is verified */

/* The functions osci_client_options wants. dir: the folder for scratch files (const char *). Content parts are refused. */
int peer_scratch_begin(void *dir, struct osci_intake *intake, void **scratch, struct err *e);
void peer_scratch_free(void *dir, void *scratch);

#endif
