/* SPDX-License-Identifier: EUPL-1.2 */
/* job - can this content be made at all? Private to pki. Any thread. */
#ifndef PKI_JOB_H
#define PKI_JOB_H

#include "pki/content.h"

/* ERR_LIMIT, ERR_SYNTAX for names of parts, ERR_CONFIG for the author's key, ERR_INTERNAL for Ids of our own making. */
int pki_job_check(const struct pki_content_job *job, struct err *e);

#endif
