/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * handed - which deliveries were handed out again and again and never acknowledged: their recipient's software falls over
 * them, and they would stand in front of all others of their mailbox.
 *
 * Kept in memory for the deliveries handed out of late; forgetting one (too many of them, a restart) only means that it is
 * offered first a few more times. Any thread.
 */
#ifndef MAILBOX_HANDED_H
#define MAILBOX_HANDED_H

#include <pthread.h>
#include <stdbool.h>

#include "base/id.h"

#define MAILBOX_HANDED_MANY 5	/* times without Reception, after which others go first */
#define MAILBOX_HANDED_SLOTS 1024

struct mailbox_handed {
	pthread_mutex_t lock;
	struct mailbox_handed_slot {
		struct id id;
		unsigned times;
	} slots[MAILBOX_HANDED_SLOTS];
};

void mailbox_handed_init(struct mailbox_handed *h);	/* nothing to free */
/* It goes out once more. How often that makes. */
unsigned mailbox_handed_out(struct mailbox_handed *h, const struct id *id);
void mailbox_handed_received(struct mailbox_handed *h, const struct id *id);
unsigned mailbox_handed_times(struct mailbox_handed *h, const struct id *id);

#endif
