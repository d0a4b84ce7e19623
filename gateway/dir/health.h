/* SPDX-License-Identifier: EUPL-1.2 */
/* health - how the directory has answered lately, for the status. Any thread. */
#ifndef DIR_HEALTH_H
#define DIR_HEALTH_H

#include <pthread.h>

#include "dir/resolve.h"

struct dir_health {
	pthread_mutex_t lock;
	struct dir_stats now;
};

void dir_health_init(struct dir_health *h);
void dir_health_fini(struct dir_health *h);
void dir_health_answered(struct dir_health *h);	/* whatever it said */
void dir_health_failed(struct dir_health *h, int64_t now, const struct err *e);
void dir_health_stale(struct dir_health *h);	/* an old entry helped out */

#endif
