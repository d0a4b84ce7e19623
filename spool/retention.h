/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * retention - when the payload of a message may go, and when a delivery that waits for a person is given up: from what the
 * records say and the settings as they are now. The records keep the instants from which is counted, so that changed settings
 * hold for what was written under others. Pure: no clock, no database. Any thread.
 */
#ifndef SPOOL_RETENTION_H
#define SPOOL_RETENTION_H

#include "spool/record.h"

/* The end of a message (0: never, or not known yet). list: all its deliveries. False: the record does not say from when to
 * count, because an older version wrote it; then the end that it has stays. now: nothing counts from the future. */
bool spool_retention_message(const struct spool_retention *s, const struct spool_rec_msg *r,
			     const struct spool_delivery *list, size_t n, int64_t now, int64_t *end);
/* The same of a delivery that is FAILED or HELD. */
bool spool_retention_delivery(const struct spool_retention *s, const struct spool_delivery *d, int64_t now, int64_t *end);
int64_t spool_retention_longest(const struct spool_retention *s);

#endif
