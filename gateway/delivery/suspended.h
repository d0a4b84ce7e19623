/* SPDX-License-Identifier: EUPL-1.2 */
/* suspended - intermediaries to which a person lets nothing go for a while. Any thread. */
#ifndef DELIVERY_SUSPENDED_H
#define DELIVERY_SUSPENDED_H

#include "spool/store.h"

/* Whether the peer at this address is. What cannot be read does not suspend. */
bool delivery_suspended(struct spool *s, struct arena *a, const char *address, struct spool_suspension *by);

#endif
