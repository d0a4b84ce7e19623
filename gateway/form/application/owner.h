/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * owner - whose share of the disk a draft takes: what the spool counts drafts by, so that a restart gives nobody a new
 * share. It is a digest of the client's network under a secret of the spool; who reads the spool's records learns no
 * address. An application has none. Any thread.
 */
#ifndef FORM_OWNER_H
#define FORM_OWNER_H

#include "form/application/office.h"

/* client: "203.0.113.7/32"; NULL: nobody is known, zeros. */
void form_owner_of(const struct form_office *o, const char *client, struct spool_box *out);
/* May one more draft be begun, by what the spool has? */
int form_owner_room(const struct form_office *o, const struct spool_box *owner, enum form_budget_answer *out, struct err *e);

#endif
