/* SPDX-License-Identifier: EUPL-1.2 */
/* container_job - can this content be made at all? Private to osci. Any thread. */
#ifndef OSCI_CONTAINER_JOB_H
#define OSCI_CONTAINER_JOB_H

#include "osci/container.h"

/* ERR_LIMIT, ERR_SYNTAX for names of parts, ERR_CONFIG for the author's key, ERR_INTERNAL for Ids of our own making. */
int osci_container_check(const struct osci_container_job *job, struct err *e);

#endif
